/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-person-row-private.h"

#include "casebook/bzg-sql-private.h"

struct _BzgPersonRow
{
  GObject parent_instance;

  BzgId id;
  char *name;
  char *case_no;
  char *category;
  char *district;
  char *status;
  char *next_due;
};

G_DEFINE_FINAL_TYPE (BzgPersonRow, bzg_person_row, G_TYPE_OBJECT)

static void
bzg_person_row_finalize (GObject *object)
{
  BzgPersonRow *self = BZG_PERSON_ROW (object);

  g_free (self->name);
  g_free (self->case_no);
  g_free (self->category);
  g_free (self->district);
  g_free (self->status);
  g_free (self->next_due);
  G_OBJECT_CLASS (bzg_person_row_parent_class)->finalize (object);
}

static void
bzg_person_row_class_init (BzgPersonRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_person_row_finalize;
}

static void
bzg_person_row_init (BzgPersonRow *self)
{
}

BzgPersonRow *
_bzg_person_row_from_statement (BzgSession *session, sqlite3_stmt *stmt, int column)
{
  BzgPersonRow *self = g_object_new (BZG_TYPE_PERSON_ROW, NULL);

  if (stmt == NULL)
    return self;
  _bzg_sql_id (stmt, column, &self->id);
  if (bzg_session_allows (session, "identity", BZG_ACT_READ))
    self->name = g_strdup (_bzg_sql_text (stmt, column + 1));
  if (bzg_session_allows (session, "case", BZG_ACT_READ))
    {
      self->case_no = g_strdup (_bzg_sql_text (stmt, column + 2));
      self->category = g_strdup (_bzg_sql_text (stmt, column + 3));
      self->status = g_strdup (_bzg_sql_text (stmt, column + 6));
      self->next_due = g_strdup (_bzg_sql_text (stmt, column + 7));
    }
  if (bzg_session_allows (session, "address", BZG_ACT_READ))
    {
      const char *district = _bzg_sql_text (stmt, column + 5);

      self->district = g_strdup (district != NULL ? district : _bzg_sql_text (stmt, column + 4));
    }
  return self;
}

const BzgId *
bzg_person_row_id (BzgPersonRow *self)
{
  return &self->id;
}

const char *
bzg_person_row_name (BzgPersonRow *self)
{
  return self->name;
}

const char *
bzg_person_row_case_no (BzgPersonRow *self)
{
  return self->case_no;
}

const char *
bzg_person_row_category (BzgPersonRow *self)
{
  return self->category;
}

const char *
bzg_person_row_district (BzgPersonRow *self)
{
  return self->district;
}

const char *
bzg_person_row_status (BzgPersonRow *self)
{
  return self->status;
}

const char *
bzg_person_row_next_due (BzgPersonRow *self)
{
  return self->next_due;
}
