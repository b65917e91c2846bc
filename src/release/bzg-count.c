/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-count-private.h"
#include "release/bzg-posting-private.h"

#include <math.h>
#include <string.h>

/*
 * Counting scans the columns of the facts once, and finds which facts count and, for each person,
 * what does not depend on a figure: the first qualifying event of the year (it fixes sex, region,
 * age band and category) and the last visit of each business. Then every block of figures goes over
 * the facts that count, and adds what it finds to the tallies of its figures. Whoever was counted
 * has a bit: one for people, one for each class for people by class.
 *
 * People are numbers here, and what is known of them lies in arrays. Nothing depends on the order
 * in which the facts come.
 */

#define N_KINDS (BZG_FACT_HEAD_COUNT + 1)
#define NO_ROW G_MAXUINT32

/* A fact that counts, with what every block asks of it. */
typedef struct
{
  guint32 row;
  guint32 person;
} Selected;

#define REFUSED (1u << 31) /* donor statistics */

/* What somebody lives by. */
typedef struct
{
  guint32 person;
  guint16 kind;
  guint32 last_visit;
  guint32 next; /* business of the same person + 1; 0: none */
} Business;

typedef struct
{
  const BzgFigures *figures;
  const BzgFactStore *facts;
  const BzgCountOptions *options;
  BzgCounted *out;
  BzgCountAtoms *atoms;
  int year; /* in which classes stay */
  BzgSpan period;
  guint32 year_first;
  BzgFundFilter fund;

  GArray *selected[N_KINDS]; /* Selected: the facts that count, by kind */
  guint32 *person_of_who;    /* with REFUSED if so */
  /* By person. */
  guint32 *first;      /* row of the first event of the year, or NO_ROW ... */
  guint32 *first_date; /* ... and its date */
  guint32 *last_visit; /* in the period; row or NO_ROW */
  guint32 *business;   /* in businesses, + 1; 0: none */
  guint8 *counts;      /* has an event in the period */
  guint8 *recounted;   /* facts that a correction freezes, of whichever fund; else NULL */
  guint16 (*classes)[BZG_N_CLASSES];
  GArray *businesses;

  GPtrArray *tallies; /* BzgTally: of all figures, in their order */
} Count;

/* --- first pass ------------------------------------------------------------------------------ */

static int
compare (gint64 a, gint64 b)
{
  return a != b ? (a < b ? -1 : 1) : 0;
}

/* Two visits by what was found. Never by their records: those have other ids in each ledger, so
 * that the preview of a report would show the one and the report the other. */
static int
compare_found (const BzgFactStore *facts, guint32 a, guint32 b)
{
  static const BzgFactMore nothing = { .sales = G_MININT64, .jobs_f = -1, .jobs_m = -1 };
  const BzgFactMore *x = bzg_fact_store_more (facts, a), *y = bzg_fact_store_more (facts, b);
  int order;

  x = x != NULL ? x : &nothing;
  y = y != NULL ? y : &nothing;
  order = compare (x->sales, y->sales);
  if (order == 0)
    order = compare (x->jobs_f, y->jobs_f);
  if (order == 0)
    order = compare (x->jobs_m, y->jobs_m);
  if (order == 0)
    order = g_strcmp0 (bzg_fact_store_text (facts, facts->status[a]),
                       bzg_fact_store_text (facts, facts->status[b]));
  return order != 0 ? order
                    : g_strcmp0 (bzg_fact_store_text (facts, facts->livelihood[a]),
                                 bzg_fact_store_text (facts, facts->livelihood[b]));
}

/* The later of two visits; of one day, the one that found more sold, then more at work. */
static gboolean
is_later (const BzgFactStore *facts, guint32 visit, guint32 than)
{
  guint32 a, b;

  if (than == NO_ROW)
    return TRUE;
  a = bzg_date_packed_last_day (facts->date[visit]);
  b = bzg_date_packed_last_day (facts->date[than]);
  return a != b ? a > b : compare_found (facts, visit, than) > 0;
}

/* The earlier of two events: by first day, then the less precise, then supports before visits, then
 * the record. */
static int
compare_events (const BzgFactStore *facts, guint32 a, guint32 b)
{
  if (facts->date[a] != facts->date[b])
    return facts->date[a] < facts->date[b] ? -1 : 1;
  if ((facts->kind[a] == BZG_FACT_VISIT) != (facts->kind[b] == BZG_FACT_VISIT))
    return facts->kind[a] == BZG_FACT_VISIT ? 1 : -1;
  return bzg_id_compare (&facts->record[a], &facts->record[b]);
}

static Business *
find_business (Count *c, guint32 person, guint16 kind)
{
  Business fresh
    = { .person = person, .kind = kind, .last_visit = NO_ROW, .next = c->business[person] };

  for (guint32 at = c->business[person]; at != 0;)
    {
      Business *known = &g_array_index (c->businesses, Business, at - 1);

      if (known->kind == kind)
        return known;
      at = known->next;
    }
  g_array_append_val (c->businesses, fresh);
  c->business[person] = c->businesses->len;
  return &g_array_index (c->businesses, Business, c->businesses->len - 1);
}

static void
look_at_visit (Count *c, guint32 row, guint32 person)
{
  Business *business = find_business (c, person, c->facts->livelihood[row]);

  if (is_later (c->facts, row, c->last_visit[person]))
    c->last_visit[person] = row;
  if (is_later (c->facts, row, business->last_visit))
    business->last_visit = row;
}

static gboolean
is_planned (const Count *c, guint32 row)
{
  return c->facts->kind[row] == BZG_FACT_PLANNED;
}

/* Whether @row comes before what is known as the person's first event; mostly the dates tell. What
 * is only planned comes after all that happened. */
static gboolean
is_first (const Count *c, guint32 row, guint32 person)
{
  guint32 date = c->facts->date[row], known = c->first[person];

  if (known == NO_ROW || is_planned (c, row) != is_planned (c, known))
    return known == NO_ROW || is_planned (c, known);
  if (date != c->first_date[person])
    return date < c->first_date[person];
  return compare_events (c->facts, row, known) < 0;
}

/* Of somebody who did not refuse. */
static void
look_at_person (Count *c, guint32 row, guint32 person, gboolean inside, gboolean of_fund)
{
  guint32 date = c->facts->date[row];

  if (inside && (of_fund || (c->recounted != NULL && c->recounted[row])))
    c->counts[person] = TRUE;
  /* Any event of the year up to the end of the period fixes the classes, in whichever report it was
   * counted. */
  if (bzg_date_packed_first_day (date) >= c->year_first
      && bzg_date_packed_last_day (date) <= c->period.last && is_first (c, row, person))
    {
      c->first[person] = row;
      c->first_date[person] = date;
    }
  if (inside && c->facts->kind[row] == BZG_FACT_VISIT)
    look_at_visit (c, row, person);
}

static void
look_at (Count *c, guint32 row, guint8 *refused)
{
  const BzgFactStore *facts = c->facts;
  guint32 date = facts->date[row];
  BzgFactKind kind = facts->kind[row];
  gboolean inside = bzg_span_contains (c->period, date);
  gboolean of_fund = _bzg_fund_filter_has (c->fund, facts, row);
  gboolean of_person = _bzg_fact_is_of_person (kind);
  guint32 who = c->person_of_who[facts->who[row]];
  Selected selected = { row, who & ~REFUSED };
  gboolean has_refused = of_person && (who & REFUSED) != 0;

  if (inside && of_fund && !has_refused)
    g_array_append_val (c->selected[kind], selected);
  if (!inside && of_fund && kind != BZG_FACT_PLANNED && !has_refused
      && bzg_span_touches (c->period, date))
    c->out->imprecise++;
  if (has_refused && inside && !refused[selected.person])
    {
      refused[selected.person] = TRUE;
      c->out->not_consented++;
    }
  if (of_person && !has_refused)
    look_at_person (c, row, selected.person, inside, of_fund);
}

static void
look_around (Count *c)
{
  g_autofree guint8 *refused = g_new0 (guint8, MAX (c->facts->people.n, 1));
  const guint32 *dates = c->facts->date;

  for (guint32 row = 0; row < c->facts->n; row++)
    {
      /* Most of them, and nothing else of them is read. */
      if (dates[row] == 0
          || (bzg_date_packed_is_day (dates[row])
              && (dates[row] < c->year_first || dates[row] > c->period.last)))
        continue;
      look_at (c, row, refused);
    }
}

/* --- classes --------------------------------------------------------------------------------- */

static const BzgDim CLASSES[BZG_N_CLASSES]
  = { BZG_DIM_PLACE, BZG_DIM_SEX, BZG_DIM_AGE, BZG_DIM_CATEGORY };

/* @age: of a person, else the band of the group counts. */
static void
fill_classes (const Count *c, const BzgFactWho *who, guint16 age, guint16 *classes)
{
  classes[0] = _bzg_count_tree_atom (c->atoms, BZG_DIM_PLACE, who->district, who->region);
  classes[1] = _bzg_count_atom (c->atoms, BZG_DIM_SEX, who->sex);
  classes[2] = age;
  classes[3] = _bzg_count_atom (c->atoms, BZG_DIM_CATEGORY, who->category);
}

/* As an earlier release had it. */
static void
fill_fixed (const Count *c, const BzgFrozenClass *fixed, guint16 *classes)
{
  for (guint k = 0; k < BZG_N_CLASSES; k++)
    {
      guint n = bzg_tables_n_atoms (c->out->tables, CLASSES[k]);
      int atom = fixed->atoms[k] != NULL
                   ? bzg_tables_find_code (c->out->tables, CLASSES[k], fixed->atoms[k])
                   : -1;

      classes[k] = atom >= 0 && (guint) atom < n ? (guint16) atom : c->atoms->unknown[CLASSES[k]];
    }
}

/* Everybody who has an event in the period is classed as an earlier release had it, else as at the
 * first event of the year. */
static void
class_people (Count *c)
{
  for (guint32 person = 0; person < c->facts->people.n; person++)
    {
      const BzgFrozenClass *fixed = NULL;
      const BzgFactWho *who;
      guint32 first = c->first[person];

      if (!c->counts[person])
        continue;
      if (c->options->posting != NULL)
        fixed = _bzg_posting_class (c->options->posting, &c->facts->people.ids[person], c->year);
      who = bzg_fact_store_who (c->facts, first);
      if (fixed != NULL)
        fill_fixed (c, fixed, c->classes[person]);
      else
        fill_classes (c, who, _bzg_count_age_atom (c->atoms, who, c->facts->date[first]),
                      c->classes[person]);
    }
}

/* For the releases to come: fixed for the year once it is public. */
static void
list_classes (Count *c)
{
  for (guint32 person = 0; person < c->facts->people.n; person++)
    {
      BzgFrozenClass class = { .person = c->facts->people.ids[person], .year = c->year };

      if (!c->counts[person])
        continue;
      for (guint k = 0; k < BZG_N_CLASSES; k++)
        class.atoms[k]
          = g_intern_string (bzg_tables_code (c->out->tables, CLASSES[k], c->classes[person][k]));
      g_array_append_val (c->out->classes, class);
    }
}

/* --- second pass ----------------------------------------------------------------------------- */

/* Figures that count the same. */
typedef struct
{
  Count *count;
  const BzgFigure *figure; /* the first of them */
  GPtrArray *tallies;      /* BzgTally */
  guint told;              /* dimensions in which its rows may differ, as bits */
} Block;

#define BIT(dim) (1u << (dim))
#define CLASS_BITS                                                                                 \
  (BIT (BZG_DIM_PLACE) | BIT (BZG_DIM_SEX) | BIT (BZG_DIM_AGE) | BIT (BZG_DIM_CATEGORY))

/* What a block of figures does not tell apart is left out of its rows, so that a person has one
 * row whichever of the facts came first. Where no rows are wanted, what stands in no table is not
 * looked up. */
static guint
dimensions_told (const Block *block)
{
  gboolean people
    = block->figure->kind == BZG_MEASURE_PERSONS || block->figure->kind == BZG_MEASURE_PERSONS_BY;
  guint told = 0;

  if (block->count->options->with_rows)
    told |= CLASS_BITS;
  if (block->count->options->with_rows && !people)
    told |= BIT (BZG_DIM_SERVICE) | BIT (BZG_DIM_FUND) | BIT (BZG_DIM_ACTIVITY);
  for (guint t = 0; t < block->tallies->len; t++)
    {
      const BzgTally *tally = g_ptr_array_index (block->tallies, t);

      for (guint d = 0; d < tally->figure->n_dims; d++)
        told |= BIT (tally->dims[d]);
    }
  return told;
}

static void
set_classes (const Count *c, Selected at, guint16 *atoms)
{
  guint16 own[BZG_N_CLASSES];
  const guint16 *classes = own;

  if (_bzg_fact_is_of_person (c->facts->kind[at.row]))
    classes = c->classes[at.person];
  else
    {
      const BzgFactWho *group = bzg_fact_store_who (c->facts, at.row);

      fill_classes (c, group, _bzg_count_atom (c->atoms, BZG_DIM_AGE, group->age_band), own);
    }
  for (guint k = 0; k < BZG_N_CLASSES; k++)
    atoms[CLASSES[k]] = classes[k];
}

/* Of a person the last visit tells how the business stands. */
static guint32
visit_of (const Count *c, Selected at)
{
  guint32 last
    = _bzg_fact_is_of_person (c->facts->kind[at.row]) ? c->last_visit[at.person] : NO_ROW;

  return last != NO_ROW ? last : at.row;
}

static guint16
service_atom (const Block *block, guint32 row)
{
  const BzgFactStore *facts = block->count->facts;
  gboolean by_family
    = block->figure->kind == BZG_MEASURE_PERSONS_BY && block->figure->dims[0]->upper;

  return _bzg_count_tree_atom (block->count->atoms, BZG_DIM_SERVICE,
                               by_family ? 0 : facts->service[row], facts->family[row]);
}

static guint16
livelihood_of (const Count *c, Selected at)
{
  gboolean visit = c->facts->kind[at.row] == BZG_FACT_VISIT;

  return c->facts->livelihood[visit ? visit_of (c, at) : at.row];
}

/* The atoms of a fact: the person's classes as they were fixed, the rest as the fact says. */
static void
fill_atoms (const Block *block, Selected at, guint16 *atoms)
{
  const Count *c = block->count;
  const BzgFactStore *facts = c->facts;
  guint told = block->told;

  memcpy (atoms, c->atoms->unknown, sizeof c->atoms->unknown);
  if ((told & CLASS_BITS) != 0)
    set_classes (c, at, atoms);
  if ((told & BIT (BZG_DIM_SERVICE)) != 0)
    atoms[BZG_DIM_SERVICE] = service_atom (block, at.row);
  if ((told & BIT (BZG_DIM_FUND)) != 0)
    atoms[BZG_DIM_FUND] = _bzg_count_atom (c->atoms, BZG_DIM_FUND, facts->fund[at.row]);
  if ((told & BIT (BZG_DIM_LIVELIHOOD)) != 0)
    atoms[BZG_DIM_LIVELIHOOD]
      = _bzg_count_atom (c->atoms, BZG_DIM_LIVELIHOOD, livelihood_of (c, at));
  if ((told & BIT (BZG_DIM_STATUS)) != 0)
    atoms[BZG_DIM_STATUS]
      = _bzg_count_atom (c->atoms, BZG_DIM_STATUS, facts->status[visit_of (c, at)]);
  if ((told & BIT (BZG_DIM_ACTIVITY)) != 0)
    atoms[BZG_DIM_ACTIVITY] = _bzg_count_atom (c->atoms, BZG_DIM_ACTIVITY, facts->activity[at.row]);
}

/* The row that is frozen. A person who was visited stands where the last visit found it. */
static void
add_row (const Block *block, Selected at, gint64 n, const guint16 *atoms)
{
  const Count *c = block->count;
  BzgCountedRow out
    = { .measure = block->figure->measure, .person = c->facts->people.ids[at.person], .n = n };
  gboolean people
    = block->figure->kind == BZG_MEASURE_PERSONS || block->figure->kind == BZG_MEASURE_PERSONS_BY;

  memcpy (out.atoms, atoms, sizeof out.atoms);
  if (!people)
    out.record = c->facts->record[at.row];
  else if (c->facts->kind[at.row] == BZG_FACT_VISIT)
    out.record = c->facts->record[visit_of (c, at)];
  g_array_append_val (c->out->rows, out);
}

static void
add (const Block *block, Selected at, gint64 n, const guint16 *atoms)
{
  for (guint t = 0; t < block->tallies->len; t++)
    _bzg_tally_add (g_ptr_array_index (block->tallies, t), atoms, n);
  if (block->count->options->with_rows)
    add_row (block, at, n, atoms);
}

static int
by_event (gconstpointer a, gconstpointer b, gpointer facts)
{
  return compare_events (facts, ((const Selected *) a)->row, ((const Selected *) b)->row);
}

/* Supports of one person may tell different things of what the person lives by: then the first
 * counts. In all else it makes no difference which of a person's facts is met first. */
static void
put_in_order (const Block *block, GArray *selected)
{
  if ((block->told >> BZG_DIM_LIVELIHOOD & 1) != 0 && block->figure->facts != BZG_FACT_VISIT)
    g_array_sort_with_data (selected, by_event, (gpointer) block->count->facts);
}

static void
count_persons (const Block *block, GArray *selected)
{
  g_autofree guint8 *seen = g_new0 (guint8, MAX (block->count->facts->people.n, 1));
  guint16 atoms[BZG_COUNT_DIMS];

  put_in_order (block, selected);
  for (guint i = 0; i < selected->len; i++)
    {
      Selected at = g_array_index (selected, Selected, i);

      if (seen[at.person])
        continue;
      seen[at.person] = TRUE;
      fill_atoms (block, at, atoms);
      add (block, at, 1, atoms);
    }
}

/* The text by which a person is counted once for each. */
static guint16
class_of (const BzgFactStore *facts, const BzgFigureDimension *by, guint32 row)
{
  if (by->list == NULL)
    return facts->fund[row];
  return by->upper || facts->service[row] == 0 ? facts->family[row] : facts->service[row];
}

/* The class of each of the facts, as a number from 0 on: *n of them occur. */
static guint16 *
number_classes (const Block *block, const GArray *selected, guint *n)
{
  const BzgFactStore *facts = block->count->facts;
  g_autofree guint16 *numbers = g_new0 (guint16, facts->texts->len);
  guint16 *classes = g_new (guint16, MAX (selected->len, 1));

  for (guint i = 0; i < selected->len; i++)
    {
      classes[i]
        = class_of (facts, block->figure->dims[0], g_array_index (selected, Selected, i).row);
      numbers[classes[i]] = TRUE;
    }
  *n = 0;
  for (guint text = 0; text < facts->texts->len; text++)
    if (numbers[text])
      numbers[text] = (guint16) (*n)++;
  for (guint i = 0; i < selected->len; i++)
    classes[i] = numbers[classes[i]];
  return classes;
}

/* 64 classes at a time, a bit for each: as little memory however many funds there are. */
static void
count_persons_by (const Block *block, GArray *selected)
{
  guint n_people = block->count->facts->people.n;
  g_autofree guint64 *seen = g_new (guint64, MAX (n_people, 1));
  g_autofree guint16 *classes = NULL;
  guint16 atoms[BZG_COUNT_DIMS];
  guint n_classes;

  put_in_order (block, selected);
  classes = number_classes (block, selected, &n_classes);
  for (guint base = 0; base < n_classes; base += 64)
    {
      memset (seen, 0, n_people * sizeof *seen);
      for (guint i = 0; i < selected->len; i++)
        {
          Selected at = g_array_index (selected, Selected, i);
          guint64 bit = G_GUINT64_CONSTANT (1) << classes[i] % 64;

          if (classes[i] / 64 != base / 64 || (seen[at.person] & bit) != 0)
            continue;
          seen[at.person] |= bit;
          fill_atoms (block, at, atoms);
          add (block, at, 1, atoms);
        }
    }
}

/* At the last visit of each business. */
static void
count_businesses (const Block *block)
{
  const Count *c = block->count;
  guint16 atoms[BZG_COUNT_DIMS];

  for (guint i = 0; i < c->businesses->len; i++)
    {
      const Business *business = &g_array_index (c->businesses, Business, i);
      guint32 row = business->last_visit;
      Selected at = { row, business->person };
      const BzgFactMore *more = bzg_fact_store_more (c->facts, row);

      fill_atoms (block, at, atoms);
      atoms[BZG_DIM_STATUS] = _bzg_count_atom (c->atoms, BZG_DIM_STATUS, c->facts->status[row]);
      atoms[BZG_DIM_LIVELIHOOD]
        = _bzg_count_atom (c->atoms, BZG_DIM_LIVELIHOOD, c->facts->livelihood[row]);
      if (more != NULL && block->figure->kind == BZG_MEASURE_SALES && more->sales > 0)
        add (block, at, more->sales, atoms);
      if (more == NULL || block->figure->kind == BZG_MEASURE_SALES)
        continue;
      /* The sex of those who work there, not of the person who was helped. */
      atoms[BZG_DIM_SEX] = c->atoms->female;
      if (more->jobs_f > 0)
        add (block, at, more->jobs_f, atoms);
      atoms[BZG_DIM_SEX] = c->atoms->male;
      if (more->jobs_m > 0)
        add (block, at, more->jobs_m, atoms);
    }
}

/* How much a fact adds to a block that counts facts; 0: nothing. */
static gint64
amount_of (const Block *block, guint32 row, guint16 somoni)
{
  const BzgFactStore *facts = block->count->facts;
  const BzgFactMore *more;

  switch (block->figure->kind)
    {
    case BZG_MEASURE_FACTS:
      return 1;
    case BZG_MEASURE_COST:
      return somoni != 0 && facts->currency[row] == somoni ? MAX (facts->cost[row], 0) : 0;
    case BZG_MEASURE_HEADS:
    default:
      more = bzg_fact_store_more (facts, row);
      return more != NULL ? MAX (more->n, 0) : 0;
    }
}

static void
count_facts (const Block *block, const GArray *selected)
{
  guint16 somoni = bzg_fact_store_find (block->count->facts, "TJS");
  guint16 atoms[BZG_COUNT_DIMS];

  for (guint i = 0; i < selected->len; i++)
    {
      Selected at = g_array_index (selected, Selected, i);
      gint64 n = amount_of (block, at.row, somoni);

      if (n == 0)
        continue;
      fill_atoms (block, at, atoms);
      add (block, at, n, atoms);
    }
}

static void
count_block (Count *c, const Block *block)
{
  GArray *selected = c->selected[block->figure->facts];

  switch (block->figure->kind)
    {
    case BZG_MEASURE_PERSONS:
      count_persons (block, selected);
      break;
    case BZG_MEASURE_PERSONS_BY:
      count_persons_by (block, selected);
      break;
    case BZG_MEASURE_JOBS:
    case BZG_MEASURE_SALES:
      count_businesses (block);
      break;
    case BZG_MEASURE_FACTS:
    case BZG_MEASURE_COST:
    case BZG_MEASURE_HEADS:
    default:
      count_facts (block, selected);
      break;
    }
  c->out->facts += selected->len;
}

static void
count_all (Count *c)
{
  g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);

  for (guint f = 0; f < c->tallies->len; f++)
    {
      const BzgTally *tally = g_ptr_array_index (c->tallies, f);
      g_autoptr (GPtrArray) tallies = g_ptr_array_new ();
      Block block = { .count = c, .figure = tally->figure, .tallies = tallies };

      if (!g_hash_table_add (done, (gpointer) tally->figure->measure))
        continue;
      for (guint k = f; k < c->tallies->len; k++)
        {
          BzgTally *other = g_ptr_array_index (c->tallies, k);

          if (other->figure->measure == tally->figure->measure)
            g_ptr_array_add (tallies, other);
        }
      block.told = dimensions_told (&block);
      count_block (c, &block);
    }
}

/* --- tables ---------------------------------------------------------------------------------- */

static void
add_nesting (BzgTables *tables,
             const BzgFigures *figures,
             const BzgFigure *parts,
             const char *whole)
{
  guint over = (guint) bzg_tables_find_dimension (tables, parts->dims[0]->tables);

  for (guint f = 0; f < bzg_figures_n (figures); f++)
    if (strcmp (bzg_figures_get (figures, f)->measure, whole) == 0)
      {
        bzg_tables_add_nesting (tables, whole, parts->measure, over);
        return;
      }
}

/* What readers know of how the blocks hang together. */
static void
add_ties (BzgTables *tables, const BzgFigures *figures)
{
  for (guint f = 0; f < bzg_figures_n (figures); f++)
    {
      const BzgFigure *figure = bzg_figures_get (figures, f);
      const char *end;

      if (figure->kind != BZG_MEASURE_PERSONS_BY)
        continue;
      end = strstr (figure->measure, "_by_");
      {
        g_autofree char *persons = g_strndup (figure->measure, (gsize) (end - figure->measure));
        g_autofree char *families = g_strconcat (persons, "_by_family", NULL);

        add_nesting (tables, figures, figure, persons);
        if (strcmp (figure->dims[0]->name, "service") == 0)
          add_nesting (tables, figures, figure, families);
      }
      /* Nobody is helped without a service. */
      if (figure->facts == BZG_FACT_SUPPORT && strcmp (figure->dims[0]->tables, "service") == 0)
        for (guint k = 0; k < bzg_figures_n (figures); k++)
          {
            const BzgFigure *services = bzg_figures_get (figures, k);

            if (strcmp (services->measure, "services") == 0 && services->n_dims == 1
                && figure->n_dims == 1 && services->dims[0] == figure->dims[0])
              {
                bzg_tables_add_link (tables, figure->measure, "services", 1, HUGE_VAL, NULL, 0);
                break;
              }
          }
    }
}

/* The tables that are about people; the others wait until these are protected. */
static void
add_tables (Count *c)
{
  BzgTables *tables = c->out->tables;
  guint release = bzg_tables_add_release (tables, c->options->release, NULL);

  add_ties (tables, c->figures);
  for (guint f = 0; f < c->tallies->len; f++)
    {
      const BzgTally *tally = g_ptr_array_index (c->tallies, f);
      const BzgFigure *figure = tally->figure;
      const BzgTable *table;

      if (figure->open)
        continue;
      table = _bzg_tally_add_table (tally, tables, release);
      if (figure->must_print_total && figure->kind != BZG_MEASURE_PERSONS_BY)
        {
          BzgMustPrint must
            = { bzg_tables_release (tables, release)->n_tables - 1, table->n_cells - 1 };

          g_array_append_val (c->out->must_print, must);
        }
    }
}

void
bzg_counted_add_open (const BzgCounted *self)
{
  for (guint f = 0; f < self->tallies->len; f++)
    {
      const BzgTally *tally = g_ptr_array_index (self->tallies, f);

      if (tally->figure->open)
        _bzg_tally_add_table (tally, self->tables, bzg_tables_n_releases (self->tables) - 1);
    }
}

void
bzg_counted_free (BzgCounted *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->tallies);
  bzg_figures_unref (self->figures);
  bzg_tables_free (self->tables);
  g_array_unref (self->must_print);
  g_array_unref (self->rows);
  g_array_unref (self->classes);
  g_free (self);
}

static BzgCounted *
counted_new (BzgFigures *figures, const BzgCountOptions *options)
{
  BzgCounted *self = g_new0 (BzgCounted, 1);

  self->figures = bzg_figures_ref (figures);
  self->tallies = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_tally_free);
  self->tables = bzg_tables_new (options->programme);
  bzg_tables_set_policy (self->tables, MAX (options->threshold, 5), options->strict);
  self->must_print = g_array_new (FALSE, FALSE, sizeof (BzgMustPrint));
  self->rows = g_array_new (FALSE, FALSE, sizeof (BzgCountedRow));
  self->classes = g_array_new (FALSE, FALSE, sizeof (BzgFrozenClass));
  return self;
}

static void
count_init (Count *c)
{
  const BzgCountOptions *options = c->options;
  guint n = MAX (c->facts->people.n, 1);
  guint year_month = options->year_month != 0 ? options->year_month : 10;

  c->year = _bzg_counting_year (options->period.first, year_month);
  c->year_first = bzg_date_pack (_bzg_counting_year_begin (c->year, year_month));
  c->period = bzg_period_span (&options->period);
  c->fund = _bzg_fund_filter (c->facts, options->fund);
  for (guint kind = 0; kind < N_KINDS; kind++)
    c->selected[kind] = g_array_new (FALSE, FALSE, sizeof (Selected));
  c->person_of_who = g_new (guint32, MAX (c->facts->n_whos, 1));
  for (guint32 who = 0; who < c->facts->n_whos; who++)
    c->person_of_who[who]
      = c->facts->whos[who].person | (c->facts->whos[who].statistics_refused ? REFUSED : 0);
  c->businesses = g_array_new (FALSE, FALSE, sizeof (Business));
  c->first = g_new (guint32, n);
  c->first_date = g_new (guint32, n);
  c->last_visit = g_new (guint32, n);
  memset (c->first, 0xff, n * sizeof *c->first);
  memset (c->last_visit, 0xff, n * sizeof *c->last_visit);
  c->business = g_new0 (guint32, n);
  c->counts = g_new0 (guint8, n);
  if (c->options->posting != NULL)
    c->recounted = _bzg_posting_recounted (c->options->posting, c->facts);
  c->classes = g_malloc_n (n, sizeof *c->classes);
}

static void
count_clear (Count *c)
{
  for (guint kind = 0; kind < N_KINDS; kind++)
    g_array_unref (c->selected[kind]);
  g_array_unref (c->businesses);
  g_free (c->person_of_who);
  g_free (c->first);
  g_free (c->first_date);
  g_free (c->last_visit);
  g_free (c->business);
  g_free (c->counts);
  g_free (c->recounted);
  g_free (c->classes);
  _bzg_count_atoms_free (c->atoms);
}

BzgCounted *
bzg_count (BzgFigures *figures, const BzgFactStore *facts, const BzgCountOptions *options)
{
  Count c = { .figures = figures, .facts = facts, .options = options };

  c.out = counted_new (figures, options);
  c.tallies = c.out->tallies;
  count_init (&c);
  _bzg_count_add_dimensions (c.out->tables, figures, facts, options->period.id);
  c.atoms = _bzg_count_atoms_new (c.out->tables, facts);
  for (guint f = 0; f < bzg_figures_n (figures); f++)
    g_ptr_array_add (c.tallies, _bzg_tally_new (bzg_figures_get (figures, f), c.out->tables));
  look_around (&c);
  class_people (&c);
  count_all (&c);
  if (options->with_rows)
    list_classes (&c);
  add_tables (&c);
  count_clear (&c);
  return c.out;
}
