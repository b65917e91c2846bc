/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/* Nothing is deleted: asks for the reason, voids the record and offers to undo it in a toast. */
void bzg_void_dialog_present (BzgWindow *window, BzgSession *session, const BzgRecord *record);

G_END_DECLS
