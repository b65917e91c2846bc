/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-form.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/widgets/bzg-field-row.h"

struct _BzgForm
{
  GtkBox parent_instance;

  const BzgAggregate *aggregate;
  BzgRecord *record;
  GPtrArray *rows;   /* BzgFieldRow, borrowed */
  GPtrArray *before; /* texts as shown by set_record and defaults, one a row */
};

G_DEFINE_FINAL_TYPE (BzgForm, bzg_form, GTK_TYPE_BOX)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static BzgFieldRow *
find_row (BzgForm *self, const char *name, guint *index)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      BzgFieldRow *row = g_ptr_array_index (self->rows, i);

      if (g_str_equal (bzg_field_row_field (row)->name, name))
        {
          if (index != NULL)
            *index = i;
          return row;
        }
    }
  return NULL;
}

static void
remember (BzgForm *self, guint index)
{
  g_free (g_ptr_array_index (self->before, index));
  g_ptr_array_index (self->before, index)
    = bzg_field_row_get_text (g_ptr_array_index (self->rows, index));
}

static void
row_changed_cb (BzgFieldRow *row, BzgForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0, bzg_field_row_field (row)->name);
}

static void
add_field (BzgForm *self,
           BzgSession *session,
           const BzgField *field,
           const BzgId *person,
           GtkSizeGroup *labels,
           const char **group)
{
  GtkWidget *row = NULL;

  if (!field->in_form || !bzg_session_allows (session, field->section, BZG_ACT_WRITE))
    return;
  if (g_strcmp0 (field->group, *group) != 0)
    {
      *group = field->group;
      if (field->group != NULL)
        gtk_box_append (GTK_BOX (self), bzg_ui_label (_ (field->group), "bzg-group"));
    }
  row = bzg_field_row_new (session, field, person, labels);
  g_signal_connect_object (row, "changed", G_CALLBACK (row_changed_cb), self, 0);
  gtk_box_append (GTK_BOX (self), row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->before, g_strdup (""));
}

/* Groups in the order in which the dictionary first names them, each with all its fields. */
static void
add_fields (BzgForm *self, BzgSession *session, GPtrArray *fields, const BzgId *person)
{
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  const char *group = NULL;

  for (guint i = 0; i < fields->len; i++)
    {
      const BzgField *first = g_ptr_array_index (fields, i);

      if (first == NULL)
        continue;
      for (guint j = i; j < fields->len; j++)
        {
          const BzgField *field = g_ptr_array_index (fields, j);

          if (field == NULL || g_strcmp0 (field->group, first->group) != 0)
            continue;
          add_field (self, session, field, person, labels, &group);
          g_ptr_array_index (fields, j) = NULL;
        }
    }
}

static void
bzg_form_finalize (GObject *object)
{
  BzgForm *self = BZG_FORM (object);

  g_clear_pointer (&self->record, bzg_record_free);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->before);
  G_OBJECT_CLASS (bzg_form_parent_class)->finalize (object);
}

static void
bzg_form_class_init (BzgFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_form_finalize;
  signals[CHANGED] = g_signal_new ("changed", BZG_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bzg_form_init (BzgForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "bzg-form");
  self->rows = g_ptr_array_new ();
  self->before = g_ptr_array_new_with_free_func (g_free);
}

GtkWidget *
bzg_form_new (BzgSession *session,
              const char *aggregate,
              const char *const *fields,
              const BzgId *person)
{
  BzgForm *self = g_object_new (BZG_TYPE_FORM, NULL);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  self->aggregate = bzg_dictionary_aggregate (aggregate);
  g_return_val_if_fail (self->aggregate != NULL, GTK_WIDGET (self));
  if (fields == NULL)
    for (guint i = 0; i < self->aggregate->n_fields; i++)
      g_ptr_array_add (wanted, (gpointer) self->aggregate->fields[i]);
  else
    for (guint i = 0; fields[i] != NULL; i++)
      g_ptr_array_add (wanted, (gpointer) bzg_dictionary_field_of (aggregate, fields[i]));
  add_fields (self, session, wanted, person);
  self->record = bzg_record_new (aggregate, NULL);
  return GTK_WIDGET (self);
}

void
bzg_form_set_record (BzgForm *self, const BzgRecord *record)
{
  BzgRecord *copy = bzg_record_copy (record);

  g_clear_pointer (&self->record, bzg_record_free);
  self->record = copy;
  for (guint i = 0; i < self->rows->len; i++)
    {
      BzgFieldRow *row = g_ptr_array_index (self->rows, i);

      bzg_field_row_set_canonical (row, bzg_record_get (record, bzg_field_row_field (row)->name));
      remember (self, i);
    }
}

void
bzg_form_set_canonical (BzgForm *self, const char *name, const char *canonical)
{
  guint index = 0;
  BzgFieldRow *row = find_row (self, name, &index);

  if (row == NULL)
    return;
  bzg_field_row_set_canonical (row, canonical);
  remember (self, index);
}

void
bzg_form_set_text (BzgForm *self, const char *name, const char *text)
{
  BzgFieldRow *row = find_row (self, name, NULL);

  if (row != NULL)
    bzg_field_row_set_text (row, text);
}

char *
bzg_form_get_text (BzgForm *self, const char *name)
{
  BzgFieldRow *row = find_row (self, name, NULL);

  return row != NULL ? bzg_field_row_get_text (row) : NULL;
}

BzgRecord *
bzg_form_collect (BzgForm *self)
{
  g_autoptr (BzgRecord) out = bzg_record_copy (self->record);
  BzgFieldRow *wrong = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      BzgFieldRow *row = g_ptr_array_index (self->rows, i);
      const BzgField *field = bzg_field_row_field (row);
      g_autofree char *canonical = NULL;
      gboolean good = bzg_field_row_parse (row, &canonical);

      if (good && canonical == NULL && field->required)
        {
          bzg_field_row_set_error (row, _ ("This is needed"));
          good = FALSE;
        }
      if (good)
        bzg_record_set (out, field->name, canonical);
      else if (wrong == NULL)
        wrong = row;
    }
  if (wrong != NULL)
    {
      bzg_field_row_focus (wrong);
      return NULL;
    }
  return g_steal_pointer (&out);
}

BzgRecord *
bzg_form_glance (BzgForm *self)
{
  BzgRecord *out = bzg_record_copy (self->record);

  for (guint i = 0; i < self->rows->len; i++)
    {
      BzgFieldRow *row = g_ptr_array_index (self->rows, i);
      const BzgField *field = bzg_field_row_field (row);
      g_autofree char *text = bzg_field_row_get_text (row);
      g_autofree char *canonical = NULL;

      if (field->type != BZG_FIELD_ID && bzg_field_parse (field, text, &canonical, NULL))
        bzg_record_set (out, field->name, canonical);
    }
  return out;
}

gboolean
bzg_form_is_dirty (BzgForm *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autofree char *text = bzg_field_row_get_text (g_ptr_array_index (self->rows, i));

      if (g_strcmp0 (text, g_ptr_array_index (self->before, i)) != 0)
        return TRUE;
    }
  return FALSE;
}

void
bzg_form_store (BzgForm *self, GKeyFile *draft, const char *group)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      BzgFieldRow *row = g_ptr_array_index (self->rows, i);
      g_autofree char *text = bzg_field_row_get_text (row);

      /* Only what was typed: what stood there may have changed in the record meanwhile. */
      if (g_strcmp0 (text, g_ptr_array_index (self->before, i)) != 0)
        g_key_file_set_string (draft, group, bzg_field_row_field (row)->name, text);
    }
}

gboolean
bzg_form_load (BzgForm *self, GKeyFile *draft, const char *group)
{
  g_auto (GStrv) names = g_key_file_get_keys (draft, group, NULL, NULL);
  gboolean any = FALSE;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      BzgFieldRow *row = find_row (self, names[i], NULL);
      g_autofree char *text = g_key_file_get_string (draft, group, names[i], NULL);

      if (row == NULL || text == NULL)
        continue;
      bzg_field_row_set_text (row, text);
      any = TRUE;
    }
  return any;
}

void
bzg_form_focus (BzgForm *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autofree char *text = bzg_field_row_get_text (g_ptr_array_index (self->rows, i));

      if (*text == '\0')
        {
          bzg_field_row_focus (g_ptr_array_index (self->rows, i));
          return;
        }
    }
  if (self->rows->len > 0)
    bzg_field_row_focus (g_ptr_array_index (self->rows, 0));
}
