/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-field-row.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/widgets/bzg-choice-entry.h"
#include "app/widgets/bzg-codes-entry.h"
#include "app/widgets/bzg-date-entry.h"
#include "base/bzg-format.h"

struct _BzgFieldRow
{
  GtkBox parent_instance;

  BzgSession *session;
  const BzgField *field;
  GtkWidget *label;
  GtkWidget *editor; /* what stands in the row */
  GtkWidget *input;  /* the GtkEntry, GtkTextView or BzgCodesEntry in it */
  GtkWidget *message;
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (BzgFieldRow, bzg_field_row, GTK_TYPE_BOX)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
add_records (BzgFieldRow *self, const BzgId *person)
{
  const char *target = self->field->target;
  gboolean of_person = g_str_equal (target, "livelihood");
  g_autoptr (GPtrArray) records = NULL;

  if (of_person && person == NULL)
    return;
  records = bzg_session_list (self->session, target, of_person ? "person" : NULL,
                              of_person ? person : NULL, NULL);
  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const BzgRecord *record = g_ptr_array_index (records, i);
      char id[BZG_ID_TEXT_SIZE];
      g_autofree char *label = NULL;

      if (g_str_equal (target, "user") && g_strcmp0 (bzg_record_get (record, "active"), "yes") != 0)
        continue;
      bzg_id_to_text (bzg_record_id (record), id);
      label = bzg_ui_field_text (self->session, self->field, id);
      bzg_choice_entry_add (BZG_CHOICE_ENTRY (self->editor), id, label, NULL, NULL);
    }
}

/* What the field expects, in words: shown when it was not understood. */
static const char *
expected (const BzgField *field)
{
  switch (field->type)
    {
    case BZG_FIELD_DATE:
      return field->past ? _ ("A date that has been, such as 12.08.2019, 08.2019 or 2019")
                         : _ ("A date such as 12.08.2019, 08.2019, 2019 or +7");
    case BZG_FIELD_INTEGER:
      return _ ("A whole number");
    case BZG_FIELD_NUMBER:
      return _ ("A number such as 2,5");
    case BZG_FIELD_MONEY:
      return _ ("An amount such as 1480 or 1480,50");
    case BZG_FIELD_PHONE:
      return _ ("A phone number");
    case BZG_FIELD_CODE:
    case BZG_FIELD_CODES:
    case BZG_FIELD_ID:
      return _ ("One of the list; Down shows it");
    case BZG_FIELD_TEXT:
    case BZG_FIELD_MULTILINE:
    default:
      return _ ("This cannot be stored");
    }
}

static void
typed_cb (GObject *object, BzgFieldRow *self)
{
  if (self->setting)
    return;
  bzg_field_row_set_error (self, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
left_cb (GtkEventControllerFocus *focus, BzgFieldRow *self)
{
  g_autofree char *canonical = NULL;

  if (bzg_field_row_parse (self, &canonical) && self->field->type != BZG_FIELD_MULTILINE
      && self->field->type != BZG_FIELD_TEXT && canonical != NULL)
    bzg_field_row_set_canonical (self, canonical);
}

static void
make_editor (BzgFieldRow *self, const BzgId *person)
{
  GtkTextBuffer *buffer = NULL;

  switch (self->field->type)
    {
    case BZG_FIELD_CODE:
      self->editor = bzg_choice_entry_new ();
      bzg_choice_entry_add_codes (BZG_CHOICE_ENTRY (self->editor), self->field->codes);
      self->input = GTK_WIDGET (bzg_choice_entry_get_entry (BZG_CHOICE_ENTRY (self->editor)));
      break;
    case BZG_FIELD_CODES:
      self->editor = self->input = bzg_codes_entry_new (self->field->codes);
      g_signal_connect_object (self->input, "changed", G_CALLBACK (typed_cb), self, 0);
      break;
    case BZG_FIELD_ID:
      self->editor = bzg_choice_entry_new ();
      add_records (self, person);
      self->input = GTK_WIDGET (bzg_choice_entry_get_entry (BZG_CHOICE_ENTRY (self->editor)));
      break;
    case BZG_FIELD_DATE:
      self->editor = bzg_date_entry_new (bzg_session_today (self->session));
      self->input = GTK_WIDGET (bzg_date_entry_get_entry (BZG_DATE_ENTRY (self->editor)));
      break;
    case BZG_FIELD_MULTILINE:
      self->input = gtk_text_view_new ();
      gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->input), GTK_WRAP_WORD_CHAR);
      gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->input), FALSE);
      gtk_widget_add_css_class (self->input, "bzg-text");
      self->editor = gtk_scrolled_window_new ();
      gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->editor), GTK_POLICY_NEVER,
                                      GTK_POLICY_AUTOMATIC);
      gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->editor), 84);
      gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->editor), 220);
      gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->editor), TRUE);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->editor), self->input);
      gtk_widget_add_css_class (self->editor, "bzg-text-frame");
      break;
    case BZG_FIELD_INTEGER:
    case BZG_FIELD_NUMBER:
    case BZG_FIELD_MONEY:
    case BZG_FIELD_TEXT:
    case BZG_FIELD_PHONE:
    default:
      self->editor = self->input = gtk_entry_new ();
      break;
    }

  if (GTK_IS_ENTRY (self->input))
    {
      gtk_entry_set_input_purpose (GTK_ENTRY (self->input), self->field->type == BZG_FIELD_PHONE
                                                              ? GTK_INPUT_PURPOSE_PHONE
                                                              : GTK_INPUT_PURPOSE_FREE_FORM);
      g_signal_connect_object (self->input, "changed", G_CALLBACK (typed_cb), self, 0);
    }
  else if (GTK_IS_TEXT_VIEW (self->input))
    {
      buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->input));
      g_signal_connect_object (buffer, "changed", G_CALLBACK (typed_cb), self, 0);
    }
}

static void
bzg_field_row_finalize (GObject *object)
{
  g_clear_object (&BZG_FIELD_ROW (object)->session);
  G_OBJECT_CLASS (bzg_field_row_parent_class)->finalize (object);
}

static void
bzg_field_row_class_init (BzgFieldRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_field_row_finalize;
  signals[CHANGED] = g_signal_new ("changed", BZG_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
bzg_field_row_init (BzgFieldRow *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 10);
  gtk_widget_add_css_class (GTK_WIDGET (self), "bzg-field");
}

GtkWidget *
bzg_field_row_new (BzgSession *session,
                   const BzgField *field,
                   const BzgId *person,
                   GtkSizeGroup *labels)
{
  BzgFieldRow *self = g_object_new (BZG_TYPE_FIELD_ROW, NULL);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkEventController *focus = gtk_event_controller_focus_new ();
  const char *name = bzg_ui_field_label (field);
  const char *help = bzg_field_help (field, bzg_language_current ());
  g_autofree char *text = NULL;

  self->session = g_object_ref (session);
  self->field = field;
  make_editor (self, person);

  /* A star says in print what the accessible property says to a screen reader. */
  text = field->required ? g_strdup_printf ("%s *", name) : g_strdup (name);
  self->label = bzg_ui_text (text, "dim-label bzg-field-label");
  gtk_label_set_width_chars (GTK_LABEL (self->label), 14);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 18);
  gtk_widget_set_valign (self->label, GTK_ALIGN_START);
  /* Boxes to tick stand below their label: they are long. */
  if (field->type == BZG_FIELD_CODES)
    {
      gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
      gtk_box_set_spacing (GTK_BOX (self), 4);
    }
  else if (labels != NULL)
    gtk_size_group_add_widget (labels, self->label);
  gtk_box_append (GTK_BOX (self), self->label);

  /* By property alone: a label that points here too would be read out twice. */
  bzg_ui_name (self->input, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->input), GTK_ACCESSIBLE_PROPERTY_REQUIRED,
                                  field->required, -1);
  if (help != NULL)
    {
      gtk_widget_set_tooltip_text (self->input, help);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->input),
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, help, -1);
    }
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (column), self->editor);
  self->message = bzg_ui_text (NULL, "error caption");
  gtk_widget_set_visible (self->message, FALSE);
  gtk_box_append (GTK_BOX (column), self->message);
  gtk_box_append (GTK_BOX (self), column);

  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, 0);
  gtk_widget_add_controller (self->input, focus);
  return GTK_WIDGET (self);
}

const BzgField *
bzg_field_row_field (BzgFieldRow *self)
{
  return self->field;
}

char *
bzg_field_row_get_text (BzgFieldRow *self)
{
  GtkTextBuffer *buffer = NULL;
  GtkTextIter start, end;

  if (GTK_IS_ENTRY (self->input))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->input)));
  if (BZG_IS_CODES_ENTRY (self->input))
    return bzg_codes_entry_get_value (BZG_CODES_ENTRY (self->input));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->input));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
show_text (BzgFieldRow *self, const char *text)
{
  g_autofree char *old = bzg_field_row_get_text (self);

  if (g_strcmp0 (old, text) == 0)
    return;
  self->setting = TRUE;
  if (GTK_IS_ENTRY (self->input))
    {
      /* Through the choice entry, so that its list stays closed. */
      if (BZG_IS_CHOICE_ENTRY (self->editor))
        bzg_choice_entry_set_value (BZG_CHOICE_ENTRY (self->editor), text);
      else
        gtk_editable_set_text (GTK_EDITABLE (self->input), text);
    }
  else if (BZG_IS_CODES_ENTRY (self->input))
    bzg_codes_entry_set_value (BZG_CODES_ENTRY (self->input), text);
  else
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->input)), text, -1);
  self->setting = FALSE;
}

void
bzg_field_row_set_text (BzgFieldRow *self, const char *text)
{
  show_text (self, text != NULL ? text : "");
  bzg_field_row_set_error (self, NULL);
}

void
bzg_field_row_set_canonical (BzgFieldRow *self, const char *canonical)
{
  g_autofree char *text = NULL;
  BzgDate date = BZG_DATE_MISSING;

  if (canonical == NULL || self->field->type == BZG_FIELD_CODE
      || self->field->type == BZG_FIELD_CODES || self->field->type == BZG_FIELD_ID
      || self->field->type == BZG_FIELD_TEXT || self->field->type == BZG_FIELD_MULTILINE)
    text = g_strdup (canonical != NULL ? canonical : "");
  else if (self->field->type == BZG_FIELD_DATE && bzg_date_from_iso (canonical, &date))
    text = bzg_format_date_short (bzg_language_current (), date);
  else
    text = bzg_field_format (self->field, canonical, bzg_language_current ());
  bzg_field_row_set_text (self, text);
}

gboolean
bzg_field_row_parse (BzgFieldRow *self, char **canonical)
{
  g_autofree char *text = bzg_field_row_get_text (self);
  gboolean unknown = FALSE;

  *canonical = NULL;
  if (self->field->type == BZG_FIELD_ID)
    {
      *canonical
        = g_strdup (bzg_choice_entry_get_value (BZG_CHOICE_ENTRY (self->editor), &unknown));
    }
  else if (self->field->type == BZG_FIELD_CODE
           && bzg_choice_entry_get_value (BZG_CHOICE_ENTRY (self->editor), &unknown) != NULL)
    {
      *canonical = g_strdup (bzg_choice_entry_get_value (BZG_CHOICE_ENTRY (self->editor), NULL));
    }
  else if (self->field->type == BZG_FIELD_DATE)
    {
      /* Relative dates count from the session's day, which a demonstration may have fixed. */
      BzgDate date = BZG_DATE_MISSING;
      char iso[BZG_DATE_TEXT_SIZE];

      if (!bzg_date_parse (text, bzg_session_today (self->session), &date, NULL))
        unknown = TRUE;
      else if (!bzg_date_is_missing (date))
        unknown = !bzg_field_parse (self->field, bzg_date_to_iso (date, iso), canonical, NULL);
      if (!unknown && self->field->past && !bzg_date_is_missing (date)
          && bzg_date_is_before (bzg_session_today (self->session), date))
        unknown = TRUE;
    }
  else
    unknown = !bzg_field_parse (self->field, text, canonical, NULL);

  if (unknown)
    g_clear_pointer (canonical, g_free);
  bzg_field_row_set_error (self, unknown ? expected (self->field) : NULL);
  return !unknown;
}

void
bzg_field_row_set_error (BzgFieldRow *self, const char *text)
{
  gtk_label_set_label (GTK_LABEL (self->message), text != NULL ? text : "");
  gtk_widget_set_visible (self->message, text != NULL);
  if (text != NULL)
    gtk_widget_add_css_class (self->input, "error");
  else
    gtk_widget_remove_css_class (self->input, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->input), GTK_ACCESSIBLE_STATE_INVALID,
                               text != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                            : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

void
bzg_field_row_focus (BzgFieldRow *self)
{
  gtk_widget_grab_focus (self->input);
}
