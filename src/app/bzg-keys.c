/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-keys.h"

#include <string.h>

#ifdef GDK_WINDOWING_X11
#  include <gdk/x11/gdkx.h>
#  include <X11/XKBlib.h>
#endif

/* By name: GTK parses "Cyrillic_che_descender" in an accelerator, but not the name that GDK makes
 * of its number. */
static const struct
{
  guint latin;
  const char *twins[2]; /* Russian; Tajik where it differs */
} table[] = {
  { GDK_KEY_a, { "Cyrillic_ef" } },
  { GDK_KEY_b, { "Cyrillic_i" } },
  { GDK_KEY_c, { "Cyrillic_es" } },
  { GDK_KEY_d, { "Cyrillic_ve" } },
  { GDK_KEY_e, { "Cyrillic_u" } },
  { GDK_KEY_f, { "Cyrillic_a" } },
  { GDK_KEY_g, { "Cyrillic_pe" } },
  { GDK_KEY_h, { "Cyrillic_er" } },
  { GDK_KEY_i, { "Cyrillic_sha" } },
  { GDK_KEY_j, { "Cyrillic_o" } },
  { GDK_KEY_k, { "Cyrillic_el" } },
  { GDK_KEY_l, { "Cyrillic_de" } },
  { GDK_KEY_m, { "Cyrillic_softsign", "Cyrillic_i_macron" } },
  { GDK_KEY_n, { "Cyrillic_te" } },
  { GDK_KEY_o, { "Cyrillic_shcha", "Cyrillic_ha_descender" } },
  { GDK_KEY_p, { "Cyrillic_ze" } },
  { GDK_KEY_q, { "Cyrillic_shorti" } },
  { GDK_KEY_r, { "Cyrillic_ka" } },
  { GDK_KEY_s, { "Cyrillic_yeru", "Cyrillic_che_descender" } },
  { GDK_KEY_t, { "Cyrillic_ie" } },
  { GDK_KEY_u, { "Cyrillic_ghe" } },
  { GDK_KEY_v, { "Cyrillic_em" } },
  { GDK_KEY_w, { "Cyrillic_tse", "Cyrillic_ka_descender" } },
  { GDK_KEY_x, { "Cyrillic_che" } },
  { GDK_KEY_y, { "Cyrillic_en" } },
  { GDK_KEY_z, { "Cyrillic_ya" } },
  { GDK_KEY_comma, { "Cyrillic_be" } },
};

const char *const *
bzg_keys_twins (guint latin)
{
  static const char *const none[2];

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].latin == latin)
      return table[i].twins;
  return none;
}

void
bzg_keys_set (GtkApplication *app, const char *detailed_action, const char *accels)
{
  g_auto (GStrv) wanted = g_strsplit (accels, " ", -1);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      guint key = 0;
      GdkModifierType modifiers = 0;

      if (!gtk_accelerator_parse (wanted[i], &key, &modifiers))
        continue;
      g_ptr_array_add (all, g_strdup (wanted[i]));
      for (guint j = 0; j < BZG_KEYS_TWINS && bzg_keys_twins (key)[j] != NULL; j++)
        {
          g_autofree char *prefix = gtk_accelerator_name (GDK_KEY_a, modifiers);

          prefix[strlen (prefix) - 1] = '\0';
          g_ptr_array_add (all, g_strconcat (prefix, bzg_keys_twins (key)[j], NULL));
        }
    }
  g_ptr_array_add (all, NULL);
  gtk_application_set_accels_for_action (app, detailed_action, (const char *const *) all->pdata);
}

void
bzg_keys_add_enter (GtkWidget *widget, const char *action)
{
  static const guint keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_ISO_Enter };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (keys[i], GDK_CONTROL_MASK),
                        gtk_named_action_new (action)));
  gtk_widget_add_controller (widget, controller);
}

/* X11 names its groups. Under Wayland GNOME keeps the sources in its settings, most recent first;
 * elsewhere nobody can say, and the page shows nothing. */
char *
bzg_keys_layout_name (GdkDisplay *display)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

#ifdef GDK_WINDOWING_X11
  if (GDK_IS_X11_DISPLAY (display))
    {
      G_GNUC_BEGIN_IGNORE_DEPRECATIONS
      Display *x = gdk_x11_display_get_xdisplay (display);
      G_GNUC_END_IGNORE_DEPRECATIONS
      XkbStateRec state;
      XkbDescPtr keyboard = XkbGetMap (x, 0, XkbUseCoreKbd);
      char *name = NULL;

      if (keyboard == NULL)
        return NULL;
      if (XkbGetState (x, XkbUseCoreKbd, &state) == Success
          && XkbGetNames (x, XkbGroupNamesMask, keyboard) == Success
          && keyboard->names->groups[state.group] != None)
        {
          char *atom = XGetAtomName (x, keyboard->names->groups[state.group]);

          name = g_utf8_make_valid (atom, -1);
          XFree (atom);
        }
      XkbFreeKeyboard (keyboard, XkbAllComponentsMask, True);
      return name;
    }
#endif

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.input-sources", TRUE);
  if (schema != NULL)
    {
      g_autoptr (GSettings) settings = g_settings_new_full (schema, NULL, NULL);
      g_autoptr (GVariant) recent = g_settings_get_value (settings, "mru-sources");

      if (g_variant_n_children (recent) > 0)
        {
          const char *type = NULL, *id = NULL;

          g_variant_get_child (recent, 0, "(&s&s)", &type, &id);
          return g_ascii_strup (id, -1);
        }
    }
  return NULL;
}
