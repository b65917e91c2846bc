/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-recovery-print.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "vault/bzg-crypto.h"

typedef struct
{
  char *programme;
  char *code;
} Slip;

static void
slip_free (Slip *slip)
{
  bzg_wipe (slip->code, strlen (slip->code));
  g_free (slip->code);
  g_free (slip->programme);
  g_free (slip);
}

/* One paragraph; returns the height it took. */
static double
paragraph (GtkPrintContext *context, cairo_t *cr, double y, const char *font, const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int width = 0, height = 0;

  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int) (gtk_print_context_get_width (context) * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD);
  pango_layout_set_text (layout, text, -1);
  cairo_move_to (cr, 0, y);
  pango_cairo_show_layout (cr, layout);
  pango_layout_get_size (layout, &width, &height);
  return (double) height / PANGO_SCALE;
}

static void
draw_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, Slip *slip)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  double y = 0;

  y += paragraph (context, cr, y, "Sans Bold 18", _ ("Recovery code")) + 12;
  y += paragraph (context, cr, y, "Sans 12", slip->programme) + 18;
  y += paragraph (context, cr, y, "Monospace 16", slip->code) + 24;
  paragraph (context, cr, y, "Sans 11",
             _ (
               "This code opens the casebook when every passphrase is lost. Whoever has it and the "
               "file can read everything. Keep it locked away, not with the computer."));
}

void
bzg_recovery_print (GtkWindow *parent, const char *programme, const char *code)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  Slip *slip = g_new (Slip, 1);

  slip->programme = g_strdup (programme);
  slip->code = g_strdup (code);
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_job_name (operation, "Bozgasht");
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (draw_cb), slip,
                         (GClosureNotify) (void *) slip_free, 0);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL);
}
