/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-inbox-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/widgets/bzg-waterfall.h"
#include "exchange/bzg-import.h"

/*
 * Imported rows that are perhaps there already, one question a card: what the row says at the left,
 * whom it may be at the right. A decision takes the card away and brings the next one; only some
 * are on the page at once, because each is compared with everybody when it comes, one card at a
 * time, so that the window goes on. However many wait, only those of the page are read.
 */

#define CARDS 10 /* on the page at once */

struct _BzgInboxPage
{
  BzgPage parent_instance;

  GPtrArray *waiting; /* BzgImportEntry, of this page */
  guint offset, total;
  guint next;         /* of `waiting` that has no card yet */
  guint add_id;       /* while cards come */
  GtkWidget *decided; /* the card that goes */

  GtkStack *stack;
  GtkLabel *count;
  GtkBox *cards;
  GtkBox *pager;
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
  self->decided = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_BOX);
  while (self->decided != NULL && gtk_widget_get_parent (self->decided) != GTK_WIDGET (self->cards))
    self->decided = gtk_widget_get_parent (self->decided);
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

/* Made when it is unfolded: most are not. */
static void
unfolded_cb (GtkExpander *expander, GParamSpec *pspec, gpointer data)
{
  const BzgReasons *reasons = g_object_get_data (G_OBJECT (expander), "reasons");

  if (gtk_expander_get_child (expander) == NULL)
    gtk_expander_set_child (expander, bzg_waterfall_new (reasons));
}

static GtkWidget *
why_new (const char *text, const BzgReasons *reasons)
{
  GtkWidget *expander = gtk_expander_new (NULL);

  gtk_expander_set_label_widget (GTK_EXPANDER (expander), bzg_ui_text (text, "caption dim-label"));
  g_object_set_data_full (G_OBJECT (expander), "reasons", g_memdup2 (reasons, sizeof *reasons),
                          g_free);
  g_signal_connect (expander, "notify::expanded", G_CALLBACK (unfolded_cb), NULL);
  return expander;
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
  gtk_box_append (GTK_BOX (text), why_new (reasons, &hit->reasons));
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

static gboolean
add_card_cb (gpointer data)
{
  BzgInboxPage *self = data;
  const BzgImportEntry *entry;
  GtkWidget *outer;

  if (self->next >= self->waiting->len)
    {
      self->add_id = 0;
      return G_SOURCE_REMOVE;
    }
  entry = g_ptr_array_index (self->waiting, self->next++);
  outer = card (self, entry);
  g_object_set_data_full (G_OBJECT (outer), "key",
                          g_strdup_printf ("%s %s", entry->profile, entry->key), g_free);
  gtk_box_append (self->cards, outer);
  if (gtk_widget_get_prev_sibling (outer) == NULL)
    gtk_widget_child_focus (outer, GTK_DIR_TAB_FORWARD);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_card_of (GtkWidget *outer, const BzgImportEntry *entry)
{
  g_autofree char *key = g_strdup_printf ("%s %s", entry->profile, entry->key);

  return g_strcmp0 (g_object_get_data (G_OBJECT (outer), "key"), key) == 0;
}

static void
show_count (BzgInboxPage *self)
{
  g_autofree char *count = NULL;

  if (self->total > CARDS)
    count = g_strdup_printf (g_dngettext (NULL, "%u to %u of %u row that waits",
                                          "%u to %u of %u rows that wait", self->total),
                             self->offset + 1, self->offset + self->waiting->len, self->total);
  else
    count = g_strdup_printf (g_dngettext (NULL, "%u row waits", "%u rows wait", self->total),
                             self->total);
  gtk_label_set_text (self->count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->pager), self->total > CARDS);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inbox.earlier", self->offset > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inbox.later",
                                 self->offset + CARDS < self->total);
}

/* Cards that are right stay as they are, without what was unfolded in them being lost. */
static void
fill (BzgInboxPage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  GtkWidget *outer, *sibling;

  g_clear_handle_id (&self->add_id, g_source_remove);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  self->total = (guint) MAX (bzg_import_count_waiting (session, NULL), 0);
  while (self->offset > 0 && self->offset >= self->total)
    self->offset -= MIN (self->offset, CARDS);
  self->waiting = bzg_import_waiting (session, self->offset, CARDS, NULL);
  if (self->waiting == NULL || self->waiting->len == 0)
    {
      self->decided = NULL;
      bzg_ui_clear (GTK_WIDGET (self->cards));
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }
  gtk_stack_set_visible_child_name (self->stack, "cards");
  show_count (self);
  sibling = self->decided != NULL ? gtk_widget_get_next_sibling (self->decided) : NULL;
  if (sibling != NULL)
    gtk_widget_child_focus (sibling, GTK_DIR_TAB_FORWARD);
  if (self->decided != NULL)
    gtk_box_remove (self->cards, g_steal_pointer (&self->decided));
  self->next = 0;
  outer = gtk_widget_get_first_child (GTK_WIDGET (self->cards));
  while (outer != NULL && self->next < self->waiting->len
         && is_card_of (outer, g_ptr_array_index (self->waiting, self->next)))
    {
      self->next++;
      outer = gtk_widget_get_next_sibling (outer);
    }
  while (outer != NULL)
    {
      sibling = gtk_widget_get_next_sibling (outer);
      gtk_box_remove (self->cards, outer);
      outer = sibling;
    }
  self->add_id = g_idle_add (add_card_cb, self);
}

static void
page_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgInboxPage *self = BZG_INBOX_PAGE (widget);

  if (g_str_equal (name, "inbox.later"))
    self->offset += CARDS;
  else
    self->offset -= MIN (self->offset, CARDS);
  fill (self);
}

static void
bzg_inbox_page_opened (BzgPage *page, const char *argument)
{
  fill (BZG_INBOX_PAGE (page));
}

static void
bzg_inbox_page_dispose (GObject *object)
{
  g_clear_handle_id (&BZG_INBOX_PAGE (object)->add_id, g_source_remove);
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
  gtk_widget_class_bind_template_child (widget_class, BzgInboxPage, pager);
  gtk_widget_class_install_action (widget_class, "inbox.earlier", NULL, page_action);
  gtk_widget_class_install_action (widget_class, "inbox.later", NULL, page_action);
}

static void
bzg_inbox_page_init (BzgInboxPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
