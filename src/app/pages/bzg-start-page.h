/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/*
 * The first run: language; where the casebook lives; my name and passphrase; the recovery code,
 * read back from paper; start empty, import, or practise in a training casebook. The casebook is
 * made after the third step, because only then can there be a recovery code.
 */
#define BZG_TYPE_START_PAGE (bzg_start_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgStartPage, bzg_start_page, BZG, START_PAGE, AdwBin)

GtkWidget *bzg_start_page_new (void);

/* Asks for an existing casebook and shows its lock screen. */
void bzg_start_page_choose_casebook (BzgWindow *window);

G_END_DECLS
