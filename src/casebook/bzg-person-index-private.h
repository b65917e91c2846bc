/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "base/bzg-id.h"
#include "vault/bzg-vault.h"

G_BEGIN_DECLS

/*
 * The derived tables behind the people page and the search: what a person's row shows, how it
 * sorts, the keys by which it is found. They are made from the record alone, hold nothing of their
 * own, and stand outside history, bundles and backups' promises: dropping and rebuilding them loses
 * nothing. Called on the writer's thread with the writer's connection.
 */

/* At create and open, outside a transaction: makes the tables, and rebuilds them when they were
 * made by another version of this code. */
gboolean _bzg_person_index_ensure (sqlite3 *writer, GError **error);

/* Inside the unit of work's transaction, once (a later call does little) for every person whose own
 * row or whose case, note, task, support, visit or livelihood was written, voided or unvoided. A
 * person who is void or gone leaves the index. */
gboolean _bzg_person_index_update (sqlite3 *writer, const BzgId *person, GError **error);

/* The same with statements that stay prepared, for as long as the connection lives. */
typedef struct _BzgPersonIndexer BzgPersonIndexer;
BzgPersonIndexer *_bzg_person_indexer_new (sqlite3 *writer, GError **error);
gboolean _bzg_person_indexer_update (BzgPersonIndexer *self, const BzgId *person, GError **error);
void _bzg_person_indexer_free (BzgPersonIndexer *self); /* before the connection is closed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgPersonIndexer, _bzg_person_indexer_free)

/* Everything anew, outside a transaction (one of its own). Progress and cancellation may be NULL.
 */
gboolean _bzg_person_index_rebuild (
  sqlite3 *writer, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error);

/* After an erasure, outside a transaction: words of people who left do not linger in the index. */
gboolean _bzg_person_index_optimize (sqlite3 *writer, GError **error);

/*
 * What the index and the questions to it must do alike.
 */

/* The words of a name and of the other names, each by itself; words without letters are left out.
 */
typedef struct
{
  char *strict, *loose; /* keys of base/bzg-name.h */
  guint line;           /* 0: the name; 1...: the other names */
} BzgNameWord;
GPtrArray *_bzg_person_name_words (const char *name, const char *other_names);
char *_bzg_person_index_name (const char *family, const char *given, const char *patronymic);
/* The strict key of the name, then one line for each other name. */
char *_bzg_person_index_strict (const char *name, const char *other_names);
/* The strict keys of family, given and father's name, each without spaces, with | between. */
char *_bzg_person_index_parts (const char *family, const char *given, const char *patronymic);
/* Digits alone; capital letters and digits alone, Cyrillic letters that look Latin as Latin. NULL
 * if nothing is left. */
char *_bzg_person_index_digits (const char *text);
char *_bzg_person_index_document (const char *text);

/* Keys under which two registrations of one person meet. Numbers are stored. */
typedef enum
{
  BZG_KEY_PHONE = 1, /* last nine digits */
  BZG_KEY_DOCUMENT = 2,
  BZG_KEY_TWO_WORDS = 3,         /* loose keys of any two words of one name */
  BZG_KEY_ONE_WORD = 4,          /* strict key, of a name that has no other word */
  BZG_KEY_WORD_AND_BIRTH = 5,    /* a loose key with the whole date of birth */
  BZG_KEY_WORD_INITIAL_YEAR = 6, /* a strict key, the beginning of another, the year of birth */
} BzgPersonKeyKind;

/* Calls @func for each key; @query: with those under which a row with less known would stand. */
typedef void (*BzgPersonKeyFunc) (BzgPersonKeyKind kind, const char *key, gpointer data);
void _bzg_person_keys (GPtrArray *words,
                       const char *birth,
                       const char *phone,
                       const char *document,
                       gboolean query,
                       BzgPersonKeyFunc func,
                       gpointer data);

G_END_DECLS
