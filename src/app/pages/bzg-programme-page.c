/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-programme-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/widgets/bzg-record-panel.h"
#include "casebook/bzg-ledger.h"

/* The programme itself: its facts, its funds, and what has left the casebook. */

#define MOST_EXITS 30

struct _BzgProgrammePage
{
  BzgPage parent_instance;

  AdwPreferencesGroup *programme_group, *funds_group, *exits_group;
  GtkWidget *edit_button, *fund_button;
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
      bzg_ui_add_row (self->rows, self->programme_group, bzg_ui_field_label (field), text);
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
      GtkWidget *row
        = bzg_ui_add_row (self->rows, self->funds_group, name != NULL ? name : "–", donor);

      if (!may_write)
        continue;
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "fund",
                              g_memdup2 (bzg_record_id (fund), sizeof (BzgId)), g_free);
      g_signal_connect (row, "activated", G_CALLBACK (fund_activated_cb), self);
    }
  if (funds == NULL || funds->len == 0)
    bzg_ui_add_row (self->rows, self->funds_group, _ ("No fund yet"), NULL);
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

      bzg_ui_add_row (self->rows, self->exits_group, exit_text (line->kind), text);
    }
  if (exits == NULL || exits->len == 0)
    bzg_ui_add_row (self->rows, self->exits_group, _ ("Nothing has left this casebook"), NULL);
}

static void
fill (BzgProgrammePage *self)
{
  gboolean may_write = bzg_session_allows (session_of (self), "programme", BZG_ACT_WRITE);

  bzg_ui_clear_rows (self->rows);
  gtk_widget_set_visible (self->edit_button, may_write);
  gtk_widget_set_visible (self->fund_button, may_write);
  fill_programme (self);
  fill_funds (self, may_write);
  fill_exits (self);
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
bzg_programme_page_opened (BzgPage *page, const char *argument)
{
  fill (BZG_PROGRAMME_PAGE (page));
}

static void
bzg_programme_page_refresh (BzgPage *page, const char *aggregate)
{
  if (aggregate == NULL
      || g_strv_contains ((const char *const[]){ "programme", "fund", NULL }, aggregate))
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
  page_class->opened = bzg_programme_page_opened;
  page_class->refresh = bzg_programme_page_refresh;
  page_class->keep = bzg_programme_page_keep;

  g_type_ensure (BZG_TYPE_RECORD_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/programme-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, programme_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, funds_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, exits_group);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, edit_button);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, fund_button);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, side);
  gtk_widget_class_bind_template_child (widget_class, BzgProgrammePage, panel);
  gtk_widget_class_bind_template_callback (widget_class, edit_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_fund_clicked_cb);
}

static void
bzg_programme_page_init (BzgProgrammePage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->panel, "saved", G_CALLBACK (saved_cb), self, 0);
  g_signal_connect_object (self->panel, "closed", G_CALLBACK (closed_cb), self, 0);
}
