/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-blocks-private.h"

struct _BzgBlocks
{
  guint people;
  GArray *members; /* guint: of all blocks, one after the other */
  GArray *starts;  /* guint: where a block begins in members; of the open one, too */
  GArray *parted;  /* guint64: a << 32 | b, a < b */
  guint *first;    /* where a person's blocks begin in of_person; one more for the end */
  guint *of_person;
  guint turn;  /* how often it was asked */
  guint *seen; /* the turn in which each was last told */
};

BzgBlocks *
_bzg_blocks_new (guint people)
{
  BzgBlocks *self = g_new0 (BzgBlocks, 1);

  self->people = people;
  self->members = g_array_new (FALSE, FALSE, sizeof (guint));
  self->starts = g_array_new (FALSE, TRUE, sizeof (guint));
  self->parted = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->first = g_new0 (guint, (gsize) people + 2);
  self->seen = g_new0 (guint, people);
  g_array_set_size (self->starts, 1);
  return self;
}

void
_bzg_blocks_free (BzgBlocks *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->members);
  g_array_unref (self->starts);
  g_array_unref (self->parted);
  g_free (self->first);
  g_free (self->of_person);
  g_free (self->seen);
  g_free (self);
}

static guint
start_of (const BzgBlocks *self, guint block)
{
  return g_array_index (self->starts, guint, block);
}

void
_bzg_blocks_part (BzgBlocks *self, guint a, guint b)
{
  guint64 pair = (guint64) MIN (a, b) << 32 | MAX (a, b);

  g_array_append_val (self->parted, pair);
}

void
_bzg_blocks_add (BzgBlocks *self, guint person)
{
  g_array_append_val (self->members, person);
}

void
_bzg_blocks_next (BzgBlocks *self)
{
  guint start = start_of (self, self->starts->len - 1), end = self->members->len;

  if (end - start < 2 || end - start > BZG_MAX_BLOCK)
    g_array_set_size (self->members, start);
  else
    g_array_append_val (self->starts, end);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

void
_bzg_blocks_close (BzgBlocks *self)
{
  _bzg_blocks_next (self);
  g_array_sort (self->parted, compare_numbers);
  self->of_person = g_new (guint, self->members->len);
  /* Counted two places on, summed up, and filled in one place on: then each begins where it should.
   */
  for (guint i = 0; i < self->members->len; i++)
    self->first[g_array_index (self->members, guint, i) + 2]++;
  for (guint i = 2; i < self->people + 2; i++)
    self->first[i] += self->first[i - 1];
  for (guint block = 0; block + 1 < self->starts->len; block++)
    for (guint i = start_of (self, block); i < start_of (self, block + 1); i++)
      self->of_person[self->first[g_array_index (self->members, guint, i) + 1]++] = block;
}

/* Marks whom @person was parted from as told already. */
static void
skip_parted (BzgBlocks *self, guint person)
{
  guint low = 0, high = self->parted->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->parted, guint64, middle) >> 32 < person)
        low = middle + 1;
      else
        high = middle;
    }
  for (; low < self->parted->len; low++)
    {
      guint64 pair = g_array_index (self->parted, guint64, low);

      if (pair >> 32 != person)
        return;
      self->seen[(guint32) pair] = self->turn;
    }
}

void
_bzg_blocks_partners (BzgBlocks *self, guint person, GArray *out)
{
  g_array_set_size (out, 0);
  self->turn++;
  skip_parted (self, person);
  for (guint i = self->first[person]; i < self->first[person + 1]; i++)
    {
      guint block = self->of_person[i];

      for (guint j = start_of (self, block); j < start_of (self, block + 1); j++)
        {
          guint other = g_array_index (self->members, guint, j);

          if (other <= person || self->seen[other] == self->turn)
            continue;
          self->seen[other] = self->turn;
          g_array_append_val (out, other);
        }
    }
}
