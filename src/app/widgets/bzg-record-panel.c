/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-record-panel.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-draft.h"
#include "app/bzg-keys.h"
#include "app/bzg-ui.h"
#include "app/widgets/bzg-form.h"
#include "base/bzg-error.h"
#include "casebook/bzg-sealed.h"

struct _BzgRecordPanel
{
  GtkBox parent_instance;

  BzgSession *session;
  BzgRecord *record;
  BzgForm *form;
  BzgDraft *draft;
  gboolean saving;

  GtkLabel *title;
  GtkWidget *close_button;
  GtkBox *holder;
  GtkLabel *failure;
  GtkLabel *note;
  GtkWidget *discard_button;
  GtkWidget *save_button;
};

G_DEFINE_FINAL_TYPE (BzgRecordPanel, bzg_record_panel, GTK_TYPE_BOX)

enum
{
  SAVED,
  CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
drop_form (BzgRecordPanel *self)
{
  g_clear_pointer (&self->draft, bzg_draft_free);
  g_clear_pointer (&self->record, bzg_record_free);
  self->form = NULL;
  bzg_ui_clear (GTK_WIDGET (self->holder));
  gtk_widget_set_visible (GTK_WIDGET (self->failure), FALSE);
}

static gboolean
dump_cb (GKeyFile *file, gpointer data)
{
  BzgRecordPanel *self = data;

  if (self->form == NULL || !bzg_form_is_dirty (self->form))
    return FALSE;
  bzg_form_store (self->form, file, "form");
  return TRUE;
}

static void
set_saving (BzgRecordPanel *self, gboolean saving)
{
  self->saving = saving;
  gtk_widget_set_sensitive (GTK_WIDGET (self->holder), !saving);
  gtk_widget_set_sensitive (self->save_button, !saving);
  gtk_widget_set_sensitive (self->discard_button, !saving);
}

static void
form_changed_cb (BzgForm *form, const char *field, BzgRecordPanel *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->failure), FALSE);
  if (self->draft != NULL)
    bzg_draft_touch (self->draft);
}

static void
show_failure (BzgRecordPanel *self, const GError *error)
{
  g_autofree char *text
    = g_strdup_printf ("%s\n%s", bzg_error_headline (error), bzg_error_advice (error));

  gtk_label_set_label (self->failure, text);
  gtk_widget_set_visible (GTK_WIDGET (self->failure), TRUE);
}

static void
committed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgRecordPanel) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) record = NULL;
  gboolean good = bzg_session_commit_finish (BZG_SESSION (source), result, &error);

  set_saving (self, FALSE);
  if (self->form == NULL) /* locked meanwhile */
    return;
  if (!good)
    {
      show_failure (self, error);
      bzg_draft_touch (self->draft);
      return;
    }
  bzg_draft_saved (self->draft);
  record = bzg_record_copy (self->record);
  drop_form (self);
  g_signal_emit (self, signals[SAVED], 0, record);
}

void
bzg_record_panel_save (BzgRecordPanel *self)
{
  g_autoptr (BzgRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  BzgWork *work = NULL;

  if (self->form == NULL || self->saving)
    return;
  record = bzg_form_collect (self->form);
  if (record == NULL)
    return;
  if (bzg_record_aggregate (self->record)->sheet != NULL)
    {
      g_autoptr (BzgRecord) sheet = g_steal_pointer (&record);

      record = bzg_record_copy (self->record);
      if (!bzg_sealed_close (self->session, record, sheet, &error))
        {
          show_failure (self, error);
          return;
        }
    }
  work = bzg_work_new ();
  bzg_work_put (work, record);
  bzg_draft_drop_in (self->draft, work);
  bzg_record_free (self->record);
  self->record = g_steal_pointer (&record);
  set_saving (self, TRUE);
  bzg_session_commit_async (self->session, work, NULL, committed_cb, g_object_ref (self));
}

static void
save_cb (GtkButton *button, BzgRecordPanel *self)
{
  bzg_record_panel_save (self);
}

static void
close_cb (GtkButton *button, BzgRecordPanel *self)
{
  bzg_record_panel_close (self);
}

static void
discard_cb (GtkButton *button, BzgRecordPanel *self)
{
  if (self->draft != NULL)
    bzg_draft_discard (self->draft);
  drop_form (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_record_panel_save (BZG_RECORD_PANEL (widget));
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_record_panel_close (BZG_RECORD_PANEL (widget));
}

static void
bzg_record_panel_dispose (GObject *object)
{
  BzgRecordPanel *self = BZG_RECORD_PANEL (object);

  g_clear_pointer (&self->draft, bzg_draft_free);
  g_clear_pointer (&self->record, bzg_record_free);
  g_clear_object (&self->session);
  self->form = NULL;
  G_OBJECT_CLASS (bzg_record_panel_parent_class)->dispose (object);
}

static void
bzg_record_panel_class_init (BzgRecordPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_record_panel_dispose;
  signals[SAVED] = g_signal_new ("saved", BZG_TYPE_RECORD_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CLOSED] = g_signal_new ("closed", BZG_TYPE_RECORD_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/record-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgRecordPanel, title);
  gtk_widget_class_bind_template_child (widget_class, BzgRecordPanel, close_button);
  gtk_widget_class_bind_template_child (widget_class, BzgRecordPanel, holder);
  gtk_widget_class_bind_template_child (widget_class, BzgRecordPanel, failure);
  gtk_widget_class_bind_template_child (widget_class, BzgRecordPanel, note);
  gtk_widget_class_bind_template_child (widget_class, BzgRecordPanel, discard_button);
  gtk_widget_class_bind_template_child (widget_class, BzgRecordPanel, save_button);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, discard_cb);

  gtk_widget_class_install_action (widget_class, "panel.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "panel.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "panel.close", NULL);
}

static void
bzg_record_panel_init (BzgRecordPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bzg_keys_add_enter (GTK_WIDGET (self), "panel.save");
}

GtkWidget *
bzg_record_panel_new (void)
{
  return g_object_new (BZG_TYPE_RECORD_PANEL, NULL);
}

void
bzg_record_panel_edit (BzgRecordPanel *self,
                       BzgSession *session,
                       const BzgRecord *record,
                       const char *const *fields,
                       const char *title)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  gboolean stored = bzg_record_revision (record) > 0;
  g_autoptr (GKeyFile) kept = NULL;
  g_autofree char *form_name = NULL;
  g_autoptr (BzgRecord) sheet = NULL;
  g_autoptr (GError) error = NULL;
  BzgId subject = { 0 };
  gboolean has_subject = stored;

  bzg_record_panel_keep (self);
  drop_form (self);
  g_set_object (&self->session, session);
  self->record = bzg_record_copy (record);

  if (g_str_equal (aggregate->name, "person"))
    subject = *bzg_record_id (record);
  else if (bzg_dictionary_field_of (aggregate->name, "person") != NULL)
    bzg_record_get_id (record, "person", &subject);

  if (aggregate->sheet != NULL)
    {
      sheet = bzg_sealed_open (session, record, &error);
      if (sheet == NULL)
        {
          show_failure (self, error);
          return;
        }
    }
  self->form
    = BZG_FORM (bzg_form_new (session, sheet != NULL ? aggregate->sheet->name : aggregate->name,
                              fields, bzg_id_is_zero (&subject) ? NULL : &subject));
  gtk_box_append (self->holder, GTK_WIDGET (self->form));
  bzg_form_set_record (self->form, sheet != NULL ? sheet : record);
  gtk_label_set_label (self->title, title != NULL
                                      ? title
                                      : bzg_aggregate_label (aggregate, bzg_language_current ()));

  /* A change belongs to its record; a new record's draft to the person it is for. */
  if (stored)
    subject = *bzg_record_id (record);
  else
    has_subject = !bzg_id_is_zero (&subject);
  form_name = g_strconcat (stored ? "edit." : "new.", aggregate->name, NULL);
  self->draft
    = bzg_draft_new (session, form_name, has_subject ? &subject : NULL, self->note, dump_cb, self);
  kept = bzg_draft_load (self->draft);
  if (kept != NULL)
    bzg_form_load (self->form, kept, "form");
  g_signal_connect_object (self->form, "changed", G_CALLBACK (form_changed_cb), self, 0);
}

void
bzg_record_panel_close (BzgRecordPanel *self)
{
  if (self->saving)
    return;
  bzg_record_panel_keep (self);
  drop_form (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

void
bzg_record_panel_keep (BzgRecordPanel *self)
{
  if (self->draft != NULL)
    bzg_draft_keep (self->draft);
}

gboolean
bzg_record_panel_is_open (BzgRecordPanel *self)
{
  return self->form != NULL;
}

void
bzg_record_panel_focus (BzgRecordPanel *self)
{
  if (self->form != NULL)
    bzg_form_focus (self->form);
}

GtkWidget *
bzg_record_panel_form (BzgRecordPanel *self)
{
  return GTK_WIDGET (self->form);
}
