/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "report/bzg-render.h"

G_BEGIN_DECLS

/* The pages of a document as they will be printed, one below the other, drawn by the renderer of
 * the PDF. Scrolls by itself; empty until a document is set. */
#define BZG_TYPE_PREVIEW (bzg_preview_get_type ())
G_DECLARE_FINAL_TYPE (BzgPreview, bzg_preview, BZG, PREVIEW, AdwBin)

GtkWidget *bzg_preview_new (void);

/* Lays @document out at once (it is not kept); NULL empties the preview. */
gboolean bzg_preview_set_document (BzgPreview *self, const BzgDocument *document, GError **error);

G_END_DECLS
