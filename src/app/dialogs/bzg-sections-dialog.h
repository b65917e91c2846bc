/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/* The beginning: who else holds the keys, then the paper, which is read back before anything is
 * made. */
void bzg_sections_dialog_set_up (BzgWindow *window, BzgSession *session);
/* A new paper, a code or shares, in place of the old one. */
void bzg_sections_dialog_replace_paper (BzgWindow *window, BzgSession *session, gboolean shares);
/* Who holds the key of @section; gives and takes it. */
void bzg_sections_dialog_manage (BzgWindow *window, BzgSession *session, const char *section);

G_END_DECLS
