/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-sections-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/dialogs/bzg-section-paper-dialog.h"
#include "app/dialogs/bzg-sections-dialog.h"
#include "casebook/bzg-sections.h"

struct _BzgSectionsGroup
{
  AdwBin parent_instance;

  BzgSession *session;
  AdwPreferencesGroup *group;
  GPtrArray *rows;
};

G_DEFINE_FINAL_TYPE (BzgSectionsGroup, bzg_sections_group, ADW_TYPE_BIN)

static BzgWindow *
window_of (BzgSectionsGroup *self)
{
  return bzg_window_of (GTK_WIDGET (self));
}

static void
set_up_cb (GtkButton *button, BzgSectionsGroup *self)
{
  bzg_sections_dialog_set_up (window_of (self), self->session);
}

static void
manage_cb (GtkButton *button, BzgSectionsGroup *self)
{
  bzg_sections_dialog_manage (window_of (self), self->session,
                              g_object_get_data (G_OBJECT (button), "section"));
}

static void
code_cb (GtkButton *button, BzgSectionsGroup *self)
{
  bzg_sections_dialog_replace_paper (window_of (self), self->session, FALSE);
}

static void
shares_cb (GtkButton *button, BzgSectionsGroup *self)
{
  bzg_sections_dialog_replace_paper (window_of (self), self->session, TRUE);
}

static void
open_cb (GtkButton *button, BzgSectionsGroup *self)
{
  bzg_section_paper_dialog_present (window_of (self), self->session);
}

static GtkWidget *
add_row (BzgSectionsGroup *self, const char *title, const char *text)
{
  return bzg_ui_add_row (self->rows, self->group, title, text);
}

static void
fill_sections (BzgSectionsGroup *self, gboolean *mine, gboolean *closed)
{
  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    {
      g_autoptr (BzgSectionInfo) info = bzg_section_info (self->session, *section);
      g_autofree char *holders = bzg_ui_holders (info);
      const char *label = bzg_section_label (*section, bzg_language_current ());
      GtkWidget *row = NULL;
      gboolean gives = bzg_session_allows (self->session, *section, BZG_ACT_APPROVE);

      if (!bzg_session_allows (self->session, *section, BZG_ACT_READ))
        continue;
      row = add_row (self, label, holders);
      adw_action_row_set_icon_name (ADW_ACTION_ROW (row),
                                    info->mine ? "bzg-unlock-symbolic" : "bzg-lock-symbolic");
      *mine |= info->mine && gives;
      *closed |= !info->mine;
      if (gives && info->mine)
        {
          GtkWidget *button = bzg_ui_add_button (row, _ ("Holders…"), G_CALLBACK (manage_cb), self);
          g_autofree char *name = g_strdup_printf (_ ("Holders: %s"), label);

          bzg_ui_name (button, name);
          g_object_set_data (G_OBJECT (button), "section", (gpointer) *section);
        }
    }
}

static void
fill_openings (BzgSectionsGroup *self)
{
  g_autoptr (GPtrArray) openings = bzg_section_openings (self->session, FALSE);

  for (guint i = 0; i < openings->len; i++)
    {
      const BzgSectionOpening *opening = g_ptr_array_index (openings, i);
      g_autofree char *when = bzg_ui_moment (opening->at);
      g_autofree char *title = g_strdup_printf (_ ("Opened by the paper: %s, %s"),
                                                opening->by != NULL ? opening->by : "–", when);

      add_row (self, title, opening->reason);
    }
}

static void
fill_set_up (BzgSectionsGroup *self)
{
  GtkWidget *row = add_row (self, _ ("Not set up yet"),
                            _ ("Until then nothing can be recorded about trafficking, perpetrators "
                               "and health details"));
  gboolean gives = TRUE;

  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    gives = gives && bzg_session_allows (self->session, *section, BZG_ACT_APPROVE);
  if (gives)
    bzg_ui_add_css (bzg_ui_add_button (row, _ ("Set _up…"), G_CALLBACK (set_up_cb), self),
                    "suggested-action");
}

void
bzg_sections_group_show (BzgSectionsGroup *self, BzgSession *session)
{
  g_autofree char *letters = NULL;
  gboolean mine = FALSE, closed = FALSE, reads = FALSE;
  GtkWidget *row = NULL;

  g_set_object (&self->session, session);
  bzg_ui_clear_rows (self->rows);
  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    reads |= bzg_session_allows (session, *section, BZG_ACT_READ);
  gtk_widget_set_visible (GTK_WIDGET (self), reads);
  if (!reads)
    return;
  if (!bzg_sections_are_set_up (session))
    fill_set_up (self);
  else
    {
      fill_sections (self, &mine, &closed);
      row = add_row (self, _ ("On paper"),
                     _ ("For an emergency in which nobody with a key is there"));
      if (closed)
        bzg_ui_add_button (row, _ ("_Open by the paper…"), G_CALLBACK (open_cb), self);
      if (mine)
        {
          bzg_ui_add_button (row, _ ("New co_de…"), G_CALLBACK (code_cb), self);
          bzg_ui_add_button (row, _ ("New s_hares…"), G_CALLBACK (shares_cb), self);
        }
      fill_openings (self);
    }
  letters = bzg_section_key_letters (session, bzg_session_user (session));
  if (letters != NULL)
    add_row (self, _ ("My key"), letters);
}

static void
bzg_sections_group_dispose (GObject *object)
{
  BzgSectionsGroup *self = BZG_SECTIONS_GROUP (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (bzg_sections_group_parent_class)->dispose (object);
}

static void
bzg_sections_group_class_init (BzgSectionsGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bzg_sections_group_dispose;
}

static void
bzg_sections_group_init (BzgSectionsGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("Sealed sections"));
  adw_preferences_group_set_description (
    self->group, _ ("Trafficking, perpetrators and health details have keys of their own. Only the "
                    "people to whom they were given can read them."));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}
