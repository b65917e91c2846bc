/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-fact-store.h"

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

#include <stddef.h>
#include <string.h>

/* The columns of which every fact has one value. `mores` and `whos` are arrays beside. */
static const struct
{
  gsize offset;
  gsize size;
} COLUMNS[] = {
#define COLUMN(name)                                                                               \
  {                                                                                                \
    offsetof (BzgFactStore, name), sizeof *((BzgFactStore *) NULL)->name                           \
  }
  COLUMN (kind),     COLUMN (date), COLUMN (who),        COLUMN (more),   COLUMN (service),
  COLUMN (family),   COLUMN (fund), COLUMN (livelihood), COLUMN (status), COLUMN (activity),
  COLUMN (currency), COLUMN (cost), COLUMN (record),
#undef COLUMN
};

#define FIRST_ROOM 64u
#define MAX_TEXTS (G_MAXUINT16 + 1u)

/* --- memory ---------------------------------------------------------------------------------- */

static guint8 **
column (BzgFactStore *self, guint which)
{
  return (guint8 **) (gpointer) ((guint8 *) self + COLUMNS[which].offset);
}

static void
wipe_free (gpointer data, gsize len)
{
  if (data != NULL)
    bzg_wipe (data, len);
  g_free (data);
}

/* A larger array of the same; nothing is left behind where it was. */
static gpointer
grow (gpointer old, gsize n, gsize room, gsize size)
{
  gpointer data = g_malloc_n (room, size);

  if (n > 0)
    memcpy (data, old, n * size);
  wipe_free (old, n * size);
  return data;
}

static guint32
more_room (guint32 room)
{
  return MAX (room + room / 2, FIRST_ROOM);
}

static guint
hash_who (gconstpointer key)
{
  const guint8 *bytes = key;
  guint hash = 5381;

  for (gsize i = 0; i < sizeof (BzgFactWho); i++)
    hash = hash * 33 + bytes[i];
  return hash;
}

static gboolean
equal_whos (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (BzgFactWho)) == 0;
}

BzgFactStore *
bzg_fact_store_new (void)
{
  BzgFactStore *self = g_new0 (BzgFactStore, 1);

  self->texts = g_ptr_array_new ();
  g_ptr_array_add (self->texts, NULL);
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  self->groups = g_hash_table_new_full (hash_who, equal_whos, g_free, NULL);
  return self;
}

void
bzg_fact_store_free (BzgFactStore *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (COLUMNS); i++)
    wipe_free (*column (self, i), self->n * COLUMNS[i].size);
  wipe_free (self->whos, self->n_whos * sizeof *self->whos);
  wipe_free (self->mores, self->n_mores * sizeof *self->mores);
  bzg_id_table_clear (&self->people);
  g_free (self->last_who);
  g_ptr_array_unref (self->texts);
  g_hash_table_unref (self->numbers);
  g_hash_table_unref (self->groups);
  g_free (self);
}

/* --- texts ----------------------------------------------------------------------------------- */

guint16
bzg_fact_store_find (const BzgFactStore *self, const char *text)
{
  return text != NULL ? (guint16) GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, text)) : 0;
}

guint16
bzg_fact_store_number (BzgFactStore *self, const char *text)
{
  guint16 number = bzg_fact_store_find (self, text);

  if (number != 0 || text == NULL)
    return number;
  if (self->texts->len == MAX_TEXTS)
    {
      self->texts_full = TRUE;
      return 0;
    }
  text = g_intern_string (text);
  number = (guint16) self->texts->len;
  g_ptr_array_add (self->texts, (gpointer) text);
  g_hash_table_insert (self->numbers, (gpointer) text, GUINT_TO_POINTER (number));
  return number;
}

gboolean
bzg_fact_store_check (const BzgFactStore *self, GError **error)
{
  if (!self->texts_full)
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY,
                       "too many different codes and funds to count");
  return FALSE;
}

/* --- whom a fact is about -------------------------------------------------------------------- */

static guint32
append_who (BzgFactStore *self, const BzgFactWho *who)
{
  if (self->n_whos == self->whos_room)
    {
      self->whos_room = more_room (self->whos_room);
      self->whos = grow (self->whos, self->n_whos, self->whos_room, sizeof *self->whos);
    }
  self->whos[self->n_whos] = *who;
  return self->n_whos++;
}

/* All missing. Zeroed before, because groups are compared as bytes. */
static void
clear_who (BzgFactWho *who, guint32 person)
{
  memset (who, 0, sizeof *who);
  who->person = person;
  who->age = -1;
}

guint32
bzg_fact_store_add_group (BzgFactStore *self, const BzgFactWho *group)
{
  static const BzgId nobody;
  BzgFactWho who;
  gpointer known;

  memcpy (&who, group, sizeof who);
  who.person = bzg_id_table_add (&self->people, &nobody);
  known = g_hash_table_lookup (self->groups, &who);
  if (known == NULL)
    {
      known = GUINT_TO_POINTER (append_who (self, &who) + 1);
      g_hash_table_insert (self->groups, g_memdup2 (&who, sizeof who), known);
    }
  return GPOINTER_TO_UINT (known) - 1;
}

/* Where the place in whos stands that a person had last; G_MAXUINT32: none yet. */
static guint32 *
last_who (BzgFactStore *self, guint32 person)
{
  while (self->last_who_room <= person)
    {
      guint32 room = more_room (self->last_who_room);

      self->last_who = g_renew (guint32, self->last_who, room);
      memset (self->last_who + self->last_who_room, 0xff,
              (room - self->last_who_room) * sizeof *self->last_who);
      self->last_who_room = room;
    }
  return &self->last_who[person];
}

/* As the last fact of this person had it, else a place of its own. */
static guint32
find_or_add_who (BzgFactStore *self, const BzgFactWho *who)
{
  guint32 *last = last_who (self, who->person);

  if (*last == G_MAXUINT32 || !equal_whos (&self->whos[*last], who))
    *last = append_who (self, who);
  return *last;
}

guint32
bzg_fact_store_put_who (BzgFactStore *self, const BzgId *id)
{
  guint32 person = bzg_id_table_add (&self->people, id);
  guint32 *last = last_who (self, person);
  BzgFactWho who;

  clear_who (&who, person);
  if (*last == G_MAXUINT32)
    *last = append_who (self, &who);
  else
    self->whos[*last] = who;
  return *last;
}

guint32
bzg_fact_store_find_who (const BzgFactStore *self, const BzgId *id)
{
  guint32 person = bzg_id_table_find (&self->people, id);

  return person < self->last_who_room ? self->last_who[person] : G_MAXUINT32;
}

gboolean
bzg_fact_who_age (const BzgFactWho *who, guint32 on, int *min, int *max)
{
  BzgFact fact = { .birth = bzg_date_unpack (who->birth),
                   .age_stated = who->age,
                   .age_as_of = bzg_date_unpack (who->age_as_of) };

  return bzg_fact_age (&fact, bzg_date_unpack (on), min, max);
}

/* --- facts ----------------------------------------------------------------------------------- */

guint32
bzg_fact_store_append (BzgFactStore *self, BzgFactKind kind, const BzgId *record)
{
  guint32 row = self->n;

  if (row == self->room)
    {
      self->room = more_room (self->room);
      for (guint i = 0; i < G_N_ELEMENTS (COLUMNS); i++)
        *column (self, i) = grow (*column (self, i), row, self->room, COLUMNS[i].size);
    }
  self->n++;
  self->kind[row] = (guint8) kind;
  self->record[row] = *record;
  self->date[row] = self->who[row] = 0;
  self->more[row] = BZG_FACT_NO_MORE;
  self->service[row] = self->family[row] = self->fund[row] = self->livelihood[row] = 0;
  self->status[row] = self->activity[row] = self->currency[row] = 0;
  self->cost[row] = G_MININT64;
  return row;
}

BzgFactMore *
bzg_fact_store_add_more (BzgFactStore *self, guint32 row)
{
  if (self->n_mores == self->mores_room)
    {
      self->mores_room = more_room (self->mores_room);
      self->mores = grow (self->mores, self->n_mores, self->mores_room, sizeof *self->mores);
    }
  self->mores[self->n_mores] = (BzgFactMore){
    .sales = G_MININT64, .costs = G_MININT64, .jobs_f = -1, .jobs_m = -1, .n = -1
  };
  self->more[row] = self->n_mores;
  return &self->mores[self->n_mores++];
}

static guint32
who_of (BzgFactStore *self, const BzgFact *fact)
{
  BzgFactWho who;

  clear_who (&who, 0);
  who.age = fact->age_stated;
  who.birth = bzg_date_pack (fact->birth);
  who.age_as_of = bzg_date_pack (fact->age_as_of);
  who.sex = bzg_fact_store_number (self, fact->sex);
  who.region = bzg_fact_store_number (self, fact->region);
  who.district = bzg_fact_store_number (self, fact->district);
  who.category = bzg_fact_store_number (self, fact->category);
  who.country = bzg_fact_store_number (self, fact->country);
  who.age_band = bzg_fact_store_number (self, fact->age_band);
  who.statistics_refused = fact->statistics_refused != FALSE;
  who.service_consent = fact->service_consent != FALSE;
  if (fact->kind == BZG_FACT_ACTIVITY || fact->kind == BZG_FACT_HEAD_COUNT)
    return bzg_fact_store_add_group (self, &who);
  who.person = bzg_id_table_add (&self->people, &fact->person);
  return find_or_add_who (self, &who);
}

guint32
bzg_fact_store_add (BzgFactStore *self, const BzgFact *fact)
{
  guint32 row = bzg_fact_store_append (self, fact->kind, &fact->record);

  self->who[row] = who_of (self, fact);
  self->date[row] = bzg_date_pack (fact->date);
  self->service[row] = bzg_fact_store_number (self, fact->service);
  self->family[row] = bzg_fact_store_number (self, fact->family);
  self->fund[row] = bzg_fact_store_number (self, fact->fund);
  self->livelihood[row] = bzg_fact_store_number (self, fact->livelihood_kind);
  self->status[row] = bzg_fact_store_number (self, fact->business_status);
  self->activity[row] = bzg_fact_store_number (self, fact->activity_kind);
  self->currency[row] = bzg_fact_store_number (self, fact->currency);
  self->cost[row] = fact->cost;
  if (fact->sales != G_MININT64 || fact->costs != G_MININT64 || fact->jobs_f != -1
      || fact->jobs_m != -1 || fact->n != -1)
    {
      BzgFactMore *more = bzg_fact_store_add_more (self, row);

      more->sales = fact->sales;
      more->costs = fact->costs;
      more->jobs_f = fact->jobs_f;
      more->jobs_m = fact->jobs_m;
      more->n = fact->n;
    }
  return row;
}

void
bzg_fact_store_get (const BzgFactStore *self, guint32 row, BzgFact *out)
{
  const BzgFactWho *who = bzg_fact_store_who (self, row);
  const BzgFactMore *more = bzg_fact_store_more (self, row);

  *out = (BzgFact){
    .kind = self->kind[row],
    .record = self->record[row],
    .person = self->people.ids[who->person],
    .date = bzg_date_unpack (self->date[row]),
    .sex = bzg_fact_store_text (self, who->sex),
    .birth = bzg_date_unpack (who->birth),
    .age_stated = who->age,
    .age_as_of = bzg_date_unpack (who->age_as_of),
    .region = bzg_fact_store_text (self, who->region),
    .district = bzg_fact_store_text (self, who->district),
    .category = bzg_fact_store_text (self, who->category),
    .country = bzg_fact_store_text (self, who->country),
    .service = bzg_fact_store_text (self, self->service[row]),
    .family = bzg_fact_store_text (self, self->family[row]),
    .fund = bzg_fact_store_text (self, self->fund[row]),
    .livelihood_kind = bzg_fact_store_text (self, self->livelihood[row]),
    .business_status = bzg_fact_store_text (self, self->status[row]),
    .activity_kind = bzg_fact_store_text (self, self->activity[row]),
    .age_band = bzg_fact_store_text (self, who->age_band),
    .currency = bzg_fact_store_text (self, self->currency[row]),
    .cost = self->cost[row],
    .sales = more != NULL ? more->sales : G_MININT64,
    .costs = more != NULL ? more->costs : G_MININT64,
    .jobs_f = more != NULL ? more->jobs_f : -1,
    .jobs_m = more != NULL ? more->jobs_m : -1,
    .n = more != NULL ? more->n : -1,
    .statistics_refused = who->statistics_refused,
    .service_consent = who->service_consent,
  };
}

/* The values at @rows in a new array. */
static gpointer
gather (const guint8 *from, gsize size, const guint32 *rows, guint32 n)
{
  guint8 *to = g_malloc_n (MAX (n, 1), size);

  /* With sizes that the compiler knows, a copy is one move. */
#define GATHER(bytes)                                                                              \
  case bytes:                                                                                      \
    for (gsize i = 0; i < n; i++)                                                                  \
      memcpy (to + i * bytes, from + (gsize) rows[i] * bytes, bytes);                              \
    break
  switch (size)
    {
      GATHER (1);
      GATHER (2);
      GATHER (4);
      GATHER (8);
      GATHER (16);
    default:
      g_assert_not_reached ();
    }
#undef GATHER
  return to;
}

static void
pick_mores (BzgFactStore *self)
{
  BzgFactMore *mores = g_new (BzgFactMore, MAX (self->n_mores, 1));
  guint32 n = 0;

  for (guint32 row = 0; row < self->n; row++)
    if (self->more[row] != BZG_FACT_NO_MORE)
      {
        mores[n] = self->mores[self->more[row]];
        self->more[row] = n++;
      }
  wipe_free (self->mores, self->n_mores * sizeof *self->mores);
  self->mores = mores;
  self->mores_room = MAX (self->n_mores, 1);
  self->n_mores = n;
}

void
bzg_fact_store_pick (BzgFactStore *self, const guint32 *rows, guint32 n)
{
  for (guint i = 0; i < G_N_ELEMENTS (COLUMNS); i++)
    {
      guint8 **data = column (self, i);
      guint8 *picked = gather (*data, COLUMNS[i].size, rows, n);

      wipe_free (*data, self->n * COLUMNS[i].size);
      *data = picked;
    }
  self->n = n;
  self->room = MAX (n, 1);
  pick_mores (self);
}

/* --- copies ---------------------------------------------------------------------------------- */

struct _BzgFactCopier
{
  BzgFactStore *to;
  const BzgFactStore *from;
  BzgFactRename rename;
  gpointer data;
  guint16 *texts; /* number there, for each number here */
  guint32 *whos;  /* place there + 1, for each place here; 0: not yet copied */
};

BzgFactCopier *
bzg_fact_copier_new (BzgFactStore *to,
                     const BzgFactStore *from,
                     BzgFactRename rename,
                     gpointer data)
{
  BzgFactCopier *self = g_new0 (BzgFactCopier, 1);

  self->to = to;
  self->from = from;
  self->rename = rename;
  self->data = data;
  self->texts = g_new (guint16, from->texts->len);
  for (guint i = 0; i < from->texts->len; i++)
    self->texts[i] = bzg_fact_store_number (to, g_ptr_array_index (from->texts, i));
  self->whos = g_new0 (guint32, MAX (from->n_whos, 1));
  return self;
}

void
bzg_fact_copier_free (BzgFactCopier *self)
{
  if (self == NULL)
    return;
  g_free (self->texts);
  g_free (self->whos);
  g_free (self);
}

static guint32
copy_who (BzgFactCopier *self, guint32 from, gboolean is_group)
{
  BzgFactWho who;
  BzgId id;

  memcpy (&who, &self->from->whos[from], sizeof who);
  who.sex = self->texts[who.sex];
  who.region = self->texts[who.region];
  who.district = self->texts[who.district];
  who.category = self->texts[who.category];
  who.country = self->texts[who.country];
  who.age_band = self->texts[who.age_band];
  who.livelihood = self->texts[who.livelihood];
  if (is_group)
    return bzg_fact_store_add_group (self->to, &who);
  id = self->from->people.ids[who.person];
  if (self->rename != NULL)
    self->rename (&self->from->people.ids[who.person], &id, self->data);
  who.person = bzg_id_table_add (&self->to->people, &id);
  return find_or_add_who (self->to, &who);
}

guint32
bzg_fact_copier_copy (BzgFactCopier *self, guint32 row)
{
  const BzgFactStore *from = self->from;
  BzgFactStore *to = self->to;
  guint32 *who = &self->whos[from->who[row]];
  BzgFactKind kind = from->kind[row];
  guint32 at;

  if (*who == 0)
    *who = copy_who (self, from->who[row], kind == BZG_FACT_ACTIVITY || kind == BZG_FACT_HEAD_COUNT)
           + 1;
  at = bzg_fact_store_append (to, kind, &from->record[row]);
  to->who[at] = *who - 1;
  to->date[at] = from->date[row];
  to->service[at] = self->texts[from->service[row]];
  to->family[at] = self->texts[from->family[row]];
  to->fund[at] = self->texts[from->fund[row]];
  to->livelihood[at] = self->texts[from->livelihood[row]];
  to->status[at] = self->texts[from->status[row]];
  to->activity[at] = self->texts[from->activity[row]];
  to->currency[at] = self->texts[from->currency[row]];
  to->cost[at] = from->cost[row];
  if (from->more[row] != BZG_FACT_NO_MORE)
    *bzg_fact_store_add_more (to, at) = from->mores[from->more[row]];
  return at;
}
