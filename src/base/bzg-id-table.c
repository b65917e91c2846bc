/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-id-table.h"

#include <string.h>

/*
 * Open addressing, at most three quarters full. Ids tell when somebody was registered: what is
 * freed is cleared first.
 */

#define FIRST_SLOTS 64u

/* Of all bytes: made ids are random only at their end, pseudonyms everywhere, those of tests
 * nowhere. */
static guint32
hash (const BzgId *id)
{
  guint64 a, b;

  memcpy (&a, id->bytes, sizeof a);
  memcpy (&b, id->bytes + sizeof a, sizeof b);
  a = (a ^ (b >> 32) ^ (b << 32)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  a ^= a >> 32;
  a *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return (guint32) (a >> 32);
}

/* Where @id is, or the free slot where it would be. There is a free one. */
static guint32
find_slot (const BzgIdTable *self, const BzgId *id)
{
  guint32 slot = hash (id) & (self->n_slots - 1);

  while (self->slots[slot] != 0 && memcmp (&self->ids[self->slots[slot] - 1], id, sizeof *id) != 0)
    slot = (slot + 1) & (self->n_slots - 1);
  return slot;
}

static void
grow_ids (BzgIdTable *self)
{
  guint32 room = MAX (self->room + self->room / 2, FIRST_SLOTS);
  BzgId *ids = g_new (BzgId, room);

  if (self->n > 0)
    {
      memcpy (ids, self->ids, self->n * sizeof *ids);
      explicit_bzero (self->ids, self->n * sizeof *ids);
    }
  g_free (self->ids);
  self->ids = ids;
  self->room = room;
}

static void
grow_slots (BzgIdTable *self)
{
  self->n_slots = MAX (2 * self->n_slots, FIRST_SLOTS);
  g_free (self->slots);
  self->slots = g_new0 (guint32, self->n_slots);
  for (guint32 i = 0; i < self->n; i++)
    self->slots[find_slot (self, &self->ids[i])] = i + 1;
}

void
bzg_id_table_clear (BzgIdTable *self)
{
  if (self->ids != NULL)
    explicit_bzero (self->ids, self->n * sizeof *self->ids);
  g_free (self->ids);
  g_free (self->slots);
  *self = (BzgIdTable){ 0 };
}

guint32
bzg_id_table_add (BzgIdTable *self, const BzgId *id)
{
  guint32 slot;

  if (self->n_slots / 4 * 3 <= self->n)
    grow_slots (self);
  slot = find_slot (self, id);
  if (self->slots[slot] != 0)
    return self->slots[slot] - 1;
  if (self->n == self->room)
    grow_ids (self);
  self->ids[self->n] = *id;
  self->slots[slot] = ++self->n;
  return self->n - 1;
}

guint32
bzg_id_table_find (const BzgIdTable *self, const BzgId *id)
{
  guint32 slot;

  if (self->n == 0)
    return BZG_ID_TABLE_NONE;
  slot = find_slot (self, id);
  return self->slots[slot] != 0 ? self->slots[slot] - 1 : BZG_ID_TABLE_NONE;
}
