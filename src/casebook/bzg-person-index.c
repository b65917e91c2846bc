/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-person-index-private.h"

#include "base/bzg-error.h"
#include "base/bzg-name.h"
#include "base/bzg-text.h"
#include "casebook/bzg-dictionary.h"
#include "casebook/bzg-due-private.h"
#include "casebook/bzg-sql-private.h"

#include <string.h>

/*
 * Four derived tables.
 *
 * person_row: what the people table shows of a person, in one row with its own small key `n` (the
 * rowid of `person` may change when the file is compacted, this one does not). Lists are read from
 * here alone.
 *
 * person_text: the words by which a person is found, as FTS5 of stock SQLite. Names and places are
 * not stored as written but as the keys of base/bzg-name.h, plain ASCII letters, so that a built-in
 * tokenizer is enough for three scripts. Notes have a column of their own, so that a role that may
 * not read them cannot find by them either.
 *
 * person_term: every strict key that ever occurred. A word with a typing error is compared with
 * these (thousands, not hundreds of thousands); a term whose people are gone finds nobody.
 *
 * person_key: keys under which two registrations of one person meet: phone, document, any two
 * words of the name, a word with the date of birth. See bzg-people-similar.c, bzg-people-scan.c.
 *
 * Triggers are impossible here (an FTS5 table is an unsafe virtual table for them), so the unit of
 * work calls the update. It is cheap if the searched words did not change: their hash is kept.
 */

#define INDEX_VERSION 6

static const char *const TABLES
  = "CREATE TABLE person_index_state (version TEXT NOT NULL) STRICT;"
    "CREATE TABLE person_row ("
    "  n INTEGER PRIMARY KEY,"
    "  id BLOB NOT NULL UNIQUE,"
    "  name TEXT NOT NULL,"     /* family, given, patronymic as written */
    "  name_key BLOB NOT NULL," /* sort key */
    "  strict TEXT NOT NULL,"   /* strict keys; a line for the name, one for each other name */
    "  parts TEXT NOT NULL,"    /* strict keys of family|given|father */
    "  ref TEXT, case_no TEXT, category TEXT, status TEXT, region TEXT, district TEXT,"
    "  owner BLOB,"    /* of the case shown */
    "  next_due TEXT," /* a whole day */
    "  sex TEXT, birth TEXT, phone TEXT, document TEXT, household BLOB,"
    "  open_cases INTEGER NOT NULL, delivered INTEGER NOT NULL, planned INTEGER NOT NULL,"
    "  visits INTEGER NOT NULL, running INTEGER NOT NULL, registered TEXT," /* the overview */
    "  words_hash INTEGER NOT NULL) STRICT;"
    "CREATE INDEX person_row_name ON person_row (name_key);"
    "CREATE INDEX person_row_case ON person_row (case_no);"
    "CREATE INDEX person_row_ref ON person_row (ref COLLATE NOCASE);"
    "CREATE INDEX person_row_document ON person_row (document);"
    "CREATE INDEX person_row_due ON person_row (next_due IS NULL, next_due, name_key);"
    "CREATE INDEX person_row_category ON person_row (category IS NULL, category, name_key);"
    "CREATE INDEX person_row_status ON person_row (status IS NULL, status, name_key);"
    "CREATE INDEX person_row_place ON person_row (coalesce (district, region) IS NULL,"
    "  coalesce (district, region), name_key);"
    "CREATE INDEX person_row_owner ON person_row (owner, next_due);"
    "CREATE INDEX person_row_mine ON person_row (owner, name_key);"
    "CREATE INDEX person_row_region ON person_row (region, name_key);"
    "CREATE VIRTUAL TABLE person_text USING fts5 (strict, loose, place, note, detail=column,"
    "  prefix='1 2 3', tokenize='unicode61 remove_diacritics 0');"
    "CREATE TABLE person_term (term TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"
    "CREATE TABLE person_key (kind INTEGER NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL,"
    "  PRIMARY KEY (kind, key, n)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX person_key_n ON person_key (n);";

static const char *const DROP_TABLES = "DROP TABLE IF EXISTS person_index_state;"
                                       "DROP TABLE IF EXISTS person_row;"
                                       "DROP TABLE IF EXISTS person_text;"
                                       "DROP TABLE IF EXISTS person_term;"
                                       "DROP TABLE IF EXISTS person_key;";

enum
{
  S_PERSON,
  S_CASE,
  S_HOUSEHOLD,
  S_NOTES,
  S_COUNTS,
  S_ROW,
  S_UPSERT,
  S_DELETE_ROW,
  S_DELETE_TEXT,
  S_INSERT_TEXT,
  S_DELETE_KEYS,
  S_INSERT_KEY,
  S_INSERT_TERM,
  N_STATEMENTS
};

static const char *const STATEMENTS[N_STATEMENTS] = {
  [S_PERSON] = "SELECT family_name, given_name, patronymic, other_names, ref, region, district,"
               " jamoat, settlement, sex, birth_date, phone, document_no, note"
               " FROM person WHERE id = ? AND voided_at IS NULL",
  [S_CASE] = "SELECT case_no, category, status, owner FROM case_file"
             " WHERE person = ? AND voided_at IS NULL"
             " ORDER BY coalesce (status = 'closed' OR closed_on IS NOT NULL, 0), id DESC LIMIT 1",
  [S_HOUSEHOLD] = "SELECT household FROM household_member"
                  " WHERE person = ? AND voided_at IS NULL ORDER BY id DESC LIMIT 1",
  [S_NOTES] = "SELECT \"text\" FROM note WHERE person = ? AND voided_at IS NULL ORDER BY id",
  [S_ROW] = "SELECT n, words_hash FROM person_row WHERE id = ?",
  [S_COUNTS]
  = "SELECT (SELECT count(*) FROM case_file WHERE person = :p AND voided_at IS NULL"
    "   AND closed_on IS NULL AND status IS NOT 'closed'),"
    " (SELECT count(*) FROM support WHERE person = :p AND voided_at IS NULL"
    "   AND delivered IS NOT NULL),"
    " (SELECT count(*) FROM support WHERE person = :p AND voided_at IS NULL"
    "   AND delivered IS NULL),"
    " (SELECT count(*) FROM visit WHERE person = :p AND voided_at IS NULL),"
    " coalesce ((SELECT status = 'operating' FROM visit WHERE person = :p"
    "   AND voided_at IS NULL AND status IS NOT NULL ORDER BY \"date\" DESC, id DESC LIMIT 1), 0),"
    " (SELECT max (registered) FROM case_file WHERE person = :p AND voided_at IS NULL)",
  [S_UPSERT]
  = "INSERT INTO person_row (n, id, name, name_key, strict, ref, case_no, category,"
    " status, region, district, owner, next_due, sex, birth, phone, document,"
    " household, words_hash, open_cases, delivered, planned, visits, running,"
    " registered, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
    " ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key ="
    " excluded.name_key, strict = excluded.strict, ref = excluded.ref, case_no ="
    " excluded.case_no, category = excluded.category, status = excluded.status, region"
    " = excluded.region, district = excluded.district, owner = excluded.owner,"
    " next_due = excluded.next_due, sex = excluded.sex, birth = excluded.birth, phone"
    " = excluded.phone, document = excluded.document, household = excluded.household,"
    " words_hash = excluded.words_hash, open_cases = excluded.open_cases, delivered ="
    " excluded.delivered, planned = excluded.planned, visits = excluded.visits,"
    " running = excluded.running, registered = excluded.registered, parts = excluded.parts"
    " RETURNING n",
  [S_DELETE_ROW] = "DELETE FROM person_row WHERE n = ?",
  [S_DELETE_TEXT] = "DELETE FROM person_text WHERE rowid = ?",
  [S_INSERT_TEXT] = "INSERT INTO person_text (rowid, strict, loose, place, note)"
                    " VALUES (?, ?, ?, ?, ?)",
  [S_DELETE_KEYS] = "DELETE FROM person_key WHERE n = ?",
  [S_INSERT_KEY] = "INSERT OR IGNORE INTO person_key (kind, key, n) VALUES (?, ?, ?)",
  [S_INSERT_TERM] = "INSERT OR IGNORE INTO person_term (term) VALUES (?)",
};

struct _BzgPersonIndexer
{
  sqlite3 *db;
  sqlite3_stmt *stmt[N_STATEMENTS];
  BzgDueReader *dues;
};

/* What is put together for one person before anything is written. */
typedef struct
{
  char *name;
  char *strict;     /* lines of keys */
  GPtrArray *names; /* BzgNameWord */
  GString *loose;   /* words */
  GString *place;   /* words */
  GString *note;    /* words */
  char *birth;
  char *phone;
  char *document;
} Words;

static void
words_clear (Words *words)
{
  g_free (words->name);
  g_free (words->strict);
  g_clear_pointer (&words->names, g_ptr_array_unref);
  g_free (words->birth);
  g_free (words->phone);
  g_free (words->document);
  g_string_free (words->loose, TRUE);
  g_string_free (words->place, TRUE);
  g_string_free (words->note, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static void
add_words (GString *out, const char *words)
{
  if (words == NULL || *words == '\0')
    return;
  if (out->len > 0)
    g_string_append_c (out, ' ');
  g_string_append (out, words);
}

static void
add_key (GString *out, const char *text)
{
  g_autofree char *key = text != NULL ? bzg_name_strict_key (text) : NULL;

  add_words (out, key);
}

char *
_bzg_person_index_digits (const char *text)
{
  GString *out;

  if (text == NULL)
    return NULL;
  out = g_string_new (NULL);
  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      g_string_append_c (out, *text);
  return out->len > 0 ? g_string_free (out, FALSE) : (g_string_free (out, TRUE), (char *) NULL);
}

/* Passport letters are typed in either script: А1234567 and A1234567 are one document. */
char *
_bzg_person_index_document (const char *text)
{
  static const char *const CYRILLIC[] = { "А", "В", "Е", "К", "М", "Н", "О", "Р", "С", "Т", "Х" };
  static const char LATIN[] = "ABEKMHOPCTX";
  g_autofree char *upper = NULL;
  GString *out;

  if (text == NULL)
    return NULL;
  upper = g_utf8_strup (text, -1);
  out = g_string_new (NULL);
  for (const char *p = upper; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x80 && g_ascii_isalnum ((char) c))
        {
          g_string_append_c (out, (char) c);
          continue;
        }
      if (c < 0x80)
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (CYRILLIC); i++)
        if (g_utf8_get_char (CYRILLIC[i]) == c)
          {
            g_string_append_c (out, LATIN[i]);
            c = 0;
            break;
          }
      if (c != 0 && g_unichar_isalnum (c))
        g_string_append_unichar (out, c);
    }
  return out->len > 0 ? g_string_free (out, FALSE) : (g_string_free (out, TRUE), (char *) NULL);
}

char *
_bzg_person_index_name (const char *family, const char *given, const char *patronymic)
{
  GString *name = g_string_new (NULL);

  add_words (name, family);
  add_words (name, given);
  add_words (name, patronymic);
  return g_string_free (name, FALSE);
}

char *
_bzg_person_index_parts (const char *family, const char *given, const char *patronymic)
{
  const char *const fields[] = { family, given, patronymic };
  g_autofree char *name = _bzg_person_index_name (family, given, patronymic);
  g_autoptr (GPtrArray) parts = bzg_name_parts (name);
  GString *out = g_string_new (NULL);
  gsize end = 0;
  guint at = 0;

  /* The name is cut as a whole, for how it is read; the offsets tell which box a word came from. */
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *repaired = bzg_text_repair (fields[i] != NULL ? fields[i] : "");

      if (*repaired != '\0')
        end += strlen (repaired) + 1;
      if (i > 0)
        g_string_append_c (out, '|');
      for (; at < parts->len; at++)
        {
          const BzgNamePart *part = g_ptr_array_index (parts, at);

          if (part->start >= end)
            break;
          g_string_append (out, part->strict);
        }
    }
  return g_string_free (out, FALSE);
}

static void
name_word_free (gpointer data)
{
  BzgNameWord *word = data;

  g_free (word->strict);
  g_free (word->loose);
  g_free (word);
}

static void
add_name_words (GPtrArray *out, const char *name, guint line)
{
  g_autoptr (GPtrArray) parts = bzg_name_parts (name);

  for (guint i = 0; i < parts->len; i++)
    {
      BzgNamePart *part = g_ptr_array_index (parts, i);
      BzgNameWord *word = g_new0 (BzgNameWord, 1);

      word->line = line;
      word->strict = g_steal_pointer (&part->strict);
      word->loose = g_steal_pointer (&part->loose);
      g_ptr_array_add (out, word);
    }
}

GPtrArray *
_bzg_person_name_words (const char *name, const char *other_names)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (name_word_free);
  g_auto (GStrv) others = g_strsplit_set (other_names != NULL ? other_names : "", ";,/\n", -1);

  add_name_words (out, name, 0);
  for (guint i = 0; others[i] != NULL; i++)
    add_name_words (out, others[i], i + 1);
  return out;
}

char *
_bzg_person_index_strict (const char *name, const char *other_names)
{
  GString *out = g_string_new (NULL);
  g_autofree char *key = bzg_name_strict_key (name);
  g_auto (GStrv) others = g_strsplit_set (other_names != NULL ? other_names : "", ";,/\n", -1);

  g_string_append (out, key);
  for (guint i = 0; others[i] != NULL; i++)
    {
      g_autofree char *other = bzg_name_strict_key (others[i]);

      if (*other != '\0')
        g_string_append_printf (out, "\n%s", other);
    }
  return g_string_free (out, FALSE);
}

/* Region and district are found by their names in all three languages. */
static void
add_code_words (GString *out, const char *list, const char *code)
{
  if (code == NULL)
    return;
  for (int lang = 0; lang < BZG_N_LANGUAGES; lang++)
    add_key (out, bzg_code_label (list, code, (BzgLanguage) lang));
}

static gint64
hash_words (const Words *words)
{
  const char *const parts[]
    = { words->strict, words->loose->str, words->place->str, words->note->str,
        words->birth,  words->phone,      words->document };
  guint64 hash = 14695981039346656037u; /* FNV-1a: told apart, not protected */

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      for (const char *p = parts[i] != NULL ? parts[i] : ""; *p != '\0'; p++)
        hash = (hash ^ (guint8) *p) * 1099511628211u;
      hash = (hash ^ 0xff) * 1099511628211u;
    }
  return (gint64) hash;
}

static gboolean
run_for (sqlite3_stmt *stmt, gint64 n, GError **error)
{
  _bzg_sql_bind_int (stmt, 1, n);
  return _bzg_sql_run (stmt, error);
}

/* Steps to the first row of a query for one person. */
static gboolean
first_row (sqlite3_stmt *stmt, const BzgId *person, GError **error)
{
  sqlite3_reset (stmt);
  _bzg_sql_bind_id (stmt, 1, person);
  return _bzg_sql_step (stmt, error);
}

static gboolean
remove_person (BzgPersonIndexer *self, gint64 n, GError **error)
{
  return run_for (self->stmt[S_DELETE_ROW], n, error)
         && run_for (self->stmt[S_DELETE_TEXT], n, error)
         && run_for (self->stmt[S_DELETE_KEYS], n, error);
}

void
_bzg_person_keys (GPtrArray *words,
                  const char *birth,
                  const char *phone,
                  const char *document,
                  gboolean query,
                  BzgPersonKeyFunc func,
                  gpointer data)
{
  gsize len;

  if (phone != NULL && (len = strlen (phone)) >= 3)
    func (BZG_KEY_PHONE, len > 9 ? phone + len - 9 : phone, data);
  if (document != NULL && strlen (document) >= 5)
    func (BZG_KEY_DOCUMENT, document, data);
  for (guint i = 0; i < words->len; i++)
    {
      const BzgNameWord *a = g_ptr_array_index (words, i);

      if (words->len == 1 || query)
        func (BZG_KEY_ONE_WORD, a->strict, data);
      if (birth != NULL && strlen (birth) == 10)
        {
          g_autofree char *key = g_strdup_printf ("%s %s", birth, a->loose);

          func (BZG_KEY_WORD_AND_BIRTH, key, data);
        }
      for (guint j = 0; j < words->len; j++)
        {
          const BzgNameWord *b = g_ptr_array_index (words, j);
          g_autofree char *pair = NULL;

          if (i == j || a->line != b->line)
            continue;
          if (birth != NULL)
            {
              g_autofree char *key = g_strdup_printf ("%.4s %s %c", birth, a->strict, b->strict[0]);

              func (BZG_KEY_WORD_INITIAL_YEAR, key, data);
            }
          if (j < i)
            continue;
          pair = strcmp (a->loose, b->loose) <= 0 ? g_strdup_printf ("%s %s", a->loose, b->loose)
                                                  : g_strdup_printf ("%s %s", b->loose, a->loose);
          func (BZG_KEY_TWO_WORDS, pair, data);
        }
    }
}

typedef struct
{
  BzgPersonIndexer *self;
  gint64 n;
  GError *error;
} KeyWriter;

static void
write_key_cb (BzgPersonKeyKind kind, const char *key, gpointer data)
{
  KeyWriter *writer = data;
  sqlite3_stmt *stmt = writer->self->stmt[S_INSERT_KEY];

  if (writer->error != NULL)
    return;
  _bzg_sql_bind_int (stmt, 1, kind);
  _bzg_sql_bind_text (stmt, 2, key);
  _bzg_sql_bind_int (stmt, 3, writer->n);
  _bzg_sql_run (stmt, &writer->error);
}

static gboolean
write_words (BzgPersonIndexer *self, gint64 n, const Words *words, GError **error)
{
  KeyWriter writer = { self, n, NULL };
  sqlite3_stmt *stmt = self->stmt[S_INSERT_TEXT];

  if (!run_for (self->stmt[S_DELETE_TEXT], n, error)
      || !run_for (self->stmt[S_DELETE_KEYS], n, error))
    return FALSE;
  _bzg_sql_bind_int (stmt, 1, n);
  _bzg_sql_bind_text (stmt, 2, words->strict);
  _bzg_sql_bind_text (stmt, 3, words->loose->str);
  _bzg_sql_bind_text (stmt, 4, words->place->str);
  _bzg_sql_bind_text (stmt, 5, words->note->str);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;
  for (guint i = 0; i < words->names->len; i++)
    {
      const BzgNameWord *word = g_ptr_array_index (words->names, i);

      _bzg_sql_bind_text (self->stmt[S_INSERT_TERM], 1, word->strict);
      if (!_bzg_sql_run (self->stmt[S_INSERT_TERM], error))
        return FALSE;
    }
  _bzg_person_keys (words->names, words->birth, words->phone, words->document, FALSE, write_key_cb,
                    &writer);
  if (writer.error != NULL)
    {
      g_propagate_error (error, writer.error);
      return FALSE;
    }
  return TRUE;
}

static void
earliest_due_cb (const BzgDueItem *item, gpointer data)
{
  BzgDate *earliest = data;

  if (bzg_date_is_missing (*earliest) || bzg_date_compare (item->date, *earliest) < 0)
    *earliest = item->date;
}

static gboolean
collect_notes (
  BzgPersonIndexer *self, const BzgId *person, const char *remark, GString *out, GError **error)
{
  sqlite3_stmt *stmt = self->stmt[S_NOTES];
  g_autoptr (GError) local_error = NULL;
  g_autofree char *folded = remark != NULL ? bzg_text_fold (remark) : NULL;

  add_words (out, folded);
  sqlite3_reset (stmt);
  _bzg_sql_bind_id (stmt, 1, person);
  while (_bzg_sql_step (stmt, &local_error))
    {
      const char *text = _bzg_sql_text (stmt, 0);
      g_autofree char *words = text != NULL ? bzg_text_fold (text) : NULL;

      add_words (out, words);
    }
  sqlite3_reset (stmt);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

gboolean
_bzg_person_indexer_update (BzgPersonIndexer *self, const BzgId *person, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_auto (Words) words = { 0 };
  sqlite3_stmt *p = self->stmt[S_PERSON];
  sqlite3_stmt *c = self->stmt[S_CASE];
  sqlite3_stmt *row = self->stmt[S_ROW];
  sqlite3_stmt *up = self->stmt[S_UPSERT];
  g_autofree char *name_key = NULL;
  g_autofree char *parts = NULL;
  char due_text[BZG_DATE_TEXT_SIZE] = "";
  BzgDate due = BZG_DATE_MISSING;
  BzgId owner = { 0 };
  BzgId household = { 0 };
  gint64 n = 0;
  gint64 old_hash = 0;
  gint64 hash;

  words.loose = g_string_new (NULL);
  words.place = g_string_new (NULL);
  words.note = g_string_new (NULL);

  if (first_row (row, person, &local_error))
    {
      n = _bzg_sql_int (row, 0);
      old_hash = _bzg_sql_int (row, 1);
    }
  sqlite3_reset (row);
  if (local_error != NULL)
    goto fail;

  if (!first_row (p, person, &local_error))
    {
      sqlite3_reset (p);
      if (local_error != NULL)
        goto fail;
      return n == 0 || remove_person (self, n, error);
    }

  words.name
    = _bzg_person_index_name (_bzg_sql_text (p, 0), _bzg_sql_text (p, 1), _bzg_sql_text (p, 2));
  parts
    = _bzg_person_index_parts (_bzg_sql_text (p, 0), _bzg_sql_text (p, 1), _bzg_sql_text (p, 2));
  words.strict = _bzg_person_index_strict (words.name, _bzg_sql_text (p, 3));
  words.names = _bzg_person_name_words (words.name, _bzg_sql_text (p, 3));
  for (guint i = 0; i < words.names->len; i++)
    add_words (words.loose, ((BzgNameWord *) g_ptr_array_index (words.names, i))->loose);
  add_code_words (words.place, "region", _bzg_sql_text (p, 5));
  add_code_words (words.place, "district", _bzg_sql_text (p, 6));
  add_key (words.place, _bzg_sql_text (p, 7));
  add_key (words.place, _bzg_sql_text (p, 8));
  words.birth = g_strdup (_bzg_sql_text (p, 10));
  words.phone = _bzg_person_index_digits (_bzg_sql_text (p, 11));
  words.document = _bzg_person_index_document (_bzg_sql_text (p, 12));
  if (!collect_notes (self, person, _bzg_sql_text (p, 13), words.note, &local_error))
    goto fail;
  hash = hash_words (&words);

  if (first_row (self->stmt[S_HOUSEHOLD], person, &local_error))
    _bzg_sql_id (self->stmt[S_HOUSEHOLD], 0, &household);
  sqlite3_reset (self->stmt[S_HOUSEHOLD]);
  if (local_error != NULL
      || !_bzg_due_reader_read (self->dues, person, earliest_due_cb, &due, &local_error))
    goto fail;
  bzg_date_to_iso (due, due_text);

  name_key = bzg_text_sort_key (words.name, BZG_LANGUAGE_TG);
  if (n != 0)
    _bzg_sql_bind_int (up, 1, n);
  _bzg_sql_bind_id (up, 2, person);
  _bzg_sql_bind_text (up, 3, words.name);
  _bzg_sql_bind_blob (up, 4, name_key, strlen (name_key));
  _bzg_sql_bind_text (up, 5, words.strict);
  _bzg_sql_bind_text (up, 6, _bzg_sql_text (p, 4));
  if (first_row (c, person, &local_error))
    {
      _bzg_sql_bind_text (up, 7, _bzg_sql_text (c, 0));
      _bzg_sql_bind_text (up, 8, _bzg_sql_text (c, 1));
      _bzg_sql_bind_text (up, 9, _bzg_sql_text (c, 2));
      if (_bzg_sql_id (c, 3, &owner))
        _bzg_sql_bind_id (up, 12, &owner);
    }
  sqlite3_reset (c);
  if (local_error != NULL)
    goto fail;
  _bzg_sql_bind_text (up, 10, _bzg_sql_text (p, 5));
  _bzg_sql_bind_text (up, 11, _bzg_sql_text (p, 6));
  _bzg_sql_bind_text (up, 13, *due_text != '\0' ? due_text : NULL);
  _bzg_sql_bind_text (up, 14, _bzg_sql_text (p, 9));
  _bzg_sql_bind_text (up, 15, _bzg_sql_text (p, 10));
  _bzg_sql_bind_text (up, 16, words.phone);
  _bzg_sql_bind_text (up, 17, words.document);
  if (!bzg_id_is_zero (&household))
    _bzg_sql_bind_id (up, 18, &household);
  _bzg_sql_bind_int (up, 19, hash);
  _bzg_sql_bind_text (up, 26, parts);
  if (first_row (self->stmt[S_COUNTS], person, &local_error))
    {
      for (int i = 0; i < 5; i++)
        _bzg_sql_bind_int (up, 20 + i, _bzg_sql_int (self->stmt[S_COUNTS], i));
      _bzg_sql_bind_text (up, 25, _bzg_sql_text (self->stmt[S_COUNTS], 5));
    }
  sqlite3_reset (self->stmt[S_COUNTS]);
  if (local_error != NULL)
    goto fail;
  if (_bzg_sql_step (up, &local_error))
    {
      gint64 stored = _bzg_sql_int (up, 0);
      if (_bzg_sql_run (up, &local_error) && (n == 0 || hash != old_hash))
        write_words (self, stored, &words, &local_error);
    }
  sqlite3_reset (p);
  if (local_error == NULL)
    return TRUE;

fail:
  for (guint i = 0; i < N_STATEMENTS; i++)
    {
      sqlite3_reset (self->stmt[i]);
      sqlite3_clear_bindings (self->stmt[i]);
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

BzgPersonIndexer *
_bzg_person_indexer_new (sqlite3 *writer, GError **error)
{
  g_autoptr (BzgPersonIndexer) self = g_new0 (BzgPersonIndexer, 1);

  self->db = writer;
  self->dues = _bzg_due_reader_new (writer, error);
  if (self->dues == NULL)
    return NULL;
  for (guint i = 0; i < N_STATEMENTS; i++)
    {
      self->stmt[i] = _bzg_sql_prepare (writer, STATEMENTS[i], error);
      if (self->stmt[i] == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
_bzg_person_indexer_free (BzgPersonIndexer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->stmt[i]);
  g_clear_pointer (&self->dues, _bzg_due_reader_free);
  g_free (self);
}

gboolean
_bzg_person_index_update (sqlite3 *writer, const BzgId *person, GError **error)
{
  g_autoptr (BzgPersonIndexer) indexer = _bzg_person_indexer_new (writer, error);

  return indexer != NULL && _bzg_person_indexer_update (indexer, person, error);
}

static char *
index_version (void)
{
  return g_strdup_printf ("%d.%d", INDEX_VERSION, BZG_NAME_VERSION);
}

static gboolean
fill (sqlite3 *db, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *version = index_version ();
  g_autoptr (BzgPersonIndexer) indexer = NULL;
  g_autoptr (sqlite3_stmt) people = NULL;
  g_autoptr (sqlite3_stmt) state = NULL;
  g_autoptr (GError) local_error = NULL;
  gint64 total;
  gint64 done = 0;

  if (!_bzg_sql_exec (db, DROP_TABLES, error) || !_bzg_sql_exec (db, TABLES, error))
    return FALSE;
  total = _bzg_sql_scalar (db, "SELECT count(*) FROM person", error);
  indexer = _bzg_person_indexer_new (db, error);
  people = _bzg_sql_prepare (db, "SELECT id FROM person ORDER BY id", error);
  state = _bzg_sql_prepare (db, "INSERT INTO person_index_state (version) VALUES (?)", error);
  if (total < 0 || indexer == NULL || people == NULL || state == NULL)
    return FALSE;
  while (_bzg_sql_step (people, &local_error))
    {
      BzgId id;

      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
          return FALSE;
        }
      if (!_bzg_sql_id (people, 0, &id) || !_bzg_person_indexer_update (indexer, &id, error))
        return FALSE;
      if (progress != NULL && ++done % 256 == 0)
        progress ((double) done / (double) total, data);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  _bzg_sql_bind_text (state, 1, version);
  return _bzg_sql_run (state, error);
}

gboolean
_bzg_person_index_rebuild (
  sqlite3 *writer, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error)
{
  if (!_bzg_sql_exec (writer, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (fill (writer, progress, data, cancellable, error) && _bzg_sql_exec (writer, "COMMIT", error))
    return TRUE;
  _bzg_sql_exec (writer, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
_bzg_person_index_ensure (sqlite3 *writer, GError **error)
{
  g_autofree char *version = index_version ();
  gint64 exists
    = _bzg_sql_scalar (writer,
                       "SELECT count(*) FROM sqlite_schema WHERE name = 'person_index_state'",
                       error);

  if (exists < 0)
    return FALSE;
  if (exists > 0)
    {
      g_autoptr (sqlite3_stmt) stmt
        = _bzg_sql_prepare (writer, "SELECT version FROM person_index_state", error);

      if (stmt == NULL)
        return FALSE;
      if (_bzg_sql_step (stmt, NULL) && g_strcmp0 (_bzg_sql_text (stmt, 0), version) == 0)
        return TRUE;
    }
  return _bzg_person_index_rebuild (writer, NULL, NULL, NULL, error);
}

static gboolean
refill_terms (sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) rows = NULL;
  g_autoptr (sqlite3_stmt) insert = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!_bzg_sql_exec (db, "DELETE FROM person_term", error))
    return FALSE;
  rows = _bzg_sql_prepare (db, "SELECT strict FROM person_row", error);
  insert = _bzg_sql_prepare (db, STATEMENTS[S_INSERT_TERM], error);
  if (rows == NULL || insert == NULL)
    return FALSE;
  while (_bzg_sql_step (rows, &local_error))
    {
      g_auto (GStrv) terms = g_strsplit_set (_bzg_sql_text (rows, 0), " \n", -1);

      for (guint i = 0; terms[i] != NULL; i++)
        {
          if (*terms[i] == '\0')
            continue;
          _bzg_sql_bind_text (insert, 1, terms[i]);
          if (!_bzg_sql_run (insert, error))
            return FALSE;
        }
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return _bzg_sql_exec (db, "INSERT INTO person_text (person_text) VALUES ('optimize')", error);
}

gboolean
_bzg_person_index_optimize (sqlite3 *writer, GError **error)
{
  if (!_bzg_sql_exec (writer, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (refill_terms (writer, error) && _bzg_sql_exec (writer, "COMMIT", error))
    return TRUE;
  _bzg_sql_exec (writer, "ROLLBACK", NULL);
  return FALSE;
}
