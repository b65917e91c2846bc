/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-language-buttons.h"

#include "app/bzg-ui.h"
#include "base/bzg-language.h"

GtkWidget *
bzg_language_buttons_new (void)
{
  static const BzgLanguage order[] = { BZG_LANGUAGE_TG, BZG_LANGUAGE_RU, BZG_LANGUAGE_EN };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (bzg_language_name (order[i]));

      gtk_widget_add_css_class (button, "flat");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.language");
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", bzg_language_code (order[i]));
      bzg_ui_name (button, bzg_language_name (order[i]));
      gtk_box_append (GTK_BOX (box), button);
    }
  return box;
}
