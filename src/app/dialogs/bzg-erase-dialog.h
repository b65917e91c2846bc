/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/* Erases a person for ever, after the ground was named and the case number typed. */
void bzg_erase_dialog_present (BzgWindow *window,
                               BzgSession *session,
                               const BzgId *person,
                               const char *case_no);

G_END_DECLS
