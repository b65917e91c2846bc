/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A page of the gate: a new passphrase by the recovery code of the slip. What was typed stays until
 * it succeeded or the page is left.
 */
#define BZG_TYPE_RECOVER_PAGE (bzg_recover_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgRecoverPage, bzg_recover_page, BZG, RECOVER_PAGE, AdwBin)

/* @user: what stood in the name field of the lock screen. */
GtkWidget *bzg_recover_page_new (const char *path, const char *user);

G_END_DECLS
