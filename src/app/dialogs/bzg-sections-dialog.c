/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-sections-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/dialogs/bzg-recovery-dialog.h"
#include "base/bzg-error.h"
#include "casebook/bzg-sections.h"
#include "vault/bzg-crypto.h"

/* A window above the window, with a heading, a text and what @box is filled with. */
static GtkWindow *
dialog_new (BzgWindow *parent, const char *heading, const char *text, GtkWidget **box)
{
  GtkWindow *dialog = GTK_WINDOW (adw_window_new ());
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_window_set_title (dialog, "Bozgasht");
  gtk_window_set_transient_for (dialog, GTK_WINDOW (parent));
  gtk_window_set_modal (dialog, TRUE);
  gtk_window_set_default_size (dialog, 600, 560);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_bin_new ());
  *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_margin_start (*box, 30);
  gtk_widget_set_margin_end (*box, 30);
  gtk_widget_set_margin_top (*box, 6);
  gtk_widget_set_margin_bottom (*box, 24);
  gtk_box_append (GTK_BOX (*box), bzg_ui_label (heading, "title-2"));
  gtk_box_append (GTK_BOX (*box), bzg_ui_text (text, "dim-label"));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), *box);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_box_append (GTK_BOX (outer), bar);
  gtk_box_append (GTK_BOX (outer), scroll);
  adw_window_set_content (ADW_WINDOW (dialog), outer);
  bzg_ui_prepare_dialog (dialog);
  return dialog;
}

static GtkWidget *
group_in (GtkWidget *box, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (GTK_BOX (box), group);
  return group;
}

/* ---- Paper */

static gboolean
keep_set_up (BzgSession *session, char **codes, gpointer data, GError **error)
{
  char *code = g_strjoinv ("\n", codes);
  gboolean ok = bzg_sections_set_up (session, data, code, error);

  bzg_wipe_free (code);
  return ok;
}

static gboolean
keep_paper (BzgSession *session, char **codes, gpointer data, GError **error)
{
  char *code = g_strjoinv ("\n", codes);
  gboolean ok = bzg_sections_replace_paper (session, code, error);

  bzg_wipe_free (code);
  return ok;
}

static void
end (gpointer users)
{
  if (users != NULL)
    g_array_unref (users);
}

#define ONE                                                                                        \
  N_ (                                                                                             \
    "Write it on paper or print it, and keep the paper locked away from this computer. It opens "  \
    "the sealed sections when nobody is there who holds their keys.")
#define SHARE                                                                                      \
  N_ ("For one person to keep, apart from the others. Two of the three together open the sealed "  \
      "sections when nobody is there who holds their keys; one alone says nothing.")

#define GIVEN_UP                                                                                   \
  N_ ("What you have put on paper here opens nothing then, as when the casebook is locked before " \
      "everything was read back: destroy it. The old paper stays in force.")

static const BzgPaperPurpose set_up_purpose = {
  .kind = BZG_PAPER_SECTIONS,
  .one = ONE,
  .share = SHARE,
  .given_up
  = N_ ("What you have put on paper here opens nothing then: destroy it. Nothing is set up "
        "yet."),
  .kept = N_ ("The sealed sections are set up."),
  .keep = keep_set_up,
  .end = end,
};

void
bzg_sections_dialog_replace_paper (BzgWindow *window, BzgSession *session, gboolean shares)
{
  static const BzgPaperPurpose purpose = {
    .kind = BZG_PAPER_SECTIONS,
    .one = ONE,
    .share = SHARE,
    .given_up = GIVEN_UP,
    .kept = N_ ("The new paper is in force; everything was sealed anew."),
    .keep = keep_paper,
    .end = end,
  };

  bzg_recovery_dialog_run (window, session, bzg_paper_new (BZG_PAPER_SECTIONS, shares), &purpose,
                           NULL);
}

/* ---- Setting up */

typedef struct
{
  BzgWindow *parent;
  BzgSession *session;
  GtkWindow *dialog;
  GPtrArray *checks; /* GtkCheckButton with "user" */
  GtkCheckButton *shares;
  GtkWidget *next;
  GtkLabel *missing;
} SetUp;

static void
set_up_free (SetUp *self)
{
  g_ptr_array_unref (self->checks);
  g_object_unref (self->session);
  g_free (self);
}

static GArray *
chosen (SetUp *self)
{
  GArray *users = g_array_new (FALSE, FALSE, sizeof (BzgId));

  for (guint i = 0; i < self->checks->len; i++)
    {
      GtkCheckButton *check = g_ptr_array_index (self->checks, i);

      if (gtk_check_button_get_active (check))
        g_array_append_vals (users, g_object_get_data (G_OBJECT (check), "user"), 1);
    }
  return users;
}

/* The first section that nobody else would hold, NULL if there is none. */
static const char *
section_without (SetUp *self)
{
  g_autoptr (GArray) users = chosen (self);

  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    {
      g_autoptr (GPtrArray) able = bzg_section_candidates (self->session, *section);
      gboolean found = FALSE;

      for (guint i = 0; !found && i < able->len; i++)
        for (guint k = 0; !found && k < users->len; k++)
          found = bzg_id_equal (bzg_record_id (g_ptr_array_index (able, i)),
                                &g_array_index (users, BzgId, k));
      if (!found)
        return *section;
    }
  return NULL;
}

static void
chosen_cb (SetUp *self)
{
  const char *section = section_without (self);
  g_autofree char *text = section != NULL
                            ? g_strdup_printf (_ ("Needed: somebody besides you for “%s”"),
                                               bzg_section_label (section, bzg_language_current ()))
                            : NULL;

  gtk_label_set_label (self->missing, text != NULL ? text : "");
  gtk_widget_set_sensitive (self->next, section == NULL);
}

static void
next_cb (GtkButton *button, SetUp *self)
{
  BzgWindow *parent = self->parent;
  g_autoptr (BzgSession) session = g_object_ref (self->session);
  gboolean shares = gtk_check_button_get_active (self->shares);
  GArray *users = chosen (self);

  gtk_window_close (self->dialog);
  bzg_recovery_dialog_run (parent, session, bzg_paper_new (BZG_PAPER_SECTIONS, shares),
                           &set_up_purpose, users);
}

static GtkCheckButton *
add_check (GtkWidget *group, const char *title, const char *subtitle)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  GtkWidget *row = bzg_ui_add_row (rows, ADW_PREFERENCES_GROUP (group), title, subtitle);
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  return GTK_CHECK_BUTTON (check);
}

/* Everybody who could hold one of them, with what they could. */
static void
add_people (SetUp *self, GtkWidget *group)
{
  g_autoptr (GPtrArray) users = bzg_session_list (self->session, "user", NULL, NULL, NULL);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      const BzgRecord *user = g_ptr_array_index (users, i);
      g_autoptr (GString) able = g_string_new (NULL);
      GtkCheckButton *check;

      if (bzg_id_equal (bzg_record_id (user), bzg_session_user (self->session))
          || g_strcmp0 (bzg_record_get (user, "active"), "yes") != 0)
        continue;
      for (const char *const *section = bzg_sections (); *section != NULL; section++)
        if (bzg_roles_allow (bzg_record_get (user, "roles"), *section, BZG_ACT_READ))
          g_string_append_printf (able, "%s%s", able->len > 0 ? ", " : "",
                                  bzg_section_label (*section, bzg_language_current ()));
      if (able->len == 0)
        continue;
      check = add_check (group, bzg_record_get (user, "name"), able->str);
      g_object_set_data_full (G_OBJECT (check), "user",
                              g_memdup2 (bzg_record_id (user), sizeof (BzgId)), g_free);
      g_signal_connect_swapped (check, "toggled", G_CALLBACK (chosen_cb), self);
      g_ptr_array_add (self->checks, check);
    }
}

void
bzg_sections_dialog_set_up (BzgWindow *window, BzgSession *session)
{
  SetUp *self = g_new0 (SetUp, 1);
  GtkWidget *box = NULL;
  GtkWidget *people, *paper;
  GtkCheckButton *code;

  self->parent = window;
  self->session = g_object_ref (session);
  self->checks = g_ptr_array_new ();
  self->dialog = dialog_new (
    window, _ ("Set up the sealed sections"),
    _ (
      "What happened to a survivor, who did it, and health details get keys of their own. Only the "
      "people to whom they are given can read them: not the administrator, and nobody with a copy "
      "of the file. You hold them; choose who else does."),
    &box);
  people = group_in (box, _ ("Who else holds the keys"));
  add_people (self, people);
  if (self->checks->len == 0)
    gtk_box_append (GTK_BOX (box), bzg_ui_text (_ ("Nobody else has a role that may hold them. Add "
                                                   "a protection officer first."),
                                                "error"));
  paper = group_in (box, _ ("On paper, for an emergency"));
  code = add_check (paper, _ ("One code"), _ ("Whoever has the paper can open the sections"));
  self->shares
    = add_check (paper, _ ("Three shares"), _ ("Any two of them open the sections together"));
  gtk_check_button_set_group (self->shares, code);
  gtk_check_button_set_active (self->shares, TRUE);
  self->missing = GTK_LABEL (bzg_ui_text (NULL, "caption dim-label"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->missing));
  self->next = gtk_button_new_with_mnemonic (_ ("_Next"));
  bzg_ui_add_css (self->next, "suggested-action");
  gtk_widget_set_halign (self->next, GTK_ALIGN_END);
  g_signal_connect (self->next, "clicked", G_CALLBACK (next_cb), self);
  gtk_box_append (GTK_BOX (box), self->next);
  g_object_set_data_full (G_OBJECT (self->dialog), "set-up", self, (GDestroyNotify) set_up_free);
  chosen_cb (self);
  gtk_window_present (self->dialog);
}

/* ---- Giving and taking */

typedef struct
{
  BzgSession *session;
  const char *section;
  GtkWindow *dialog;
  GtkWidget *holders, *others;
  GPtrArray *rows; /* in the groups */
} Manage;

static void fill (Manage *self);

static void
manage_free (Manage *self)
{
  g_ptr_array_unref (self->rows);
  g_object_unref (self->session);
  g_free (self);
}

static void
after (Manage *self, gboolean ok, const GError *error)
{
  if (!ok)
    bzg_ui_tell (self->dialog, bzg_error_headline (error), bzg_error_advice (error));
  fill (self);
}

static void
give_answered_cb (AdwMessageDialog *question, const char *response, GtkWindow *dialog)
{
  Manage *self = g_object_get_data (G_OBJECT (dialog), "manage");
  g_autoptr (GError) error = NULL;

  if (bzg_ui_is_yes (response))
    after (self,
           bzg_section_grant (self->session, self->section,
                              g_object_get_data (G_OBJECT (question), "user"), &error),
           error);
}

/* The one moment in which somebody could stand between. */
static void
give_cb (GtkButton *button, Manage *self)
{
  const BzgId *user = g_object_get_data (G_OBJECT (button), "user");
  g_autofree char *letters = bzg_section_key_letters (self->session, user);
  g_autofree char *heading
    = g_strdup_printf (_ ("Give the key to %s?"),
                       (const char *) g_object_get_data (G_OBJECT (button), "name"));
  g_autofree char *body = g_strdup_printf (
    _ ("The casebook says that their key is\n\n%s\n\nAsk them, by voice, whether “My key” on their "
       "page Access says the same. If it does not, somebody would read in their place."),
    letters != NULL ? letters : "–");
  GtkWidget *question
    = bzg_ui_question (self->dialog, heading, body, _ ("_Cancel"), _ ("_Give"), BZG_ASK_CAREFUL);

  g_object_set_data_full (G_OBJECT (question), "user", g_memdup2 (user, sizeof *user), g_free);
  bzg_ui_ask (question, G_CALLBACK (give_answered_cb), self->dialog);
}

static void
take_answered_cb (AdwMessageDialog *question, const char *response, GtkWindow *dialog)
{
  Manage *self = g_object_get_data (G_OBJECT (dialog), "manage");
  g_autoptr (GError) error = NULL;

  if (bzg_ui_is_yes (response))
    after (self,
           bzg_section_withdraw (self->session, self->section,
                                 g_object_get_data (G_OBJECT (question), "user"), &error),
           error);
}

static void
take_cb (GtkButton *button, Manage *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "name");
  g_autofree char *heading = g_strdup_printf (_ ("Take the key from %s?"), name);
  GtkWidget *question
    = bzg_ui_question (self->dialog, heading,
                       _ ("Everybody else gets a new key, and everything in the section is sealed "
                          "anew. What they have "
                          "seen, or copied with an older file, stays known to them."),
                       _ ("_Cancel"), _ ("_Take"), BZG_ASK_DANGER);

  g_object_set_data_full (G_OBJECT (question), "user",
                          g_memdup2 (g_object_get_data (G_OBJECT (button), "user"), sizeof (BzgId)),
                          g_free);
  bzg_ui_ask (question, G_CALLBACK (take_answered_cb), self->dialog);
}

static void
add_person (Manage *self,
            GtkWidget *group,
            const BzgId *id,
            const char *name,
            const char *text,
            const char *act,
            GCallback callback)
{
  GtkWidget *row = bzg_ui_add_row (self->rows, ADW_PREFERENCES_GROUP (group), name, text);
  GtkWidget *button = NULL;
  g_autofree char *label = NULL;

  if (act == NULL)
    return;
  button = gtk_button_new_with_label (act);
  label = g_strdup_printf ("%s: %s", act, name);
  bzg_ui_name (button, label);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "user", g_memdup2 (id, sizeof *id), g_free);
  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
  g_signal_connect (button, "clicked", callback, self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
fill (Manage *self)
{
  g_autoptr (BzgSectionInfo) info = bzg_section_info (self->session, self->section);
  g_autoptr (GPtrArray) candidates = bzg_section_candidates (self->session, self->section);

  bzg_ui_clear_rows (self->rows);
  for (guint i = 0; i < info->holders->len; i++)
    {
      const BzgSectionHolder *holder = g_ptr_array_index (info->holders, i);
      g_autofree char *since = bzg_ui_moment (holder->since);
      g_autofree char *text
        = holder->in_force
            ? g_strdup_printf (_ ("Since %s"), since)
            : g_strdup (_ ("Cannot open it: has other keys, by a recovery of the passphrase or "
                           "otherwise"));

      add_person (self, self->holders, &holder->id,
                  holder->name != NULL ? holder->name : _ ("The paper"), text,
                  holder->name != NULL && info->mine ? _ ("Take") : NULL, G_CALLBACK (take_cb));
    }
  for (guint i = 0; i < candidates->len; i++)
    {
      const BzgRecord *user = g_ptr_array_index (candidates, i);
      g_autofree char *letters = bzg_section_key_letters (self->session, bzg_record_id (user));
      g_autofree char *text = g_strdup_printf (_ ("Key %s"), letters != NULL ? letters : "–");

      add_person (self, self->others, bzg_record_id (user), bzg_record_get (user, "name"), text,
                  info->mine ? _ ("Give") : NULL, G_CALLBACK (give_cb));
    }
  gtk_widget_set_visible (self->others, candidates->len > 0);
}

void
bzg_sections_dialog_manage (BzgWindow *window, BzgSession *session, const char *section)
{
  Manage *self = g_new0 (Manage, 1);
  GtkWidget *box = NULL;

  self->session = g_object_ref (session);
  self->section = section;
  self->rows = g_ptr_array_new ();
  self->dialog
    = dialog_new (window, bzg_section_label (section, bzg_language_current ()),
                  _ ("The key is given only by somebody who holds it. Whoever gets it finds the "
                     "same "
                     "letters under “My key” on the page Access: compare them by voice."),
                  &box);
  self->holders = group_in (box, _ ("Who holds the key"));
  self->others = group_in (box, _ ("Who may be given it"));
  g_object_set_data_full (G_OBJECT (self->dialog), "manage", self, (GDestroyNotify) manage_free);
  fill (self);
  gtk_window_present (self->dialog);
}
