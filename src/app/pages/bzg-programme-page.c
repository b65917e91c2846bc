/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-programme-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/widgets/bzg-record-panel.h"
#include "casebook/bzg-ledger.h"

/* The programme itself: its facts, its funds, who may sign in, and what has left the casebook. */

#define MOST_EXITS 30

struct _BzgProgrammePage
{
  BzgPage parent_instance;

  AdwPreferencesGroup *programme_group, *funds_group, *users_group, *new_user_group, *exits_group;
  GtkWidget *edit_button, *fund_button;
  AdwExpanderRow *new_user_row;
  GtkWidget *name_row, *full_name_row, *passphrase_row, *again_row;
  AdwComboRow *role_row;
  GtkRevealer *side;
  BzgRecordPanel *panel;

  GPtrArray *rows; /* GtkWidget in the groups, to take them out again */
};

G_DEFINE_FINAL_TYPE (BzgProgrammePage, bzg_programme_page, BZG_TYPE_PAGE)

static BzgSession *
session_of (BzgProgrammePage *self)
{
  return bzg_page_session (BZG_PAGE (self));
}

static BzgWindow *
window_of (BzgProgrammePage *self)
{
  return bzg_window_of (GTK_WIDGET (self));
}

static GtkWidget *
add_row (BzgProgrammePage *self, AdwPreferencesGroup *group, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *escaped_title = g_markup_escape_text (title, -1);
  g_autofree char *escaped = text != NULL ? g_markup_escape_text (text, -1) : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped_title);
  if (escaped != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);

  return row;
}

static void
edit (BzgProgrammePage *self, const BzgRecord *record)
{
  gtk_revealer_set_reveal_child (self->side, TRUE);
  bzg_record_panel_edit (self->panel, session_of (self), record, NULL, NULL);
  bzg_record_panel_focus (self->panel);
}

static void
edit_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgProgrammePage *self = user_data;
  g_autoptr (BzgRecord) programme = bzg_session_programme (session_of (self));

  edit (self, programme);
}

static void
new_fund_clicked_cb (GtkButton *button, gpointer user_data)
{
  g_autoptr (BzgRecord) fund = bzg_record_new ("fund", NULL);

  edit (user_data, fund);
}

static void
fund_activated_cb (AdwActionRow *row, gpointer user_data)
{
  BzgProgrammePage *self = user_data;
  const BzgId *id = g_object_get_data (G_OBJECT (row), "fund");
  g_autoptr (BzgRecord) fund = bzg_session_get (session_of (self), "fund", id, NULL);

  if (fund != NULL)
    edit (self, fund);
}

static void
fill_programme (BzgProgrammePage *self)
{
  g_autoptr (BzgRecord) programme = bzg_session_programme (session_of (self));
  const BzgAggregate *aggregate = bzg_dictionary_aggregate ("programme");

  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const BzgField *field = aggregate->fields[i];
      const char *canonical = bzg_record_get (programme, field->name);
      g_autofree char *text = NULL;

      if (canonical == NULL || !field->in_form)
        continue;
      text = bzg_ui_field_text (session_of (self), field, canonical);
      add_row (self, self->programme_group, bzg_ui_field_label (field), text);
    }
}

static void
fill_funds (BzgProgrammePage *self, gboolean may_write)
{
  g_autoptr (GPtrArray) funds = bzg_session_list (session_of (self), "fund", NULL, NULL, NULL);

  for (guint i = 0; funds != NULL && i < funds->len; i++)
    {
      const BzgRecord *fund = funds->pdata[i];
      const char *name = bzg_record_get (fund, "name");
      const char *donor = bzg_record_get (fund, "donor");
      GtkWidget *row = add_row (self, self->funds_group, name != NULL ? name : "–", donor);

      if (!may_write)
        continue;
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "fund",
                              g_memdup2 (bzg_record_id (fund), sizeof (BzgId)), g_free);
      g_signal_connect (row, "activated", G_CALLBACK (fund_activated_cb), self);
    }
  if (funds == NULL || funds->len == 0)
    add_row (self, self->funds_group, _ ("No fund yet"), NULL);
}

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
  BzgProgrammePage *self = user_data;
  const char *name = g_object_get_data (G_OBJECT (dialog), "name");
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (response, "remove") != 0)
    return;
  if (bzg_session_remove_user (session_of (self), name, &error))
    bzg_window_toast (window_of (self), _ ("They can no longer sign in."));
  else
    bzg_window_fail (window_of (self), error);
}

static void
remove_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgProgrammePage *self = user_data;
  const char *name = g_object_get_data (G_OBJECT (button), "name");
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window_of (self)), NULL, NULL);

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _ ("Remove %s?"), name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog),
                               _ ("Their passphrase will open this casebook no more. What they "
                                  "recorded stays. A copy of the file that they "
                                  "took earlier still opens for them."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "name", g_strdup (name), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Name and area; the roles and the way in have acts of their own. */
static void
user_activated_cb (AdwActionRow *row, gpointer user_data)
{
  static const char *const fields[] = { "full_name", "area", NULL };
  BzgProgrammePage *self = user_data;
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
fill_users (BzgProgrammePage *self, gboolean may_write)
{
  g_autoptr (GPtrArray) users = bzg_session_list (session_of (self), "user", NULL, NULL, NULL);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      const BzgRecord *user = users->pdata[i];
      const char *name = bzg_record_get (user, "name");
      gboolean gone = g_strcmp0 (bzg_record_get (user, "active"), "no") == 0;
      g_autofree char *text = user_text (user);
      GtkWidget *row = add_row (self, self->users_group, name != NULL ? name : "–",
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

static const char *
exit_text (const char *kind)
{
  static const struct
  {
    const char *kind, *text;
  } names[] = {
    { "report", N_ ("Report") },
    { "ledger", N_ ("Public ledger") },
    { "truth", N_ ("True figures of a training casebook") },
    { "story", N_ ("Success story") },
    { "story_named", N_ ("Success story with the name") },
    { "microdata", N_ ("Rows without names") },
    { "records", N_ ("Records with names") },
    { "case_file", N_ ("Case file") },
    { "letter", N_ ("Referral letter") },
    { "certificate", N_ ("Hand-over certificate") },
    { "consent_form", N_ ("Consent form") },
    { "backup", N_ ("Backup") },
    { "bundle", N_ ("Bundle for another laptop") },
    { "slip", N_ ("Recovery slip") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].kind, kind) == 0)
      return _ (names[i].text);

  return kind;
}

static void
fill_exits (BzgProgrammePage *self)
{
  g_autoptr (GPtrArray) exits = bzg_ledger_exits (session_of (self), NULL);

  for (guint i = 0; exits != NULL && i < MIN (exits->len, MOST_EXITS); i++)
    {
      const BzgExitLine *line = exits->pdata[i];
      g_autofree char *when = bzg_ui_moment (line->at);
      g_autofree char *text
        = g_strdup_printf ("%s · %s", when, line->user != NULL ? line->user : "–");

      add_row (self, self->exits_group, exit_text (line->kind), text);
    }
  if (exits == NULL || exits->len == 0)
    add_row (self, self->exits_group, _ ("Nothing has left this casebook"), NULL);
}

static void
fill (BzgProgrammePage *self)
{
  gboolean may_write = bzg_session_allows (session_of (self), "programme", BZG_ACT_WRITE);
  gboolean may_users = bzg_session_allows (session_of (self), "users", BZG_ACT_WRITE);

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = self->rows->pdata[i];
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
    }
  g_ptr_array_set_size (self->rows, 0);
  gtk_widget_set_visible (self->edit_button, may_write);
  gtk_widget_set_visible (self->fund_button, may_write);
  gtk_widget_set_visible (GTK_WIDGET (self->new_user_group), may_users);
  fill_programme (self);
  fill_funds (self, may_write);
  fill_users (self, may_users);
  fill_exits (self);
}

static void
add_user_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgProgrammePage *self = user_data;
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

static void
saved_cb (BzgRecordPanel *panel, BzgRecord *record, BzgProgrammePage *self)
{
  gtk_revealer_set_reveal_child (self->side, FALSE);
  fill (self);
  bzg_window_toast (window_of (self), _ ("Saved"));
}

static void
closed_cb (BzgRecordPanel *panel, BzgProgrammePage *self)
{
  gtk_revealer_set_reveal_child (self->side, FALSE);
}

static void
bzg_programme_page_attached (BzgPage *page)
{
  BzgProgrammePage *self = BZG_PROGRAMME_PAGE (page);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const BzgCodeList *roles = bzg_dictionary_code_list ("role");

  for (guint i = 0; i < roles->n_codes; i++)
    gtk_string_list_append (names, bzg_ui_code ("role", roles->codes[i].code));
  adw_combo_row_set_model (self->role_row, G_LIST_MODEL (names));
}

static void
bzg_programme_page_opened (BzgPage *page, const char *argument)
{
  fill (BZG_PROGRAMME_PAGE (page));
}

static void
bzg_programme_page_refresh (BzgPage *page, const char *aggregate)
{
  if (aggregate == NULL
      || g_strv_contains ((const char *const[]){ "programme", "fund", "user", NULL }, aggregate))
    fill (BZG_PROGRAMME_PAGE (page));
}

static void
bzg_programme_page_keep (BzgPage *page)
{
  bzg_record_panel_keep (BZG_PROGRAMME_PAGE (page)->panel);
}

static void
bzg_programme_page_dispose (GObject *object)
{
  BzgProgrammePage *self = BZG_PROGRAMME_PAGE (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (bzg_programme_page_parent_class)->dispose (object);
}

static void
bzg_programme_page_class_init (BzgProgrammePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  BzgPageClass *page_class = BZG_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_programme_page_dispose;
  page_class->attached = bzg_programme_page_attached;
  page_class->opened = bzg_programme_page_opened;
  page_class->refresh = bzg_programme_page_refresh;
  page_class->keep = bzg_programme_page_keep;

  g_type_ensure (BZG_TYPE_RECORD_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/programme-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, programme_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, funds_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, users_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, new_user_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, exits_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, edit_button);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, fund_button);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, new_user_row);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, name_row);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, full_name_row);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, again_row);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, role_row);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, side);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, panel);
  gtk_widget_class_bind_template_callback (widget_class, edit_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_fund_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_user_clicked_cb);
}

static void
bzg_programme_page_init (BzgProgrammePage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->panel, "saved", G_CALLBACK (saved_cb), self, 0);
  g_signal_connect_object (self->panel, "closed", G_CALLBACK (closed_cb), self, 0);
}
