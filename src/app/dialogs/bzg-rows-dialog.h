/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/bzg-window.h"

G_BEGIN_DECLS

#define BZG_TYPE_ROWS_DIALOG (bzg_rows_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BzgRowsDialog, bzg_rows_dialog, BZG, ROWS_DIALOG, AdwWindow)

/* Rows without names: for whom, of which years, what would leave, and saving it. Shows itself. */
void bzg_rows_dialog_present (BzgWindow *window, BzgSession *session);

G_END_DECLS
