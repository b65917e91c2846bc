/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-posting-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-ledger.h"
#include "release/bzg-rows-private.h"
#include "vault/bzg-crypto.h"

#include <string.h>

struct _BzgPosting
{
  gatomicrefcount refs;
  guint8 salt[32];
  GPtrArray *releases; /* BzgFrozen */
  BzgFactStore *posted;
  BzgIdTable records;  /* of @posted ... */
  GByteArray *kinds;   /* ... and for each, of which kinds it was posted, as bits */
  GHashTable *classes; /* BzgFrozenClass, by person and year */

  /* Of an opened one: */
  BzgPosting *whole; /* to which the releases belong; else NULL */
  BzgSpan open;
  BzgIdTable stood; /* records that were posted in it ... */
  GArray *days;     /* ... and for each, the day of each kind; 0: of none */
};

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

static BzgPosting *
posting_alloc (void)
{
  BzgPosting *self = g_new0 (BzgPosting, 1);

  g_atomic_ref_count_init (&self->refs);
  self->releases = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_frozen_free);
  self->posted = bzg_fact_store_new ();
  self->kinds = g_byte_array_new ();
  self->classes = g_hash_table_new_full (hash_class, equal_classes, g_free, NULL);
  return self;
}

BzgPosting *
_bzg_posting_new (void)
{
  BzgPosting *self = posting_alloc ();

  bzg_random (self->salt, sizeof self->salt);
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
  bzg_fact_store_free (self->posted);
  bzg_id_table_clear (&self->records);
  g_byte_array_unref (self->kinds);
  g_hash_table_unref (self->classes);
  g_ptr_array_unref (self->releases);
  bzg_wipe (self->salt, sizeof self->salt);
  bzg_id_table_clear (&self->stood);
  g_clear_pointer (&self->days, g_array_unref);
  _bzg_posting_unref (self->whole);
  g_free (self);
}

static gboolean
is_posted (const BzgPosting *self, const BzgId *record, BzgFactKind kind)
{
  guint32 number = bzg_id_table_find (&self->records, record);

  return number != BZG_ID_TABLE_NONE && (self->kinds->data[number] >> kind & 1) != 0;
}

static void
note_posted (BzgPosting *self, const BzgId *record, BzgFactKind kind)
{
  static const guint8 none;
  guint32 number = bzg_id_table_add (&self->records, record);

  if (number == self->kinds->len)
    g_byte_array_append (self->kinds, &none, 1);
  self->kinds->data[number] |= (guint8) (1u << kind);
}

/* The packed days of a year in which classes stay. */
static BzgSpan
counting_year_span (int year, guint year_month)
{
  BzgDate next = _bzg_counting_year_begin (year + 1, year_month);

  return (BzgSpan){ bzg_date_pack (_bzg_counting_year_begin (year, year_month)),
                    bzg_date_pack (bzg_date_add_days (next, -1)) };
}

/* Who has a fact in @store in these days, by number. */
static guint8 *
people_in (const BzgFactStore *store, BzgSpan days)
{
  guint8 *in = g_malloc0 (store->people.n + 1);

  for (guint32 row = 0; row < store->n; row++)
    if (bzg_span_touches (days, store->date[row]))
      in[bzg_fact_store_who (store, row)->person] = TRUE;
  return in;
}

/* TRUE if a class is of another year than @year, or of one of @people, who still have a fact in it.
 */
static gboolean
stays_classed (const BzgPosting *self, const BzgFrozenClass *class, int year, const guint8 *people)
{
  guint32 number = bzg_id_table_find (&self->posted->people, &class->person);

  return class->year != year || (number != BZG_ID_TABLE_NONE && people[number]);
}

/* What stands in the period of a correction is no longer counted as it was; and who stands nowhere
 * else in that year is classed as the correction says. */
static void
forget (BzgPosting *self, const BzgFrozen *correction)
{
  BzgSpan period = bzg_period_span (&correction->period);
  int year = _bzg_counting_year (correction->period.first, correction->year_month);
  g_autofree guint32 *kept = g_new (guint32, MAX (self->posted->n, 1));
  g_autofree guint8 *people = NULL;
  GHashTableIter iter;
  gpointer class;
  guint32 n = 0;

  for (guint32 row = 0; row < self->posted->n; row++)
    if (!bzg_span_contains (period, self->posted->date[row]))
      kept[n++] = row;
  bzg_fact_store_pick (self->posted, kept, n);
  bzg_id_table_clear (&self->records);
  g_byte_array_set_size (self->kinds, 0);
  for (guint32 row = 0; row < self->posted->n; row++)
    note_posted (self, &self->posted->record[row], self->posted->kind[row]);
  people = people_in (self->posted, counting_year_span (year, correction->year_month));
  g_hash_table_iter_init (&iter, self->classes);
  while (g_hash_table_iter_next (&iter, &class, NULL))
    if (!stays_classed (self, class, year, people))
      g_hash_table_iter_remove (&iter);
}

/* The first release in which something stands is the one that fixed it, until a correction. */
static void
take_facts (BzgPosting *self, const BzgFactStore *facts)
{
  g_autoptr (BzgFactCopier) copier = bzg_fact_copier_new (self->posted, facts, NULL, NULL);

  for (guint32 row = 0; row < facts->n; row++)
    if (!is_posted (self, &facts->record[row], facts->kind[row]))
      {
        note_posted (self, &facts->record[row], facts->kind[row]);
        bzg_fact_copier_copy (copier, row);
      }
}

static void
take_classes (BzgPosting *self, const GArray *classes)
{
  for (guint i = 0; i < classes->len; i++)
    {
      const BzgFrozenClass *class = &g_array_index (classes, BzgFrozenClass, i);

      if (!g_hash_table_contains (self->classes, class))
        g_hash_table_add (self->classes, g_memdup2 (class, sizeof *class));
    }
}

void
_bzg_posting_add (BzgPosting *self, BzgFrozen *frozen)
{
  if (self->releases->len == 0)
    memcpy (self->salt, frozen->salt, sizeof self->salt);
  g_ptr_array_add (self->releases, frozen);
  if (_bzg_frozen_supersedes (frozen) != NULL)
    forget (self, frozen);
  take_facts (self, frozen->facts);
  take_classes (self, frozen->classes);
  g_clear_pointer (&frozen->facts, bzg_fact_store_free);
  g_clear_pointer (&frozen->classes, g_array_unref);
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
      BzgReleaseEntry *entry = NULL;
      BzgFrozen *frozen = NULL;

      if (_bzg_issued_rows_is (listed->report))
        continue;
      entry = bzg_ledger_get (session, &listed->id, error);
      if (entry == NULL)
        return NULL;
      if (entry->facts != NULL)
        frozen = _bzg_frozen_read (entry->facts, error);
      else
        g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "a release without its figures");
      if (frozen != NULL)
        frozen->tables = bzg_tables_read_json (entry->tables_json, -1, error);
      bzg_release_entry_free (entry);
      if (frozen == NULL || frozen->tables == NULL || !bzg_fact_store_check (frozen->facts, error))
        {
          _bzg_frozen_free (frozen);
          return NULL;
        }
      _bzg_posting_add (self, frozen);
    }
  return bzg_fact_store_check (self->posted, error) ? g_steal_pointer (&self) : NULL;
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
_bzg_posting_find (const BzgPosting *self, const char *release, guint *edition)
{
  const BzgFrozen *found = NULL;
  guint n = 0;

  for (guint i = 0; i < self->releases->len; i++)
    {
      const BzgFrozen *one = _bzg_posting_get (self, i);

      if (found == NULL ? strcmp (one->release, release) == 0
                        : g_strcmp0 (_bzg_frozen_supersedes (one), found->release) == 0)
        {
          found = one;
          n++;
        }
    }
  if (edition != NULL)
    *edition = n;
  return found;
}

/* --- opening --------------------------------------------------------------------------------- */

/* By their pseudonyms the records of which the casebook knows something: what is not among them was
 * erased. Whoever refused to be counted since is left as they were counted. */
static void
add_known (const BzgPosting *self,
           const BzgFactStore *live,
           const BzgIdTable *void_records,
           BzgIdTable *known)
{
  BzgId record;

  for (guint32 row = 0; row < live->n; row++)
    if (!_bzg_fact_is_of_person (live->kind[row])
        || !bzg_fact_store_who (live, row)->statistics_refused)
      {
        _bzg_pseudonym (self->salt, &live->record[row], &record);
        bzg_id_table_add (known, &record);
      }
  for (guint32 i = 0; i < void_records->n; i++)
    {
      _bzg_pseudonym (self->salt, &void_records->ids[i], &record);
      bzg_id_table_add (known, &record);
    }
}

#define N_KINDS (BZG_FACT_HEAD_COUNT + 1)

typedef struct
{
  guint32 of[N_KINDS];
} Days;

static void
note_stood (BzgPosting *self, const BzgFactStore *facts, guint32 row)
{
  static const Days none;
  guint32 number = bzg_id_table_add (&self->stood, &facts->record[row]);

  if (number == self->days->len)
    g_array_append_val (self->days, none);
  g_array_index (self->days, Days, number).of[facts->kind[row]] = facts->date[row];
}

/* The day on which a record stood in the stretch that was opened; 0: it did not. */
static guint32
day_of (const BzgPosting *self, const BzgId *record, BzgFactKind kind)
{
  guint32 number = bzg_id_table_find (&self->stood, record);

  return number != BZG_ID_TABLE_NONE ? g_array_index (self->days, Days, number).of[kind] : 0;
}

BzgPosting *
_bzg_posting_open (BzgPosting *self,
                   const BzgFrozen *corrected,
                   const BzgFactStore *live,
                   const BzgIdTable *void_records)
{
  BzgPosting *out = posting_alloc ();
  int year = _bzg_counting_year (corrected->period.first, corrected->year_month);
  g_autoptr (BzgFactCopier) copier = bzg_fact_copier_new (out->posted, self->posted, NULL, NULL);
  g_auto (BzgIdTable) known = { 0 };
  g_autofree guint8 *people = NULL;
  GHashTableIter iter;
  gpointer class;

  out->whole = _bzg_posting_ref (self);
  memcpy (out->salt, self->salt, sizeof out->salt);
  out->open = bzg_period_span (&corrected->period);
  out->days = g_array_new (FALSE, FALSE, sizeof (Days));
  g_ptr_array_set_free_func (out->releases, NULL);
  g_ptr_array_extend (out->releases, self->releases, NULL, NULL);
  add_known (self, live, void_records, &known);
  for (guint32 row = 0; row < self->posted->n; row++)
    if (bzg_span_contains (out->open, self->posted->date[row])
        && bzg_id_table_find (&known, &self->posted->record[row]) != BZG_ID_TABLE_NONE)
      note_stood (out, self->posted, row);
    else
      {
        note_posted (out, &self->posted->record[row], self->posted->kind[row]);
        bzg_fact_copier_copy (copier, row);
      }
  people = people_in (out->posted, counting_year_span (year, corrected->year_month));
  g_hash_table_iter_init (&iter, self->classes);
  while (g_hash_table_iter_next (&iter, &class, NULL))
    if (stays_classed (out, class, year, people))
      g_hash_table_add (out->classes, g_memdup2 (class, sizeof (BzgFrozenClass)));
  return out;
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

#define NO_FUND (BZG_FUND_ALL + 1)

BzgFundFilter
_bzg_fund_filter (const BzgFactStore *facts, const char *fund)
{
  guint16 number = bzg_fact_store_find (facts, fund);

  if (fund == NULL)
    return BZG_FUND_ALL;
  return number != 0 ? number : NO_FUND;
}

/* What a release covers, of the facts of one store. */
typedef struct
{
  BzgSpan period;
  BzgFundFilter fund;
} Cover;

static GArray *
covers_of (const BzgPosting *self, const BzgFactStore *facts)
{
  GArray *covers = g_array_new (FALSE, FALSE, sizeof (Cover));

  for (guint i = 0; i < self->releases->len; i++)
    {
      const BzgFrozen *release = _bzg_posting_get (self, i);
      Cover cover = { bzg_period_span (&release->period), _bzg_fund_filter (facts, release->fund) };

      g_array_append_val (covers, cover);
    }
  return covers;
}

static const Cover *
covering (const GArray *covers, const BzgFactStore *facts, guint32 row, guint32 date)
{
  for (guint i = 0; i < covers->len; i++)
    {
      const Cover *cover = &g_array_index (covers, Cover, i);

      if (bzg_span_contains (cover->period, date) && _bzg_fund_filter_has (cover->fund, facts, row))
        return cover;
    }
  return NULL;
}

guint8 *
_bzg_posting_recounted (const BzgPosting *self, const BzgFactStore *facts)
{
  g_autoptr (GArray) covers = covers_of (self, facts);
  guint8 *recounted = self->whole != NULL ? g_malloc0 (facts->n + 1) : NULL;

  for (guint32 row = 0; recounted != NULL && row < facts->n; row++)
    recounted[row] = covering (covers, facts, row, facts->date[row]) != NULL;
  return recounted;
}

static guint32
day_after (guint32 date)
{
  BzgDate last = bzg_date_unpack (bzg_date_packed_last_day (date));

  return bzg_date_pack (bzg_date_add_days (last, 1));
}

/* The day to which a fact that was not counted yet is posted; its own date if that is open. */
static guint32
posted_on (const GArray *covers, const BzgFactStore *facts, guint32 row, gboolean *late)
{
  guint32 day = facts->date[row];
  const Cover *cover = covering (covers, facts, row, day);

  *late = cover != NULL;
  if (cover == NULL)
    return day;
  day = day_after (day);
  while ((cover = covering (covers, facts, row, day)) != NULL)
    day = day_after (cover->period.last);
  return day;
}

/* The same where a period is opened: what is dated in it counts on its own day; what came late for
 * an earlier one and was posted to it, where it stood. Late is what did not stand there. */
static guint32
reopened_on (
  const BzgPosting *self, const BzgFactStore *live, guint32 row, guint32 posted, gboolean *late)
{
  gboolean inside = bzg_span_contains (self->open, live->date[row]);
  BzgId record;
  guint32 stood;

  if (!inside && (!*late || bzg_date_packed_last_day (live->date[row]) >= self->open.first))
    return posted;
  _bzg_pseudonym (self->salt, &live->record[row], &record);
  stood = day_of (self, &record, live->kind[row]);
  if (inside)
    {
      *late &= stood == 0;
      return live->date[row];
    }
  if (stood == 0)
    return posted;
  *late = FALSE;
  return stood;
}

BzgPosted *
_bzg_posted_new (const BzgPosting *posting, const BzgPeriod *period, guint year_month)
{
  BzgPosted *self = g_new0 (BzgPosted, 1);
  int year = _bzg_counting_year (period->first, year_month);
  const BzgFactStore *posted = posting->posted;
  g_autoptr (BzgFactCopier) copier = NULL;

  self->posting = posting;
  self->period = self->year = bzg_period_span (period);
  self->year.first = bzg_date_pack (_bzg_counting_year_begin (year, year_month));
  self->facts = bzg_fact_store_new ();
  copier = bzg_fact_copier_new (self->facts, posted, NULL, NULL);
  for (guint32 row = 0; row < posted->n; row++)
    if (bzg_span_touches (self->period, posted->date[row]))
      bzg_fact_copier_copy (copier, row);
  return self;
}

void
_bzg_posted_free (BzgPosted *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->facts, bzg_fact_store_free);
  g_free (self);
}

static void
rename_id (const BzgId *id, BzgId *out, gpointer salt)
{
  _bzg_pseudonym (salt, id, out);
}

void
_bzg_posted_add (BzgPosted *self, const BzgFactStore *live)
{
  const BzgPosting *posting = self->posting;
  g_autoptr (GArray) covers = covers_of (posting, live);
  g_autoptr (BzgFactCopier) copier
    = bzg_fact_copier_new (self->facts, live, rename_id, (gpointer) posting->salt);

  for (guint32 row = 0; row < live->n; row++)
    {
      gboolean is_late;
      guint32 date = posted_on (covers, live, row, &is_late), at;
      BzgId record;

      if (posting->whole != NULL)
        date = reopened_on (posting, live, row, date, &is_late);
      if (!bzg_span_touches (self->year, date))
        continue;
      _bzg_pseudonym (posting->salt, &live->record[row], &record);
      if (is_posted (posting, &record, live->kind[row]))
        continue;
      at = bzg_fact_copier_copy (copier, row);
      self->facts->record[at] = record;
      self->facts->date[at] = date;
      self->late += is_late && bzg_span_contains (self->period, date);
    }
}

const BzgFrozenClass *
_bzg_posting_class (const BzgPosting *self, const BzgId *person, int year)
{
  BzgFrozenClass key = { .person = *person, .year = year };

  return g_hash_table_lookup (self->classes, &key);
}
