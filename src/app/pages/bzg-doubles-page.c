/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-doubles-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/dialogs/bzg-merge-dialog.h"
#include "app/widgets/bzg-merge-view.h"
#include "app/widgets/bzg-waterfall.h"
#include "base/bzg-error.h"

/*
 * Pairs that may be one: the whole casebook is looked through by a worker while the window goes on,
 * then one pair after the other is decided. The queue is a value of the moment of the search: what
 * was decided leaves it, a merge takes along the other pairs of whoever is gone.
 */

#define WORTH_ASKING 600
#define QUEUE 5000

struct _BzgDoublesPage
{
  BzgPage parent_instance;

  GListStore *queue; /* BzgDouble */
  GtkSingleSelection *selection;
  GCancellable *cancellable; /* while it looks */
  gboolean searched;
  gboolean may_write;
  double fraction; /* of the search; written by the worker */
  GMutex lock;
  guint progress_id;

  GtkLabel *count;
  GtkWidget *again;
  GtkWidget *searching;
  GtkProgressBar *bar;
  GtkStack *stack;
  AdwStatusPage *nothing;
  GtkListView *list;
  GtkStack *right;
  GtkLabel *question;
  GtkBox *badges;
  BzgMergeView *view;
  GtkWidget *why;
  AdwBin *reasons;
  GtkWidget *explain;
};

G_DEFINE_FINAL_TYPE (BzgDoublesPage, bzg_doubles_page, BZG_TYPE_PAGE)

static BzgDouble *
shown (BzgDoublesPage *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

/* ---- One pair */

static void
add_badge (BzgDoublesPage *self, const char *text, const char *css)
{
  GtkWidget *label = bzg_ui_label (text, "bzg-badge");

  bzg_ui_add_css (label, css);
  gtk_box_append (self->badges, label);
}

static void
show_pair (BzgDoublesPage *self)
{
  BzgDouble *pair = shown (self);
  gboolean people;

  if (pair == NULL || !bzg_merge_view_show (self->view, bzg_page_session (BZG_PAGE (self)), pair))
    {
      bzg_merge_view_clear (self->view);
      gtk_stack_set_visible_child_name (self->right, "none");
      return;
    }
  people = g_str_equal (bzg_double_aggregate (pair), "person");
  gtk_label_set_label (self->question, people ? _ ("One person?") : _ ("One household?"));
  bzg_ui_clear (GTK_WIDGET (self->badges));
  if (bzg_double_same (pair))
    add_badge (self, _ ("As good as certain"), "given");
  else
    add_badge (self, _ ("To be asked"), "attention");
  if (people && bzg_double_one_household (pair))
    add_badge (self, _ ("Of one household"), "attention");
  if (!people)
    {
      guint n = bzg_double_n_shared (pair);
      g_autofree char *text
        = n > 0
            ? g_strdup_printf (g_dngettext (NULL, "%u person in both", "%u people in both", n), n)
            : g_strdup (_ ("A like name in one district"));

      add_badge (self, text, NULL);
    }
  adw_bin_set_child (self->reasons, bzg_waterfall_new (bzg_double_reasons (pair)));
  gtk_widget_set_visible (self->why, people);
  gtk_stack_set_visible_child_name (self->right, "pair");
}

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, BzgDoublesPage *self)
{
  show_pair (self);
}

static void
activate_cb (GtkListView *list, guint position, BzgDoublesPage *self)
{
  bzg_merge_view_focus (self->view);
}

/* ---- The queue */

static void
update (BzgDoublesPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  gboolean busy = self->cancellable != NULL;
  g_autofree char *text = g_strdup_printf (g_dngettext (NULL, "%u pair", "%u pairs", n), n);

  gtk_label_set_label (self->count, self->searched && !busy ? text : "");
  gtk_widget_set_visible (self->searching, busy);
  gtk_widget_set_sensitive (self->again, !busy);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "pairs" : "nothing");
  if (n > 0)
    return;
  if (busy)
    {
      adw_status_page_set_title (self->nothing, _ ("Looking for doubles"));
      adw_status_page_set_description (self->nothing, _ ("Everybody is compared with everybody. "
                                                         "You can go on working."));
    }
  else if (self->searched)
    {
      adw_status_page_set_title (self->nothing, _ ("No doubles"));
      adw_status_page_set_description (self->nothing, _ ("Nobody seems to be registered twice, and "
                                                         "no household either."));
    }
  else
    {
      adw_status_page_set_title (self->nothing, _ ("Not looked through"));
      adw_status_page_set_description (self->nothing, _ ("The search was stopped."));
    }
}

/* The pair and, if somebody is gone, all other pairs of that one; then the next pair. */
static void
take_out (BzgDoublesPage *self, BzgDouble *pair, const BzgId *gone)
{
  guint at = 0;

  if (!g_list_store_find (self->queue, pair, &at))
    return;
  g_list_store_remove (self->queue, at);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->queue)); gone != NULL && i > 0; i--)
    {
      g_autoptr (BzgDouble) other = g_list_model_get_item (G_LIST_MODEL (self->queue), i - 1);

      if (!bzg_id_equal (bzg_double_id (other, 0), gone)
          && !bzg_id_equal (bzg_double_id (other, 1), gone))
        continue;
      g_list_store_remove (self->queue, i - 1);
      at -= i - 1 < at;
    }
  update (self);
  at = MIN (at, MAX (g_list_model_get_n_items (G_LIST_MODEL (self->queue)), 1) - 1);
  gtk_single_selection_set_selected (self->selection, at);
  show_pair (self);
  bzg_merge_view_focus (self->view);
}

typedef struct
{
  BzgDoublesPage *page; /* weak */
  BzgDouble *pair;
} Again;

static void
again_free (gpointer data)
{
  Again *self = data;

  g_clear_weak_pointer (&self->page);
  g_object_unref (self->pair);
  g_free (self);
}

static void
put_back_cb (gpointer data)
{
  Again *self = data;

  if (self->page == NULL)
    return;
  g_list_store_insert (self->page->queue, 0, self->pair);
  update (self->page);
  gtk_single_selection_set_selected (self->page->selection, 0);
  show_pair (self->page);
}

/* ---- Deciding */

static void
merge_now (BzgDoublesPage *self, BzgDouble *pair)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));
  g_autoptr (GError) error = NULL;
  BzgId gone = *bzg_merge_view_other (self->view), merge;
  const BzgMergeChoice *choices;
  Again *again;
  guint n;

  choices = bzg_merge_view_choices (self->view, &n);
  if (!bzg_merge (session, bzg_double_aggregate (pair), bzg_merge_view_keeper (self->view), &gone,
                  choices, n, &merge, &error))
    {
      bzg_window_fail (window, error);
      return;
    }
  again = g_new0 (Again, 1);
  g_set_weak_pointer (&again->page, self);
  again->pair = g_object_ref (pair);
  bzg_merge_toast (window, session, &merge, put_back_cb, again, again_free);
  take_out (self, pair, &gone);
}

static void
merge_response_cb (AdwMessageDialog *dialog, const char *response, BzgDoublesPage *self)
{
  BzgDouble *pair = g_object_get_data (G_OBJECT (dialog), "pair");

  if (bzg_ui_is_yes (response) && shown (self) == pair)
    merge_now (self, pair);
}

static void
merge_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (widget);
  BzgDouble *pair = shown (self);
  g_autofree char *body = NULL;
  GtkWidget *question;

  if (pair == NULL)
    return;
  body = g_strdup_printf (
    g_str_equal (bzg_double_aggregate (pair), "person")
      ? _ ("All that is recorded of “%s” (support, visits, notes, cases) goes to “%s”. The name is "
           "kept among the other names, and both case numbers go on finding the person. "
           "Published reports stay as they are.\n\nThis can be undone at any later time.")
      : _ ("Everybody of “%s” goes to “%s”.\n\nThis can be undone at any later time."),
    bzg_merge_view_other_name (self->view), bzg_merge_view_keeper_name (self->view));
  question = bzg_ui_question (GTK_WINDOW (bzg_window_of (widget)), _ ("Make these two one?"), body,
                              _ ("_Cancel"), _ ("_Merge"), BZG_ASK_SAFE);
  g_object_set_data_full (G_OBJECT (question), "pair", g_object_ref (pair), g_object_unref);
  bzg_ui_ask (question, G_CALLBACK (merge_response_cb), self);
}

static void
not_same_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (widget);
  BzgDouble *pair = shown (self);
  g_autoptr (GError) error = NULL;

  if (pair == NULL)
    return;
  if (!bzg_doubles_set_not_same (bzg_page_session (BZG_PAGE (self)), bzg_double_aggregate (pair),
                                 bzg_double_id (pair, 0), bzg_double_id (pair, 1), &error))
    {
      bzg_window_fail (bzg_window_of (widget), error);
      return;
    }
  bzg_window_toast (bzg_window_of (widget), _ ("This pair is not asked again"));
  take_out (self, pair, NULL);
}

static void
later_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (widget);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  guint at = gtk_single_selection_get_selected (self->selection);

  if (n == 0)
    return;
  at = at == GTK_INVALID_LIST_POSITION ? 0 : (at + 1) % n;
  gtk_single_selection_set_selected (self->selection, at);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", at);
  bzg_merge_view_focus (self->view);
}

static void
swap_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (widget);

  if (shown (self) == NULL)
    return;
  bzg_merge_view_swap (self->view);
  bzg_merge_view_focus (self->view);
}

/* ---- Looking */

static gboolean
show_progress_cb (gpointer data)
{
  BzgDoublesPage *self = data;

  g_mutex_lock (&self->lock);
  gtk_progress_bar_set_fraction (self->bar, self->fraction);
  g_mutex_unlock (&self->lock);
  return G_SOURCE_CONTINUE;
}

static void
progress_cb (double fraction, gpointer data)
{
  BzgDoublesPage *self = data;

  g_mutex_lock (&self->lock);
  self->fraction = fraction;
  g_mutex_unlock (&self->lock);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgDoublesPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = bzg_doubles_find_finish (BZG_SESSION (source), result, &error);
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));

  g_clear_handle_id (&self->progress_id, g_source_remove);
  g_clear_object (&self->cancellable);
  if (self->queue == NULL || window == NULL)
    return; /* locked meanwhile */
  if (found != NULL)
    {
      /* In two steps: GTK asks for every row of a reset. */
      g_list_store_remove_all (self->queue);
      g_list_store_splice (self->queue, 0, 0, found->pdata, found->len);
      self->searched = TRUE;
    }
  else if (!g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED))
    bzg_window_fail (window, error);
  update (self);
  if (found != NULL && found->len > 0)
    {
      gtk_single_selection_set_selected (self->selection, 0);
      show_pair (self);
      if (bzg_window_page_in_view (window) == BZG_PAGE (self))
        gtk_widget_grab_focus (GTK_WIDGET (self->list));
    }
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const BzgDoublesOptions options = { WORTH_ASKING, QUEUE };
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (widget);

  if (self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  progress_cb (0, self);
  show_progress_cb (self);
  self->progress_id = g_timeout_add (100, show_progress_cb, self);
  bzg_doubles_find_async (bzg_page_session (BZG_PAGE (self)), &options, progress_cb, self,
                          self->cancellable, found_cb, g_object_ref (self));
  update (self);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_cancellable_cancel (BZG_DOUBLES_PAGE (widget)->cancellable);
}

/* ---- Rows of the queue */

static GtkWidget *
inscription_new (const char *css)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), 12);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  if (css != NULL)
    bzg_ui_add_css (text, css);
  return text;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), inscription_new (NULL));
  gtk_box_append (GTK_BOX (box), inscription_new (NULL));
  gtk_box_append (GTK_BOX (box), inscription_new ("caption dim-label"));
  gtk_widget_add_css_class (box, "bzg-double");
  gtk_list_item_set_child (item, box);
}

static const char *
side_name (BzgDouble *pair, guint side)
{
  const char *name = bzg_double_name (pair, side);

  if (name != NULL && *name != '\0')
    return name;
  return g_str_equal (bzg_double_aggregate (pair), "person") ? "–" : _ ("Household without a name");
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  BzgDouble *pair = gtk_list_item_get_item (item);
  GtkWidget *child = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  const char *band = bzg_double_same (pair) ? _ ("As good as certain") : _ ("To be asked");
  g_autofree char *note = NULL;

  if (!g_str_equal (bzg_double_aggregate (pair), "person"))
    note = g_strdup_printf ("%s · %s",
                            bzg_aggregate_label (bzg_dictionary_aggregate ("household"),
                                                 bzg_language_current ()),
                            band);
  else if (bzg_double_one_household (pair))
    note = g_strdup (_ ("Of one household"));
  else
    note = g_strdup (band);
  for (guint side = 0; side < 2; side++)
    {
      gtk_inscription_set_text (GTK_INSCRIPTION (child), side_name (pair, side));
      child = gtk_widget_get_next_sibling (child);
    }
  gtk_inscription_set_text (GTK_INSCRIPTION (child), note);
}

/* ---- The page */

static void
bzg_doubles_page_attached (BzgPage *page)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (page);

  self->may_write = bzg_session_allows (bzg_page_session (page), "identity", BZG_ACT_WRITE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "doubles.merge", self->may_write);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "doubles.not-same", self->may_write);
  gtk_widget_set_visible (self->explain, !self->may_write);
}

static void
bzg_doubles_page_opened (BzgPage *page, const char *argument)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (page);

  if (!self->searched && self->cancellable == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "doubles.search", NULL);
  else
    show_pair (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
bzg_doubles_page_refresh (BzgPage *page, const char *aggregate)
{
  show_pair (BZG_DOUBLES_PAGE (page));
}

static void
bzg_doubles_page_dispose (GObject *object)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->progress_id, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->queue);
  G_OBJECT_CLASS (bzg_doubles_page_parent_class)->dispose (object);
}

static void
bzg_doubles_page_finalize (GObject *object)
{
  BzgDoublesPage *self = BZG_DOUBLES_PAGE (object);

  g_clear_object (&self->cancellable);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (bzg_doubles_page_parent_class)->finalize (object);
}

static void
bzg_doubles_page_class_init (BzgDoublesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (BZG_TYPE_MERGE_VIEW);
  G_OBJECT_CLASS (klass)->dispose = bzg_doubles_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = bzg_doubles_page_finalize;
  BZG_PAGE_CLASS (klass)->attached = bzg_doubles_page_attached;
  BZG_PAGE_CLASS (klass)->opened = bzg_doubles_page_opened;
  BZG_PAGE_CLASS (klass)->refresh = bzg_doubles_page_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/doubles-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, count);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, again);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, searching);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, bar);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, nothing);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, list);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, right);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, question);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, badges);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, view);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, why);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, reasons);
  gtk_widget_class_bind_template_child (widget_class, BzgDoublesPage, explain);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_install_action (widget_class, "doubles.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "doubles.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "doubles.merge", NULL, merge_action);
  gtk_widget_class_install_action (widget_class, "doubles.not-same", NULL, not_same_action);
  gtk_widget_class_install_action (widget_class, "doubles.later", NULL, later_action);
  gtk_widget_class_install_action (widget_class, "doubles.swap", NULL, swap_action);
}

static void
bzg_doubles_page_init (BzgDoublesPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_mutex_init (&self->lock);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  self->queue = g_list_store_new (BZG_TYPE_DOUBLE);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->queue)));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           0);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}
