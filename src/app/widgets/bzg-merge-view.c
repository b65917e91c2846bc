/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-merge-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"

/*
 * One row a field: up and down go through the fields, left and right say whose value stays, the
 * space bar changes it. The two cells are toggle buttons, so that the mouse and a reader of the
 * screen find them; the focus stays with the row. What is the same in both asks nothing.
 *
 * The keeper stands at the left, whichever was registered first. Every choice asks the casebook
 * anew what would stand there: what hangs together moves together before the eyes.
 */

#define CELL_CHARS 20

struct _BzgMergeView
{
  AdwBin parent_instance;

  BzgSession *session; /* while something is shown */
  BzgDouble *pair;
  guint keeper;      /* which side of the pair stays */
  GArray *choices;   /* BzgMergeChoice */
  GPtrArray *fields; /* BzgMergeField */
  char *names[2];    /* keeper, other */
  gboolean filling;

  GtkListBox *list;
  GtkWidget *head;
  GtkSizeGroup *labels; /* one column, as wide as the longest of them */
};

G_DEFINE_FINAL_TYPE (BzgMergeView, bzg_merge_view, ADW_TYPE_BIN)

static void fill (BzgMergeView *self);

const BzgId *
bzg_merge_view_keeper (BzgMergeView *self)
{
  return bzg_double_id (self->pair, self->keeper);
}

const BzgId *
bzg_merge_view_other (BzgMergeView *self)
{
  return bzg_double_id (self->pair, 1 - self->keeper);
}

/* ---- Choosing */

static BzgMergeField *
field_of (GtkListBoxRow *row)
{
  return row != NULL ? g_object_get_data (G_OBJECT (row), "field") : NULL;
}

static gboolean
can_choose (const BzgMergeField *field)
{
  return field != NULL && !field->both && g_strcmp0 (field->keeper, field->other) != 0;
}

static void
choose (BzgMergeView *self, const BzgMergeField *field, gboolean from_other)
{
  const BzgMergeChoice choice = { field->field->name, from_other };
  guint i = 0;

  while (i < self->choices->len
         && !g_str_equal (g_array_index (self->choices, BzgMergeChoice, i).field, choice.field))
    i++;
  if (i < self->choices->len)
    g_array_remove_index (self->choices, i);
  g_array_append_val (self->choices, choice);
  fill (self);
}

static void
cell_toggled_cb (GtkToggleButton *button, BzgMergeView *self)
{
  const BzgMergeField *field = g_object_get_data (G_OBJECT (button), "field");
  gboolean of_other = g_object_get_data (G_OBJECT (button), "other") != NULL;

  if (!self->filling && gtk_toggle_button_get_active (button))
    choose (self, field, of_other);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType modifiers,
        BzgMergeView *self)
{
  BzgMergeField *field
    = field_of (GTK_LIST_BOX_ROW (gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)))));

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0 || !can_choose (field))
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      choose (self, field, FALSE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      choose (self, field, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      choose (self, field, !field->from_other);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* ---- Rows */

static GtkWidget *
line_new (BzgMergeView *self, const char *label)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *text = bzg_ui_text (label, "caption dim-label");

  gtk_label_set_wrap (GTK_LABEL (text), FALSE);
  gtk_widget_set_valign (text, GTK_ALIGN_CENTER);
  gtk_size_group_add_widget (self->labels, text);
  gtk_box_append (GTK_BOX (line), text);
  return line;
}

static GtkWidget *
value_new (const char *text, const char *css)
{
  GtkWidget *label = bzg_ui_text (text != NULL ? text : "–", css);

  gtk_label_set_width_chars (GTK_LABEL (label), CELL_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CELL_CHARS);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static GtkWidget *
cell_new (BzgMergeView *self, const BzgMergeField *field, gboolean of_other)
{
  const char *canonical = of_other ? field->other : field->keeper;
  g_autofree char *text = bzg_ui_field_text (self->session, field->field, canonical);
  g_autofree char *name = g_strdup_printf ("%s: %s", bzg_ui_field_label (field->field), text);
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), value_new (text, NULL));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), field->from_other == of_other);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_can_focus (button, FALSE);
  bzg_ui_add_css (button, "flat bzg-side");
  bzg_ui_name (button, name);
  g_object_set_data (G_OBJECT (button), "field", (gpointer) field);
  g_object_set_data (G_OBJECT (button), "other", of_other ? self : NULL);
  g_signal_connect (button, "toggled", G_CALLBACK (cell_toggled_cb), self);
  return button;
}

/* What is said once for both sides. */
static GtkWidget *
shared_new (const char *text)
{
  GtkWidget *label = bzg_ui_text (text, "bzg-side-shared");

  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static void
append_row (BzgMergeView *self, GtkWidget *line, BzgMergeField *field, const char *name)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  g_object_set_data (G_OBJECT (row), "field", field);
  bzg_ui_name (row, name);
  gtk_list_box_append (self->list, row);
}

static void
add_field (BzgMergeView *self, BzgMergeField *field)
{
  GtkWidget *line = line_new (self, bzg_ui_field_label (field->field));
  g_autofree char *result = bzg_ui_field_text (self->session, field->field, field->result);
  g_autofree char *name
    = g_strdup_printf (_ ("%s, stays: %s"), bzg_ui_field_label (field->field), result);

  if (can_choose (field))
    {
      GtkWidget *left = cell_new (self, field, FALSE);
      GtkWidget *right = cell_new (self, field, TRUE);
      GtkWidget *cells = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (right), GTK_TOGGLE_BUTTON (left));
      gtk_box_set_homogeneous (GTK_BOX (cells), TRUE);
      gtk_widget_set_hexpand (cells, TRUE);
      gtk_box_append (GTK_BOX (cells), left);
      gtk_box_append (GTK_BOX (cells), right);
      gtk_box_append (GTK_BOX (line), cells);
    }
  else
    gtk_box_append (GTK_BOX (line), shared_new (result));
  append_row (self, line, field, name);
}

/* What helps to decide and is not chosen: both go on. */
static void
add_context (BzgMergeView *self, const char *label, const char *keeper, const char *other)
{
  GtkWidget *line = line_new (self, label);
  GtkWidget *cells = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *name = g_strdup_printf ("%s: %s; %s", label, keeper, other);

  gtk_box_set_homogeneous (GTK_BOX (cells), TRUE);
  gtk_widget_set_hexpand (cells, TRUE);
  gtk_box_append (GTK_BOX (cells), value_new (keeper, "bzg-side-shared"));
  gtk_box_append (GTK_BOX (cells), value_new (other, "bzg-side-shared"));
  gtk_box_append (GTK_BOX (line), cells);
  append_row (self, line, NULL, name);
}

static char *
cases_text (BzgMergeView *self, const BzgId *person)
{
  g_autoptr (GPtrArray) cases
    = bzg_session_list (self->session, "case_file", "person", person, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; cases != NULL && i < cases->len; i++)
    {
      g_autofree char *number = bzg_ui_case_number (bzg_record_get (cases->pdata[i], "case_no"));

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", number);
    }
  return g_strdup (text->len > 0 ? text->str : "–");
}

static char *
events_text (BzgMergeView *self, const BzgId *person)
{
  g_autoptr (GPtrArray) events = bzg_people_timeline (self->session, person, NULL);
  guint n = events != NULL ? events->len : 0;

  return g_strdup_printf (g_dngettext (NULL, "%u entry", "%u entries", n), n);
}

static char *
members_text (BzgMergeView *self, const BzgId *household)
{
  g_autoptr (GPtrArray) members
    = bzg_session_list (self->session, "household_member", "household", household, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; members != NULL && i < members->len; i++)
    {
      g_autoptr (BzgRecord) person = NULL;
      g_autofree char *name = NULL;
      BzgId id;

      if (!bzg_record_get_id (members->pdata[i], "person", &id))
        continue;
      person = bzg_session_get (self->session, "person", &id, NULL);
      name = person != NULL ? bzg_ui_person_name (person) : g_strdup ("–");
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", name);
    }
  return g_strdup (text->len > 0 ? text->str : "–");
}

static void
fill_context (BzgMergeView *self)
{
  const BzgId *sides[] = { bzg_merge_view_keeper (self), bzg_merge_view_other (self) };
  gboolean people = g_str_equal (bzg_double_aggregate (self->pair), "person");
  char *(*const texts[]) (BzgMergeView *, const BzgId *)
    = { people ? cases_text : members_text, events_text };
  const char *const labels[] = {
    people ? bzg_aggregate_label (bzg_dictionary_aggregate ("case_file"), bzg_language_current ())
           : _ ("Members"),
    _ ("Timeline"),
  };

  for (guint i = 0; i < (people ? 2 : 1); i++)
    {
      g_autofree char *keeper = texts[i](self, sides[0]);
      g_autofree char *other = texts[i](self, sides[1]);

      add_context (self, labels[i], keeper, other);
    }
}

static void
fill_head (BzgMergeView *self)
{
  static const char *const css[] = { "heading", "heading dim-label" };
  const char *const words[] = { _ ("stays"), _ ("leads there") };
  GtkWidget *cells = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  bzg_ui_clear (self->head);
  gtk_box_append (GTK_BOX (self->head), line_new (self, ""));
  gtk_box_set_homogeneous (GTK_BOX (cells), TRUE);
  gtk_widget_set_hexpand (cells, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *badge = bzg_ui_label (words[i], "bzg-badge");

      if (i == 0)
        bzg_ui_add_css (badge, "given");
      gtk_widget_set_halign (badge, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (side), value_new (self->names[i], css[i]));
      gtk_box_append (GTK_BOX (side), badge);
      gtk_widget_add_css_class (side, "bzg-side-head");
      gtk_box_append (GTK_BOX (cells), side);
    }
  gtk_box_append (GTK_BOX (self->head), cells);
}

static int
row_of (BzgMergeView *self, const char *field)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (field != NULL && field_of (row) != NULL && g_str_equal (field_of (row)->field->name, field))
      return i;
  return -1;
}

static void
fill (BzgMergeView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean within = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list));
  BzgMergeField *field
    = within && GTK_IS_LIST_BOX_ROW (focus) ? field_of (GTK_LIST_BOX_ROW (focus)) : NULL;
  const char *at = field != NULL ? field->field->name : NULL; /* of the dictionary */
  GPtrArray *fields = bzg_merge_fields (self->session, bzg_double_aggregate (self->pair),
                                        bzg_merge_view_keeper (self), bzg_merge_view_other (self),
                                        (const BzgMergeChoice *) (gpointer) self->choices->data,
                                        self->choices->len, NULL);
  int row;

  self->filling = TRUE;
  if (within)
    gtk_root_set_focus (root, NULL);
  bzg_ui_clear (GTK_WIDGET (self->list));
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  self->fields = fields;
  fill_head (self);
  fill_context (self);
  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      BzgMergeField *one = g_ptr_array_index (fields, i);

      /* What the program fills in (the reference) asks nobody: both find the person. */
      if (one->field->in_form && (one->keeper != NULL || one->other != NULL || one->result != NULL))
        add_field (self, one);
    }
  self->filling = FALSE;
  row = row_of (self, at);
  if (row >= 0)
    gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, row)));
}

static char *
name_of (BzgMergeView *self, const BzgRecord *record)
{
  const char *name;

  if (g_str_equal (bzg_record_aggregate (record)->name, "person"))
    return bzg_ui_person_name (record);
  name = bzg_record_get (record, "name");
  return g_strdup (name != NULL ? name : _ ("Household without a name"));
}

static gboolean
read_names (BzgMergeView *self)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BzgRecord) record
        = bzg_session_get (self->session, bzg_double_aggregate (self->pair),
                           i == 0 ? bzg_merge_view_keeper (self) : bzg_merge_view_other (self),
                           NULL);

      g_clear_pointer (&self->names[i], g_free);
      if (record == NULL || bzg_record_is_void (record))
        return FALSE;
      self->names[i] = name_of (self, record);
    }
  return TRUE;
}

void
bzg_merge_view_clear (BzgMergeView *self)
{
  bzg_ui_clear (GTK_WIDGET (self->list));
  bzg_ui_clear (self->head);
  g_array_set_size (self->choices, 0);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_object (&self->pair);
  g_clear_object (&self->session);
}

gboolean
bzg_merge_view_show (BzgMergeView *self, BzgSession *session, BzgDouble *pair)
{
  gboolean again = self->pair == pair;

  g_set_object (&self->session, session);
  g_set_object (&self->pair, pair);
  if (!again)
    {
      self->keeper = 0;
      g_array_set_size (self->choices, 0);
    }
  if (!read_names (self))
    {
      bzg_merge_view_clear (self);
      return FALSE;
    }
  fill (self);
  return TRUE;
}

void
bzg_merge_view_swap (BzgMergeView *self)
{
  self->keeper = 1 - self->keeper;
  g_array_set_size (self->choices, 0);
  if (read_names (self))
    fill (self);
}

void
bzg_merge_view_focus (BzgMergeView *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (can_choose (field_of (row)))
      {
        gtk_widget_grab_focus (GTK_WIDGET (row));
        return;
      }
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

const char *
bzg_merge_view_keeper_name (BzgMergeView *self)
{
  return self->names[0];
}

const char *
bzg_merge_view_other_name (BzgMergeView *self)
{
  return self->names[1];
}

const BzgMergeChoice *
bzg_merge_view_choices (BzgMergeView *self, guint *n)
{
  *n = self->choices->len;
  return (const BzgMergeChoice *) (gpointer) self->choices->data;
}

static void
bzg_merge_view_finalize (GObject *object)
{
  BzgMergeView *self = BZG_MERGE_VIEW (object);

  g_clear_object (&self->session);
  g_clear_object (&self->pair);
  g_clear_object (&self->labels);
  g_clear_pointer (&self->choices, g_array_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self->names[0]);
  g_free (self->names[1]);
  G_OBJECT_CLASS (bzg_merge_view_parent_class)->finalize (object);
}

static void
bzg_merge_view_class_init (BzgMergeViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_merge_view_finalize;
}

static void
bzg_merge_view_init (BzgMergeView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->choices = g_array_new (FALSE, FALSE, sizeof (BzgMergeChoice));
  self->labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (self->head, "bzg-sides-head");
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "bzg-sides");
  bzg_ui_name (GTK_WIDGET (self->list), _ ("Field by field"));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->list));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), self->head);
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_bin_set_child (ADW_BIN (self), box);
}
