/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Two kinds of identity, both made on the laptop without asking anyone.
 *
 * BzgId: the internal id of every record. 48 bits of UTC milliseconds, big-endian, then 80 random
 * bits: ids sort by time (as bytes and as text), in the order in which a process made them, so that
 * new rows land together in an index. As the time shows in it, an id never leaves the casebook in a
 * release, in microdata or in a file name.
 *
 * Case number: what people say and write. 7 random characters of Crockford's base 32 (no I L O U)
 * and a check character; it says nothing about the person, the place or the date.
 */

#define BZG_ID_SIZE 16
#define BZG_ID_TEXT_SIZE 33 /* 32 hexadecimal digits and the final NUL */

typedef struct
{
  guint8 bytes[BZG_ID_SIZE];
} BzgId;

/* Fills @out with a new id. The random part comes from the kernel; without it the program stops. */
void bzg_id_new (BzgId *out);

/* Writes the 32 lower-case hexadecimal digits of @id into @out and returns @out. */
const char *bzg_id_to_text (const BzgId *id, char out[BZG_ID_TEXT_SIZE]);

/* Reads exactly 32 hexadecimal digits (either case). FALSE, and @out untouched, for anything else,
 * NULL included. */
gboolean bzg_id_from_text (const char *text, BzgId *out);

gboolean bzg_id_is_zero (const BzgId *id);

/* Usable with GHashTable; the keys are BzgId pointers. */
guint bzg_id_hash (gconstpointer id);
gboolean bzg_id_equal (gconstpointer a, gconstpointer b);
/* Order of the bytes, which is the order of time: <0, 0, >0. */
int bzg_id_compare (gconstpointer a, gconstpointer b);

#define BZG_CASE_NUMBER_SIZE 9          /* 8 characters and the final NUL */
#define BZG_CASE_NUMBER_DISPLAY_SIZE 10 /* ABCD-EFGH and the final NUL */

/* Draws a new case number. Its check character is the value of the first seven, read as a base-32
 * number, modulo 37; draws whose remainder has no letter (32 to 36) are thrown away, so that only
 * letters and digits occur. Any one wrong character and any two neighbours exchanged are noticed.
 */
void bzg_case_number_new (char out[BZG_CASE_NUMBER_SIZE]);

/* Reads a case number as people write it: either case, spaces and hyphens anywhere, o for 0, i and
 * l for 1. FALSE if it does not have eight characters, if one cannot occur, or if the check
 * character does not fit; then @out is untouched. @text may be NULL. */
gboolean bzg_case_number_parse (const char *text, char out[BZG_CASE_NUMBER_SIZE]);

/* Writes `ABCD-EFGH`, the form that is shown and spoken, and returns @out. @number is a valid case
 * number of eight characters. */
const char *bzg_case_number_display (const char *number, char out[BZG_CASE_NUMBER_DISPLAY_SIZE]);

G_END_DECLS
