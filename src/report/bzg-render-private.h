/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/bzg-render.h"

G_BEGIN_DECLS

/* One file each. Errors as in bzg-render.h. (transfer full) */
GBytes *_bzg_render_pdf (const BzgDocument *document, GCancellable *cancellable, GError **error);
GBytes *_bzg_render_xlsx (const BzgDocument *document, GCancellable *cancellable, GError **error);
GBytes *_bzg_render_odt (const BzgDocument *document, GCancellable *cancellable, GError **error);
GBytes *_bzg_render_csv (const BzgDocument *document, GCancellable *cancellable, GError **error);
GBytes *_bzg_render_text (const BzgDocument *document, GCancellable *cancellable, GError **error);

/* A number as a machine reads it: 12.5, 1480.00; NULL if @value is no number. (transfer full) */
char *_bzg_value_to_plain (const BzgValue *value);

G_END_DECLS
