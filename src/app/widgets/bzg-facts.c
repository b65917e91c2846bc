/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-facts.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"

static void
add_fact (GtkWidget *grid, int *row, const char *label, const char *value, const char *css)
{
  GtkWidget *name = bzg_ui_text (label, "dim-label caption bzg-fact-label");
  GtkWidget *text = bzg_ui_text (value, css);

  gtk_label_set_width_chars (GTK_LABEL (name), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 14);
  gtk_widget_set_valign (name, GTK_ALIGN_START);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_can_focus (text, FALSE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_grid_attach (GTK_GRID (grid), name, 0, *row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), text, 1, *row, 1, 1);
  (*row)++;
}

static void
add_closed (GtkWidget *grid, int *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("bzg-lock-symbolic"));
  gtk_box_append (GTK_BOX (box),
                  bzg_ui_text (_ ("Closed: your role may not read this section"), "caption"));
  gtk_widget_add_css_class (box, "bzg-closed");
  gtk_grid_attach (GTK_GRID (grid), box, 0, (*row)++, 2, 1);
}

static void
add_group (
  GtkWidget *grid, int *row, BzgSession *session, const BzgRecord *record, const char *group)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  gboolean headed = group == NULL, closed = FALSE;

  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const BzgField *field = aggregate->fields[i];
      const char *value = bzg_record_get (record, field->name);
      gboolean may_read = bzg_session_allows (session, field->section, BZG_ACT_READ);
      g_autofree char *text = NULL;

      if (!field->in_form || g_strcmp0 (field->group, group) != 0 || (may_read && value == NULL)
          || (!may_read && closed))
        continue;
      if (!headed)
        gtk_grid_attach (GTK_GRID (grid), bzg_ui_label (_ (group), "bzg-group"), 0, (*row)++, 2, 1);
      headed = TRUE;
      if (!may_read)
        {
          closed = TRUE;
          add_closed (grid, row);
          continue;
        }
      text = bzg_ui_field_text (session, field, value);
      add_fact (grid, row, bzg_ui_field_label (field), text,
                field->type == BZG_FIELD_DATE || field->type == BZG_FIELD_PHONE ? "numeric" : NULL);
    }
}

GtkWidget *
bzg_facts_new (BzgSession *session, const BzgRecord *record)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  GtkWidget *grid = gtk_grid_new ();
  int row = 0;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 10);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const char *group = aggregate->fields[i]->group;
      gboolean seen = FALSE;

      for (guint j = 0; j < groups->len; j++)
        seen = seen || g_strcmp0 (g_ptr_array_index (groups, j), group) == 0;
      if (seen)
        continue;
      g_ptr_array_add (groups, (gpointer) group);
      add_group (grid, &row, session, record, group);
    }
  if (row == 0)
    gtk_grid_attach (GTK_GRID (grid), bzg_ui_label (_ ("Nothing recorded yet"), "dim-label"), 0, 0,
                     2, 1);
  return grid;
}

static const char *
act_text (const char *act)
{
  static const struct
  {
    const char *act, *text;
  } acts[] = {
    { "insert", N_ ("recorded") },      { "update", N_ ("changed") }, { "void", N_ ("voided") },
    { "unvoid", N_ ("brought back") },  { "merge", N_ ("merged") },   { "import", N_ ("imported") },
    { "unmerge", N_ ("parted again") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_strcmp0 (acts[i].act, act) == 0)
      return _ (acts[i].text);
  return act != NULL ? act : "";
}

/* What stands in the history beside the fields: the reason of a void, with whom somebody was
 * merged. */
static char *
other_text (BzgSession *session, const char *aggregate, const BzgHistoryLine *line)
{
  const char *value = line->after != NULL ? line->after : line->before;
  g_autoptr (BzgRecord) person = NULL;
  g_autofree char *name = NULL;
  BzgId id;

  if (value == NULL)
    return NULL;
  if (line->field == NULL || !g_str_has_prefix (line->field, "merge."))
    return g_strcmp0 (line->after, "merged") == 0 ? NULL : g_strdup (line->after);
  if (!g_str_equal (aggregate, "person") || !bzg_id_from_text (value, &id))
    return NULL;
  person = bzg_session_get (session, "person", &id, NULL);
  name = person != NULL ? bzg_ui_person_name (person) : g_strdup ("–");
  return g_strdup_printf (_ ("With: %s"), name);
}

/* Lines of one moment by one user stand under one heading. */
GtkWidget *
bzg_facts_history_new (BzgSession *session, const char *aggregate, const BzgId *id)
{
  g_autoptr (GPtrArray) lines = bzg_session_history (session, aggregate, id, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  const BzgHistoryLine *last = NULL;

  for (guint i = 0; lines != NULL && i < lines->len; i++)
    {
      const BzgHistoryLine *line = g_ptr_array_index (lines, i);
      const BzgField *field = line->field != NULL ? bzg_dictionary_field (line->field) : NULL;
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      g_autofree char *text = NULL;

      if (last == NULL || last->at != line->at || g_strcmp0 (last->user, line->user) != 0
          || g_strcmp0 (last->act, line->act) != 0)
        {
          g_autofree char *time = bzg_ui_moment (line->at);

          text = g_strdup_printf ("%s · %s · %s", time, line->user != NULL ? line->user : "–",
                                  act_text (line->act));
          gtk_box_append (GTK_BOX (box), bzg_ui_label (text, "caption-heading numeric bzg-moment"));
          g_clear_pointer (&text, g_free);
        }
      last = line;
      if (field == NULL)
        {
          text = other_text (session, aggregate, line);
          if (text != NULL)
            gtk_box_append (GTK_BOX (box), bzg_ui_text (text, "bzg-change"));
          continue;
        }
      before = bzg_ui_field_text (session, field, line->before);
      after = bzg_ui_field_text (session, field, line->after);
      if (line->before == NULL)
        text = g_strdup_printf ("%s: %s", bzg_ui_field_label (field), after);
      else
        text = g_strdup_printf ("%s: %s → %s", bzg_ui_field_label (field), before, after);
      gtk_box_append (GTK_BOX (box), bzg_ui_text (text, "bzg-change"));
    }
  if (last == NULL)
    gtk_box_append (GTK_BOX (box), bzg_ui_label (_ ("No changes recorded"), "dim-label"));
  return box;
}
