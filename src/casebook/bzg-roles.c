/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-dictionary-private.h"

/*
 * The table role x section x act. Roles only ever add rights, so a set of roles is the union of its
 * members and the order does not matter. An unknown role gives nothing.
 */

static const char *const act_keys[] = { "read", "write", "approve", "export" };

/* role -> GHashTable of "act:section" */
static GHashTable *rights;
static GHashTable *scopes; /* role -> scope, interned */

static void
load (void)
{
  static gsize loaded = 0;

  if (!g_once_init_enter (&loaded))
    return;
  {
    g_autoptr (GBytes) bytes = _bzg_schema_read ("dictionary/roles.ini");
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_auto (GStrv) roles = NULL;

    if (!g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL))
      g_error ("schema: roles cannot be read");
    rights = g_hash_table_new (g_str_hash, g_str_equal);
    scopes = g_hash_table_new (g_str_hash, g_str_equal);
    roles = g_key_file_get_groups (file, NULL);
    for (guint i = 0; roles[i] != NULL; i++)
      {
        GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
        g_autofree char *scope = g_key_file_get_string (file, roles[i], "scope", NULL);

        for (guint act = 0; act < G_N_ELEMENTS (act_keys); act++)
          {
            g_auto (GStrv) sections
              = g_key_file_get_string_list (file, roles[i], act_keys[act], NULL, NULL);

            for (guint j = 0; sections != NULL && sections[j] != NULL; j++)
              g_hash_table_add (set, g_strconcat (act_keys[act], ":", sections[j], NULL));
          }
        g_hash_table_insert (rights, (gpointer) g_intern_string (roles[i]), set);
        if (scope != NULL)
          g_hash_table_insert (scopes, (gpointer) g_intern_string (roles[i]),
                               (gpointer) g_intern_string (scope));
      }
  }
  g_once_init_leave (&loaded, 1);
}

gboolean
bzg_roles_allow (const char *roles, const char *section, BzgAct act)
{
  g_auto (GStrv) set = g_strsplit (roles != NULL ? roles : "", " ", -1);
  g_autofree char *key = g_strconcat (act_keys[act], ":", section, NULL);

  load ();
  for (guint i = 0; set[i] != NULL; i++)
    {
      GHashTable *allowed = g_hash_table_lookup (rights, set[i]);

      if (allowed != NULL && g_hash_table_contains (allowed, key))
        return TRUE;
    }
  return FALSE;
}

GHashTable *
_bzg_roles_rights (const char *roles)
{
  GHashTable *masks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) set = g_strsplit (roles != NULL ? roles : "", " ", -1);

  load ();
  for (guint i = 0; set[i] != NULL; i++)
    {
      GHashTable *allowed = g_hash_table_lookup (rights, set[i]);
      GHashTableIter iter;
      gpointer key;

      if (allowed == NULL)
        continue;
      g_hash_table_iter_init (&iter, allowed);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        {
          const char *section = strchr (key, ':') + 1;
          guint mask = GPOINTER_TO_UINT (g_hash_table_lookup (masks, section));

          for (guint act = 0; act < G_N_ELEMENTS (act_keys); act++)
            if (strncmp (key, act_keys[act], strlen (act_keys[act])) == 0)
              mask |= 1u << act;
          g_hash_table_insert (masks, g_strdup (section), GUINT_TO_POINTER (mask));
        }
    }
  return masks;
}

const char *
bzg_roles_scope (const char *roles)
{
  static const char *const widths[] = { "own", "area", "all" };
  g_auto (GStrv) set = g_strsplit (roles != NULL ? roles : "", " ", -1);
  int widest = -1;

  load ();
  for (guint i = 0; set[i] != NULL; i++)
    {
      const char *scope = g_hash_table_lookup (scopes, set[i]);

      for (int width = 0; scope != NULL && width < (int) G_N_ELEMENTS (widths); width++)
        if (g_str_equal (scope, widths[width]))
          widest = MAX (widest, width);
    }
  return widest >= 0 ? widths[widest] : NULL;
}
