/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-count.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary.h"
#include "release/bzg-figure-private.h"
#include "release/bzg-posting-private.h"

#include <math.h>
#include <string.h>

/*
 * Counting goes over the facts twice. The first time it finds, for each person, what does not
 * depend on a figure: the first qualifying event of the year (it fixes sex, region, age band and
 * category) and the last visit of each business. The second time every figure's block gets its
 * rows. Tables are then filled from the rows, so that a figure that stands in two tables cannot
 * differ.
 *
 * The dimensions always hold the whole code list, whether anybody is in a class or not: which
 * classes are empty is itself something to protect.
 */

#define UNKNOWN "unknown"

typedef struct
{
  BzgId id;
  const BzgFact *first; /* qualifying event of the year, or NULL */
  const BzgFact *last_visit;
  gboolean counts; /* has an event in the period */
} Person;

/* A person with a word: somebody in a class of the block at hand; what somebody lives by. */
typedef struct
{
  BzgId person;
  const char *word; /* interned, or NULL */
} Pair;

typedef struct
{
  Pair key; /* who, and by what */
  const BzgFact *last_visit;
} Business;

/* The dimensions of the tables, by their use here. */
enum
{
  DIM_PLACE,
  DIM_SEX,
  DIM_AGE,
  DIM_CATEGORY,
  DIM_SERVICE,
  DIM_FUND,
  DIM_LIVELIHOOD,
  DIM_STATUS,
  DIM_ACTIVITY,
  DIM_PERIOD,
  N_DIMS
};

G_STATIC_ASSERT (N_DIMS == BZG_COUNT_DIMS);

typedef struct
{
  const BzgFigures *figures;
  const GArray *facts;
  const BzgCountOptions *options;
  BzgCounted *out;
  GHashTable *people;   /* Person, by id */
  GHashTable *business; /* Business, by key */
  GHashTable *seen;     /* Pair: who was counted already, in which class */
  guint used;           /* dimensions of the block at hand */
  int year;             /* in which classes stay */
  guint dims[N_DIMS];
} Count;

/* --- dimensions ------------------------------------------------------------------------------ */

static void
set_labels (BzgTables *tables, guint dim, guint code, const char *list, const char *id)
{
  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    bzg_tables_set_label (tables, dim, code, lang, bzg_code_label (list, id, lang));
}

static void
set_unknown_label (BzgTables *tables, guint dim, guint code)
{
  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    bzg_tables_set_label (tables, dim, code, lang, bzg_tr (lang, "Not known"));
}

static void
add_total (BzgTables *tables, guint dim)
{
  guint n = bzg_tables_n_atoms (tables, dim);
  g_autofree guint *all = g_new (guint, n + 1);

  for (guint i = 0; i < n; i++)
    all[i] = i;
  bzg_tables_add_code (tables, dim, "T", all, n);
}

/* A dimension whose classes are a flat code list, with a class for what is not known. */
static guint
add_list (BzgTables *tables, const char *id, const char *list_name)
{
  guint dim = bzg_tables_add_dimension (tables, id);
  const BzgCodeList *list = bzg_dictionary_code_list (list_name);

  for (guint i = 0; list != NULL && i < list->n_codes; i++)
    set_labels (tables, dim, bzg_tables_add_atom (tables, dim, list->codes[i].code), list_name,
                list->codes[i].code);
  if (bzg_tables_find_code (tables, dim, UNKNOWN) < 0)
    set_unknown_label (tables, dim, bzg_tables_add_atom (tables, dim, UNKNOWN));
  add_total (tables, dim);
  return dim;
}

/* A dimension of groups and leaves: districts in regions, services in families. A group is an
 * answer too (the region is known, the district is not): an atom of its own, "GROUP.". */
static guint
add_tree (BzgTables *tables, const char *id, const char *groups_name, const char *leaves_name)
{
  guint dim = bzg_tables_add_dimension (tables, id);
  const BzgCodeList *groups = bzg_dictionary_code_list (groups_name);
  const BzgCodeList *leaves = bzg_dictionary_code_list (leaves_name);
  gboolean one_list = strcmp (groups_name, leaves_name) == 0;

  for (guint i = 0; leaves != NULL && i < leaves->n_codes; i++)
    if (!leaves->codes[i].group)
      set_labels (tables, dim, bzg_tables_add_atom (tables, dim, leaves->codes[i].code),
                  leaves_name, leaves->codes[i].code);
  for (guint i = 0; groups != NULL && i < groups->n_codes; i++)
    if (!one_list || groups->codes[i].group)
      {
        g_autofree char *own = g_strconcat (groups->codes[i].code, ".", NULL);

        set_labels (tables, dim, bzg_tables_add_atom (tables, dim, own), groups_name,
                    groups->codes[i].code);
      }
  set_unknown_label (tables, dim, bzg_tables_add_atom (tables, dim, UNKNOWN));
  for (guint i = 0; groups != NULL && i < groups->n_codes; i++)
    if (!one_list || groups->codes[i].group)
      {
        const char *code = groups->codes[i].code;
        g_autofree char *own = g_strconcat (code, ".", NULL);
        g_autoptr (GArray) atoms = g_array_new (FALSE, FALSE, sizeof (guint));
        guint atom = (guint) bzg_tables_find_code (tables, dim, own);

        for (guint k = 0; leaves != NULL && k < leaves->n_codes; k++)
          if (!leaves->codes[k].group && g_strcmp0 (leaves->codes[k].parent, code) == 0)
            {
              guint leaf = (guint) bzg_tables_find_code (tables, dim, leaves->codes[k].code);

              g_array_append_val (atoms, leaf);
            }
        g_array_append_val (atoms, atom);
        set_labels (tables, dim,
                    bzg_tables_add_code (tables, dim, code, (const guint *) (gpointer) atoms->data,
                                         atoms->len),
                    groups_name, code);
      }
  add_total (tables, dim);
  return dim;
}

static guint
add_funds (Count *c, BzgTables *tables)
{
  guint dim = bzg_tables_add_dimension (tables, "fund");
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) sorted = NULL;

  for (guint i = 0; i < c->facts->len; i++)
    {
      const BzgFact *fact = &g_array_index (c->facts, BzgFact, i);

      if (fact->fund != NULL)
        g_hash_table_add (names, (gpointer) fact->fund);
    }
  sorted = g_list_sort (g_hash_table_get_keys (names), (GCompareFunc) strcmp);
  for (GList *l = sorted; l != NULL; l = l->next)
    bzg_tables_add_atom (tables, dim, l->data);
  set_unknown_label (tables, dim, bzg_tables_add_atom (tables, dim, UNKNOWN));
  add_total (tables, dim);
  return dim;
}

static void
add_dimensions (Count *c)
{
  BzgTables *tables = c->out->tables;
  guint period;

  c->dims[DIM_PLACE] = add_tree (tables, "place", "region", "district");
  bzg_tables_add_alias (tables, c->dims[DIM_PLACE], "region");
  bzg_tables_add_alias (tables, c->dims[DIM_PLACE], "district");
  c->dims[DIM_SEX] = add_list (tables, "sex", "sex");
  c->dims[DIM_AGE] = add_list (tables, "age_band", "age_band");
  c->dims[DIM_CATEGORY] = add_list (tables, "category", "case_category");
  c->dims[DIM_SERVICE] = add_tree (tables, "service", "service", "service");
  bzg_tables_add_alias (tables, c->dims[DIM_SERVICE], "family");
  c->dims[DIM_FUND] = add_funds (c, tables);
  c->dims[DIM_LIVELIHOOD] = add_list (tables, "livelihood_kind", "livelihood_kind");
  c->dims[DIM_STATUS] = add_list (tables, "business_status", "business_status");
  c->dims[DIM_ACTIVITY] = add_list (tables, "activity_kind", "activity_kind");
  c->dims[DIM_PERIOD] = period = bzg_tables_add_dimension (tables, "period");
  bzg_tables_add_atom (tables, period, c->options->period.id);
}

static guint
atom_of (Count *c, guint which, const char *id)
{
  guint dim = c->dims[which];
  int atom = id != NULL ? bzg_tables_find_code (c->out->tables, dim, id) : -1;

  if (atom < 0 || (guint) atom >= bzg_tables_n_atoms (c->out->tables, dim))
    atom = bzg_tables_find_code (c->out->tables, dim, UNKNOWN);
  return (guint) atom;
}

/* A leaf, else the group's own atom. */
static guint
atom_in_tree (Count *c, guint which, const char *leaf, const char *group)
{
  guint dim = c->dims[which];
  int atom = leaf != NULL ? bzg_tables_find_code (c->out->tables, dim, leaf) : -1;

  if (atom >= 0 && (guint) atom < bzg_tables_n_atoms (c->out->tables, dim))
    return (guint) atom;
  if (group != NULL)
    {
      g_autofree char *own = g_strconcat (group, ".", NULL);

      return atom_of (c, which, own);
    }
  return atom_of (c, which, NULL);
}

/* The band in which all possible ages lie. Bands are written 15-17 and 60+. */
static const char *
age_band (const BzgFact *fact, BzgDate on)
{
  const BzgCodeList *bands = bzg_dictionary_code_list ("age_band");
  int min, max;

  if (!bzg_fact_age (fact, on, &min, &max))
    return NULL;
  for (guint i = 0; bands != NULL && i < bands->n_codes; i++)
    {
      char *end;
      gint64 from = g_ascii_strtoll (bands->codes[i].code, &end, 10), to = G_MAXINT64;

      if (*end == '-')
        to = g_ascii_strtoll (end + 1, NULL, 10);
      else if (*end != '+')
        continue;
      if (min >= from && max <= to)
        return bands->codes[i].code;
    }
  return NULL;
}

/* --- first pass ------------------------------------------------------------------------------ */

static Person *
person_of (Count *c, const BzgFact *fact)
{
  Person *person = g_hash_table_lookup (c->people, &fact->person);

  if (person == NULL)
    {
      person = g_new0 (Person, 1);
      person->id = fact->person;
      g_hash_table_insert (c->people, &person->id, person);
    }
  return person;
}

static guint
hash_pair (gconstpointer data)
{
  const Pair *pair = data;

  return bzg_id_hash (&pair->person) ^ g_direct_hash (pair->word);
}

static gboolean
equal_pairs (gconstpointer a, gconstpointer b)
{
  const Pair *x = a, *y = b;

  return x->word == y->word && bzg_id_equal (&x->person, &y->person);
}

static Business *
business_of (const Count *c, const BzgFact *fact)
{
  Pair key = { fact->person, fact->livelihood_kind };

  return g_hash_table_lookup (c->business, &key);
}

static guint
year_month (const Count *c)
{
  return c->options->year_month != 0 ? c->options->year_month : 10;
}

/* The later of two visits; on one day the record decides, whatever the order of the facts. */
static gboolean
is_later (const BzgFact *visit, const BzgFact *than)
{
  if (than == NULL)
    return TRUE;
  int order = bzg_date_compare (bzg_date_last_day (visit->date), bzg_date_last_day (than->date));

  return order != 0 ? order > 0 : bzg_id_compare (&visit->record, &than->record) > 0;
}

static void
look_around (Count *c)
{
  BzgDate from = _bzg_counting_year_begin (c->year, year_month (c));
  g_autoptr (GHashTable) refused = g_hash_table_new (bzg_id_hash, bzg_id_equal);

  for (guint i = 0; i < c->facts->len; i++)
    {
      const BzgFact *fact = &g_array_index (c->facts, BzgFact, i);
      gboolean inside = bzg_period_contains (&c->options->period, fact->date);
      Person *person;

      if (!inside && _bzg_fact_is_of_fund (fact, c->options->fund) && fact->kind != BZG_FACT_PLANNED
          && !(_bzg_fact_is_of_person (fact) && fact->statistics_refused)
          && bzg_period_touches (&c->options->period, fact->date))
        c->out->imprecise++;
      if (!_bzg_fact_is_of_person (fact))
        continue;
      if (fact->statistics_refused)
        {
          if (inside)
            g_hash_table_add (refused, (gpointer) &fact->person);
          continue;
        }
      person = person_of (c, fact);
      person->counts |= inside && _bzg_fact_is_of_fund (fact, c->options->fund);
      /* Any event of the year up to the end of the period fixes the classes, in whichever report it
       * was counted. */
      if (!bzg_date_is_missing (fact->date)
          && bzg_date_compare (bzg_date_first_day (fact->date), from) >= 0
          && bzg_date_compare (bzg_date_last_day (fact->date), c->options->period.last) <= 0
          && (person->first == NULL
              || bzg_date_compare (bzg_date_first_day (fact->date),
                                   bzg_date_first_day (person->first->date))
                   < 0))
        person->first = fact;
      if (inside && fact->kind == BZG_FACT_VISIT)
        {
          Business *business = business_of (c, fact);

          if (business == NULL)
            {
              business = g_new0 (Business, 1);
              business->key = (Pair){ fact->person, fact->livelihood_kind };
              g_hash_table_insert (c->business, &business->key, business);
            }
          if (is_later (fact, person->last_visit))
            person->last_visit = fact;
          if (is_later (fact, business->last_visit))
            business->last_visit = fact;
        }
    }
  c->out->not_consented = g_hash_table_size (refused);
}

/* --- second pass ----------------------------------------------------------------------------- */

static const guint CLASSES[BZG_N_CLASSES] = { DIM_PLACE, DIM_SEX, DIM_AGE, DIM_CATEGORY };

/* A person is classed as an earlier release had it, else as at the first event of the year. */
static void
fill_classes (Count *c, const BzgFact *fact, const Person *person, guint16 *atoms)
{
  const BzgFrozenClass *fixed = person != NULL && c->options->posting != NULL
                                  ? _bzg_posting_class (c->options->posting, &fact->person, c->year)
                                  : NULL;

  for (guint i = 0; fixed != NULL && i < BZG_N_CLASSES; i++)
    atoms[c->dims[CLASSES[i]]] = atom_of (c, CLASSES[i], fixed->atoms[i]);
  if (fixed != NULL)
    return;
  if (person != NULL && person->first != NULL)
    fact = person->first;
  atoms[c->dims[DIM_PLACE]] = atom_in_tree (c, DIM_PLACE, fact->district, fact->region);
  atoms[c->dims[DIM_SEX]] = atom_of (c, DIM_SEX, fact->sex);
  atoms[c->dims[DIM_AGE]]
    = atom_of (c, DIM_AGE, person != NULL ? age_band (fact, fact->date) : fact->age_band);
  atoms[c->dims[DIM_CATEGORY]] = atom_of (c, DIM_CATEGORY, fact->category);
}

/* Which dimensions the figures of a block tell apart, as bits. */
static guint
dimensions_used (const Count *c, const char *measure)
{
  guint used = 0;

  for (guint f = 0; f < bzg_figures_n (c->figures); f++)
    {
      const BzgFigure *figure = bzg_figures_get (c->figures, f);

      for (guint d = 0; figure->measure == measure && d < figure->n_dims; d++)
        for (guint which = 0; which < N_DIMS; which++)
          if (bzg_tables_find_dimension (c->out->tables, figure->dims[d]->tables)
              == (int) c->dims[which])
            used |= 1u << which;
    }
  return used;
}

/* The atoms of a fact: the person's classes as they were fixed, the rest as the fact says. What a
 * block of figures does not tell apart is left out of its rows, so that a person has one row
 * whichever of the facts came first. */
static void
fill_atoms (
  Count *c, const BzgFigure *figure, const BzgFact *fact, const Person *person, guint16 *atoms)
{
  const BzgFact *visit = person != NULL && person->last_visit != NULL ? person->last_visit : fact;
  const char *family = fact->family;
  const char *service = fact->service;
  gboolean by = figure->kind == BZG_MEASURE_PERSONS_BY;

  if (by && figure->dims[0]->upper)
    service = NULL;
  fill_classes (c, fact, person, atoms);
  atoms[c->dims[DIM_SERVICE]] = atom_in_tree (c, DIM_SERVICE, service, family);
  atoms[c->dims[DIM_FUND]] = atom_of (c, DIM_FUND, fact->fund);
  atoms[c->dims[DIM_LIVELIHOOD]]
    = atom_of (c, DIM_LIVELIHOOD,
               fact->kind == BZG_FACT_VISIT ? visit->livelihood_kind : fact->livelihood_kind);
  atoms[c->dims[DIM_STATUS]] = atom_of (c, DIM_STATUS, visit->business_status);
  atoms[c->dims[DIM_ACTIVITY]] = atom_of (c, DIM_ACTIVITY, fact->activity_kind);
  atoms[c->dims[DIM_PERIOD]] = 0;
  for (guint which = DIM_SERVICE; which < DIM_PERIOD; which++)
    if ((by || figure->kind == BZG_MEASURE_PERSONS || which == DIM_STATUS
         || which == DIM_LIVELIHOOD)
        && (c->used >> which & 1) == 0)
      atoms[c->dims[which]] = atom_of (c, which, NULL);
}

static void
add_row (Count *c, const BzgFigure *figure, const BzgFact *fact, gint64 n, const guint16 *atoms)
{
  BzgCountedRow row = { .measure = figure->measure, .person = fact->person, .n = n };
  gboolean people = figure->kind == BZG_MEASURE_PERSONS || figure->kind == BZG_MEASURE_PERSONS_BY;

  memcpy (row.atoms, atoms, sizeof row.atoms);
  /* A person who was visited stands where the last visit found it. */
  if (people && fact->kind == BZG_FACT_VISIT)
    row.record
      = ((const Person *) g_hash_table_lookup (c->people, &fact->person))->last_visit->record;
  else if (!people)
    row.record = fact->record;
  g_array_append_val (c->out->rows, row);
}

/* TRUE the first time for this block, person and class. */
static gboolean
first_time (Count *c, const BzgFact *fact, const char *class)
{
  Pair seen = { fact->person, class };

  return !g_hash_table_contains (c->seen, &seen)
         && g_hash_table_add (c->seen, g_memdup2 (&seen, sizeof seen));
}

static const char *
class_of (const BzgFigure *figure, const BzgFact *fact)
{
  if (strcmp (figure->dims[0]->tables, "fund") == 0)
    return fact->fund;
  return figure->dims[0]->upper || fact->service == NULL ? fact->family : fact->service;
}

static void
count_fact (Count *c, const BzgFigure *figure, const BzgFact *fact)
{
  Person *person
    = _bzg_fact_is_of_person (fact) ? g_hash_table_lookup (c->people, &fact->person) : NULL;
  guint16 atoms[N_DIMS];

  fill_atoms (c, figure, fact, person, atoms);
  switch (figure->kind)
    {
    case BZG_MEASURE_PERSONS:
      if (first_time (c, fact, NULL))
        add_row (c, figure, fact, 1, atoms);
      break;
    case BZG_MEASURE_PERSONS_BY:
      if (first_time (c, fact, class_of (figure, fact)))
        add_row (c, figure, fact, 1, atoms);
      break;
    case BZG_MEASURE_FACTS:
      add_row (c, figure, fact, 1, atoms);
      break;
    case BZG_MEASURE_JOBS:
    case BZG_MEASURE_SALES:
      {
        if (business_of (c, fact)->last_visit != fact)
          break;
        atoms[c->dims[DIM_STATUS]] = atom_of (c, DIM_STATUS, fact->business_status);
        atoms[c->dims[DIM_LIVELIHOOD]] = atom_of (c, DIM_LIVELIHOOD, fact->livelihood_kind);
        if (figure->kind == BZG_MEASURE_SALES)
          {
            if (fact->sales > 0)
              add_row (c, figure, fact, fact->sales, atoms);
            break;
          }
        /* The sex of those who work there, not of the person who was helped. */
        atoms[c->dims[DIM_SEX]] = atom_of (c, DIM_SEX, "F");
        if (fact->jobs_f > 0)
          add_row (c, figure, fact, fact->jobs_f, atoms);
        atoms[c->dims[DIM_SEX]] = atom_of (c, DIM_SEX, "M");
        if (fact->jobs_m > 0)
          add_row (c, figure, fact, fact->jobs_m, atoms);
        break;
      }
    case BZG_MEASURE_COST:
      if (fact->cost > 0 && g_strcmp0 (fact->currency, "TJS") == 0)
        add_row (c, figure, fact, fact->cost, atoms);
      break;
    case BZG_MEASURE_HEADS:
    default:
      if (fact->n > 0)
        add_row (c, figure, fact, fact->n, atoms);
      break;
    }
}

static void
count_all (Count *c)
{
  g_autoptr (GHashTable) blocks = g_hash_table_new (NULL, NULL);

  for (guint f = 0; f < bzg_figures_n (c->figures); f++)
    {
      const BzgFigure *figure = bzg_figures_get (c->figures, f);

      /* Figures of one block share its rows. */
      if (!g_hash_table_add (blocks, (gpointer) figure->measure))
        continue;
      g_hash_table_remove_all (c->seen);
      c->used = dimensions_used (c, figure->measure);
      for (guint i = 0; i < c->facts->len; i++)
        {
          const BzgFact *fact = &g_array_index (c->facts, BzgFact, i);

          if (fact->kind != figure->facts || !_bzg_fact_is_of_fund (fact, c->options->fund)
              || !bzg_period_contains (&c->options->period, fact->date)
              || (_bzg_fact_is_of_person (fact) && fact->statistics_refused))
            continue;
          count_fact (c, figure, fact);
          c->out->facts++;
        }
    }
}

/* How everybody is classed who has an event in the period: fixed for the year once it is public. */
static void
fill_fixed (Count *c)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, c->people);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Person *person = value;
      BzgFrozenClass class = { .person = person->id, .year = c->year };
      BzgFact fact = { .person = class.person };
      guint16 atoms[N_DIMS];

      if (!person->counts)
        continue;
      fill_classes (c, &fact, person, atoms);
      for (guint k = 0; k < BZG_N_CLASSES; k++)
        class.atoms[k] = g_intern_string (
          bzg_tables_code (c->out->tables, c->dims[CLASSES[k]], atoms[c->dims[CLASSES[k]]]));
      g_array_append_val (c->out->classes, class);
    }
}

/* --- tables ---------------------------------------------------------------------------------- */

/* The codes that stand in a table for one of its dimensions, the total last. */
static GArray *
codes_of (const BzgTables *tables, const BzgFigureDimension *dimension, guint *out_dim)
{
  GArray *codes = g_array_new (FALSE, FALSE, sizeof (guint));
  guint dim = (guint) bzg_tables_find_dimension (tables, dimension->tables);
  int total = bzg_tables_find_code (tables, dim, "T");
  guint n = bzg_tables_n_atoms (tables, dim);
  guint last;

  if (dimension->upper)
    {
      for (guint code = n; code < bzg_tables_n_codes (tables, dim); code++)
        if ((int) code != total)
          g_array_append_val (codes, code);
      last = (guint) bzg_tables_find_code (tables, dim, UNKNOWN);
      g_array_append_val (codes, last);
    }
  else
    for (guint atom = 0; atom < n; atom++)
      g_array_append_val (codes, atom);
  last = (guint) total;
  g_array_append_val (codes, last);
  *out_dim = dim;
  return codes;
}

static BzgTable *
add_table (BzgTables *tables, guint release, const BzgFigure *figure)
{
  guint dims[8];
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint));
  BzgFixed fixed = { (guint) bzg_tables_find_dimension (tables, "period"), 0 };
  g_autofree guint *at = g_new0 (guint, figure->n_dims + 1);
  guint n = 1;
  BzgTable *table;

  for (guint d = 0; d < figure->n_dims; d++)
    {
      GArray *list = codes_of (tables, figure->dims[d], &dims[d]);

      /* Persons by service are not added up: the total is that of persons. */
      if (figure->kind == BZG_MEASURE_PERSONS_BY && d == 0)
        g_array_set_size (list, list->len - 1);
      g_ptr_array_add (codes, list);
      n *= list->len;
    }
  for (guint i = 0; i < n; i++)
    {
      for (guint d = 0; d < figure->n_dims; d++)
        g_array_append_val (keys, g_array_index ((GArray *) codes->pdata[d], guint, at[d]));
      for (guint d = figure->n_dims; d > 0; d--)
        {
          if (++at[d - 1] < ((GArray *) codes->pdata[d - 1])->len)
            break;
          at[d - 1] = 0;
        }
    }
  table
    = bzg_tables_add_table (tables, release, figure->id, figure->measure, figure->unit, dims,
                            figure->n_dims, &fixed, 1, (const guint *) (gpointer) keys->data, n);
  table->scale = figure->scale;
  table->open = figure->open;
  return table;
}

/* What the rows of a block come to in one combination of atoms. */
typedef struct
{
  guint64 place; /* of the atoms, as digits of one number */
  gint64 n;
} AtomSum;

/* The rows of the table's block, added up by the atoms of its dimensions. */
static GHashTable *
sum_atoms (const BzgTables *tables, const BzgTable *table, const GArray *rows)
{
  const char *measure = g_intern_string (table->measure);
  GHashTable *sums = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const BzgCountedRow *row = &g_array_index (rows, BzgCountedRow, i);
      AtomSum key = { 0 };
      AtomSum *sum;

      if (row->measure != measure)
        continue;
      for (guint d = 0; d < table->n_dims; d++)
        key.place
          = key.place * bzg_tables_n_atoms (tables, table->dims[d]) + row->atoms[table->dims[d]];
      sum = g_hash_table_lookup (sums, &key);
      if (sum == NULL)
        g_hash_table_add (sums, sum = g_memdup2 (&key, sizeof key));
      sum->n += row->n;
    }
  return sums;
}

/* TRUE if what has these atoms lies in the cell. */
static gboolean
holds (const BzgTables *tables, const BzgTable *table, const BzgCell *cell, const AtomSum *sum)
{
  guint64 place = sum->place;

  for (guint d = table->n_dims; d > 0; d--)
    {
      guint n = bzg_tables_n_atoms (tables, table->dims[d - 1]);

      if (!bzg_tables_code_has (tables, table->dims[d - 1], cell->key[d - 1], (guint) (place % n)))
        return FALSE;
      place /= n;
    }
  return TRUE;
}

/* Adds every row of the table's block to the cells in which it lies. */
static void
fill_table (const BzgTables *tables, BzgTable *table, const GArray *rows)
{
  g_autoptr (GHashTable) sums = sum_atoms (tables, table, rows);

  for (guint cell = 0; cell < table->n_cells; cell++)
    {
      GHashTableIter iter;
      gpointer sum;

      table->cells[cell].value = 0;
      g_hash_table_iter_init (&iter, sums);
      while (g_hash_table_iter_next (&iter, &sum, NULL))
        if (holds (tables, table, &table->cells[cell], sum))
          table->cells[cell].value += ((const AtomSum *) sum)->n;
    }
}

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

static void
add_tables (Count *c)
{
  BzgTables *tables = c->out->tables;
  guint release = bzg_tables_add_release (tables, c->options->release, NULL);

  add_ties (tables, c->figures);
  for (guint f = 0; f < bzg_figures_n (c->figures); f++)
    {
      const BzgFigure *figure = bzg_figures_get (c->figures, f);
      BzgTable *table;

      if (figure->open)
        continue;
      table = add_table (tables, release, figure);
      fill_table (tables, table, c->out->rows);
      if (figure->must_print_total && figure->kind != BZG_MEASURE_PERSONS_BY)
        {
          BzgMustPrint must
            = { bzg_tables_release (tables, release)->n_tables - 1, table->n_cells - 1 };

          g_array_append_val (c->out->must_print, must);
        }
    }
}

void
bzg_counted_add_open (const BzgCounted *self, const BzgFigures *figures, BzgTables *tables)
{
  for (guint f = 0; f < bzg_figures_n (figures); f++)
    {
      const BzgFigure *figure = bzg_figures_get (figures, f);

      if (figure->open)
        fill_table (tables, add_table (tables, bzg_tables_n_releases (tables) - 1, figure),
                    self->rows);
    }
}

void
bzg_counted_free (BzgCounted *self)
{
  if (self == NULL)
    return;
  bzg_tables_free (self->tables);
  g_array_unref (self->must_print);
  g_array_unref (self->rows);
  g_array_unref (self->classes);
  g_free (self);
}

BzgCounted *
bzg_count (const BzgFigures *figures,
           const GArray *facts,
           const BzgCountOptions *options,
           GError **error)
{
  Count c = { .figures = figures, .facts = facts, .options = options };

  c.out = g_new0 (BzgCounted, 1);
  c.out->tables = bzg_tables_new (options->programme);
  bzg_tables_set_policy (c.out->tables, MAX (options->threshold, 5), options->strict);
  c.out->must_print = g_array_new (FALSE, FALSE, sizeof (BzgMustPrint));
  c.out->rows = g_array_new (FALSE, FALSE, sizeof (BzgCountedRow));
  c.out->classes = g_array_new (FALSE, FALSE, sizeof (BzgFrozenClass));
  c.year = _bzg_counting_year (options->period.first, year_month (&c));
  c.people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, NULL, g_free);
  c.business = g_hash_table_new_full (hash_pair, equal_pairs, NULL, g_free);
  c.seen = g_hash_table_new_full (hash_pair, equal_pairs, g_free, NULL);
  add_dimensions (&c);
  look_around (&c);
  count_all (&c);
  fill_fixed (&c);
  add_tables (&c);
  g_hash_table_unref (c.people);
  g_hash_table_unref (c.business);
  g_hash_table_unref (c.seen);
  return c.out;
}
