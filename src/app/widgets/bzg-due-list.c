/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-due-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"

char *
bzg_due_text (const BzgDue *due)
{
  if (g_str_equal (due->kind, "visit_due"))
    return g_strdup_printf (_ ("Visit: %s"),
                            bzg_dictionary_code ("livelihood_kind", due->what) != NULL
                              ? bzg_ui_code ("livelihood_kind", due->what)
                              : bzg_ui_code ("service", due->what));
  if (g_str_equal (due->kind, "reassessment"))
    return g_strdup_printf (_ ("Assess the risk again: %s"), bzg_ui_code ("risk", due->what));
  if (g_str_equal (due->kind, "planned_support"))
    return g_strdup_printf (_ ("Support: %s"), bzg_ui_code ("service", due->what));
  if (g_str_equal (due->kind, "approval"))
    return g_strdup_printf (_ ("Approve: %s"), due->what != NULL ? due->what : "–");
  if (g_str_equal (due->kind, "draft"))
    {
      /* The form of a draft is "new.visit", "edit.person" or "intake". */
      const char *dot = due->what != NULL ? strchr (due->what, '.') : NULL;
      const BzgAggregate *aggregate = bzg_dictionary_aggregate (dot != NULL ? dot + 1 : "person");

      return g_strdup_printf (_ ("Draft: %s"),
                              aggregate != NULL
                                ? bzg_aggregate_label (aggregate, bzg_language_current ())
                                : "–");
    }
  return g_strdup (due->what != NULL ? due->what : "–");
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, gpointer data)
{
  const char *page = g_object_get_data (G_OBJECT (row), "page");
  const char *argument = g_object_get_data (G_OBJECT (row), "argument");

  if (page != NULL)
    bzg_window_open_page (bzg_window_of (GTK_WIDGET (list)), page, argument);
}

static void
set_target_page (GtkWidget *row, const char *page, char *argument)
{
  g_object_set_data (G_OBJECT (row), "page", (gpointer) page);
  g_object_set_data_full (G_OBJECT (row), "argument", argument, g_free);
}

/* Where a draft is continued: its form is "intake", "new.AGGREGATE" for a person or for nobody, or
 * "edit.AGGREGATE" of a record. */
static void
set_draft_target (BzgSession *session, GtkWidget *row, const BzgDue *due)
{
  const char *form = due->what != NULL ? due->what : "intake";
  char id[BZG_ID_TEXT_SIZE];

  if (g_str_equal (form, "new.activity") || g_str_equal (form, "edit.activity"))
    set_target_page (row, "activities", g_str_has_prefix (form, "new.") ? g_strdup ("new") : NULL);
  else if (!bzg_id_is_zero (&due->person))
    set_target_page (row, "person",
                     g_strconcat (bzg_id_to_text (&due->person, id), "/", form, NULL));
  else if (g_str_has_prefix (form, "edit.") && !bzg_id_is_zero (&due->record))
    {
      g_autoptr (BzgRecord) record
        = bzg_session_get (session, form + strlen ("edit."), &due->record, NULL);
      BzgId person;
      char other[BZG_ID_TEXT_SIZE];

      if (record != NULL
          && bzg_dictionary_field_of (bzg_record_aggregate (record)->name, "person") != NULL
          && bzg_record_get_id (record, "person", &person))
        set_target_page (row, "person",
                         g_strconcat (bzg_id_to_text (&person, id), "/",
                                      bzg_id_to_text (&due->record, other), NULL));
    }
  else
    set_target_page (row, g_str_equal (form, "intake") ? "intake" : "programme", NULL);
}

static void
set_target (BzgSession *session, GtkWidget *row, const BzgDue *due)
{
  char id[BZG_ID_TEXT_SIZE], record[BZG_ID_TEXT_SIZE];

  if (g_str_equal (due->kind, "draft"))
    set_draft_target (session, row, due);
  else if (g_strcmp0 (due->aggregate, "story") == 0)
    set_target_page (row, "stories", g_strdup (bzg_id_to_text (&due->record, record)));
  else if (!bzg_id_is_zero (&due->person))
    set_target_page (row, "person",
                     bzg_id_is_zero (&due->record)
                       ? g_strdup (bzg_id_to_text (&due->person, id))
                       : g_strconcat (bzg_id_to_text (&due->person, id), "/",
                                      bzg_id_to_text (&due->record, record), NULL));
  else
    set_target_page (row, "tasks", NULL);
}

static GtkWidget *
due_row (BzgSession *session, const BzgDue *due)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name (bzg_ui_icon_of (due->aggregate));
  g_autofree char *text = bzg_due_text (due);
  g_autofree char *when = due->due != NULL ? bzg_ui_days (due->days) : NULL;
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", text, due->name != NULL ? due->name : "",
                                           when != NULL ? when : "");
  GtkWidget *what = bzg_ui_label (text, NULL);

  gtk_widget_set_hexpand (what, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), what);
  if (due->name != NULL)
    {
      GtkWidget *person = bzg_ui_label (due->name, "dim-label");

      gtk_label_set_width_chars (GTK_LABEL (person), 24);
      gtk_label_set_max_width_chars (GTK_LABEL (person), 24);
      gtk_box_append (GTK_BOX (box), person);
    }
  if (when != NULL)
    {
      GtkWidget *label = bzg_ui_label (when, due->days < 0    ? "bzg-late numeric"
                                             : due->days <= 7 ? "bzg-amber numeric"
                                                              : "dim-label numeric");

      gtk_label_set_xalign (GTK_LABEL (label), 1);
      gtk_label_set_width_chars (GTK_LABEL (label), 12);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_widget_add_css_class (box, "bzg-due");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  bzg_ui_name (row, name);

  set_target (session, row, due);
  return row;
}

GtkWidget *
bzg_due_list_new (
  BzgSession *session, const char *title, GPtrArray *items, guint limit, const char *css)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *list = gtk_list_box_new ();
  g_autofree char *count = g_strdup_printf ("%u", items->len);
  GtkWidget *number = bzg_ui_label (count, "bzg-count-plain numeric");

  bzg_ui_add_css (number, css);
  gtk_box_append (GTK_BOX (head), bzg_ui_label (title, "heading"));
  gtk_box_append (GTK_BOX (head), number);
  gtk_box_append (GTK_BOX (box), head);

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  bzg_ui_name (list, title);
  for (guint i = 0; i < items->len && i < limit; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), due_row (session, g_ptr_array_index (items, i)));
  if (items->len > limit)
    {
      guint more = items->len - limit;
      g_autofree char *text
        = g_strdup_printf (ngettext ("%u more in Tasks", "%u more in Tasks", more), more);
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *label = bzg_ui_label (text, "bzg-link bzg-due");

      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
      bzg_ui_name (row, text);
      g_object_set_data (G_OBJECT (row), "page", (gpointer) "tasks");
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  g_signal_connect (list, "row-activated", G_CALLBACK (activated_cb), NULL);
  gtk_box_append (GTK_BOX (box), list);
  return box;
}
