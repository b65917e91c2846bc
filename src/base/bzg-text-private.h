/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-text.h"

#include <glib.h>

G_BEGIN_DECLS

/* A character and the bytes of the original it stands for. */
typedef struct
{
  gunichar ch;
  guint32 start;
  guint32 end;
} BzgTextUnit;

/* Cuts @len bytes (-1: up to the NUL) into characters, a letter and its combining mark made one
 * where Unicode has it; broken bytes become U+FFFD. Array of BzgTextUnit, (transfer full). */
GArray *bzg_text_units_new (const char *text, gssize len);

/* Hidden format characters, old fonts, U+0450, mixed scripts: in place. Returns TRUE if something
 * was changed. */
gboolean bzg_text_units_repair (GArray *units);

char *bzg_text_units_to_string (const GArray *units);

gboolean bzg_text_is_apostrophe (gunichar ch);
gboolean bzg_text_is_cyrillic (gunichar ch);

G_END_DECLS
