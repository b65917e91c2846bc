/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../app/app-fixture.h"

#include <stdlib.h>

#include "app/bzg-window.h"
#include "casebook/bzg-row-list.h"
#include "exchange/bzg-demo.h"
#include "vault/bzg-crypto.h"

/* The people table at size, in a real window: how long each frame takes while it scrolls, by the
 * frame clock, and how often the list is asked for a row after it was reset. BENCH_PEOPLE: how
 * many (100000). A virtual screen draws with the processor: a field laptop is faster. */

#define FRAMES 600
#define ROW 25.0 /* pixels */

typedef struct
{
  GtkAdjustment *adjustment;
  GArray *times; /* ms between frames */
  gint64 last;
  double step; /* pixels a frame */
} Scroll;

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Scroll *self = data;
  gint64 now = g_get_monotonic_time ();
  double ms = (double) (now - self->last) / 1000.0;

  if (self->last != 0)
    g_array_append_val (self->times, ms);
  self->last = now;
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment) + self->step);
  return self->times->len < FRAMES ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
scroll (GtkWidget *view, const char *what, double step)
{
  Scroll self = { .adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view)),
                  .times = g_array_new (FALSE, FALSE, sizeof (double)),
                  .step = step };
  guint under = 0;

  gtk_adjustment_set_value (self.adjustment, 0);
  app_fixture_settle ();
  gtk_widget_add_tick_callback (view, frame_cb, &self, NULL);
  while (self.times->len < FRAMES)
    g_main_context_iteration (NULL, TRUE);
  g_array_sort (self.times, compare);
  for (guint i = 0; i < FRAMES; i++)
    under += g_array_index (self.times, double, i) < 33;
  g_print ("scroll %-18s %5.1f %% of %d frames under 33 ms; median %.1f, 95 %% %.1f, worst %.1f "
           "ms\n",
           what, 100.0 * under / FRAMES, FRAMES, g_array_index (self.times, double, FRAMES / 2),
           g_array_index (self.times, double, FRAMES * 95 / 100),
           g_array_index (self.times, double, FRAMES - 1));
  g_array_unref (self.times);
}

/* Every get_item of the list, by whoever asks. */
static gpointer (*real_get_item) (GListModel *, guint);
static guint n_asked;

static gpointer
counted_get_item (GListModel *list, guint position)
{
  n_asked++;
  return real_get_item (list, position);
}

static GtkWidget *
find (GtkWidget *widget, GType wanted)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, wanted) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, wanted);
  return found;
}

int
main (int argc, char *argv[])
{
  const char *size = g_getenv ("BENCH_PEOPLE");
  BzgDemoOptions demo = { .people = size != NULL ? (guint) atoi (size) : 100000, .quarters = 4 };
  AppFixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  BzgApplication *app;
  BzgWindow *window;
  GtkWidget *view;
  GListModel *list;
  gint64 start;

  g_setenv ("BOZGASHT_CHEAP_KDF", "1", TRUE);
  bzg_vault_init (NULL);
  bzg_language_init (BZG_LANGUAGE_EN);
  gtk_test_init (&argc, &argv, NULL);
  app = bzg_application_new ();
  g_application_set_flags (G_APPLICATION (app),
                           G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_COMMAND_LINE);
  g_application_register (G_APPLICATION (app), NULL, NULL);
  app_fixture_set_up (&fixture);
  bzg_demo_fill (fixture.session, &demo, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  window = bzg_window_new (app);
  gtk_window_present (GTK_WINDOW (window));
  bzg_window_set_session (window, fixture.session);
  app_fixture_settle ();
  start = g_get_monotonic_time ();
  bzg_window_open_page (window, "people", NULL);
  app_fixture_settle ();
  view = find (GTK_WIDGET (window), GTK_TYPE_COLUMN_VIEW);
  g_assert_nonnull (view);
  list = gtk_single_selection_get_model (
    GTK_SINGLE_SELECTION (gtk_column_view_get_model (GTK_COLUMN_VIEW (view))));
  g_print ("people page of %u rows opened in %.0f ms\n", g_list_model_get_n_items (list),
           (double) (g_get_monotonic_time () - start) / 1000.0);

  scroll (view, "a row a frame", ROW);
  scroll (view, "ten rows a frame", 10 * ROW);
  scroll (view, "a jump a frame", 150 * ROW);

  real_get_item = G_LIST_MODEL_GET_IFACE (list)->get_item;
  G_LIST_MODEL_GET_IFACE (list)->get_item = counted_get_item;
  bzg_row_list_reload (BZG_ROW_LIST (list));
  app_fixture_settle ();
  g_print ("get_item calls after a reset: %u\n", n_asked);

  gtk_window_destroy (GTK_WINDOW (window));
  app_fixture_tear_down (&fixture);
  return 0;
}
