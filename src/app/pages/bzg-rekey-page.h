/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

#define BZG_TYPE_REKEY_PAGE (bzg_rekey_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgRekeyPage, bzg_rekey_page, BZG, REKEY_PAGE, AdwBin)

/* Gives the casebook at @path, open in @session, a new key, shows how far it is, and gives way to
 * the lock screen. Nothing else may use @session any more. */
GtkWidget *bzg_rekey_page_new (const char *path, BzgSession *session, GCancellable *cancellable);

G_END_DECLS
