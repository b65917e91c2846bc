/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The lock screen: name, passphrase, language. It shows nothing about what is inside, tells which
 * layout the keyboard types (the first cause of a "wrong" passphrase), and empties the passphrase
 * field the moment it is used. While another process has the casebook it tries again by itself.
 */
#define BZG_TYPE_LOCK_PAGE (bzg_lock_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgLockPage, bzg_lock_page, BZG, LOCK_PAGE, AdwBin)

GtkWidget *bzg_lock_page_new (const char *path);
/* Says something above the button, such as that a new passphrase is in force. */
void bzg_lock_page_say (GtkWidget *page, const char *text);

G_END_DECLS
