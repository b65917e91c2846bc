/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "base/bzg-date.h"
#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/*
 * Two registrations, one person? Every field of two people is compared and falls on a level (the
 * same, near, another, not known of both); a level is worth log2 (m / u) bits, m being how often it
 * comes about when the two are one person, u when they are not (Fellegi and Sunter, 1969). The bits
 * add up, and with the odds that any two people are one they give the score.
 */

/* The words of a name, and with the last of four what follows it; NULL: no more. */
typedef struct
{
  char *word[4];
} BzgNameLine;

/* What is compared. Names and codes are interned as reference strings: the same text is the same
 * pointer. */
typedef struct
{
  gint64 n;
  BzgId id;
  BzgNameLine *lines; /* keys of the name, of each other name */
  guint n_lines;
  char *role[3]; /* keys of family, given and father's name without spaces, each may be "" */
  float bits[3]; /* what the same name in a role is worth, by how rare it is */
  char *sex, *region, *district;
  guint32 phone;  /* 0: too short to tell people apart, or not known */
  char *document; /* NULL likewise */
  BzgDate birth;
  BzgId household;
} BzgSide;

#define BZG_SIDE_COLUMNS                                                                           \
  "r.n, r.id, r.strict, r.sex, r.region, r.district, r.phone, r.document, r.birth, r.household,"   \
  " r.parts"

BzgSide _bzg_side_from_row (sqlite3_stmt *stmt);
BzgSide _bzg_side_from_record (const BzgRecord *person);
void _bzg_side_clear (BzgSide *side);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BzgSide, _bzg_side_clear)

/* The bits of a name that @count of @people bear. */
float _bzg_name_bits (guint count, guint people);

/* How names compared that were compared before, by their address: of use for many sides that all
 * live as long as this. */
typedef struct _BzgNameLevels BzgNameLevels;
BzgNameLevels *_bzg_name_levels_new (void);
void _bzg_name_levels_free (BzgNameLevels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgNameLevels, _bzg_name_levels_free)

/* The levels of all fields of a pair, four bits each. @known may be NULL. */
typedef guint64 BzgPattern;
BzgPattern _bzg_people_compare (const BzgSide *a, const BzgSide *b, BzgNameLevels *known);

/* The weights; the defaults hold for a small casebook. */
#define BZG_N_COMPARED 9
#define BZG_N_LEVELS 16
typedef struct
{
  float bits[BZG_N_COMPARED][BZG_N_LEVELS];
} BzgWeights;
const BzgWeights *_bzg_weights_default (void);

/* How often a pattern occurred. There are a few thousand patterns, however many pairs. */
typedef struct
{
  BzgPattern pattern;
  guint n;
} BzgPatternCount;

/* Estimates the weights from @pairs of the casebook by expectation and maximisation; @random are
 * patterns of pairs drawn by chance, which show how often a level means nothing. Starts from the
 * defaults and leaves them where the casebook says little. Arrays of BzgPatternCount. */
void
_bzg_weights_estimate (BzgWeights *out, const GArray *pairs, const GArray *random, guint people);

#define BZG_SCORE_ASK 600
#define BZG_SCORE_SAME 900

/* 0 to 1000 with the reasons that made it. From BZG_SCORE_ASK it is likelier that the two are one
 * than not; from BZG_SCORE_SAME the odds are a thousand to one and nothing speaks against it. */
int _bzg_people_score (const BzgSide *a,
                       const BzgSide *b,
                       BzgPattern pattern,
                       const BzgWeights *weights,
                       guint people,
                       BzgReasons *reasons);

/* What of @reasons speaks for the two being one, in the words of BzgHit. */
void _bzg_reasons_say (const BzgReasons *reasons, GString *why);

G_END_DECLS
