/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes as text: hexadecimal digits, lower case when written, either case when read; and base64
 * with its padding, in the one way of writing it that encoders give. */

#define BZG_HEX_SIZE(n) (2 * (n) + 1) /* characters for @n bytes, with the final zero */

/* Returns @out, which has BZG_HEX_SIZE (@n) characters. */
const char *bzg_hex_write (gconstpointer data, gsize n, char *out);
/* FALSE, and @out as it was, unless @text (may be NULL) is exactly @n bytes in digits. */
gboolean bzg_hex_read (const char *text, gpointer out, gsize n);
/* FALSE, and @out as it was, unless @text is exactly @n bytes in base64. */
gboolean bzg_base64_read (const char *text, gpointer out, gsize n);

G_END_DECLS
