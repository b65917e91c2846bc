/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-sealed-view.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/dialogs/bzg-section-paper-dialog.h"
#include "app/widgets/bzg-facts.h"
#include "base/bzg-error.h"
#include "casebook/bzg-sealed.h"
#include "casebook/bzg-sections.h"

struct _BzgSealedView
{
  GtkBox parent_instance;

  BzgSession *session;
  BzgId person;
};

G_DEFINE_FINAL_TYPE (BzgSealedView, bzg_sealed_view, GTK_TYPE_BOX)

enum
{
  ADD,
  EDIT,
  VOID,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
may (BzgSession *session, const BzgAggregate *aggregate, BzgAct act)
{
  return bzg_session_allows (session, bzg_sealed_section (aggregate), act);
}

gboolean
bzg_sealed_view_is_for (BzgSession *session)
{
  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    if (bzg_session_allows (session, *section, BZG_ACT_READ))
      return TRUE;
  return FALSE;
}

/* ---- Open */

static void
add_cb (GtkButton *button, BzgSealedView *self)
{
  g_signal_emit (self, signals[ADD], 0, g_object_get_data (G_OBJECT (button), "aggregate"));
}

static void
edit_cb (GtkButton *button, BzgSealedView *self)
{
  g_signal_emit (self, signals[EDIT], 0, g_object_get_data (G_OBJECT (button), "record"));
}

static void
void_cb (GtkButton *button, BzgSealedView *self)
{
  g_signal_emit (self, signals[VOID], 0, g_object_get_data (G_OBJECT (button), "record"));
}

/* Read when it is asked for. */
static void
changes_cb (GtkExpander *expander, GParamSpec *pspec, BzgSealedView *self)
{
  const BzgRecord *record = g_object_get_data (G_OBJECT (expander), "record");

  if (gtk_expander_get_expanded (expander) && gtk_expander_get_child (expander) == NULL)
    gtk_expander_set_child (expander, bzg_facts_history_new (self->session,
                                                             bzg_record_aggregate (record)->name,
                                                             bzg_record_id (record)));
}

static void
set_record (GtkWidget *widget, const BzgRecord *record)
{
  g_object_set_data_full (G_OBJECT (widget), "record", bzg_record_copy (record),
                          (GDestroyNotify) bzg_record_free);
}

static void
add_tool (BzgSealedView *self,
          GtkWidget *box,
          const BzgRecord *record,
          const char *icon,
          const char *name,
          GCallback callback)
{
  GtkWidget *button = bzg_ui_icon_button (icon, name);

  set_record (button, record);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  gtk_box_append (GTK_BOX (box), button);
}

static void
add_row (BzgSealedView *self, GtkWidget *card, const BzgRecord *record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) sheet = bzg_sealed_open (self->session, record, &error);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *facts = sheet != NULL ? bzg_facts_new (self->session, sheet)
                                   : bzg_ui_text (bzg_error_headline (error), "error");
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *changes = gtk_expander_new (_ ("Changes"));

  gtk_widget_set_hexpand (facts, TRUE);
  gtk_box_append (GTK_BOX (line), facts);
  if (sheet != NULL && may (self->session, bzg_record_aggregate (record), BZG_ACT_WRITE))
    {
      add_tool (self, tools, record, "document-edit-symbolic", _ ("Change"), G_CALLBACK (edit_cb));
      add_tool (self, tools, record, "edit-delete-symbolic", _ ("Void"), G_CALLBACK (void_cb));
    }
  gtk_widget_set_valign (tools, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), tools);
  gtk_box_append (GTK_BOX (card), line);
  if (sheet == NULL)
    return;
  set_record (changes, record);
  bzg_ui_add_css (changes, "caption");
  g_signal_connect_object (changes, "notify::expanded", G_CALLBACK (changes_cb), self, 0);
  gtk_box_append (GTK_BOX (card), changes);
}

/* ---- Closed */

static void
paper_cb (GtkButton *button, BzgSealedView *self)
{
  bzg_section_paper_dialog_present (bzg_window_of (GTK_WIDGET (self)), self->session);
}

/* A card with a lock, what it says, and what can be done about it. */
static GtkWidget *
add_card (BzgSealedView *self, const char *title, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *icon = gtk_image_new_from_icon_name ("bzg-lock-symbolic");

  bzg_ui_add_css (box, "bzg-closed");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 2);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (column), bzg_ui_label (title, NULL));
  gtk_box_append (GTK_BOX (column), bzg_ui_text (text, "caption dim-label"));
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (box), column);
  gtk_box_append (GTK_BOX (self), box);
  return column;
}

static void
add_closed (BzgSealedView *self, const BzgSectionInfo *info, guint n)
{
  g_autofree char *count
    = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u entry", "%u entries", n), n);
  g_autofree char *holders = bzg_ui_holders (info);
  g_autofree char *who = g_strdup_printf (_ ("Sealed. It can be opened by: %s"), holders);

  add_card (self, count, who);
}

static void
add_not_set_up (BzgSealedView *self)
{
  GtkWidget *column
    = add_card (self, _ ("The sealed sections are not set up yet"),
                _ ("What happened to a survivor, who did it, and health details are recorded here "
                   "once a protection officer has set them up on the page Access."));
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Access"));

  bzg_ui_add_css (button, "bzg-small");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.go");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", "access");
  gtk_box_append (GTK_BOX (column), button);
}

static void
add_paper (BzgSealedView *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("Open by the _paper…"));

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_margin_top (button, 12);
  g_signal_connect_object (button, "clicked", G_CALLBACK (paper_cb), self, 0);
  gtk_box_append (GTK_BOX (self), button);
}

/* ---- The view */

/* FALSE: it is closed. */
static gboolean
add_section (BzgSealedView *self, const BzgAggregate *aggregate)
{
  g_autoptr (BzgSectionInfo) info
    = bzg_section_info (self->session, bzg_sealed_section (aggregate));
  g_autoptr (GPtrArray) records
    = bzg_session_list (self->session, aggregate->name, "person", &self->person, NULL);
  const char *label = bzg_aggregate_label (aggregate, bzg_language_current ());
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = bzg_ui_label (label, "heading");
  guint n = records != NULL ? records->len : 0;

  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (head), title);
  bzg_ui_add_css (head, "bzg-block");
  gtk_box_append (GTK_BOX (self), head);
  if (!info->mine)
    {
      add_closed (self, info, n);
      return FALSE;
    }
  if (may (self->session, aggregate, BZG_ACT_WRITE))
    {
      g_autofree char *name = g_strdup_printf (_ ("Add: %s"), label);
      GtkWidget *button = bzg_ui_icon_button ("list-add-symbolic", name);

      g_object_set_data (G_OBJECT (button), "aggregate", (gpointer) aggregate->name);
      g_signal_connect_object (button, "clicked", G_CALLBACK (add_cb), self, 0);
      gtk_box_append (GTK_BOX (head), button);
    }
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

      bzg_ui_add_css (card, "bzg-sealed");
      add_row (self, card, g_ptr_array_index (records, i));
      gtk_box_append (GTK_BOX (self), card);
    }
  if (n == 0)
    gtk_box_append (GTK_BOX (self), bzg_ui_label (_ ("Nothing recorded yet"), "dim-label"));
  return TRUE;
}

void
bzg_sealed_view_show (BzgSealedView *self, BzgSession *session, const BzgId *person)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  gboolean closed = FALSE;

  g_set_object (&self->session, session);
  self->person = *person;
  bzg_ui_clear (GTK_WIDGET (self));
  if (!bzg_sections_are_set_up (session))
    {
      add_not_set_up (self);
      return;
    }
  for (guint i = 0; aggregates[i] != NULL; i++)
    if (aggregates[i]->sheet != NULL && may (session, aggregates[i], BZG_ACT_READ))
      closed |= !add_section (self, aggregates[i]);
  if (closed)
    add_paper (self);
}

static void
bzg_sealed_view_dispose (GObject *object)
{
  g_clear_object (&BZG_SEALED_VIEW (object)->session);
  G_OBJECT_CLASS (bzg_sealed_view_parent_class)->dispose (object);
}

static void
bzg_sealed_view_class_init (BzgSealedViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bzg_sealed_view_dispose;
  signals[ADD] = g_signal_new ("add", BZG_TYPE_SEALED_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EDIT] = g_signal_new ("edit", BZG_TYPE_SEALED_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[VOID] = g_signal_new ("void", BZG_TYPE_SEALED_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
bzg_sealed_view_init (BzgSealedView *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "bzg-facts");
}
