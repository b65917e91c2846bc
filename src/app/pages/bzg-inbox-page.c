/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-inbox-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "exchange/bzg-import.h"

/*
 * Imported rows that are perhaps there already, one question a card: what the row says at the left,
 * whom it may be at the right. A decision takes the card away and brings the next one; only some
 * are on the page at once, because each is compared with everybody when it comes.
 */

#define CARDS 10

struct _BzgInboxPage
{
  BzgPage parent_instance;

  GPtrArray *waiting; /* BzgImportEntry */

  GtkStack *stack;
  GtkLabel *count;
  GtkBox *cards;
};

G_DEFINE_FINAL_TYPE (BzgInboxPage, bzg_inbox_page, BZG_TYPE_PAGE)

static void fill (BzgInboxPage *self);

typedef enum
{
  DECIDE_NEW,
  DECIDE_SAME,
  DECIDE_REJECT,
} Decision;

typedef struct
{
  BzgInboxPage *page;
  char *profile, *key;
  Decision decision;
  BzgId same_as;
} Answer;

static void
answer_free (gpointer data, GClosure *closure)
{
  Answer *answer = data;

  g_free (answer->profile);
  g_free (answer->key);
  g_free (answer);
}

static void
answered_cb (GtkButton *button, Answer *answer)
{
  BzgInboxPage *self = answer->page;
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));
  g_autoptr (GError) error = NULL;
  gboolean ok = FALSE;

  if (answer->decision == DECIDE_REJECT)
    ok = bzg_import_reject (session, answer->profile, answer->key, &error);
  else
    ok = bzg_import_decide (session, answer->profile, answer->key,
                            answer->decision == DECIDE_SAME ? &answer->same_as : NULL, &error);
  if (!ok)
    {
      bzg_window_fail (window, error);
      return;
    }
  bzg_window_toast (window, _ ("Saved"));
  fill (self);
}

static GtkWidget *
answer_button (BzgInboxPage *self,
               const BzgImportEntry *entry,
               const char *label,
               Decision decision,
               const BzgId *same_as)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  Answer *answer = g_new0 (Answer, 1);

  answer->page = self;
  answer->profile = g_strdup (entry->profile);
  answer->key = g_strdup (entry->key);
  answer->decision = decision;
  if (same_as != NULL)
    answer->same_as = *same_as;
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_data (button, "clicked", G_CALLBACK (answered_cb), answer, answer_free, 0);
  return button;
}

static const char *
profile_text (const char *profile)
{
  static const struct
  {
    const char *profile, *text;
  } names[] = {
    { "people", N_ ("People") },
    { "support", N_ ("Support") },
    { "activities", N_ ("Activities") },
    { "visits", N_ ("Livelihood visits") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].profile, profile))
      return _ (names[i].text);
  return profile;
}

static GtkWidget *
said (const BzgImportQuestion *question)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 2);
  for (guint i = 0; question->labels[i] != NULL; i++)
    {
      gtk_grid_attach (GTK_GRID (grid), bzg_ui_label (question->labels[i], "caption dim-label"), 0,
                       (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), bzg_ui_text (question->texts[i], NULL), 1, (int) i, 1, 1);
    }
  return grid;
}

static GtkWidget *
hit_line (BzgInboxPage *self, const BzgImportEntry *entry, const BzgHit *hit)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *number = hit->case_no != NULL ? bzg_ui_case_number (hit->case_no) : NULL;
  const char *name = hit->names[0] != NULL ? hit->names[0] : "–";
  g_autofree char *reasons = bzg_ui_reasons (hit->why);
  g_autofree char *label = g_strdup_printf (_ ("The same as %s"), name);
  GtkWidget *button = answer_button (self, entry, _ ("The same"), DECIDE_SAME, &hit->id);

  gtk_box_append (GTK_BOX (text), bzg_ui_text (name, NULL));
  gtk_box_append (GTK_BOX (text), bzg_ui_text (reasons, "caption dim-label"));
  if (number != NULL)
    gtk_box_append (GTK_BOX (text), bzg_ui_label (number, "caption numeric dim-label"));
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (line), text);
  bzg_ui_name (button, label);
  gtk_box_append (GTK_BOX (line), button);
  return line;
}

static GtkWidget *
choices (BzgInboxPage *self, const BzgImportEntry *entry, const BzgImportQuestion *question)
{
  gboolean people = g_str_equal (entry->profile, "people");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  for (guint i = 0; i < question->hits->len; i++)
    {
      const BzgHit *hit = g_ptr_array_index (question->hits, i);
      g_autofree char *ask = NULL;

      if (hit->ask == NULL)
        {
          gtk_box_append (GTK_BOX (box), hit_line (self, entry, hit));
          continue;
        }
      ask = g_strdup_printf (_ ("Somebody like this is in the care of %s: ask there."), hit->ask);
      gtk_box_append (GTK_BOX (box), bzg_ui_text (ask, NULL));
    }
  if (!bzg_id_is_zero (&question->record))
    {
      gtk_box_append (GTK_BOX (box), bzg_ui_text (_ ("The same is recorded already."), NULL));
      gtk_box_append (GTK_BOX (buttons),
                      answer_button (self, entry, _ ("The same"), DECIDE_SAME, &question->record));
    }
  gtk_box_append (GTK_BOX (buttons),
                  answer_button (self, entry, people ? _ ("Somebody new") : _ ("Record it too"),
                                 DECIDE_NEW, NULL));
  gtk_box_append (GTK_BOX (buttons),
                  answer_button (self, entry, _ ("Leave it out"), DECIDE_REJECT, NULL));
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  return box;
}

static GtkWidget *
card (BzgInboxPage *self, const BzgImportEntry *entry)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgImportQuestion) question
    = bzg_import_question (bzg_page_session (BZG_PAGE (self)), entry, bzg_language_current (),
                           &error);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  const char *ref = g_str_has_prefix (entry->key, "ref:") ? entry->key + strlen ("ref:") : NULL;
  g_autofree char *title = ref != NULL
                             ? g_strdup_printf ("%s  ·  %s", profile_text (entry->profile), ref)
                             : g_strdup (profile_text (entry->profile));

  bzg_ui_add_css (outer, "card bzg-question");
  bzg_ui_name (outer, title);
  gtk_box_append (GTK_BOX (outer), bzg_ui_label (title, "heading"));
  if (question == NULL)
    {
      GtkWidget *button = answer_button (self, entry, _ ("Leave it out"), DECIDE_REJECT, NULL);

      gtk_widget_set_halign (button, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (outer), bzg_ui_text (_ ("This row cannot be read any more."), NULL));
      gtk_box_append (GTK_BOX (outer), button);
      return outer;
    }
  gtk_box_set_homogeneous (GTK_BOX (inner), TRUE);
  gtk_box_append (GTK_BOX (inner), said (question));
  gtk_box_append (GTK_BOX (inner), choices (self, entry, question));
  gtk_box_append (GTK_BOX (outer), inner);
  return outer;
}

static void
fill (BzgInboxPage *self)
{
  g_autofree char *count = NULL;
  GtkWidget *first = NULL;

  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  self->waiting = bzg_import_waiting (bzg_page_session (BZG_PAGE (self)), NULL);
  bzg_ui_clear (GTK_WIDGET (self->cards));
  if (self->waiting == NULL || self->waiting->len == 0)
    {
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }
  gtk_stack_set_visible_child_name (self->stack, "cards");
  count = g_strdup_printf (g_dngettext (NULL, "%u row waits", "%u rows wait", self->waiting->len),
                           self->waiting->len);
  gtk_label_set_text (self->count, count);
  for (guint i = 0; i < MIN (self->waiting->len, CARDS); i++)
    gtk_box_append (self->cards, card (self, g_ptr_array_index (self->waiting, i)));
  first = gtk_widget_get_first_child (GTK_WIDGET (self->cards));
  gtk_widget_child_focus (first, GTK_DIR_TAB_FORWARD);
}

static void
bzg_inbox_page_opened (BzgPage *page, const char *argument)
{
  fill (BZG_INBOX_PAGE (page));
}

static void
bzg_inbox_page_dispose (GObject *object)
{
  g_clear_pointer (&BZG_INBOX_PAGE (object)->waiting, g_ptr_array_unref);
  G_OBJECT_CLASS (bzg_inbox_page_parent_class)->dispose (object);
}

static void
bzg_inbox_page_class_init (BzgInboxPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_inbox_page_dispose;
  BZG_PAGE_CLASS (klass)->opened = bzg_inbox_page_opened;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/inbox-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgInboxPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgInboxPage, count);
  gtk_widget_class_bind_template_child (widget_class, BzgInboxPage, cards);
}

static void
bzg_inbox_page_init (BzgInboxPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
