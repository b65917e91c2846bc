/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-dictionary-private.h"

#include "base/bzg-csv.h"
#include "base/bzg-text.h"

/*
 * Everything is read once, on first use, from resources linked into the program, and then never
 * changes: pointers may be kept and compared, from any thread. A fault in the embedded files is a
 * fault of the build, found by build-aux/check-dictionary.py; at run time it ends the program.
 */

typedef struct
{
  BzgField field; /* first: a BzgField pointer is a FieldEntry pointer */
  char *label, *help;
  gboolean unique;
} FieldEntry;

typedef struct
{
  BzgAggregate aggregate; /* first, likewise */
  char *label;
} AggregateEntry;

typedef struct
{
  BzgCodeList list;
  GHashTable *by_code; /* code -> BzgCode */
  GHashTable *by_text; /* folded code or label -> BzgCode */
} CodeListEntry;

static struct
{
  GHashTable *fields;     /* id -> FieldEntry */
  GHashTable *aggregates; /* name -> AggregateEntry */
  GHashTable *lists;      /* name -> CodeListEntry */
  const BzgAggregate **order;
  /* Not GLib's interned strings: there are thousands, and each growth of that table leaks. */
  GStringChunk *strings;
} dictionary;

GResource *bzg_schema_get_resource (void);

GResource *
_bzg_schema (void)
{
  return bzg_schema_get_resource ();
}

GBytes *
_bzg_schema_read (const char *name)
{
  g_autofree char *path = g_strconcat (BZG_SCHEMA_PREFIX, name, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_resource_lookup_data (_bzg_schema (), path, 0, &error);

  if (bytes == NULL)
    g_error ("schema: %s is not embedded", name);
  return bytes;
}

static GKeyFile *
read_key_file (const char *name)
{
  g_autofree char *path = g_strdup_printf ("dictionary/%s.ini", name);
  g_autoptr (GBytes) bytes = _bzg_schema_read (path);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL))
    g_error ("schema: %s cannot be read", name);
  return g_steal_pointer (&file);
}

static const char *
keep (const char *text)
{
  return g_string_chunk_insert_const (dictionary.strings, text);
}

static const char *
get (GKeyFile *file, const char *section, const char *key)
{
  g_autofree char *value = g_key_file_get_string (file, section, key, NULL);

  return value != NULL && *value != '\0' ? keep (value) : NULL;
}

static gboolean
get_flag (GKeyFile *file, const char *section, const char *key, gboolean otherwise)
{
  const char *value = get (file, section, key);

  return value == NULL ? otherwise : g_str_equal (value, "yes");
}

static int
choose (const char *const *words, const char *word, const char *where)
{
  for (int i = 0; words[i] != NULL; i++)
    if (g_strcmp0 (words[i], word) == 0)
      return i;
  g_error ("dictionary: %s: unknown word", where);
}

static FieldEntry *
read_field (GKeyFile *file, const char *id, const BzgAggregate *aggregate, int order)
{
  static const char *const types[] = { "text",    "multiline", "phone", "code", "codes", "date",
                                       "integer", "number",    "money", "id",   NULL };
  static const char *const privacies[] = { "direct", "quasi", "sensitive", "operational", NULL };
  FieldEntry *entry = g_new0 (FieldEntry, 1);
  BzgField *field = &entry->field;
  const char *dot = strchr (id, '.');
  gint64 unit;

  g_assert (dot != NULL && (gsize) (dot - id) == strlen (aggregate->name)
            && g_str_has_prefix (id, aggregate->name));
  field->id = keep (id);
  field->name = keep (dot + 1);
  field->aggregate = aggregate;
  field->type = choose (types, get (file, id, "type"), id);
  field->privacy = choose (privacies, get (file, id, "privacy"), id);
  field->section = get (file, id, "section");
  field->codes = get (file, id, "codes");
  field->target = get (file, id, "target");
  field->csv = get (file, id, "csv");
  if (field->csv == NULL)
    field->csv = field->name;
  field->group = get (file, id, "group");
  field->search = get (file, id, "search");
  field->required = get_flag (file, id, "required", FALSE);
  field->in_form = get_flag (file, id, "form", TRUE);
  field->past = get_flag (file, id, "past", FALSE);
  unit = field->type == BZG_FIELD_NUMBER ? 1000 : field->type == BZG_FIELD_MONEY ? 100 : 1;
  field->has_min = g_key_file_has_key (file, id, "min", NULL);
  field->has_max = g_key_file_has_key (file, id, "max", NULL);
  field->min = g_key_file_get_int64 (file, id, "min", NULL) * unit;
  field->max = g_key_file_get_int64 (file, id, "max", NULL) * unit;
  field->order = order;
  entry->label = g_key_file_get_string (file, id, "label", NULL);
  entry->help = g_key_file_get_string (file, id, "help", NULL);
  entry->unique = get_flag (file, id, "unique", FALSE);
  g_assert (field->section != NULL && entry->label != NULL);
  g_assert ((field->type == BZG_FIELD_CODE || field->type == BZG_FIELD_CODES)
            == (field->codes != NULL));
  g_assert ((field->type == BZG_FIELD_ID) == (field->target != NULL));
  return entry;
}

static void
read_aggregate (GKeyFile *aggregates, const char *name)
{
  AggregateEntry *entry = g_new0 (AggregateEntry, 1);
  BzgAggregate *aggregate = &entry->aggregate;
  g_autoptr (GKeyFile) file = read_key_file (name);
  gsize n;
  g_auto (GStrv) ids = g_key_file_get_groups (file, &n);
  const BzgField **fields = g_new0 (const BzgField *, n + 1);

  aggregate->name = keep (name);
  aggregate->table = get (aggregates, name, "table");
  aggregate->parent = get (aggregates, name, "parent");
  aggregate->fields = fields;
  aggregate->n_fields = (guint) n;
  entry->label = g_key_file_get_string (aggregates, name, "label", NULL);
  for (gsize i = 0; i < n; i++)
    {
      FieldEntry *field = read_field (file, ids[i], aggregate, (int) i);

      fields[i] = &field->field;
      g_hash_table_insert (dictionary.fields, (gpointer) field->field.id, field);
    }
  g_hash_table_insert (dictionary.aggregates, (gpointer) aggregate->name, entry);
}

/* The first meaning of a text stands: codes come before labels, labels before other names. */
static void
remember_text (CodeListEntry *entry, const char *text, const BzgCode *code)
{
  g_autofree char *folded = bzg_text_fold (text);

  g_strstrip (folded);
  if (*folded != '\0' && !g_hash_table_contains (entry->by_text, folded))
    g_hash_table_insert (entry->by_text, g_steal_pointer (&folded), (gpointer) code);
}

static void
read_code_list (const char *name)
{
  g_autofree char *path = g_strdup_printf ("codelists/%s.csv", name);
  g_autoptr (GBytes) bytes = _bzg_schema_read (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgCsvReader) reader = bzg_csv_reader_new (bytes, &error);
  g_autoptr (GArray) codes = g_array_new (FALSE, TRUE, sizeof (BzgCode));
  g_autoptr (GPtrArray) also = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  CodeListEntry *entry = g_new0 (CodeListEntry, 1);
  BzgCode *all;

  if (reader == NULL)
    g_error ("schema: code list %s cannot be read", name);
#define CELL(column) bzg_csv_reader_get_cell (reader, bzg_csv_reader_find_column (reader, column))
  while (bzg_csv_reader_next (reader, &error))
    {
      const char *parent = CELL ("parent");
      BzgCode code = { .code = keep (CELL ("code")),
                       .parent = *parent != '\0' ? keep (parent) : NULL,
                       .en = keep (CELL ("en")),
                       .ru = keep (CELL ("ru")),
                       .tg = keep (CELL ("tg")),
                       .group = g_str_equal (CELL ("group"), "yes") };

      g_array_append_val (codes, code);
      g_ptr_array_add (also, g_strsplit (CELL ("also"), ";", -1));
    }
#undef CELL
  if (error != NULL)
    g_error ("schema: code list %s cannot be read", name);

  entry->list.name = keep (name);
  entry->list.n_codes = codes->len;
  all = (BzgCode *) (gpointer) g_array_free (g_steal_pointer (&codes), FALSE);
  entry->list.codes = all;
  entry->by_code = g_hash_table_new (g_str_hash, g_str_equal);
  entry->by_text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < entry->list.n_codes; i++)
    {
      g_hash_table_insert (entry->by_code, (gpointer) all[i].code, &all[i]);
      remember_text (entry, all[i].code, &all[i]);
    }
  for (guint i = 0; i < entry->list.n_codes; i++)
    {
      remember_text (entry, all[i].en, &all[i]);
      remember_text (entry, all[i].ru, &all[i]);
      remember_text (entry, all[i].tg, &all[i]);
    }
  for (guint i = 0; i < entry->list.n_codes; i++)
    {
      char **names = g_ptr_array_index (also, i);

      for (guint j = 0; names[j] != NULL; j++)
        remember_text (entry, names[j], &all[i]);
    }
  g_hash_table_insert (dictionary.lists, (gpointer) entry->list.name, entry);
}

static void
load (void)
{
  static gsize loaded = 0;

  if (!g_once_init_enter (&loaded))
    return;
  {
    g_autoptr (GKeyFile) aggregates = read_key_file ("aggregates");
    g_auto (GStrv) names = NULL;
    g_auto (GStrv) lists = NULL;
    gsize n, tables = 0;

    dictionary.strings = g_string_chunk_new (64 * 1024);
    dictionary.fields = g_hash_table_new (g_str_hash, g_str_equal);
    dictionary.aggregates = g_hash_table_new (g_str_hash, g_str_equal);
    dictionary.lists = g_hash_table_new (g_str_hash, g_str_equal);

    names = g_key_file_get_groups (aggregates, &n);
    dictionary.order = g_new0 (const BzgAggregate *, n + 1);
    for (gsize i = 0; i < n; i++)
      {
        read_aggregate (aggregates, names[i]);
        dictionary.order[tables] = g_hash_table_lookup (dictionary.aggregates, names[i]);
        if (dictionary.order[tables]->table != NULL)
          tables++;
      }
    dictionary.order[tables] = NULL;
    for (gsize i = 0; i < n; i++)
      {
        AggregateEntry *entry = g_hash_table_lookup (dictionary.aggregates, names[i]);
        const char *sheet = get (aggregates, names[i], "sheet");

        if (sheet != NULL)
          entry->aggregate.sheet = g_hash_table_lookup (dictionary.aggregates, sheet);
      }

    lists = g_resource_enumerate_children (_bzg_schema (), BZG_SCHEMA_PREFIX "codelists", 0, NULL);
    for (guint i = 0; lists != NULL && lists[i] != NULL; i++)
      {
        g_autofree char *name = g_strndup (lists[i], strlen (lists[i]) - strlen (".csv"));

        read_code_list (name);
      }
  }
  g_once_init_leave (&loaded, 1);
}

static CodeListEntry *
find_list (const char *name)
{
  load ();
  return name != NULL ? g_hash_table_lookup (dictionary.lists, name) : NULL;
}

const BzgField *
bzg_dictionary_field (const char *id)
{
  load ();
  return id != NULL ? g_hash_table_lookup (dictionary.fields, id) : NULL;
}

const BzgField *
bzg_dictionary_field_of (const char *aggregate, const char *name)
{
  const BzgAggregate *found = bzg_dictionary_aggregate (aggregate);

  for (guint i = 0; found != NULL && i < found->n_fields; i++)
    if (g_strcmp0 (found->fields[i]->name, name) == 0)
      return found->fields[i];
  return NULL;
}

const BzgAggregate *
bzg_dictionary_aggregate (const char *name)
{
  load ();
  return name != NULL ? g_hash_table_lookup (dictionary.aggregates, name) : NULL;
}

const BzgAggregate *const *
bzg_dictionary_aggregates (void)
{
  load ();
  return dictionary.order;
}

const BzgCodeList *
bzg_dictionary_code_list (const char *name)
{
  CodeListEntry *entry = find_list (name);

  return entry != NULL ? &entry->list : NULL;
}

const BzgCode *
bzg_dictionary_code (const char *list, const char *code)
{
  CodeListEntry *entry = find_list (list);

  return entry != NULL && code != NULL ? g_hash_table_lookup (entry->by_code, code) : NULL;
}

const char *
_bzg_code_resolve (const char *list, const char *text)
{
  CodeListEntry *entry = find_list (list);
  const BzgCode *code = bzg_dictionary_code (list, text);
  g_autofree char *folded = NULL;

  if (code != NULL || entry == NULL || text == NULL)
    return code != NULL ? code->code : NULL;
  folded = bzg_text_fold (text);
  code = g_hash_table_lookup (entry->by_text, g_strstrip (folded));
  return code != NULL ? code->code : NULL;
}

gboolean
_bzg_field_is_unique (const BzgField *field)
{
  return ((const FieldEntry *) field)->unique;
}

const char *
bzg_field_label (const BzgField *field, BzgLanguage lang)
{
  return bzg_tr (lang, ((const FieldEntry *) field)->label);
}

const char *
bzg_field_help (const BzgField *field, BzgLanguage lang)
{
  const char *help = ((const FieldEntry *) field)->help;

  return help != NULL ? bzg_tr (lang, help) : NULL;
}

const char *
bzg_aggregate_label (const BzgAggregate *aggregate, BzgLanguage lang)
{
  return bzg_tr (lang, ((const AggregateEntry *) aggregate)->label);
}

const char *
bzg_code_label (const char *list, const char *code, BzgLanguage lang)
{
  const BzgCode *found = bzg_dictionary_code (list, code);

  if (found == NULL)
    return code;
  switch (lang)
    {
    case BZG_LANGUAGE_RU:
      return found->ru;
    case BZG_LANGUAGE_TG:
      return found->tg;
    default:
      return found->en;
    }
}
