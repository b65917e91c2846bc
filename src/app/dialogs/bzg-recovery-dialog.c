/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-recovery-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/dialogs/bzg-recovery-print.h"
#include "app/widgets/bzg-code-card.h"
#include "casebook/bzg-access.h"

typedef struct
{
  BzgWindow *parent; /* the dialog is transient for it and goes before it */
  BzgSession *session;
  char **codes;
  const BzgPaperPurpose *purpose;
  gpointer data;
  guint at;      /* which of the codes is shown */
  gboolean kept; /* read back to the end */
  GtkWindow *dialog;
  GtkLabel *title, *text;
  BzgCodeCard *card;
  GtkWidget *next;
} Recovery;

static void
recovery_free (Recovery *self)
{
  bzg_paper_free (self->codes);
  self->purpose->end (self->data);
  g_object_unref (self->session);
  g_free (self);
}

static void
give_up_cb (AdwMessageDialog *question, const char *response, GtkWindow *dialog)
{
  Recovery *self = g_object_get_data (G_OBJECT (dialog), "recovery");

  if (!bzg_ui_is_yes (response))
    return;
  if (self->purpose->give_up != NULL)
    self->purpose->give_up (self->session, self->data);
  self->kept = TRUE;
  gtk_window_close (dialog);
}

/* What is in an envelope already opens nothing if this is given up. */
static gboolean
close_request_cb (GtkWindow *dialog, Recovery *self)
{
  if (self->kept)
    return FALSE;
  bzg_ui_ask (bzg_ui_question (dialog, _ ("Give the new paper up?"), _ (self->purpose->given_up),
                               _ ("_Go on"), _ ("Give _up"), BZG_ASK_DANGER),
              G_CALLBACK (give_up_cb), dialog);
  return TRUE;
}

static gboolean
is_last (const Recovery *self)
{
  return self->codes[self->at + 1] == NULL;
}

static void
show (Recovery *self)
{
  gboolean shares = self->codes[1] != NULL;
  g_autofree char *title
    = shares ? g_strdup_printf (_ ("Share %u of 3"), self->at + 1) : g_strdup (_ ("A new code"));

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->text, _ (shares ? self->purpose->share : self->purpose->one));
  gtk_button_set_label (GTK_BUTTON (self->next), is_last (self) ? _ ("_Done") : _ ("_Next"));
  bzg_code_card_set_code (self->card, self->codes[self->at]);
  gtk_widget_grab_focus (GTK_WIDGET (self->card));
}

static void
changed_cb (BzgCodeCard *card, Recovery *self)
{
  gtk_widget_set_sensitive (self->next, bzg_code_card_fits (card));
}

static void
next_cb (GtkWidget *widget, Recovery *self)
{
  g_autoptr (GError) error = NULL;

  if (!bzg_code_card_fits (self->card))
    return;
  if (!is_last (self))
    {
      self->at++;
      show (self);
      return;
    }
  self->kept = TRUE; /* it has been read back, whatever becomes of the old one */
  if (self->purpose->keep (self->session, self->codes, self->data, &error))
    bzg_window_toast (self->parent, _ (self->purpose->kept));
  else
    bzg_window_fail (self->parent, error);
  gtk_window_close (self->dialog);
}

static void
print_cb (BzgCodeCard *card, Recovery *self)
{
  bzg_recovery_print (self->parent, self->dialog, self->session, self->purpose->kind, self->codes,
                      self->at);
}

static void
build (Recovery *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();

  self->dialog = GTK_WINDOW (adw_window_new ());
  gtk_window_set_title (self->dialog, "Bozgasht");
  gtk_window_set_transient_for (self->dialog, GTK_WINDOW (self->parent));
  gtk_window_set_modal (self->dialog, TRUE);
  gtk_window_set_default_size (self->dialog, 560, -1);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_bin_new ());
  self->title = GTK_LABEL (bzg_ui_label (NULL, "title-2"));
  self->text = GTK_LABEL (bzg_ui_text (NULL, "dim-label"));
  self->card = g_object_new (BZG_TYPE_CODE_CARD, NULL);
  self->next = gtk_button_new_with_mnemonic (_ ("_Next"));
  gtk_widget_set_halign (self->next, GTK_ALIGN_END);
  gtk_widget_set_margin_top (self->next, 12);
  bzg_ui_add_css (self->next, "suggested-action");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->text));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->card));
  gtk_box_append (GTK_BOX (box), self->next);
  gtk_widget_set_margin_start (box, 30);
  gtk_widget_set_margin_end (box, 30);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_box_append (GTK_BOX (outer), bar);
  gtk_box_append (GTK_BOX (outer), box);
  adw_window_set_content (ADW_WINDOW (self->dialog), outer);
  bzg_ui_prepare_dialog (self->dialog);
  g_signal_connect (self->dialog, "close-request", G_CALLBACK (close_request_cb), self);
  g_signal_connect (self->card, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (self->card, "activated", G_CALLBACK (next_cb), self);
  g_signal_connect (self->card, "print", G_CALLBACK (print_cb), self);
  g_signal_connect (self->next, "clicked", G_CALLBACK (next_cb), self);
}

void
bzg_recovery_dialog_run (BzgWindow *window,
                         BzgSession *session,
                         char **codes,
                         const BzgPaperPurpose *purpose,
                         gpointer data)
{
  Recovery *self = g_new0 (Recovery, 1);

  self->parent = window;
  self->session = g_object_ref (session);
  self->codes = codes;
  self->purpose = purpose;
  self->data = data;
  build (self);
  g_object_set_data_full (G_OBJECT (self->dialog), "recovery", self,
                          (GDestroyNotify) recovery_free);
  show (self);
  gtk_window_present (self->dialog);
}

/* ---- Of the casebook */

typedef struct
{
  int slot;
  BzgRecoveryDone done;
  GtkWidget *owner; /* weak */
} Casebook;

static gboolean
keep_casebook (BzgSession *session, char **codes, gpointer data, GError **error)
{
  return bzg_access_confirm_paper (session, ((Casebook *) data)->slot, error);
}

static void
give_up_casebook (BzgSession *session, gpointer data)
{
  bzg_access_withdraw_paper (session, ((Casebook *) data)->slot);
}

static void
end_casebook (gpointer data)
{
  Casebook *self = data;

  if (self->owner != NULL)
    self->done (self->owner);
  g_clear_weak_pointer (&self->owner);
  g_free (self);
}

void
bzg_recovery_dialog_present (
  BzgWindow *window, BzgSession *session, gboolean shares, BzgRecoveryDone done, GtkWidget *owner)
{
  static const BzgPaperPurpose purpose = {
    .kind = BZG_PAPER_CASEBOOK,
    .one = N_ ("Write it on paper or print it, and keep the paper locked away from this computer. "
               "When it has been read back, the old paper stops working."),
    .share
    = N_ ("For one person to keep, apart from the others. Two of the three together open the "
          "casebook when every passphrase is lost; one alone says nothing."),
    .given_up = N_ ("What you have put on paper here opens nothing then: destroy it. The old paper "
                    "stays in force."),
    .kept = N_ ("The new paper is in force."),
    .keep = keep_casebook,
    .give_up = give_up_casebook,
    .end = end_casebook,
  };
  g_autoptr (GError) error = NULL;
  int slot = -1;
  char **codes = bzg_access_make_paper (session, shares, &slot, &error);
  Casebook *self = NULL;

  if (codes == NULL)
    {
      bzg_window_fail (window, error);
      return;
    }
  self = g_new0 (Casebook, 1);
  self->slot = slot;
  self->done = done;
  g_set_weak_pointer (&self->owner, owner);
  bzg_recovery_dialog_run (window, session, codes, &purpose, self);
}
