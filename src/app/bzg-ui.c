/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-ui.h"

#include "app/bzg-application.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/bzg-format.h"

void
bzg_ui_clear (GtkWidget *box)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    {
      if (GTK_IS_LIST_BOX (box))
        gtk_list_box_remove (GTK_LIST_BOX (box), child);
      else if (GTK_IS_FLOW_BOX (box))
        gtk_flow_box_remove (GTK_FLOW_BOX (box), child);
      else if (GTK_IS_GRID (box))
        gtk_grid_remove (GTK_GRID (box), child);
      else
        gtk_box_remove (GTK_BOX (box), child);
    }
}

void
bzg_ui_add_css (GtkWidget *widget, const char *css)
{
  g_auto (GStrv) classes = css != NULL ? g_strsplit (css, " ", -1) : NULL;

  for (guint i = 0; classes != NULL && classes[i] != NULL; i++)
    gtk_widget_add_css_class (widget, classes[i]);
}

GtkWidget *
bzg_ui_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  bzg_ui_add_css (label, css);
  return label;
}

GtkWidget *
bzg_ui_text (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_WORD);
  bzg_ui_add_css (label, css);
  return label;
}

GtkWidget *
bzg_ui_icon_button (const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  bzg_ui_name (button, name);
  return button;
}

void
bzg_ui_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

char *
bzg_ui_person_name (const BzgRecord *person)
{
  static const char *const parts[] = { "family_name", "given_name", "patronymic" };
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const char *part = bzg_record_get (person, parts[i]);

      if (part != NULL)
        g_string_append_printf (name, "%s%s", name->len > 0 ? " " : "", part);
    }
  if (name->len == 0)
    g_string_assign (name, BZG_FORMAT_MISSING);
  return g_string_free (g_steal_pointer (&name), FALSE);
}

char *
bzg_ui_age (const BzgRecord *person, BzgDate today)
{
  BzgDate birth = BZG_DATE_MISSING;
  int min = 0, max = 0;

  if (bzg_date_from_iso (bzg_record_get (person, "birth_date"), &birth)
      && bzg_date_age (birth, today, &min, &max))
    {
      if (min == max)
        return g_strdup_printf (ngettext ("%d year", "%d years", (gulong) min), min);
      return g_strdup_printf (_ ("%d–%d years"), min, max);
    }
  if (bzg_record_get (person, "age") != NULL)
    {
      BzgDate as_of = BZG_DATE_MISSING;
      int age = (int) g_ascii_strtoll (bzg_record_get (person, "age"), NULL, 10);

      if (bzg_date_from_iso (bzg_record_get (person, "age_as_of"), &as_of)
          && bzg_date_age (as_of, today, &min, &max))
        age += min;
      return g_strdup_printf (ngettext ("about %d year", "about %d years", (gulong) age), age);
    }
  return NULL;
}

char *
bzg_ui_case_number (const char *number)
{
  char plain[BZG_CASE_NUMBER_SIZE], shown[BZG_CASE_NUMBER_DISPLAY_SIZE];

  if (!bzg_case_number_parse (number, plain))
    return g_strdup (number != NULL ? number : BZG_FORMAT_MISSING);
  return g_strdup (bzg_case_number_display (plain, shown));
}

char *
bzg_ui_day (const char *canonical, BzgDate today)
{
  BzgDate date = BZG_DATE_MISSING;
  gboolean known = FALSE;
  int days = 0;

  if (!bzg_date_from_iso (canonical, &date))
    return g_strdup (BZG_FORMAT_MISSING);
  days = bzg_date_days_between (today, date, &known);
  if (known && days == 0)
    return g_strdup (_ ("today"));
  if (known && days == 1)
    return g_strdup (_ ("tomorrow"));
  if (known && days == -1)
    return g_strdup (_ ("yesterday"));
  return bzg_format_date_short (bzg_language_current (), date);
}

char *
bzg_ui_days (int days)
{
  if (days == 0)
    return g_strdup (_ ("today"));
  if (days > 0)
    return g_strdup_printf (ngettext ("in %d day", "in %d days", (gulong) days), days);
  return g_strdup_printf (ngettext ("%d day late", "%d days late", (gulong) -days), -days);
}

char *
bzg_ui_moment (gint64 utc_seconds)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (utc_seconds);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = NULL;
  g_autofree char *day = NULL;

  if (then == NULL)
    return g_strdup (BZG_FORMAT_MISSING);
  time = g_date_time_format (then, "%H:%M");
  if (g_date_time_get_year (then) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    return g_steal_pointer (&time);
  day = bzg_format_date_short (bzg_language_current (),
                               bzg_date_make (g_date_time_get_year (then),
                                              g_date_time_get_month (then),
                                              g_date_time_get_day_of_month (then)));
  return g_strdup_printf ("%s, %s", day, time);
}

const char *
bzg_ui_code (const char *list, const char *code)
{
  return code != NULL ? bzg_code_label (list, code, bzg_language_current ()) : BZG_FORMAT_MISSING;
}

const char *
bzg_ui_field_label (const BzgField *field)
{
  return bzg_field_label (field, bzg_language_current ());
}

/* What an id field shows: the name of the thing it points at. */
static char *
target_text (BzgSession *session, const BzgField *field, const char *canonical)
{
  static const struct
  {
    const char *aggregate, *name, *other;
  } names[] = {
    { "fund", "name", NULL },
    { "user", "full_name", "name" },
    { "livelihood", "title", NULL },
    { "household", "name", NULL },
  };
  g_autoptr (BzgRecord) target = NULL;
  BzgId id;

  if (!bzg_id_from_text (canonical, &id))
    return NULL;
  target = bzg_session_get (session, field->target, &id, NULL);
  if (target == NULL)
    return NULL;
  if (g_str_equal (field->target, "person"))
    return bzg_ui_person_name (target);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].aggregate, field->target))
      {
        const char *text = bzg_record_get (target, names[i].name);

        if (text == NULL && names[i].other != NULL)
          text = bzg_record_get (target, names[i].other);
        if (text != NULL)
          return g_strdup (text);
      }
  if (g_str_equal (field->target, "livelihood"))
    return g_strdup (bzg_ui_code ("livelihood_kind", bzg_record_get (target, "kind")));
  return NULL;
}

char *
bzg_ui_field_text (BzgSession *session, const BzgField *field, const char *canonical)
{
  if (canonical != NULL && field->type == BZG_FIELD_ID && session != NULL)
    {
      char *text = target_text (session, field, canonical);

      return text != NULL ? text : g_strdup (BZG_FORMAT_MISSING);
    }
  return bzg_field_format (field, canonical, bzg_language_current ());
}

const char *
bzg_ui_icon_of (const char *aggregate)
{
  static const struct
  {
    const char *aggregate, *icon;
  } icons[] = {
    { "support", "bzg-support-symbolic" },
    { "visit", "bzg-visit-symbolic" },
    { "note", "bzg-note-symbolic" },
    { "task", "bzg-tasks-symbolic" },
    { "consent", "bzg-consent-symbolic" },
    { "migration", "bzg-migration-symbolic" },
    { "livelihood", "bzg-livelihood-symbolic" },
    { "case_file", "bzg-case-symbolic" },
    { "household_member", "bzg-household-symbolic" },
    { "story", "bzg-stories-symbolic" },
    { "goal", "bzg-tasks-symbolic" },
    { "person", "bzg-people-symbolic" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (icons); i++)
    if (g_strcmp0 (icons[i].aggregate, aggregate) == 0)
      return icons[i].icon;
  return "bzg-note-symbolic";
}

/* The fields that say most about a record, in order; joined by commas. */
static const struct
{
  const char *aggregate;
  const char *fields[5];
} summaries[] = {
  { "support", { "service", "item", "quantity", "cost" } },
  { "visit", { "status", "method", "sales" } },
  { "note", { "text" } },
  { "task", { "title" } },
  { "consent", { "purpose", "status" } },
  { "migration", { "country_of_return", "return_kind", "return_reason" } },
  { "livelihood", { "kind", "title" } },
  { "case_file", { "category", "status" } },
  { "household_member", { "household", "relation" } },
  { "story", { "title", "status" } },
  { "goal", { "title", "area", "status" } },
  { "referral", { "organisation", "service", "status" } },
};

char *
bzg_ui_summary (BzgSession *session, const BzgRecord *record)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (summaries); i++)
    if (g_str_equal (summaries[i].aggregate, aggregate->name))
      for (guint j = 0; summaries[i].fields[j] != NULL; j++)
        {
          const BzgField *field = bzg_dictionary_field_of (aggregate->name, summaries[i].fields[j]);
          const char *value = field != NULL ? bzg_record_get (record, field->name) : NULL;
          g_autofree char *text = NULL;

          if (value == NULL)
            continue;
          text = bzg_ui_field_text (session, field, value);
          g_strdelimit (text, "\n\r\t", ' ');
          g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", text);
          if (g_str_equal (field->id, "support.quantity")
              && bzg_record_get (record, "unit") != NULL)
            g_string_append_printf (out, " %s", bzg_record_get (record, "unit"));
          if (g_str_equal (field->id, "support.cost")
              && bzg_record_get (record, "currency") != NULL)
            g_string_append_printf (out, BZG_NBSP "%s", bzg_record_get (record, "currency"));
        }
  if (out->len == 0)
    g_string_assign (out, BZG_FORMAT_MISSING);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

const char *
bzg_ui_record_date (const BzgRecord *record)
{
  static const char *const names[]
    = { "delivered", "planned",     "date",       "done_on",    "due",
        "given_on",  "return_date", "started_on", "registered", "departed_on" };
  const BzgAggregate *aggregate = bzg_record_aggregate (record);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (bzg_dictionary_field_of (aggregate->name, names[i]) != NULL
        && bzg_record_get (record, names[i]) != NULL)
      return bzg_record_get (record, names[i]);
  return NULL;
}

char *
bzg_ui_reasons (const char *why)
{
  static const struct
  {
    const char *why, *text;
  } known[] = {
    { "name", N_ ("the same name in another spelling") },
    { "similar_name", N_ ("a like name") },
    { "birth_date", N_ ("a like birth date") },
    { "place", N_ ("the same district") },
    { "phone", N_ ("the same phone") },
    { "document", N_ ("the same document") },
  };
  g_auto (GStrv) words = g_strsplit (why, " ", -1);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (known); j++)
      if (g_str_equal (known[j].why, words[i]))
        g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", _ (known[j].text));
  return g_strdup (out->len > 0 ? out->str : _ ("a like name"));
}

GtkWidget *
bzg_ui_add_row (GPtrArray *rows, AdwPreferencesGroup *group, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *escaped_title = g_markup_escape_text (title, -1);
  g_autofree char *escaped = text != NULL ? g_markup_escape_text (text, -1) : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped_title);
  if (escaped != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
  return row;
}

GtkWidget *
bzg_ui_add_button (GtkWidget *row, const char *label, GCallback callback, gpointer owner)
{
  /* A mnemonic names its button, whatever else names it. */
  GtkWidget *button = strchr (label, '_') != NULL ? gtk_button_new_with_mnemonic (label)
                                                  : gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", callback, owner, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return button;
}

void
bzg_ui_clear_rows (GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GtkWidget *row = rows->pdata[i];
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
    }
  g_ptr_array_set_size (rows, 0);
}

static gboolean
event_cb (GtkEventControllerLegacy *controller, GdkEvent *event, gpointer data)
{
  bzg_application_touch (bzg_application_get ());
  return GDK_EVENT_PROPAGATE;
}

static gboolean
escape_cb (GtkWidget *dialog, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (dialog));
  return TRUE;
}

void
bzg_ui_prepare_dialog (GtkWindow *dialog)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkEventController *events = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect (events, "event", G_CALLBACK (event_cb), NULL);
  gtk_widget_add_controller (GTK_WIDGET (dialog), events);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape,
                                                                                  0),
                                                          gtk_callback_action_new (escape_cb, NULL,
                                                                                   NULL)));
  gtk_widget_add_controller (GTK_WIDGET (dialog), keys);
}

char *
bzg_ui_holders (const BzgSectionInfo *info)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < info->holders->len; i++)
    {
      const BzgSectionHolder *holder = g_ptr_array_index (info->holders, i);

      if (holder->in_force)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                                holder->name != NULL ? holder->name : _ ("the paper"));
    }
  return g_string_free (names, FALSE);
}

#define NO "no"

GtkWidget *
bzg_ui_question (GtkWindow *parent,
                 const char *heading,
                 const char *body,
                 const char *no,
                 const char *yes,
                 BzgAskKind kind)
{
  GtkWidget *question = adw_message_dialog_new (parent, heading, body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (question);

  adw_message_dialog_add_responses (dialog, NO, no, BZG_ASK_YES, yes, NULL);
  adw_message_dialog_set_response_appearance (dialog, BZG_ASK_YES,
                                              kind == BZG_ASK_DANGER ? ADW_RESPONSE_DESTRUCTIVE
                                                                     : ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, kind == BZG_ASK_SAFE ? BZG_ASK_YES : NO);
  adw_message_dialog_set_close_response (dialog, NO);
  return question;
}

gboolean
bzg_ui_is_yes (const char *response)
{
  return g_strcmp0 (response, BZG_ASK_YES) == 0;
}

void
bzg_ui_ask (GtkWidget *question, GCallback answered, gpointer owner)
{
  g_signal_connect_object (question, "response", answered, owner, 0);
  gtk_window_present (GTK_WINDOW (question));
}

void
bzg_ui_tell (GtkWindow *parent, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), NO, _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct
{
  GtkProgressBar *bar;
  double fraction;
} Progress;

static void
progress_free (gpointer data)
{
  Progress *self = data;

  g_object_unref (self->bar);
  g_free (self);
}

static gboolean
progress_idle_cb (gpointer data)
{
  const Progress *self = data;

  gtk_progress_bar_set_fraction (self->bar, CLAMP (self->fraction, 0, 1));
  return G_SOURCE_REMOVE;
}

void
bzg_ui_progress (GtkProgressBar *bar, double fraction)
{
  Progress *progress = g_new (Progress, 1);

  *progress = (Progress){ g_object_ref (bar), fraction };
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, progress_idle_cb, progress, progress_free);
}
