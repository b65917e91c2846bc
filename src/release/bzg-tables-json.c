/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-tables-private.h"

#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "release/bzg-truth.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/*
 * "bozgasht-tables", version 1, in and out. The file comes from anywhere: its size, its depth and
 * every count in it are bounded before anything is built from it, a name that is not declared or a
 * cell that stands twice is an error, and members that we do not know are passed over. No message
 * repeats what the file says.
 */

#define MAX_DEPTH 16
#define MAX_DIMENSIONS 256
#define MAX_CODES 20000
#define MAX_MEMBERS 4000000 /* atoms of all codes of a dimension */
#define MAX_CELLS 1000000
#define MAX_LINKS 1000
#define MAX_NUMBER 9007199254740992.0 /* 2^53: beyond it a JSON number is not exact */

static gboolean
bad (GError **error, const char *what)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "tables: %s", what);
  return FALSE;
}

/* The parser descends by recursion: a file of a million brackets must not reach it. */
static gboolean
check_depth (const char *text, gsize len)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < len; i++)
    {
      char c = text[i];

      if (in_string)
        {
          if (c == '\\')
            i++;
          else if (c == '"')
            in_string = FALSE;
        }
      else if (c == '"')
        in_string = TRUE;
      else if (c == '[' || c == '{')
        {
          if (++depth > MAX_DEPTH)
            return FALSE;
        }
      else if ((c == ']' || c == '}') && depth > 0)
        depth--;
    }
  return TRUE;
}

static JsonNode *
parse (const char *text, gssize len, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize n = len < 0 ? strlen (text) : (gsize) len;
  JsonNode *root;

  if (n > BZG_TABLES_MAX_BYTES)
    {
      bad (error, "the file is too large");
      return NULL;
    }
  if (n >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      n -= 3;
    }
  if (!g_utf8_validate_len (text, n, NULL))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_ENCODING, "tables: the file is not UTF-8");
      return NULL;
    }
  if (!check_depth (text, n) || !json_parser_load_from_data (parser, text, (gssize) n, NULL)
      || json_parser_get_root (parser) == NULL)
    {
      bad (error, "the file is not JSON");
      return NULL;
    }
  root = json_parser_steal_root (parser);
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      json_node_unref (root);
      bad (error, "the file is not an object");
      return NULL;
    }
  return root;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
node_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
             && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  return node_string (json_object_get_member (object, name));
}

/* An element of an array that must be an object. */
static JsonObject *
element_object (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
node_number (JsonNode *node, double *out)
{
  GType type;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  type = json_node_get_value_type (node);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *out = json_node_get_double (node);
  return isfinite (*out) && fabs (*out) <= MAX_NUMBER;
}

static gboolean
node_integer (JsonNode *node, gint64 *out)
{
  double number;

  if (!node_number (node, &number) || number != floor (number))
    return FALSE;
  *out = (gint64) number;
  return TRUE;
}

static gboolean
read_labels (BzgTables *self, guint dim, JsonObject *object)
{
  JsonObject *labels = get_object (object, "labels");

  for (BzgLanguage lang = 0; labels != NULL && lang < BZG_N_LANGUAGES; lang++)
    {
      JsonObject *names = get_object (labels, bzg_language_code (lang));

      for (guint code = 0; names != NULL && code < bzg_tables_n_codes (self, dim); code++)
        {
          const char *label = get_string (names, bzg_tables_code (self, dim, code));

          if (label != NULL)
            bzg_tables_set_label (self, dim, code, lang, label);
        }
    }
  return TRUE;
}

static gboolean
read_dimension (BzgTables *self, JsonObject *object, GError **error)
{
  const char *id = object != NULL ? get_string (object, "id") : NULL;
  JsonArray *atoms = object != NULL ? get_array (object, "atoms") : NULL;
  JsonObject *codes;
  guint dim, n;
  guint64 members = 0;

  if (!_bzg_tables_id_is_good (id) || atoms == NULL)
    return bad (error, "a dimension without id or atoms");
  if (bzg_tables_find_dimension (self, id) >= 0)
    return bad (error, "two dimensions of one name");
  n = json_array_get_length (atoms);
  if (n == 0 || n > MAX_CODES)
    return bad (error, "a dimension without atoms or with too many");
  dim = bzg_tables_add_dimension (self, id);
  for (guint i = 0; i < n; i++)
    {
      const char *atom = node_string (json_array_get_element (atoms, i));

      if (!_bzg_tables_id_is_good (atom) || bzg_tables_find_code (self, dim, atom) >= 0)
        return bad (error, "an atom without a name or one that stands twice");
      bzg_tables_add_atom (self, dim, atom);
    }
  codes = get_object (object, "codes");
  if (codes != NULL)
    {
      g_autoptr (GList) names = json_object_get_members (codes);
      g_autofree guint *set = g_new0 (guint, n);
      guint n_codes = 0;

      for (GList *l = names; l != NULL; l = l->next)
        {
          JsonArray *list = get_array (codes, l->data);
          guint size = list != NULL ? json_array_get_length (list) : 0;

          members += size;
          if (!_bzg_tables_id_is_good (l->data) || bzg_tables_find_code (self, dim, l->data) >= 0
              || size == 0 || size > n || ++n_codes > MAX_CODES || members > MAX_MEMBERS
              || (guint64) n * n_codes > MAX_MEMBERS * 4)
            return bad (error, "a code without a name or without atoms, or too many");
          for (guint i = 0; i < size; i++)
            {
              const char *atom = node_string (json_array_get_element (list, i));
              int index = atom != NULL ? bzg_tables_find_code (self, dim, atom) : -1;

              if (index < 0 || (guint) index >= n)
                return bad (error, "a code names an atom that does not exist");
              set[i] = (guint) index;
            }
          bzg_tables_add_code (self, dim, l->data, set, size);
        }
    }
  return read_labels (self, dim, object);
}

/* {"period": "2025-Q1", …}: what a table or a link is held to. */
static gboolean
read_fixed (BzgTables *self, JsonObject *object, BzgFixed **out, guint *n_out, GError **error)
{
  g_autoptr (GList) names = object != NULL ? json_object_get_members (object) : NULL;
  guint n = 0;

  *out = g_new0 (BzgFixed, g_list_length (names) + 1);
  for (GList *l = names; l != NULL; l = l->next)
    {
      int dim = bzg_tables_find_dimension (self, l->data);
      const char *code = get_string (object, l->data);
      int index = dim >= 0 && code != NULL ? bzg_tables_find_code (self, (guint) dim, code) : -1;

      if (index < 0)
        return bad (error, "a table or link is held to something that does not exist");
      (*out)[n].dimension = (guint) dim;
      (*out)[n++].code = (guint) index;
    }
  *n_out = n;
  return TRUE;
}

static gboolean
read_cell (BzgTables *self, JsonObject *object, const BzgTable *table, BzgCell *cell, guint *key)
{
  JsonArray *k = object != NULL ? get_array (object, "k") : NULL;
  JsonNode *structural;

  if (k == NULL || json_array_get_length (k) != table->n_dims)
    return FALSE;
  for (guint i = 0; i < table->n_dims; i++)
    {
      const char *id = node_string (json_array_get_element (k, i));
      int code = id != NULL ? bzg_tables_find_code (self, table->dims[i], id) : -1;

      if (code < 0)
        return FALSE;
      key[i] = (guint) code;
    }
  cell->lo = 0;
  cell->hi = BZG_CELL_NO_BOUND;
  structural = json_object_get_member (object, "structural");
  if (json_object_has_member (object, "v"))
    {
      cell->state = BZG_CELL_EXACT;
      if (!node_integer (json_object_get_member (object, "v"), &cell->value) || cell->value < 0)
        return FALSE;
      if (json_object_has_member (object, "round")
          && (!node_integer (json_object_get_member (object, "round"), &cell->round)
              || cell->round < 0))
        return FALSE;
      if (structural != NULL && JSON_NODE_HOLDS_VALUE (structural)
          && json_node_get_boolean (structural))
        {
          cell->state = BZG_CELL_STRUCTURAL;
          return cell->value == 0;
        }
      return TRUE;
    }
  cell->state = BZG_CELL_WITHHELD;
  if (json_object_has_member (object, "lo")
      && !node_integer (json_object_get_member (object, "lo"), &cell->lo))
    return FALSE;
  if (json_object_has_member (object, "hi") && !json_object_get_null_member (object, "hi")
      && !node_integer (json_object_get_member (object, "hi"), &cell->hi))
    return FALSE;
  cell->lo = MAX (cell->lo, 0);
  return cell->lo <= cell->hi;
}

static gboolean
read_table (BzgTables *self, guint release, JsonObject *object, guint *n_all, GError **error)
{
  const char *id = object != NULL ? get_string (object, "id") : NULL;
  JsonArray *dims = object != NULL ? get_array (object, "dims") : NULL;
  JsonArray *cells = object != NULL ? get_array (object, "cells") : NULL;
  const char *measure, *unit;
  g_autofree guint *own = NULL;
  g_autofree BzgFixed *fixed = NULL;
  g_autofree guint *keys = NULL;
  g_autofree BzgCell *read = NULL;
  g_autoptr (GHashTable) seen = NULL;
  BzgTable probe = { 0 };
  BzgTable *table;
  guint n;

  if (!_bzg_tables_id_is_good (id) || dims == NULL || cells == NULL
      || json_array_get_length (dims) > MAX_DIMENSIONS)
    return bad (error, "a table without id, dims or cells");
  measure = get_string (object, "measure");
  unit = get_string (object, "unit");
  if (measure != NULL && !_bzg_tables_id_is_good (measure))
    return bad (error, "a measure without a name");
  probe.n_dims = json_array_get_length (dims);
  probe.dims = own = g_new0 (guint, probe.n_dims + 1);
  for (guint i = 0; i < probe.n_dims; i++)
    {
      const char *name = node_string (json_array_get_element (dims, i));
      int dim = name != NULL ? bzg_tables_find_dimension (self, name) : -1;

      if (dim < 0)
        return bad (error, "a table names a dimension that does not exist");
      own[i] = (guint) dim;
      for (guint j = 0; j < i; j++)
        if (own[j] == own[i])
          return bad (error, "a table names a dimension twice");
    }
  if (!read_fixed (self, get_object (object, "fixed"), &fixed, &probe.n_fixed, error))
    return FALSE;
  for (guint f = 0; f < probe.n_fixed; f++)
    for (guint i = 0; i < probe.n_dims; i++)
      if (own[i] == fixed[f].dimension)
        return bad (error, "a table names a dimension twice");
  n = json_array_get_length (cells);
  *n_all += n;
  if (n > MAX_CELLS || *n_all > MAX_CELLS)
    return bad (error, "too many cells");
  keys = g_new0 (guint, (gsize) n * probe.n_dims + 1);
  read = g_new0 (BzgCell, n + 1);
  seen = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  for (guint i = 0; i < n; i++)
    {
      guint *key = keys + (gsize) i * probe.n_dims;

      if (!read_cell (self, element_object (cells, i), &probe, &read[i], key))
        return bad (error, "a cell that cannot be understood");
      if (!g_hash_table_add (seen, g_bytes_new (key, probe.n_dims * sizeof (guint))))
        return bad (error, "a cell that stands twice");
    }
  table = bzg_tables_add_table (self, release, id, measure, unit, own, probe.n_dims, fixed,
                                probe.n_fixed, keys, n);
  if (json_object_has_member (object, "scale"))
    {
      gint64 scale;

      if (!node_integer (json_object_get_member (object, "scale"), &scale) || scale < 0
          || scale > 9)
        return bad (error, "a scale that cannot be");
      table->scale = (guint) scale;
    }
  for (guint i = 0; i < n; i++)
    {
      const guint *key = table->cells[i].key;

      table->cells[i] = read[i];
      table->cells[i].key = key;
    }
  return TRUE;
}

#define MAX_EDITIONS 16 /* of one release; the program makes fewer */

static gboolean
has_too_many_editions (const BzgTables *self, guint release)
{
  guint n = 1;

  for (int r = bzg_tables_superseded (self, release); r >= 0;
       r = bzg_tables_superseded (self, (guint) r))
    n++;
  return n > MAX_EDITIONS;
}

static gboolean
read_release (BzgTables *self, JsonObject *object, guint *n_all, GError **error)
{
  const char *id = object != NULL ? get_string (object, "id") : NULL;
  JsonArray *tables = object != NULL ? get_array (object, "tables") : NULL;
  guint n;

  if (!_bzg_tables_id_is_good (id) || tables == NULL)
    return bad (error, "a release without id or tables");
  for (guint i = 0; i < self->releases->len; i++)
    if (strcmp (bzg_tables_release (self, i)->id, id) == 0)
      return bad (error, "two releases of one name");
  n = bzg_tables_add_release (self, id, get_string (object, "published"));
  bzg_tables_set_certificate (self, n, get_string (object, "certificate_sha256"));
  bzg_tables_set_supersedes (self, n, get_string (object, "supersedes"));
  if (has_too_many_editions (self, n))
    return bad (error, "a release that was corrected too often");
  for (guint i = 0; i < json_array_get_length (tables); i++)
    if (!read_table (self, n, element_object (tables, i), n_all, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_link (BzgTables *self, JsonObject *object, GError **error)
{
  const char *count = object != NULL ? get_string (object, "count") : NULL;
  const char *money = object != NULL ? get_string (object, "money") : NULL;
  g_autofree BzgFixed *where = NULL;
  double min = 0, max = HUGE_VAL;
  guint n_where;

  if (count == NULL || money == NULL || strcmp (count, money) == 0)
    return bad (error, "a link without count or money");
  if (json_object_has_member (object, "min") && !json_object_get_null_member (object, "min")
      && !node_number (json_object_get_member (object, "min"), &min))
    return bad (error, "a link whose bound is no number");
  if (json_object_has_member (object, "max") && !json_object_get_null_member (object, "max")
      && !node_number (json_object_get_member (object, "max"), &max))
    return bad (error, "a link whose bound is no number");
  if (min < 0 || max < min)
    return bad (error, "a link whose bounds cannot be");
  if (!read_fixed (self, get_object (object, "where"), &where, &n_where, error))
    return FALSE;
  bzg_tables_add_link (self, count, money, min, max, where, n_where);
  return TRUE;
}

static gboolean
read_nesting (BzgTables *self, JsonObject *object, GError **error)
{
  const char *whole = object != NULL ? get_string (object, "whole") : NULL;
  const char *parts = object != NULL ? get_string (object, "parts") : NULL;
  const char *over = object != NULL ? get_string (object, "over") : NULL;
  int dim = over != NULL ? bzg_tables_find_dimension (self, over) : -1;

  if (whole == NULL || parts == NULL || strcmp (whole, parts) == 0 || dim < 0)
    return bad (error, "a nesting without whole, parts or over");
  bzg_tables_add_nesting (self, whole, parts, (guint) dim);
  return TRUE;
}

typedef gboolean (*ReadFunc) (BzgTables *self, JsonObject *object, GError **error);

static gboolean
read_all (
  BzgTables *self, JsonObject *root, const char *name, guint max, ReadFunc read, GError **error)
{
  JsonArray *array = get_array (root, name);

  if (array == NULL)
    return !json_object_has_member (root, name) || bad (error, "a list that is none");
  if (json_array_get_length (array) > max)
    return bad (error, "a list that is too long");
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read (self, element_object (array, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
read_policy (BzgTables *self, JsonObject *root, GError **error)
{
  JsonObject *policy = get_object (root, "policy");
  gint64 threshold = 5;
  gboolean strict = FALSE;

  if (policy == NULL)
    return TRUE;
  if (json_object_has_member (policy, "threshold")
      && (!node_integer (json_object_get_member (policy, "threshold"), &threshold) || threshold < 2
          || threshold > BZG_SUM_ENOUGH))
    return bad (error, "a threshold that cannot be");
  if (json_object_has_member (policy, "strict"))
    {
      JsonNode *node = json_object_get_member (policy, "strict");

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
        return bad (error, "a policy that is neither true nor false");
      strict = json_node_get_boolean (node);
    }
  bzg_tables_set_policy (self, (guint) threshold, strict);
  return TRUE;
}

BzgTables *
bzg_tables_read_json (const char *text, gssize len, GError **error)
{
  g_autoptr (BzgTables) self = NULL;
  g_autoptr (JsonNode) node = parse (text, len, error);
  JsonObject *root;
  JsonArray *releases;
  const char *format;
  gint64 version;
  guint n_all = 0;

  if (node == NULL)
    return NULL;
  root = json_node_get_object (node);
  format = get_string (root, "format");
  if (format == NULL || strcmp (format, "bozgasht-tables") != 0
      || !node_integer (json_object_get_member (root, "version"), &version))
    {
      bad (error, "not a file of this format");
      return NULL;
    }
  if (version != 1)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "tables: a version that is not known");
      return NULL;
    }
  self = bzg_tables_new (get_string (root, "programme"));
  releases = get_array (root, "releases");
  if (releases == NULL || get_array (root, "dimensions") == NULL)
    {
      bad (error, "no dimensions or no releases");
      return NULL;
    }
  if (!read_policy (self, root, error)
      || !read_all (self, root, "dimensions", MAX_DIMENSIONS, read_dimension, error)
      || !read_all (self, root, "links", MAX_LINKS, read_link, error)
      || !read_all (self, root, "nestings", MAX_LINKS, read_nesting, error))
    return NULL;
  for (guint i = 0; i < json_array_get_length (releases); i++)
    if (!read_release (self, element_object (releases, i), &n_all, error))
      return NULL;
  return g_steal_pointer (&self);
}

/* --- writing --------------------------------------------------------------------------------- */

static void
put_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      guchar c = (guchar) *p;

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c < 0x20)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, (char) c);
    }
  g_string_append_c (out, '"');
}

static void
put_member (GString *out, const char *name, const char *text)
{
  put_string (out, name);
  g_string_append (out, ": ");
  put_string (out, text);
}

static void
put_number (GString *out, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, g_ascii_formatd (buffer, sizeof buffer, "%.15g", number));
}

static void
put_fixed (GString *out, const BzgTables *self, const BzgFixed *fixed, guint n)
{
  g_string_append_c (out, '{');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      put_member (out, bzg_tables_dimension (self, fixed[i].dimension),
                  bzg_tables_code (self, fixed[i].dimension, fixed[i].code));
    }
  g_string_append_c (out, '}');
}

static void
put_dimension (GString *out, const BzgTables *self, guint dim)
{
  guint n = bzg_tables_n_atoms (self, dim), all = bzg_tables_n_codes (self, dim);
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);

  g_string_append (out, "  {");
  put_member (out, "id", d->id);
  g_string_append (out, ",\n   \"atoms\": [");
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      put_string (out, bzg_tables_code (self, dim, i));
    }
  g_string_append (out, "],\n   \"codes\": {");
  for (guint code = n; code < all; code++)
    {
      gboolean first = TRUE;

      g_string_append (out, code > n ? ",\n     " : "\n     ");
      put_string (out, bzg_tables_code (self, dim, code));
      g_string_append (out, ": [");
      for (guint atom = 0; atom < n; atom++)
        if (bzg_tables_code_has (self, dim, code, atom))
          {
            if (!first)
              g_string_append (out, ", ");
            put_string (out, bzg_tables_code (self, dim, atom));
            first = FALSE;
          }
      g_string_append_c (out, ']');
    }
  g_string_append (out, "},\n   \"labels\": {");
  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      gboolean first = TRUE;

      g_string_append (out, lang > 0 ? ",\n     " : "\n     ");
      put_string (out, bzg_language_code (lang));
      g_string_append (out, ": {");
      for (guint code = 0; code < all; code++)
        {
          char **labels = g_ptr_array_index (d->labels, code);

          if (labels == NULL || labels[lang] == NULL)
            continue;
          if (!first)
            g_string_append (out, ", ");
          put_member (out, bzg_tables_code (self, dim, code), labels[lang]);
          first = FALSE;
        }
      g_string_append_c (out, '}');
    }
  g_string_append (out, "}}");
}

static void
put_cell (GString *out, const BzgTables *self, const BzgTable *table, const BzgCell *cell)
{
  g_string_append (out, "      {\"k\": [");
  for (guint d = 0; d < table->n_dims; d++)
    {
      if (d > 0)
        g_string_append (out, ", ");
      put_string (out, bzg_tables_code (self, table->dims[d], cell->key[d]));
    }
  g_string_append (out, "], ");
  if (cell->state == BZG_CELL_WITHHELD)
    {
      g_string_append_printf (out, "\"lo\": %" G_GINT64_FORMAT, cell->lo);
      if (cell->hi != BZG_CELL_NO_BOUND)
        g_string_append_printf (out, ", \"hi\": %" G_GINT64_FORMAT, cell->hi);
    }
  else
    {
      g_string_append_printf (out, "\"v\": %" G_GINT64_FORMAT, cell->value);
      if (cell->round > 0)
        g_string_append_printf (out, ", \"round\": %" G_GINT64_FORMAT, cell->round);
      if (cell->state == BZG_CELL_STRUCTURAL)
        g_string_append (out, ", \"structural\": true");
    }
  g_string_append_c (out, '}');
}

static void
put_table (GString *out, const BzgTables *self, const BzgTable *table)
{
  g_string_append (out, "    {");
  put_member (out, "id", table->id);
  g_string_append (out, ", ");
  put_member (out, "measure", table->measure);
  if (table->unit != NULL)
    {
      g_string_append (out, ", ");
      put_member (out, "unit", table->unit);
    }
  if (table->scale > 0)
    g_string_append_printf (out, ", \"scale\": %u", table->scale);
  g_string_append (out, ", \"dims\": [");
  for (guint d = 0; d < table->n_dims; d++)
    {
      if (d > 0)
        g_string_append (out, ", ");
      put_string (out, bzg_tables_dimension (self, table->dims[d]));
    }
  g_string_append (out, "], \"fixed\": ");
  put_fixed (out, self, table->fixed, table->n_fixed);
  g_string_append (out, ",\n     \"cells\": [");
  for (guint c = 0; c < table->n_cells; c++)
    {
      g_string_append (out, c > 0 ? ",\n" : "\n");
      put_cell (out, self, table, &table->cells[c]);
    }
  g_string_append (out, "]}");
}

char *
bzg_tables_write_json (const BzgTables *self)
{
  GString *out = g_string_new ("{\n \"format\": \"bozgasht-tables\", \"version\": 1,\n ");

  put_member (out, "programme", self->programme);
  g_string_append_printf (out,
                          ",\n \"policy\": {\"threshold\": %u, \"zero_withheld\": true, "
                          "\"strict\": %s},\n \"dimensions\": [",
                          self->threshold, self->strict ? "true" : "false");
  for (guint d = 0; d < self->dimensions->len; d++)
    {
      g_string_append (out, d > 0 ? ",\n" : "\n");
      put_dimension (out, self, d);
    }
  g_string_append (out, "],\n \"links\": [");
  for (guint i = 0; i < self->links->len; i++)
    {
      const BzgTablesLink *link = bzg_tables_link (self, i);

      g_string_append (out, i > 0 ? ",\n  {" : "\n  {");
      put_member (out, "count", link->count);
      g_string_append (out, ", ");
      put_member (out, "money", link->money);
      g_string_append (out, ", \"min\": ");
      put_number (out, link->min);
      if (isfinite (link->max))
        {
          g_string_append (out, ", \"max\": ");
          put_number (out, link->max);
        }
      g_string_append (out, ", \"where\": ");
      put_fixed (out, self, link->where, link->n_where);
      g_string_append_c (out, '}');
    }
  g_string_append (out, "],\n \"nestings\": [");
  for (guint i = 0; i < self->nestings->len; i++)
    {
      const BzgTablesNesting *nesting = bzg_tables_nesting (self, i);

      g_string_append (out, i > 0 ? ",\n  {" : "\n  {");
      put_member (out, "whole", nesting->whole);
      g_string_append (out, ", ");
      put_member (out, "parts", nesting->parts);
      g_string_append (out, ", ");
      put_member (out, "over", bzg_tables_dimension (self, nesting->over));
      g_string_append_c (out, '}');
    }
  g_string_append (out, "],\n \"releases\": [");
  for (guint r = 0; r < self->releases->len; r++)
    {
      const BzgTablesRelease *release = bzg_tables_release (self, r);

      g_string_append (out, r > 0 ? ",\n  {" : "\n  {");
      put_member (out, "id", release->id);
      if (release->published != NULL)
        {
          g_string_append (out, ", ");
          put_member (out, "published", release->published);
        }
      if (release->supersedes != NULL)
        {
          g_string_append (out, ", ");
          put_member (out, "supersedes", release->supersedes);
        }
      if (release->certificate_sha256 != NULL)
        {
          g_string_append (out, ", ");
          put_member (out, "certificate_sha256", release->certificate_sha256);
        }
      g_string_append (out, ",\n   \"tables\": [");
      for (guint t = 0, n = 0; t < release->n_tables; t++)
        if (!release->tables[t]->open)
          {
            g_string_append (out, n++ > 0 ? ",\n" : "\n");
            put_table (out, self, release->tables[t]);
          }
      g_string_append (out, "]}");
    }
  g_string_append (out, "]\n}\n");
  return g_string_free (out, FALSE);
}

char *
bzg_tables_write_csv (const BzgTables *self)
{
  GString *out = g_string_new (NULL);
  guint n = self->dimensions->len;
  g_autofree const char **cells = g_new0 (const char *, n + 7);

  cells[0] = "release";
  cells[1] = "table";
  cells[2] = "measure";
  for (guint d = 0; d < n; d++)
    cells[3 + d] = bzg_tables_dimension (self, d);
  cells[3 + n] = "value";
  cells[4 + n] = "lo";
  cells[5 + n] = "hi";
  bzg_csv_append_row (out, cells, n + 6, BZG_CSV_GUARD);
  for (guint r = 0; r < self->releases->len; r++)
    {
      const BzgTablesRelease *release = bzg_tables_release (self, r);

      for (guint t = 0; t < release->n_tables; t++)
        {
          const BzgTable *table = release->tables[t];

          for (guint c = 0; c < table->n_cells; c++)
            {
              const BzgCell *cell = &table->cells[c];
              char numbers[3][24] = { "", "", "" };

              cells[0] = release->id;
              cells[1] = table->id;
              cells[2] = table->measure;
              for (guint d = 0; d < n; d++)
                cells[3 + d] = NULL;
              for (guint d = 0; d < table->n_dims; d++)
                cells[3 + table->dims[d]] = bzg_tables_code (self, table->dims[d], cell->key[d]);
              for (guint f = 0; f < table->n_fixed; f++)
                cells[3 + table->fixed[f].dimension]
                  = bzg_tables_code (self, table->fixed[f].dimension, table->fixed[f].code);
              if (cell->state == BZG_CELL_WITHHELD)
                {
                  g_snprintf (numbers[1], sizeof numbers[1], "%" G_GINT64_FORMAT, cell->lo);
                  if (cell->hi != BZG_CELL_NO_BOUND)
                    g_snprintf (numbers[2], sizeof numbers[2], "%" G_GINT64_FORMAT, cell->hi);
                }
              else
                g_snprintf (numbers[0], sizeof numbers[0], "%" G_GINT64_FORMAT, cell->value);
              for (guint i = 0; i < 3; i++)
                cells[3 + n + i] = numbers[i];
              bzg_csv_append_row (out, cells, n + 6, BZG_CSV_GUARD);
            }
        }
    }
  return g_string_free (out, FALSE);
}

/* --- the truth ------------------------------------------------------------------------------- */

BzgTruth *
bzg_truth_read_json (const BzgTables *tables, const char *text, gssize len, GError **error)
{
  g_autoptr (BzgTruth) self = bzg_truth_new (tables);
  g_autoptr (JsonNode) node = parse (text, len, error);
  guint n_dims = bzg_tables_n_dimensions (tables);
  g_autofree guint *atoms = g_new0 (guint, n_dims + 1);
  JsonArray *base;

  if (node == NULL)
    return NULL;
  base = get_array (json_node_get_object (node), "base");
  if (base == NULL || json_array_get_length (base) > MAX_CELLS)
    {
      bad (error, "the truth has no base cells or too many");
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (base); i++)
    {
      JsonObject *object = element_object (base, i);
      JsonObject *k = object != NULL ? get_object (object, "k") : NULL;
      g_autoptr (GList) members = NULL;
      gint64 who = 0;

      if (k == NULL)
        {
          bad (error, "a base cell without a key");
          return NULL;
        }
      for (guint d = 0; d < n_dims; d++)
        {
          const char *atom = get_string (k, bzg_tables_dimension (tables, d));
          int code = atom != NULL ? bzg_tables_find_code (tables, d, atom) : -1;

          /* A dimension that the entry does not name is one over which its measure is summed. */
          if (atom == NULL && !json_object_has_member (k, bzg_tables_dimension (tables, d)))
            code = 0;
          if (code < 0 || (guint) code >= bzg_tables_n_atoms (tables, d))
            {
              bad (error, "a base cell names an atom that does not exist");
              return NULL;
            }
          atoms[d] = (guint) code;
        }
      if (json_object_has_member (object, "who")
          && (!node_integer (json_object_get_member (object, "who"), &who) || who < 0
              || who > G_MAXINT))
        {
          bad (error, "a base cell that cannot be understood");
          return NULL;
        }
      members = json_object_get_members (object);
      for (GList *l = members; l != NULL; l = l->next)
        {
          const char *name = l->data;
          gint64 n;

          if (strcmp (name, "k") == 0 || strcmp (name, "who") == 0)
            continue;
          if (!node_integer (json_object_get_member (object, name), &n) || n < 0)
            {
              bad (error, "a base cell whose number cannot be");
              return NULL;
            }
          bzg_truth_add (self, strcmp (name, "n") == 0 ? "count" : name, atoms, n, (guint) who);
        }
    }
  return g_steal_pointer (&self);
}

char *
bzg_truth_write_json (const BzgTruth *self, const BzgTables *tables)
{
  GString *out = g_string_new ("{\"time\": \"period\",\n \"base\": [");

  for (guint e = 0; e < bzg_truth_n_entries (self); e++)
    {
      const BzgTruthEntry *entry = bzg_truth_entry (self, e);

      g_string_append (out, e > 0 ? ",\n  {\"k\": {" : "\n  {\"k\": {");
      for (guint d = 0; d < bzg_tables_n_dimensions (tables); d++)
        {
          if (d > 0)
            g_string_append (out, ", ");
          put_member (out, bzg_tables_dimension (tables, d),
                      bzg_tables_code (tables, d, entry->atoms[d]));
        }
      g_string_append (out, "}, ");
      put_string (out, strcmp (entry->measure, "count") == 0 ? "n" : entry->measure);
      g_string_append_printf (out, ": %" G_GINT64_FORMAT, entry->n);
      if (entry->contributor != 0)
        g_string_append_printf (out, ", \"who\": %u", entry->contributor);
      g_string_append_c (out, '}');
    }
  g_string_append (out, "]}\n");
  return g_string_free (out, FALSE);
}
