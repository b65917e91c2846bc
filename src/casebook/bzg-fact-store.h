/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-id-table.h"
#include "casebook/bzg-facts.h"

G_BEGIN_DECLS

/*
 * Many facts in little memory, in columns: one array for each thing that is known of a fact, so
 * that who counts by three of them reads only those three. About 76 bytes a fact.
 *
 * Everybody has a number, from 0, in the table of ids; a set of people is a bitmap. Texts (codes,
 * names of funds) have numbers too, 0 for none: what is to be known of a code is looked up
 * once for each code and not for each fact. Dates are packed (bzg_date_pack()). Whom a fact is
 * about (sex, birth, place, ...) lies in `whos`, mostly one for each person; of a group, one for
 * each kind of group.
 *
 * Others read the columns and write them only through functions, unless these say otherwise. It
 * holds personal data: what is freed is wiped first. One thread at a time.
 */

typedef struct
{
  guint32 person; /* number; of group facts that of the zero id */
  gint32 age;     /* -1: missing */
  guint32 birth, age_as_of;
  guint16 sex, region, district, category, country;
  guint16 age_band;          /* of a group */
  guint16 livelihood;        /* what the person lives by; a fact may tell another */
  guint8 statistics_refused; /* booleans */
  guint8 service_consent;
} BzgFactWho;

/* What only visits and groups have. */
typedef struct
{
  gint64 sales, costs; /* G_MININT64 = missing */
  gint32 jobs_f, jobs_m, n;
} BzgFactMore;

#define BZG_FACT_NO_MORE G_MAXUINT32

typedef struct
{
  guint32 n, room; /* facts */
  guint8 *kind;    /* BzgFactKind */
  guint32 *date;
  guint32 *who;  /* in whos */
  guint32 *more; /* in mores, or BZG_FACT_NO_MORE */
  guint16 *service, *family, *fund, *livelihood, *status, *activity, *currency; /* texts */
  gint64 *cost; /* G_MININT64 = missing */
  BzgId *record;

  BzgIdTable people;
  guint32 n_whos, whos_room;
  BzgFactWho *whos;
  guint32 n_mores, mores_room;
  BzgFactMore *mores;
  GPtrArray *texts;    /* interned; the first is NULL */
  GHashTable *numbers; /* interned text -> number, by content */
  gboolean texts_full; /* there were more than there are numbers: what came later is missing */
  guint32 *last_who;   /* of each person, for add */
  guint32 last_who_room;
  GHashTable *groups; /* guint32 in whos: of nobody, by content */
} BzgFactStore;

BzgFactStore *bzg_fact_store_new (void);
void bzg_fact_store_free (BzgFactStore *self); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgFactStore, bzg_fact_store_free)

/* Errors: BZG_ERROR_NO_MEMORY: there were more texts than numbers, and facts lost theirs. To be
 * asked of a store that is to be counted. */
gboolean bzg_fact_store_check (const BzgFactStore *self, GError **error);

/* Adds a fact as others know it; returns its place. */
guint32 bzg_fact_store_add (BzgFactStore *self, const BzgFact *fact);
/* The fact at @row; its strings are interned. */
void bzg_fact_store_get (const BzgFactStore *self, guint32 row, BzgFact *out);
/* Keeps the facts at @rows, in that order, and drops all others; people stay numbered. */
void bzg_fact_store_pick (BzgFactStore *self, const guint32 *rows, guint32 n);

/* The number of a text; 0 for NULL. find: 0 too for a text that no fact has. */
guint16 bzg_fact_store_number (BzgFactStore *self, const char *text);
guint16 bzg_fact_store_find (const BzgFactStore *self, const char *text);
static inline const char *
bzg_fact_store_text (const BzgFactStore *self, guint16 number)
{
  return g_ptr_array_index (self->texts, number);
}

static inline const BzgFactWho *
bzg_fact_store_who (const BzgFactStore *self, guint32 row)
{
  return &self->whos[self->who[row]];
}

static inline const BzgFactMore *
bzg_fact_store_more (const BzgFactStore *self, guint32 row) /* or NULL */
{
  return self->more[row] != BZG_FACT_NO_MORE ? &self->mores[self->more[row]] : NULL;
}

/* Age on @on, as bzg_fact_age(). */
gboolean bzg_fact_who_age (const BzgFactWho *who, guint32 on, int *min, int *max);

/* For who fills the columns without a BzgFact (bzg-facts-read.c). A row with everything missing and
 * nobody in it; the columns of the new row may be written. */
guint32 bzg_fact_store_append (BzgFactStore *self, BzgFactKind kind, const BzgId *record);
/* The place in whos of a person, with everything missing: a new one, or the one it has, of which
 * all facts of that person know. */
guint32 bzg_fact_store_put_who (BzgFactStore *self, const BzgId *id);
guint32 bzg_fact_store_find_who (const BzgFactStore *self, const BzgId *id); /* or G_MAXUINT32 */
/* The place in whos of a group that is like @group; its person does not matter. */
guint32 bzg_fact_store_add_group (BzgFactStore *self, const BzgFactWho *group);
BzgFactMore *bzg_fact_store_add_more (BzgFactStore *self, guint32 row);

/* Facts from one store into another, under other ids if @rename is there. It is asked once about
 * everybody; records keep their ids. */
typedef void (*BzgFactRename) (const BzgId *id, BzgId *out, gpointer data);
typedef struct _BzgFactCopier BzgFactCopier;
BzgFactCopier *bzg_fact_copier_new (BzgFactStore *to,
                                    const BzgFactStore *from,
                                    BzgFactRename rename,
                                    gpointer data);
void bzg_fact_copier_free (BzgFactCopier *self);
/* The place of the copy, whose record and date may be written. */
guint32 bzg_fact_copier_copy (BzgFactCopier *self, guint32 row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgFactCopier, bzg_fact_copier_free)

/* All facts of the casebook as they are now: built when first asked for, kept current afterwards.
 * Of @session: good until the next call of this or of bzg_facts_foreach(), or until it closes. The
 * reader's thread, and not while one of its statements is being stepped: that sees the past.
 * Errors: BZG_ERROR_NO_MEMORY (more different texts than numbers); those of reading. */
const BzgFactStore *bzg_facts_store (BzgSession *session, GError **error);
/* Adds the records that would be facts but for being void, or about somebody who is: unlike what
 * was erased, they exist. The reader's thread. */
gboolean bzg_facts_void_records (BzgSession *session, BzgIdTable *records, GError **error);

G_END_DECLS
