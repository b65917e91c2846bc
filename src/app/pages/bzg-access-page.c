/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-access-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/dialogs/bzg-recovery-dialog.h"
#include "app/widgets/bzg-office-group.h"
#include "app/widgets/bzg-record-panel.h"
#include "app/widgets/bzg-sections-group.h"
#include "base/bzg-format.h"
#include "casebook/bzg-access.h"

/* Who may sign in, who holds the sealed sections, the office, the papers for the day on which
 * nobody can sign in, and the key of the file. */

struct _BzgAccessPage
{
  BzgPage parent_instance;

  GtkWidget *key_box, *key_button;
  GtkImage *key_icon;
  GtkLabel *key_title, *key_text;
  BzgSectionsGroup *sections_group;
  BzgOfficeGroup *office_group;
  AdwPreferencesGroup *users_group, *new_user_group, *papers_group;
  AdwActionRow *code_row, *shares_row;
  AdwExpanderRow *new_user_row;
  GtkWidget *name_row, *full_name_row, *passphrase_row, *again_row;
  AdwComboRow *role_row;
  GtkRevealer *side;
  BzgRecordPanel *panel;

  GPtrArray *rows; /* GtkWidget in the groups, to take them out again */
};

G_DEFINE_FINAL_TYPE (BzgAccessPage, bzg_access_page, BZG_TYPE_PAGE)

static void fill (BzgAccessPage *self);

static BzgSession *
session_of (BzgAccessPage *self)
{
  return bzg_page_session (BZG_PAGE (self));
}

static BzgWindow *
window_of (BzgAccessPage *self)
{
  return bzg_window_of (GTK_WIDGET (self));
}

/* ---- People */

static char *
roles_text (const char *roles)
{
  g_auto (GStrv) codes = g_strsplit (roles != NULL ? roles : "", " ", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (char **code = codes; *code != NULL; code++)
    if (**code != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", bzg_ui_code ("role", *code));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
remove_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  BzgAccessPage *self = user_data;
  const char *name = g_object_get_data (G_OBJECT (dialog), "name");
  g_autoptr (GError) error = NULL;

  if (!bzg_ui_is_yes (response))
    return;
  if (bzg_session_remove_user (session_of (self), name, &error))
    bzg_window_toast (window_of (self), _ ("They can no longer sign in."));
  else
    bzg_window_fail (window_of (self), error);
}

static void
remove_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgAccessPage *self = user_data;
  const char *name = g_object_get_data (G_OBJECT (button), "name");
  g_autofree char *heading = g_strdup_printf (_ ("Remove %s?"), name);
  GtkWidget *question = bzg_ui_question (GTK_WINDOW (window_of (self)), heading,
                                         _ ("Their passphrase will open this casebook no more. "
                                            "What they recorded stays. A copy of the "
                                            "file that they took earlier still opens for them."),
                                         _ ("_Cancel"), _ ("_Remove"), BZG_ASK_DANGER);

  g_object_set_data_full (G_OBJECT (question), "name", g_strdup (name), g_free);
  bzg_ui_ask (question, G_CALLBACK (remove_response_cb), self);
}

/* Name and area; the roles and the way in have acts of their own. */
static void
user_activated_cb (AdwActionRow *row, gpointer user_data)
{
  static const char *const fields[] = { "full_name", "area", NULL };
  BzgAccessPage *self = user_data;
  const BzgId *id = g_object_get_data (G_OBJECT (row), "user");
  g_autoptr (BzgRecord) user = bzg_session_get (session_of (self), "user", id, NULL);

  if (user == NULL)
    return;
  gtk_revealer_set_reveal_child (self->side, TRUE);
  bzg_record_panel_edit (self->panel, session_of (self), user, fields,
                         bzg_record_get (user, "name"));
  bzg_record_panel_focus (self->panel);
}

static char *
user_text (const BzgRecord *user)
{
  const char *area = bzg_record_get (user, "area");
  char *roles = roles_text (bzg_record_get (user, "roles"));
  char *text = NULL;

  if (area == NULL)
    return roles;
  text = g_strdup_printf ("%s  ·  %s", roles, bzg_ui_code ("region", area));
  g_free (roles);
  return text;
}

static void
fill_users (BzgAccessPage *self, gboolean may_write)
{
  g_autoptr (GPtrArray) users = bzg_session_list (session_of (self), "user", NULL, NULL, NULL);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      const BzgRecord *user = users->pdata[i];
      const char *name = bzg_record_get (user, "name");
      gboolean gone = g_strcmp0 (bzg_record_get (user, "active"), "no") == 0;
      g_autofree char *text = user_text (user);
      GtkWidget *row = bzg_ui_add_row (self->rows, self->users_group, name != NULL ? name : "–",
                                       gone ? _ ("May not sign in") : text);

      if (may_write && !gone)
        {
          gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
          g_object_set_data_full (G_OBJECT (row), "user",
                                  g_memdup2 (bzg_record_id (user), sizeof (BzgId)), g_free);
          g_signal_connect (row, "activated", G_CALLBACK (user_activated_cb), self);
        }

      if (may_write && !gone && name != NULL
          && g_strcmp0 (name, bzg_session_user_name (session_of (self))) != 0)
        {
          GtkWidget *button = gtk_button_new_with_label (_ ("Remove"));
          g_autofree char *label = g_strdup_printf (_ ("Remove %s"), name);

          gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
          bzg_ui_name (button, label);
          g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
          g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked_cb), self);
          adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
        }
    }
}

static void
add_user_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgAccessPage *self = user_data;
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  const char *full_name = gtk_editable_get_text (GTK_EDITABLE (self->full_name_row));
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));
  const BzgCodeList *roles = bzg_dictionary_code_list ("role");
  guint role = adw_combo_row_get_selected (self->role_row);
  gboolean alike = strcmp (text, gtk_editable_get_text (GTK_EDITABLE (self->again_row))) == 0;
  g_autoptr (BzgSecret) passphrase = bzg_secret_new_text (text);
  g_autoptr (GError) error = NULL;

  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->again_row), "");
  if (*name == '\0')
    {
      gtk_widget_grab_focus (self->name_row);
      return;
    }
  if (!alike)
    {
      bzg_window_toast (window_of (self), _ ("The two passphrases differ."));
      gtk_widget_grab_focus (self->passphrase_row);
      return;
    }
  if (role >= roles->n_codes
      || !bzg_session_add_user (session_of (self), name, *full_name != '\0' ? full_name : NULL,
                                passphrase, roles->codes[role].code, &error))
    {
      bzg_window_fail (window_of (self), error);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->full_name_row), "");
  adw_expander_row_set_expanded (self->new_user_row, FALSE);
  fill (self);
  bzg_window_toast (window_of (self), _ ("Added. They can sign in now."));
}

/* ---- Papers */

static void
fill_paper (AdwActionRow *row, const GPtrArray *ways, gboolean shares)
{
  const BzgWayIn *newest = NULL;
  g_autofree char *date = NULL;
  g_autofree char *text = NULL;
  BzgDate since;

  for (guint i = 0; i < ways->len; i++)
    {
      const BzgWayIn *way = g_ptr_array_index (ways, i);

      if (way->kind == BZG_SLOT_RECOVERY && way->shares == shares
          && (newest == NULL || g_strcmp0 (way->since, newest->since) > 0))
        newest = way;
    }
  if (newest == NULL)
    text = g_strdup (_ ("There are none"));
  else if (newest->since != NULL && bzg_date_from_iso (newest->since, &since))
    {
      date = bzg_format_date (bzg_language_current (), since);
      text = g_strdup_printf (newest->unread ? _ ("Made on %s and not read back: make a new one")
                                             : _ ("Made on %s"),
                              date);
    }
  else
    text = g_strdup (_ ("Made with the casebook"));
  adw_action_row_set_subtitle (row, text);
}

static void
paper_done_cb (GtkWidget *page)
{
  /* Not while the casebook is being locked under the dialog. */
  if (bzg_window_of (page) != NULL && bzg_window_page (bzg_window_of (page)) != NULL)
    fill (BZG_ACCESS_PAGE (page));
}

static void
new_code_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgAccessPage *self = user_data;

  bzg_recovery_dialog_present (window_of (self), session_of (self), FALSE, paper_done_cb,
                               GTK_WIDGET (self));
}

static void
new_shares_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgAccessPage *self = user_data;

  bzg_recovery_dialog_present (window_of (self), session_of (self), TRUE, paper_done_cb,
                               GTK_WIDGET (self));
}

/* ---- The key */

static void
key_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  if (bzg_ui_is_yes (response))
    bzg_application_rekey (bzg_application_get ());
}

static void
key_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgAccessPage *self = user_data;

  bzg_ui_ask (
    bzg_ui_question (
      GTK_WINDOW (window_of (self)), _ ("Make a new key now?"),
      _ (
        "The casebook is locked while it is written anew, a minute or two for each gigabyte; there "
        "must be room on the disk for a second copy. Everybody signs in as before, and recovery "
        "papers stay. Make a backup afterwards, and destroy old copies of the file."),
      _ ("_Cancel"), _ ("_Make"), BZG_ASK_SAFE),
    G_CALLBACK (key_response_cb), self);
}

static void
fill_key (BzgAccessPage *self)
{
  gboolean due = bzg_access_rekey_is_due (session_of (self));

  gtk_label_set_label (self->key_title,
                       due ? _ ("A new key is due") : _ ("The key of this casebook is in order"));
  gtk_label_set_label (
    self->key_text,
    due
      ? _ ("Since this casebook got its key, somebody was removed, a recovery paper or the key of "
           "the office was replaced, or a person was erased. Whoever kept an older copy of the "
           "file still has the key of "
           "this one. A new key ends that.")
      : _ ("Nobody lost a way in since the casebook got its key. A new one is due when somebody "
           "is removed, a recovery paper or the key of the office is replaced, or a person is "
           "erased."));
  if (due)
    {
      gtk_widget_add_css_class (self->key_button, "suggested-action");
      gtk_widget_add_css_class (GTK_WIDGET (self->key_icon), "bzg-amber");
    }
  else
    {
      gtk_widget_remove_css_class (self->key_button, "suggested-action");
      gtk_widget_remove_css_class (GTK_WIDGET (self->key_icon), "bzg-amber");
    }
}

/* ---- The page */

static void
fill (BzgAccessPage *self)
{
  gboolean may_write = bzg_session_allows (session_of (self), "users", BZG_ACT_WRITE);

  bzg_ui_clear_rows (self->rows);
  gtk_widget_set_visible (self->key_box, may_write);
  gtk_widget_set_visible (GTK_WIDGET (self->papers_group), may_write);
  gtk_widget_set_visible (GTK_WIDGET (self->office_group), may_write);
  gtk_widget_set_visible (GTK_WIDGET (self->new_user_group), may_write);
  fill_users (self, may_write);
  bzg_sections_group_show (self->sections_group, session_of (self));
  if (may_write)
    {
      g_autoptr (GPtrArray) ways = bzg_access_list (session_of (self));

      bzg_office_group_show (self->office_group, session_of (self));
      fill_paper (self->code_row, ways, FALSE);
      fill_paper (self->shares_row, ways, TRUE);
      fill_key (self);
    }
  bzg_window_refresh_sidebar (window_of (self));
}

static void
saved_cb (BzgRecordPanel *panel, BzgRecord *record, BzgAccessPage *self)
{
  gtk_revealer_set_reveal_child (self->side, FALSE);
  fill (self);
  bzg_window_toast (window_of (self), _ ("Saved"));
}

static void
office_changed_cb (BzgOfficeGroup *group, BzgAccessPage *self)
{
  fill (self);
}

static void
closed_cb (BzgRecordPanel *panel, BzgAccessPage *self)
{
  gtk_revealer_set_reveal_child (self->side, FALSE);
}

static void
bzg_access_page_attached (BzgPage *page)
{
  BzgAccessPage *self = BZG_ACCESS_PAGE (page);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const BzgCodeList *roles = bzg_dictionary_code_list ("role");

  for (guint i = 0; i < roles->n_codes; i++)
    gtk_string_list_append (names, bzg_ui_code ("role", roles->codes[i].code));
  adw_combo_row_set_model (self->role_row, G_LIST_MODEL (names));
}

static void
bzg_access_page_opened (BzgPage *page, const char *argument)
{
  fill (BZG_ACCESS_PAGE (page));
}

static void
bzg_access_page_refresh (BzgPage *page, const char *aggregate)
{
  if (aggregate == NULL
      || g_strv_contains ((const char *const[]){ "user", "section", NULL }, aggregate))
    fill (BZG_ACCESS_PAGE (page));
}

static void
bzg_access_page_keep (BzgPage *page)
{
  bzg_record_panel_keep (BZG_ACCESS_PAGE (page)->panel);
}

static void
bzg_access_page_dispose (GObject *object)
{
  BzgAccessPage *self = BZG_ACCESS_PAGE (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (bzg_access_page_parent_class)->dispose (object);
}

static void
bzg_access_page_class_init (BzgAccessPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  BzgPageClass *page_class = BZG_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_access_page_dispose;
  page_class->attached = bzg_access_page_attached;
  page_class->opened = bzg_access_page_opened;
  page_class->refresh = bzg_access_page_refresh;
  page_class->keep = bzg_access_page_keep;

  g_type_ensure (BZG_TYPE_RECORD_PANEL);
  g_type_ensure (BZG_TYPE_SECTIONS_GROUP);
  g_type_ensure (BZG_TYPE_OFFICE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/access-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, key_box);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, key_icon);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, key_title);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, key_text);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, key_button);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, sections_group);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, office_group);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, users_group);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, new_user_group);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, papers_group);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, code_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, shares_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, new_user_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, full_name_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, again_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, role_row);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, side);
  gtk_widget_class_bind_template_child (widget_class, BzgAccessPage, panel);
  gtk_widget_class_bind_template_callback (widget_class, add_user_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, office_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_code_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_shares_clicked_cb);
}

static void
bzg_access_page_init (BzgAccessPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->panel, "saved", G_CALLBACK (saved_cb), self, 0);
  g_signal_connect_object (self->panel, "closed", G_CALLBACK (closed_cb), self, 0);
}
