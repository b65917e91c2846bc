/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-record-private.h"

#include <string.h>

#include "vault/bzg-crypto.h"

/*
 * Values lie in an array in the order of the aggregate's fields: a record of a thousand is one
 * allocation and its texts.
 */
struct _BzgRecord
{
  const BzgAggregate *aggregate;
  BzgId id;
  gint64 revision, changed_at;
  gboolean is_void;
  char *values[];
};

static int
find (const BzgRecord *self, const char *name)
{
  for (guint i = 0; i < self->aggregate->n_fields; i++)
    if (g_str_equal (self->aggregate->fields[i]->name, name))
      return (int) i;
  return -1;
}

BzgRecord *
bzg_record_new (const char *aggregate, const BzgId *id)
{
  const BzgAggregate *known = bzg_dictionary_aggregate (aggregate);
  BzgRecord *self;

  if (known == NULL)
    g_error ("record: there is no aggregate %s", aggregate);
  self = g_malloc0 (sizeof *self + known->n_fields * sizeof (char *));
  self->aggregate = known;
  if (id != NULL)
    self->id = *id;
  else
    bzg_id_new (&self->id);
  return self;
}

BzgRecord *
bzg_record_copy (const BzgRecord *self)
{
  gsize size = sizeof *self + self->aggregate->n_fields * sizeof (char *);
  BzgRecord *copy = g_memdup2 (self, size);

  for (guint i = 0; i < self->aggregate->n_fields; i++)
    copy->values[i] = g_strdup (self->values[i]);
  return copy;
}

void
bzg_record_free (BzgRecord *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->aggregate->n_fields; i++)
    _bzg_record_set_at (self, i, NULL);
  g_free (self);
}

const BzgId *
bzg_record_id (const BzgRecord *self)
{
  return &self->id;
}

const BzgAggregate *
bzg_record_aggregate (const BzgRecord *self)
{
  return self->aggregate;
}

gint64
bzg_record_revision (const BzgRecord *self)
{
  return self->revision;
}

gint64
bzg_record_changed_at (const BzgRecord *self)
{
  return self->changed_at;
}

gboolean
bzg_record_is_void (const BzgRecord *self)
{
  return self->is_void;
}

const char *
bzg_record_get (const BzgRecord *self, const char *name)
{
  int i = find (self, name);

  if (i < 0)
    g_error ("record: %s has no field %s", self->aggregate->name, name);
  return self->values[i];
}

gboolean
bzg_record_get_id (const BzgRecord *self, const char *name, BzgId *out)
{
  const char *text = bzg_record_get (self, name);

  return text != NULL && bzg_id_from_text (text, out);
}

void
bzg_record_set (BzgRecord *self, const char *name, const char *canonical)
{
  int i = find (self, name);

  if (i < 0)
    g_error ("record: %s has no field %s", self->aggregate->name, name);
  _bzg_record_set_at (self, (guint) i, canonical != NULL && *canonical != '\0' ? canonical : NULL);
}

void
bzg_record_set_id (BzgRecord *self, const char *name, const BzgId *id)
{
  char text[BZG_ID_TEXT_SIZE];

  bzg_record_set (self, name, id != NULL ? bzg_id_to_text (id, text) : NULL);
}

const char *
_bzg_record_get_at (const BzgRecord *self, guint position)
{
  return self->values[position];
}

void
_bzg_record_set_at (BzgRecord *self, guint position, const char *canonical)
{
  char *value = g_strdup (canonical);

  /* A sheet: what was sealed does not stay in memory. */
  if (self->aggregate->table == NULL)
    bzg_wipe_free (self->values[position]);
  else
    g_free (self->values[position]);
  self->values[position] = value;
}

void
_bzg_record_set_state (BzgRecord *self, gint64 revision, gint64 changed_at, gboolean is_void)
{
  self->revision = revision;
  self->changed_at = changed_at;
  self->is_void = is_void;
}
