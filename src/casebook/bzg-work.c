/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-work-private.h"

struct _BzgWork
{
  GArray *changes; /* BzgChange */
};

static void
change_clear (gpointer data)
{
  BzgChange *change = data;

  g_clear_pointer (&change->record, bzg_record_free);
  g_clear_pointer (&change->text, g_free);
  if (change->destroy != NULL)
    change->destroy (change->data);
}

BzgWork *
bzg_work_new (void)
{
  BzgWork *self = g_new0 (BzgWork, 1);

  self->changes = g_array_new (FALSE, TRUE, sizeof (BzgChange));
  g_array_set_clear_func (self->changes, change_clear);
  return self;
}

void
bzg_work_free (BzgWork *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->changes);
  g_free (self);
}

void
bzg_work_put (BzgWork *self, const BzgRecord *record)
{
  BzgChange change = { .kind = BZG_CHANGE_PUT,
                       .record = bzg_record_copy (record),
                       .aggregate = bzg_record_aggregate (record),
                       .id = *bzg_record_id (record) };

  g_array_append_val (self->changes, change);
}

void
bzg_work_void (BzgWork *self, const char *aggregate, const BzgId *id, const char *reason)
{
  BzgChange change = { .kind = BZG_CHANGE_VOID,
                       .aggregate = bzg_dictionary_aggregate (aggregate),
                       .id = *id,
                       .text = g_strdup (reason) };

  g_return_if_fail (change.aggregate != NULL);
  g_array_append_val (self->changes, change);
}

void
bzg_work_unvoid (BzgWork *self, const char *aggregate, const BzgId *id)
{
  BzgChange change
    = { .kind = BZG_CHANGE_UNVOID, .aggregate = bzg_dictionary_aggregate (aggregate), .id = *id };

  g_return_if_fail (change.aggregate != NULL);
  g_array_append_val (self->changes, change);
}

void
bzg_work_drop_draft (BzgWork *self, const char *form, const BzgId *subject)
{
  BzgChange change = { .kind = BZG_CHANGE_DROP_DRAFT, .text = g_strdup (form) };

  if (subject != NULL)
    change.id = *subject;
  g_array_append_val (self->changes, change);
}

void
_bzg_work_add_func (BzgWork *self, BzgWorkFunc func, gpointer data, GDestroyNotify destroy)
{
  BzgChange change = { .kind = BZG_CHANGE_OTHER, .func = func, .data = data, .destroy = destroy };

  g_array_append_val (self->changes, change);
}

guint
bzg_work_size (const BzgWork *self)
{
  return self->changes->len;
}

const BzgChange *
_bzg_work_change (const BzgWork *self, guint position)
{
  return &g_array_index (self->changes, BzgChange, position);
}
