/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-posting-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-ledger.h"
#include "vault/bzg-crypto.h"

#include <string.h>

struct _BzgPosting
{
  gatomicrefcount refs;
  guint8 salt[32];
  GPtrArray *releases; /* BzgFrozen */
  GHashTable *posted;  /* BzgFact, by record and kind */
  GHashTable *classes; /* BzgFrozenClass, by person and year */
};

static guint
hash_fact (gconstpointer data)
{
  const BzgFact *fact = data;

  return bzg_id_hash (&fact->record) * 31 + fact->kind;
}

static gboolean
equal_facts (gconstpointer a, gconstpointer b)
{
  const BzgFact *x = a, *y = b;

  return x->kind == y->kind && bzg_id_equal (&x->record, &y->record);
}

static guint
hash_class (gconstpointer data)
{
  const BzgFrozenClass *class = data;

  return bzg_id_hash (&class->person) * 31 + (guint) class->year;
}

static gboolean
equal_classes (gconstpointer a, gconstpointer b)
{
  const BzgFrozenClass *x = a, *y = b;

  return x->year == y->year && bzg_id_equal (&x->person, &y->person);
}

BzgPosting *
_bzg_posting_new (void)
{
  BzgPosting *self = g_new0 (BzgPosting, 1);

  g_atomic_ref_count_init (&self->refs);
  bzg_random (self->salt, sizeof self->salt);
  self->releases = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_frozen_free);
  self->posted = g_hash_table_new_full (hash_fact, equal_facts, g_free, NULL);
  self->classes = g_hash_table_new_full (hash_class, equal_classes, g_free, NULL);
  return self;
}

BzgPosting *
_bzg_posting_ref (BzgPosting *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
_bzg_posting_unref (BzgPosting *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->posted);
  g_hash_table_unref (self->classes);
  g_ptr_array_unref (self->releases);
  bzg_wipe (self->salt, sizeof self->salt);
  g_free (self);
}

/* The first release in which something stands is the one that fixed it. */
static void
take_new (GHashTable *known, GArray **items)
{
  guint size = g_array_get_element_size (*items);

  for (guint i = 0; i < (*items)->len; i++)
    {
      gconstpointer item = (*items)->data + (gsize) i * size;

      if (!g_hash_table_contains (known, item))
        g_hash_table_add (known, g_memdup2 (item, size));
    }
  g_clear_pointer (items, g_array_unref);
}

void
_bzg_posting_add (BzgPosting *self, BzgFrozen *frozen)
{
  if (self->releases->len == 0)
    memcpy (self->salt, frozen->salt, sizeof self->salt);
  g_ptr_array_add (self->releases, frozen);
  take_new (self->posted, &frozen->facts);
  take_new (self->classes, &frozen->classes);
}

BzgPosting *
_bzg_posting_load (BzgSession *session, GError **error)
{
  g_autoptr (BzgPosting) self = _bzg_posting_new ();
  g_autoptr (GPtrArray) entries = bzg_ledger_list (session, error);

  if (entries == NULL)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      const BzgReleaseEntry *listed = g_ptr_array_index (entries, i);
      BzgReleaseEntry *entry = bzg_ledger_get (session, &listed->id, error);
      BzgFrozen *frozen = NULL;

      if (entry == NULL)
        return NULL;
      if (entry->facts != NULL)
        frozen = _bzg_frozen_read (entry->facts, error);
      else
        g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "a release without its figures");
      if (frozen != NULL)
        frozen->tables = bzg_tables_read_json (entry->tables_json, -1, error);
      bzg_release_entry_free (entry);
      if (frozen == NULL || frozen->tables == NULL)
        {
          _bzg_frozen_free (frozen);
          return NULL;
        }
      _bzg_posting_add (self, frozen);
    }
  return g_steal_pointer (&self);
}

guint
_bzg_posting_n (const BzgPosting *self)
{
  return self->releases->len;
}

const BzgFrozen *
_bzg_posting_get (const BzgPosting *self, guint release)
{
  return g_ptr_array_index (self->releases, release);
}

const BzgFrozen *
_bzg_posting_find (const BzgPosting *self, const char *release)
{
  for (guint i = 0; i < self->releases->len; i++)
    if (strcmp (_bzg_posting_get (self, i)->release, release) == 0)
      return _bzg_posting_get (self, i);
  return NULL;
}

const guint8 *
_bzg_posting_salt (const BzgPosting *self)
{
  return self->salt;
}

guint
_bzg_posting_year_month (const BzgPosting *self)
{
  return self->releases->len > 0 ? _bzg_posting_get (self, 0)->year_month : 0;
}

void
_bzg_pseudonym (const guint8 salt[32], const BzgId *id, BzgId *out)
{
  guint8 mac[BZG_HASH_SIZE];

  if (bzg_id_is_zero (id))
    {
      *out = *id;
      return;
    }
  bzg_hmac_sha256_salted (salt, 32, id->bytes, sizeof id->bytes, mac);
  memcpy (out->bytes, mac, sizeof out->bytes);
}

int
_bzg_counting_year (BzgDate day, guint year_month)
{
  return day.year + (year_month > 1 && day.month >= (int) year_month ? 1 : 0);
}

BzgDate
_bzg_counting_year_begin (int year, guint year_month)
{
  return bzg_date_make (year - (year_month > 1 ? 1 : 0), (int) year_month, 1);
}

/* --- posting --------------------------------------------------------------------------------- */

gboolean
_bzg_fact_is_of_person (const BzgFact *fact)
{
  return fact->kind == BZG_FACT_SUPPORT || fact->kind == BZG_FACT_PLANNED
         || fact->kind == BZG_FACT_VISIT;
}

gboolean
_bzg_fact_is_of_fund (const BzgFact *fact, const char *fund)
{
  return fund == NULL || fact->kind == BZG_FACT_VISIT || g_strcmp0 (fact->fund, fund) == 0;
}

static gboolean
covers (const BzgFrozen *release, const BzgFact *fact, BzgDate date)
{
  return bzg_period_contains (&release->period, date) && _bzg_fact_is_of_fund (fact, release->fund);
}

static const BzgFrozen *
covering (const BzgPosting *self, const BzgFact *fact, BzgDate date)
{
  for (guint i = 0; i < self->releases->len; i++)
    if (covers (_bzg_posting_get (self, i), fact, date))
      return _bzg_posting_get (self, i);
  return NULL;
}

/* The day to which a fact that was not counted yet is posted; its own date if that is open. */
static BzgDate
posted_on (const BzgPosting *self, const BzgFact *fact, gboolean *late)
{
  const BzgFrozen *release = covering (self, fact, fact->date);
  BzgDate day = fact->date;

  *late = release != NULL;
  if (release == NULL)
    return day;
  day = bzg_date_add_days (bzg_date_last_day (fact->date), 1);
  while ((release = covering (self, fact, day)) != NULL)
    day = bzg_date_add_days (release->period.last, 1);
  return day;
}

BzgPosted *
_bzg_posted_new (const BzgPosting *posting, const BzgPeriod *period, guint year_month)
{
  BzgPosted *self = g_new0 (BzgPosted, 1);
  GHashTableIter iter;
  gpointer fact;

  self->posting = posting;
  self->period = self->year = *period;
  self->year.first
    = _bzg_counting_year_begin (_bzg_counting_year (period->first, year_month), year_month);
  self->facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_hash_table_iter_init (&iter, posting->posted);
  while (g_hash_table_iter_next (&iter, &fact, NULL))
    if (bzg_period_touches (period, ((const BzgFact *) fact)->date))
      g_array_append_vals (self->facts, fact, 1);
  return self;
}

void
_bzg_posted_free (BzgPosted *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->facts, g_array_unref);
  g_free (self);
}

void
_bzg_posted_add (BzgPosted *self, const BzgFact *live)
{
  BzgFact fact = *live;
  gboolean is_late;

  if (bzg_date_is_missing (fact.date))
    return;
  fact.date = posted_on (self->posting, &fact, &is_late);
  if (!bzg_period_touches (&self->year, fact.date))
    return;
  _bzg_pseudonym (self->posting->salt, &fact.record, &fact.record);
  if (g_hash_table_contains (self->posting->posted, &fact))
    return;
  if (!bzg_id_equal (&live->person, &self->person))
    {
      self->person = live->person;
      _bzg_pseudonym (self->posting->salt, &live->person, &self->pseudonym);
    }
  fact.person = self->pseudonym;
  self->late += is_late && bzg_period_contains (&self->period, fact.date);
  g_array_append_val (self->facts, fact);
}

const BzgFrozenClass *
_bzg_posting_class (const BzgPosting *self, const BzgId *person, int year)
{
  BzgFrozenClass key = { .person = *person, .year = year };

  return g_hash_table_lookup (self->classes, &key);
}
