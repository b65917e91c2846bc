/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-permit.h"
#include "report/bzg-render.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows the print dialog for page @page of @pages (from 0; -1: all), above @parent. The exit of
 * kind @kind about @subject (NULL: nobody in particular) is asked for and entered, with the hash of
 * @pdf, the same document, before the printer gets the first page: what a print system spooled
 * cannot be called back. FALSE with @error: it was refused, and nothing was printed. */
gboolean bzg_print_pages (GtkWindow *parent,
                          BzgSession *session,
                          const BzgPages *pages,
                          GBytes *pdf,
                          int page,
                          BzgExit kind,
                          const BzgId *subject,
                          GError **error);

G_END_DECLS
