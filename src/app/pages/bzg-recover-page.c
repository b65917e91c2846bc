/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-recover-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-window.h"
#include "app/dialogs/bzg-passphrase-dialog.h"
#include "app/pages/bzg-lock-page.h"
#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

struct _BzgRecoverPage
{
  AdwBin parent_instance;

  char *path;
  GCancellable *cancellable;

  GtkEditable *name_row;
  GtkEditable *code_row;
  GtkEditable *share_row; /* shown when the code is one of several shares */
  GtkEditable *passphrase_row;
  GtkEditable *again_row;
  GtkLabel *word;
  GtkLabel *message;
  GtkWidget *list;
  GtkWidget *set_button;
  GtkStack *set_stack;
};

G_DEFINE_FINAL_TYPE (BzgRecoverPage, bzg_recover_page, ADW_TYPE_BIN)

static void
show_error (BzgRecoverPage *self, const GError *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_PASSPHRASE))
    text = g_strdup (_ ("This code does not open this casebook. Is it the slip of another one?"));
  else if (g_error_matches (error, BZG_ERROR, BZG_ERROR_NOT_FOUND))
    text = g_strdup (_ ("Nobody signs in to this casebook by this name. Nothing was changed."));
  else if (error != NULL)
    text = g_strdup_printf ("%s %s", bzg_error_headline (error), bzg_error_advice (error));
  gtk_label_set_label (self->message, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), text != NULL);
}

static void
set_busy (BzgRecoverPage *self, gboolean busy)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* A text field that turns insensitive must not keep the focus. */
  if (busy && root != NULL)
    gtk_root_set_focus (root, NULL);
  gtk_stack_set_visible_child_name (self->set_stack, busy ? "busy" : "label");
  gtk_widget_set_sensitive (self->list, !busy);
  gtk_widget_set_sensitive (self->set_button, !busy);
}

/* The code, or two shares; wipe it. */
static char *
typed_code (BzgRecoverPage *self)
{
  const char *code = gtk_editable_get_text (self->code_row);
  const char *share = gtk_editable_get_text (self->share_row);

  return gtk_widget_get_visible (GTK_WIDGET (self->share_row)) && *share != '\0'
           ? g_strjoin ("\n", code, share, NULL)
           : g_strdup (code);
}

static void
changed_cb (GtkWidget *row, BzgRecoverPage *self)
{
  const char *typed = gtk_editable_get_text (self->code_row);
  g_autofree char *code = NULL;
  const char *first = gtk_editable_get_text (self->passphrase_row);
  const char *second = gtk_editable_get_text (self->again_row);
  BzgPaperKind kind = BZG_PAPER_CASEBOOK;
  BzgPaperState state;
  gboolean opens = TRUE, whole = FALSE;
  int level = 0;
  const char *word = bzg_passphrase_strength (first, &level);

  gtk_widget_set_visible (GTK_WIDGET (self->share_row),
                          bzg_paper_state_any (typed, &kind) == BZG_PAPER_MORE);
  code = typed_code (self);
  state = bzg_paper_state_any (code, &kind);
  opens = kind == BZG_PAPER_CASEBOOK || kind == BZG_PAPER_OFFICE;
  whole = state == BZG_PAPER_WHOLE && opens;
  bzg_wipe (code, strlen (code));
  if (!opens)
    word
      = _ ("This slip opens something else. The one for this begins with BZ1; that of the office "
           "with BO1.");
  else if (state == BZG_PAPER_MORE)
    word = _ ("This is one of three shares. Type another one below it.");
  else if (*typed != '\0' && !whole)
    word = _ ("The code is not whole yet, or a letter is wrong.");
  else if (*first == '\0')
    word = "";
  else if (level > 0 && *second != '\0' && !g_str_equal (first, second))
    word = _ ("The two are not the same yet.");
  gtk_label_set_label (self->word, word);
  gtk_widget_set_sensitive (self->set_button, whole && level > 0 && g_str_equal (first, second)
                                                && *gtk_editable_get_text (self->name_row) != '\0');
}

static void
back_to_lock (BzgRecoverPage *self, const char *text)
{
  GtkWidget *page = bzg_lock_page_new (self->path);

  bzg_lock_page_say (page, text);
  bzg_window_set_gate (bzg_window_of (GTK_WIDGET (self)), page);
}

static void
recovered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgRecoverPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = bzg_session_recover_finish (result, &error);
  BzgPaperKind kind = BZG_PAPER_CASEBOOK;
  char *code = typed_code (self);
  gboolean by_office
    = bzg_paper_state_any (code, &kind) == BZG_PAPER_WHOLE && kind == BZG_PAPER_OFFICE;

  bzg_wipe_free (code);

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  set_busy (self, FALSE);
  if (ok && by_office)
    back_to_lock (self, _ ("The new passphrase is in force. Sign in with it. Anybody can make a "
                           "casebook that the office's code opens: compare its key on the page "
                           "Backup with the one that the office was told."));
  else if (ok)
    back_to_lock (self, _ ("The new passphrase is in force. Sign in with it."));
  else
    show_error (self, error);
}

static void
set_cb (GtkWidget *button, BzgRecoverPage *self)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autoptr (BzgSecret) code = NULL;
  g_autoptr (BzgSecret) passphrase = NULL;
  BzgOpenOptions options = { .path = self->path };

  if (!gtk_widget_get_sensitive (self->set_button))
    return;
  name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  text = typed_code (self);
  code = bzg_secret_new_text (text);
  bzg_wipe (text, strlen (text));
  passphrase = bzg_secret_new_text (gtk_editable_get_text (self->passphrase_row));
  if (code == NULL || passphrase == NULL)
    return;
  options.name = name;
  options.passphrase = passphrase;
  show_error (self, NULL);
  set_busy (self, TRUE);
  bzg_session_recover_async (&options, code, self->cancellable, recovered_cb, g_object_ref (self));
}

static void
back_cb (GtkWidget *button, BzgRecoverPage *self)
{
  back_to_lock (self, NULL);
}

static void
bzg_recover_page_map (GtkWidget *widget)
{
  BzgRecoverPage *self = BZG_RECOVER_PAGE (widget);
  gboolean named = *gtk_editable_get_text (self->name_row) != '\0';

  GTK_WIDGET_CLASS (bzg_recover_page_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (named ? self->code_row : self->name_row));
}

static void
bzg_recover_page_unroot (GtkWidget *widget)
{
  BzgRecoverPage *self = BZG_RECOVER_PAGE (widget);

  gtk_editable_set_text (self->code_row, "");
  gtk_editable_set_text (self->share_row, "");
  gtk_editable_set_text (self->passphrase_row, "");
  gtk_editable_set_text (self->again_row, "");
  GTK_WIDGET_CLASS (bzg_recover_page_parent_class)->unroot (widget);
}

static void
bzg_recover_page_finalize (GObject *object)
{
  BzgRecoverPage *self = BZG_RECOVER_PAGE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (bzg_recover_page_parent_class)->finalize (object);
}

static void
bzg_recover_page_class_init (BzgRecoverPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bzg_recover_page_finalize;
  widget_class->map = bzg_recover_page_map;
  widget_class->unroot = bzg_recover_page_unroot;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/recover-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, code_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, share_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, again_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, word);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, message);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, list);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, set_button);
  gtk_widget_class_bind_template_child (widget_class, BzgRecoverPage, set_stack);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, set_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
}

static void
bzg_recover_page_init (BzgRecoverPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
bzg_recover_page_new (const char *path, const char *user)
{
  BzgRecoverPage *self = g_object_new (BZG_TYPE_RECOVER_PAGE, NULL);

  self->path = g_strdup (path);
  gtk_editable_set_text (self->name_row, user);
  return GTK_WIDGET (self);
}
