/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-import-private.h"

#include "base/bzg-csv.h"
#include "base/bzg-date.h"
#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "base/bzg-text.h"
#include "vault/bzg-crypto.h"

#include <json-glib/json-glib.h>
#include <string.h>

/*
 * Cells: how they are kept, how they are known again, how they are read into canonical values.
 * What reading changes is said: a label read as its code, a date turned into ISO form, letters of
 * an old font repaired. Only surrounding white space and the spreadsheet guard go silently.
 */

void
_bzg_import_add_reason (BzgImportRow *row,
                        BzgImportReasonKind kind,
                        const char *column,
                        const BzgField *field,
                        const char *detail)
{
  BzgImportReason *reason = g_new0 (BzgImportReason, 1);

  reason->kind = kind;
  reason->column = g_strdup (column);
  reason->field = field;
  reason->detail = g_strdup (detail);
  g_ptr_array_add (row->reasons, reason);
}

char *
_bzg_import_cells_to_json (char *const *header, char *const *cells)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint i = 0; header[i] != NULL && cells[i] != NULL; i++)
    {
      if (*cells[i] == '\0')
        continue;
      json_builder_set_member_name (builder, header[i]);
      json_builder_add_string_value (builder, cells[i]);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

GHashTable *
_bzg_import_cells_from_json (const char *json)
{
  GHashTable *cells = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return cells;
  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &value))
    if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
      g_hash_table_insert (cells, g_strdup (name), g_strdup (json_node_get_string (value)));
  return cells;
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer data)
{
  char *const *header = data;

  return strcmp (header[*(const guint *) a], header[*(const guint *) b]);
}

char *
_bzg_import_digest (char *const *header, char *const *cells)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  BzgHash *hash = bzg_hash_new_sha256 ();
  guint8 digest[BZG_HASH_SIZE];
  char hex[BZG_HEX_SIZE (BZG_HASH_SIZE)];

  for (guint i = 0; header[i] != NULL && cells[i] != NULL; i++)
    if (*cells[i] != '\0')
      g_array_append_val (order, i);
  g_array_sort_with_data (order, compare_names, (gpointer) header);
  for (guint i = 0; i < order->len; i++)
    {
      guint column = g_array_index (order, guint, i);

      /* The final NULs keep "ab" + "c" and "a" + "bc" apart. */
      bzg_hash_update (hash, header[column], strlen (header[column]) + 1);
      bzg_hash_update (hash, cells[column], strlen (cells[column]) + 1);
    }
  bzg_hash_finish (hash, digest);
  return g_strdup (bzg_hex_write (digest, sizeof digest, hex));
}

const BzgImportCell *
_bzg_import_value (const BzgImportItem *item, BzgColumnKind kind, const char *name)
{
  for (guint i = 0; i < item->values->len; i++)
    {
      const BzgImportCell *cell = &g_array_index (item->values, BzgImportCell, i);

      if (cell->column->kind == kind && cell->canonical != NULL
          && (name == NULL || strcmp (cell->column->name, name) == 0))
        return cell;
    }
  return NULL;
}

/* A day that looks like a date and is none (31.02.2019) gets its own reason. */
static gboolean
is_no_such_day (const char *text)
{
  guint numbers = 0;

  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isdigit (*p) && (p == text || !g_ascii_isdigit (p[-1])))
      numbers++;
    else if (!g_ascii_isdigit (*p) && strchr (".-/ ", *p) == NULL)
      return FALSE;
  return numbers == 3;
}

static gboolean
not_understood (BzgImportItem *item,
                const char *file_column,
                const BzgColumn *column,
                const char *text)
{
  const BzgField *field = column->field;

  _bzg_import_add_reason (item->row,
                          field != NULL && field->type == BZG_FIELD_DATE && is_no_such_day (text)
                            ? BZG_REASON_NO_SUCH_DAY
                            : BZG_REASON_NOT_UNDERSTOOD,
                          file_column, field, NULL);
  return FALSE;
}

/* yes, no and the codes and labels of the consent list. */
static gboolean
read_consent (BzgImportItem *item, const char *file_column, BzgImportCell *cell, const char *text)
{
  g_autofree char *answer = NULL;

  if (bzg_field_parse (cell->column->field, text, &cell->canonical, NULL))
    return TRUE;
  if (bzg_field_parse (bzg_dictionary_field ("household_member.dependant"), text, &answer, NULL))
    {
      if (g_strcmp0 (answer, "yes") == 0)
        cell->canonical = g_strdup ("given");
      else if (g_strcmp0 (answer, "no") == 0)
        cell->canonical = g_strdup ("refused");
    }
  return cell->canonical != NULL || not_understood (item, file_column, cell->column, text);
}

static gboolean
read_cell (BzgImportItem *item, const char *file_column, BzgImportCell *cell, const char *raw)
{
  const BzgColumn *column = cell->column;
  g_autofree char *unguarded = bzg_csv_unguard (raw);
  g_autofree char *text = bzg_text_trim_to_null (unguarded);

  if (text == NULL)
    return TRUE;
  switch (column->kind)
    {
    case BZG_COLUMN_REF:
    case BZG_COLUMN_PERSON:
    case BZG_COLUMN_FUND:
    case BZG_COLUMN_HOUSEHOLD:
      if (!bzg_text_is_clean (text, -1) || strlen (text) > 200)
        return not_understood (item, file_column, column, text);
      cell->canonical = bzg_text_nfc (text);
      break;
    case BZG_COLUMN_CONSENT:
      return read_consent (item, file_column, cell, text);
    case BZG_COLUMN_FIELD:
    case BZG_COLUMN_COST_TJS:
    case BZG_COLUMN_HEADS_F:
    case BZG_COLUMN_HEADS_M:
    case BZG_COLUMN_AGE_BAND:
    default:
      if (!bzg_field_parse (column->field, text, &cell->canonical, NULL))
        return not_understood (item, file_column, column, text);
      break;
    }
  if (cell->canonical != NULL && strcmp (cell->canonical, text) != 0)
    _bzg_import_add_reason (item->row,
                            bzg_text_needs_repair (text) ? BZG_REASON_REPAIRED : BZG_REASON_READ_AS,
                            file_column, column->field, cell->canonical);
  return TRUE;
}

/* A group of services is a valid answer; a leaf whose name meets the item is proposed. */
static void
propose_service (BzgImportItem *item)
{
  const BzgImportCell *service = _bzg_import_value (item, BZG_COLUMN_FIELD, "service");
  const BzgImportCell *what = _bzg_import_value (item, BZG_COLUMN_FIELD, "item");
  const BzgCodeList *list = bzg_dictionary_code_list ("service");
  const BzgCode *group;
  g_autofree char *leaf = NULL;

  if (service == NULL || list == NULL)
    return;
  group = bzg_dictionary_code ("service", service->canonical);
  if (group == NULL || !group->group)
    return;
  /* The list knows what things are called: read the item as if it were the service. */
  if (what != NULL && bzg_field_parse (service->column->field, what->canonical, &leaf, NULL)
      && leaf != NULL)
    {
      const BzgCode *code = bzg_dictionary_code ("service", leaf);

      if (code == NULL || g_strcmp0 (code->parent, group->code) != 0)
        g_clear_pointer (&leaf, g_free);
    }
  _bzg_import_add_reason (item->row, BZG_REASON_SERVICE_GROUP, service->column->name,
                          service->column->field, leaf);
}

static gboolean
missing (BzgImportItem *item, const char *column, const BzgField *field)
{
  _bzg_import_add_reason (item->row, BZG_REASON_MISSING, column, field, NULL);
  return FALSE;
}

/* What the row as a whole must have. */
static gboolean
check_row (BzgImportPlan *self, BzgImportItem *item)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < self->profile->columns->len; i++)
    {
      const BzgColumn *column = g_ptr_array_index (self->profile->columns, i);

      if (column->field == NULL
          || strcmp (column->field->aggregate->name, self->profile->aggregate) != 0)
        continue;
      if ((column->field->required || column->kind == BZG_COLUMN_PERSON)
          && _bzg_import_value (item, column->kind, column->name) == NULL)
        ok = missing (item, column->name, column->field);
    }
  if (strcmp (self->profile->name, "people") == 0)
    {
      if (_bzg_import_value (item, BZG_COLUMN_FIELD, "family_name") == NULL
          && _bzg_import_value (item, BZG_COLUMN_FIELD, "given_name") == NULL
          && _bzg_import_value (item, BZG_COLUMN_FIELD, "other_names") == NULL
          && _bzg_import_value (item, BZG_COLUMN_FIELD, "ref") == NULL)
        ok = missing (item, "family_name", bzg_dictionary_field ("person.family_name"));
    }
  else if (strcmp (self->profile->name, "support") == 0)
    {
      const BzgImportCell *tjs = _bzg_import_value (item, BZG_COLUMN_COST_TJS, NULL);
      const BzgImportCell *cost = _bzg_import_value (item, BZG_COLUMN_FIELD, "cost");
      const BzgImportCell *currency = _bzg_import_value (item, BZG_COLUMN_FIELD, "currency");

      if (cost != NULL && currency == NULL && tjs == NULL)
        ok = missing (item, "currency", bzg_dictionary_field ("support.currency"));
      if (tjs != NULL
          && ((cost != NULL && strcmp (cost->canonical, tjs->canonical) != 0)
              || (currency != NULL && strcmp (currency->canonical, "TJS") != 0)))
        {
          _bzg_import_add_reason (item->row, BZG_REASON_CONTRADICTS, "cost_tjs", tjs->column->field,
                                  NULL);
          ok = FALSE;
        }
    }
  return ok;
}

gboolean
_bzg_import_read (BzgImportPlan *self, BzgImportItem *item)
{
  gboolean ok = TRUE;

  for (guint i = 0; self->header[i] != NULL; i++)
    {
      BzgImportCell cell = { .column = self->columns[i], .position = i, .apply = TRUE };

      if (cell.column == NULL)
        continue;
      if (!read_cell (item, self->header[i], &cell, item->cells[i]))
        ok = FALSE;
      g_array_append_val (item->values, cell);
    }
  propose_service (item);
  return check_row (self, item) && ok;
}

/* The map. */

static char *
fold_name (const char *text)
{
  g_autofree char *folded = bzg_text_fold (text);

  g_strdelimit (folded, " -", '_');
  return g_strdup (g_strstrip (folded));
}

/* By name, by the name of the field, or by its label in any language. */
static const BzgColumn *
guess_column (const BzgProfile *profile, const char *name)
{
  g_autofree char *wanted = fold_name (name);
  const BzgColumn *column = _bzg_profile_column (profile, name);

  if (column == NULL)
    column = _bzg_profile_column (profile, wanted);
  for (guint i = 0; column == NULL && i < profile->columns->len; i++)
    {
      const BzgColumn *candidate = g_ptr_array_index (profile->columns, i);

      if (candidate->kind != BZG_COLUMN_FIELD && candidate->kind != BZG_COLUMN_PERSON
          && candidate->kind != BZG_COLUMN_FUND)
        continue;
      for (int lang = 0; column == NULL && lang < BZG_N_LANGUAGES; lang++)
        {
          g_autofree char *label
            = fold_name (bzg_field_label (candidate->field, (BzgLanguage) lang));

          if (strcmp (label, wanted) == 0)
            column = candidate;
        }
    }
  return column;
}

GHashTable *
_bzg_import_guess_map (const BzgProfile *profile, const char *const *header)
{
  GHashTable *map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  for (guint i = 0; header[i] != NULL; i++)
    {
      const BzgColumn *column = guess_column (profile, header[i]);

      /* Two columns of a file cannot be one of ours: the first has it. */
      if (column != NULL && !g_hash_table_add (taken, (gpointer) column))
        column = NULL;
      g_hash_table_insert (map, g_strdup (header[i]),
                           g_strdup (column != NULL ? column->name : ""));
    }
  return map;
}

GHashTable *
bzg_import_map_from_text (const char *text, gsize len, GError **error)
{
  g_autoptr (GHashTable) map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) lines = NULL;
  g_autofree char *copy = g_strndup (text, len);
  gboolean inside = FALSE;

  /* Not GKeyFile: its keys may not hold what headings of spreadsheets hold. */
  if (!g_utf8_validate (copy, -1, NULL) || strlen (copy) != len)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_ENCODING, "the map is not UTF-8");
      return NULL;
    }
  lines = g_strsplit (copy, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *equals = strrchr (line, '=');

      if (*line == '\0' || *line == '#')
        continue;
      if (*line == '[')
        {
          inside = strcmp (line, "[columns]") == 0;
          continue;
        }
      if (!inside || equals == NULL || equals == line)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                       "line %u of the map: expected [columns] and lines of the form column=column",
                       i + 1);
          return NULL;
        }
      *equals = '\0';
      g_hash_table_insert (map, g_strdup (g_strstrip (line)), g_strdup (g_strstrip (equals + 1)));
    }
  return g_steal_pointer (&map);
}
