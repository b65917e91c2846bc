/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../release/random-year.h"

#include "../release/random-section.h"
#include "base/bzg-error.h"
#include "release/bzg-tables-private.h"
#include "vault/bzg-crypto.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/*
 * What the proof of a year of donor reports costs, and what it leaves printed: the linked tables of
 * docs/disclosure.md (58 districts in 5 regions, two sexes, six age bands, twelve services) for Q1,
 * Q2, half-year, Q3, nine months, Q4 and the year, each proved beside all before it.
 *
 *   events     one number that adds up over time, as in the laboratory behind the specification
 *   people     the same people, who may come in more than one quarter: quarters do not add up
 *   programme  people and services, counted from facts as a casebook's are
 *   cancel     how long it takes to stop
 *
 * bench-figures [KIND N SEED [RELEASES]]; without arguments each is measured in a process of its
 * own, because memory is.
 */

typedef struct
{
  guint kept, bands, large; /* cells of five and more: exact; withheld, with a narrow range; all */
} Kept;

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1e6;
}

/* Of all threads: what it takes on a machine that does nothing else. */
static double
processor_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_utime.tv_usec / 1e6;
}

/* Elapsed, and of the processor. */
typedef struct
{
  gint64 started;
  double elapsed, used;
} Watch;

static Watch
watch_start (void)
{
  return (Watch){ g_get_monotonic_time (), 0, processor_seconds () };
}

/* Adds it to @all, if that is not NULL. */
static void
watch_stop (Watch *watch, Watch *all)
{
  watch->elapsed = seconds_since (watch->started);
  watch->used = processor_seconds () - watch->used;
  if (all != NULL)
    {
      all->elapsed += watch->elapsed;
      all->used += watch->used;
    }
}

static double
peak_mb (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_maxrss / 1024;
}

/* Cells of five and more, each place in a table counted, and how many of them are exact. */
static Kept
count_kept (const BzgTables *tables, const BzgTruth *truth, guint release)
{
  const BzgTablesRelease *one = bzg_tables_release (tables, release);
  Kept kept = { 0 };

  for (guint t = 0; t < one->n_tables; t++)
    for (guint c = 0; c < one->tables[t]->n_cells; c++)
      {
        const BzgTable *table = one->tables[t];

        if (bzg_truth_cell (truth, tables, table, table->cells[c].key).value < 5)
          continue;
        kept.large++;
        kept.kept += table->cells[c].state == BZG_CELL_EXACT;
        kept.bands += table->cells[c].state == BZG_CELL_WITHHELD && table->cells[c].lo > 0;
      }
  return kept;
}

static double
percent (Kept kept)
{
  return kept.large > 0 ? 100.0 * kept.kept / kept.large : 100;
}

static void
print_release (const char *name, const Watch *watch, Kept kept, const BzgProtectSummary *summary)
{
  printf ("  %-18s %7.2f s, processor %7.2f s %5.0f MB kept %4u of %4u (%4.1f %%) bands %3u "
          "protected %5u solves %5u "
          "witnesses "
          "%3u back %u\n",
          name, watch->elapsed, watch->used, peak_mb (), kept.kept, kept.large, percent (kept),
          kept.bands, summary->protected_cells, summary->solves, summary->witnesses,
          summary->given_back);
  fflush (stdout);
}

static gboolean
finish (const BzgTables *tables, const BzgTruth *truth, const Watch *all_releases, GError **error)
{
  Watch watch = watch_start ();
  BzgAttackSummary attack = { 0 };
  g_autoptr (GPtrArray) breaches = NULL;
  Kept all = { 0 };

  for (guint r = 0; r < bzg_tables_n_releases (tables); r++)
    {
      Kept one = count_kept (tables, truth, r);

      all.kept += one.kept;
      all.bands += one.bands;
      all.large += one.large;
    }
  printf ("  all %.1f s, processor %.1f s, kept %.1f %%, bands %u, peak %.0f MB\n",
          all_releases->elapsed, all_releases->used, percent (all), all.bands, peak_mb ());
  fflush (stdout);
  breaches = bzg_attack_run (tables, truth, TRUE, NULL, NULL, NULL, &attack, error);
  if (breaches == NULL)
    return FALSE;
  watch_stop (&watch, NULL);
  printf ("  attack in whole numbers: %u breaches among %u, %u witnesses, %.1f s\n", breaches->len,
          attack.candidates, attack.witnesses, watch.elapsed);
  for (guint i = 0; i < breaches->len; i++)
    {
      const BzgBreach *breach = g_ptr_array_index (breaches, i);

      printf ("  %s %s %s %s %g %g\n", bzg_verdict_name (breach->verdict), breach->release,
              breach->table, breach->key, breach->lo, breach->hi);
    }
  return breaches->len == 0;
}

/* Protects release @r beside those that it has to do with. */
static gboolean
protect_section (RandomSection *year,
                 gboolean people,
                 guint n,
                 guint32 seed,
                 guint r,
                 BzgProtectSummary *summary,
                 GError **error)
{
  RandomSection part = random_section (seed, n, people);
  g_autofree char *certificate = NULL;
  BzgMustPrint must = { 0, 0 };
  guint last = 0;
  gboolean ok;

  for (guint k = 0; k < r; k++)
    if (random_section_beside (r, k))
      {
        random_section_add (&part, k);
        random_section_copy (&part, last++, year, k);
      }
  _bzg_tables_drop_ranges (part.tables);
  must.cell = random_section_add (&part, r);
  ok = bzg_protect_run (part.tables, part.truth, &must, 1, BZG_PROTECT_BANDS, NULL, NULL, NULL,
                        summary, &certificate, error);
  random_section_add (year, r);
  if (ok)
    random_section_copy (year, r, &part, last);
  random_section_clear (&part);
  return ok;
}

static gboolean
measure_section (gboolean people, guint n, guint32 seed, guint releases, GError **error)
{
  RandomSection year = random_section (seed, n, people);
  Watch all = { 0 };
  gboolean ok = TRUE;

  for (guint r = 0; ok && r < releases; r++)
    {
      BzgProtectSummary summary = { 0 };
      Watch watch = watch_start ();

      ok = protect_section (&year, people, n, seed, r, &summary, error);
      if (!ok)
        break;
      watch_stop (&watch, &all);
      print_release (random_section_releases[r].id, &watch, count_kept (year.tables, year.truth, r),
                     &summary);
    }
  ok = ok && finish (year.tables, year.truth, &all, error);
  random_section_clear (&year);
  return ok;
}

static gboolean
measure_programme (guint n, guint32 seed, guint releases, GError **error)
{
  g_autoptr (BzgFigures) figures = bzg_figures_new (year_figures, -1, error);
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  g_autoptr (GArray) facts = random_year (seed, n);
  g_autoptr (BzgJoint) joint = NULL;
  Watch all = { 0 };

  for (guint r = 0; r < releases; r++)
    {
      Watch watch = watch_start ();
      g_autoptr (BzgRelease) release
        = year_release (posting, figures, facts, year_periods[r], error);

      if (release == NULL)
        return FALSE;
      watch_stop (&watch, &all);
      g_clear_pointer (&joint, _bzg_joint_free);
      joint = _bzg_joint_new (posting, NULL, error);
      if (joint == NULL)
        return FALSE;
      print_release (year_periods[r], &watch, count_kept (joint->tables, joint->truth, r),
                     bzg_release_summary (release));
    }
  return finish (joint->tables, joint->truth, &all, error);
}

/* --- cancelling ------------------------------------------------------------------------------ */

typedef struct
{
  GCancellable *cancellable;
  gulong after; /* microseconds */
  gint64 at;
} Canceller;

static gpointer
cancel_later (gpointer data)
{
  Canceller *self = data;

  g_usleep (self->after);
  self->at = g_get_monotonic_time ();
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

/* How long it takes from the wish to the end, in the release that takes longest of the first three:
 * at several moments. */
static gboolean
measure_cancel (guint n, guint32 seed, GError **error)
{
  double worst = 0;

  for (guint moment = 1; moment <= 8; moment++)
    {
      RandomSection year = random_section (seed, n, TRUE);
      gboolean done = FALSE;

      for (guint r = 0; r < 3 && !done; r++)
        {
          g_autoptr (GCancellable) cancellable = g_cancellable_new ();
          Canceller canceller = { cancellable, moment * G_USEC_PER_SEC * 3 / 2, 0 };
          g_autoptr (GError) local = NULL;
          GThread *thread;

          random_section_add (&year, r);
          if (r < 2)
            {
              if (!bzg_protect_run (year.tables, year.truth, NULL, 0, BZG_PROTECT_NO_GIVE_BACK,
                                    NULL, NULL, NULL, NULL, NULL, error))
                return FALSE;
              continue;
            }
          thread = g_thread_new ("cancel", cancel_later, &canceller);
          done = bzg_protect_run (year.tables, year.truth, NULL, 0, 0, NULL, NULL, cancellable,
                                  NULL, NULL, &local);
          if (!done && local->code == BZG_ERROR_CANCELLED)
            {
              double delay = seconds_since (canceller.at);

              worst = MAX (worst, delay);
              printf ("  cancelled after %.1f s: %.3f s\n", (double) canceller.after / 1e6, delay);
            }
          g_thread_join (thread);
        }
      random_section_clear (&year);
    }
  printf ("  worst %.3f s\n", worst);
  return TRUE;
}

static gboolean
measure (const char *kind, guint n, guint32 seed, guint releases)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  printf ("%s, %u people a year, seed %u\n", kind, n, seed);
  fflush (stdout);
  ok = strcmp (kind, "cancel") == 0 ? measure_cancel (n, seed, &error)
       : strcmp (kind, "programme") == 0
         ? measure_programme (n, seed, releases, &error)
         : measure_section (strcmp (kind, "people") == 0, n, seed, releases, &error);
  if (!ok)
    printf ("  FAILED: %s\n", error != NULL ? error->message : "breaches");
  return ok;
}

static gboolean
spawn (const char *self, const char *kind, guint n, guint32 seed)
{
  g_autofree char *people = g_strdup_printf ("%u", n);
  g_autofree char *number = g_strdup_printf ("%u", seed);
  const char *argv[] = { self, kind, people, number, NULL };
  int status = 0;

  return g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL,
                       NULL, &status, NULL)
         && g_spawn_check_wait_status (status, NULL);
}

int
main (int argc, char **argv)
{
  static const char *const kinds[] = { "events", "people", "programme", "cancel" };
  static const guint sizes[] = { 200, 400, 800, 2000, 5000 };
  gboolean ok = TRUE;

  bzg_vault_init (NULL);
  if (argc >= 4)
    return measure (argv[1], (guint) g_ascii_strtoull (argv[2], NULL, 10),
                    (guint32) g_ascii_strtoull (argv[3], NULL, 10),
                    argc > 4 ? (guint) g_ascii_strtoull (argv[4], NULL, 10) : 7)
             ? 0
             : 1;
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      for (guint32 seed = 1; seed <= 3; seed++)
        ok &= spawn (argv[0], kinds[k], sizes[i], seed);
  return ok ? 0 : 1;
}
