/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-code-card.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "vault/bzg-crypto.h"

struct _BzgCodeCard
{
  AdwBin parent_instance;

  char *code;
  guint asked[2]; /* groups of the code that are read back */

  GtkLabel *code_label;
  GtkLabel *ask_label;
  GtkEditable *read_row;
};

enum
{
  CHANGED,
  ACTIVATED,
  PRINT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BzgCodeCard, bzg_code_card, ADW_TYPE_BIN)

/* Groups of the code, as they stand on the slip. */
static char **
code_groups (const char *code)
{
  return g_strsplit_set (code, " -", -1);
}

/* Compares what was typed with two groups of the slip; case and spaces do not matter. */
gboolean
bzg_code_card_fits (BzgCodeCard *self)
{
  g_auto (GStrv) groups = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *typed = NULL;
  g_autofree char *wanted = NULL;
  char *out = NULL;

  if (self->code == NULL)
    return FALSE;
  groups = code_groups (self->code);
  expected = g_strconcat (groups[self->asked[0]], groups[self->asked[1]], NULL);
  typed = g_utf8_strdown (gtk_editable_get_text (self->read_row), -1);
  wanted = g_utf8_strdown (expected, -1);
  out = typed;
  for (const char *p = typed; *p != '\0'; p++)
    if (!g_ascii_isspace (*p) && *p != '-')
      *out++ = *p;
  *out = '\0';
  return g_str_equal (typed, wanted);
}

static void
show_code (BzgCodeCard *self)
{
  g_auto (GStrv) groups = code_groups (self->code);
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autofree char *ask = NULL;
  guint n = g_strv_length (groups);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (shown, "%s%s", i == 0 ? "" : i % 5 == 0 ? "\n" : "  ", groups[i]);
  gtk_label_set_label (self->code_label, shown->str);
  bzg_wipe (shown->str, shown->len);

  /* The first group is the same on every slip and the last one is short. */
  self->asked[0] = (guint) g_random_int_range (1, (gint32) MAX (n / 2, 2));
  self->asked[1] = (guint) g_random_int_range ((gint32) (n / 2), (gint32) MAX (n - 1, n / 2 + 1));
  ask = g_strdup_printf (_ ("To be sure that it can be read: type groups %u and %u from your "
                            "paper."),
                         self->asked[0] + 1, self->asked[1] + 1);
  gtk_label_set_label (self->ask_label, ask);
}

void
bzg_code_card_set_code (BzgCodeCard *self, const char *code)
{
  gtk_editable_set_text (self->read_row, "");
  gtk_label_set_label (self->code_label, "");
  g_clear_pointer (&self->code, bzg_wipe_free);
  self->code = g_strdup (code);
  if (self->code != NULL)
    show_code (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
changed_cb (GtkWidget *row, BzgCodeCard *self)
{
  /* Read from the paper, not from the screen. */
  gtk_widget_set_opacity (GTK_WIDGET (self->code_label),
                          *gtk_editable_get_text (self->read_row) == '\0' ? 1 : 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
activated_cb (GtkWidget *row, BzgCodeCard *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
print_cb (GtkWidget *button, BzgCodeCard *self)
{
  g_signal_emit (self, signals[PRINT], 0);
}

static gboolean
bzg_code_card_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (BZG_CODE_CARD (widget)->read_row));
}

static void
bzg_code_card_finalize (GObject *object)
{
  BzgCodeCard *self = BZG_CODE_CARD (object);

  bzg_wipe_free (self->code);
  G_OBJECT_CLASS (bzg_code_card_parent_class)->finalize (object);
}

static void
bzg_code_card_class_init (BzgCodeCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const names[] = { "changed", "activated", "print" };

  G_OBJECT_CLASS (klass)->finalize = bzg_code_card_finalize;
  widget_class->grab_focus = bzg_code_card_grab_focus;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/code-card.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgCodeCard, code_label);
  gtk_widget_class_bind_template_child (widget_class, BzgCodeCard, ask_label);
  gtk_widget_class_bind_template_child (widget_class, BzgCodeCard, read_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, print_cb);
}

static void
bzg_code_card_init (BzgCodeCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
