/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/* Opens the sealed sections for this session by the code, or two shares, on paper, with a reason
 * that every holder is shown. */
void bzg_section_paper_dialog_present (BzgWindow *window, BzgSession *session);

G_END_DECLS
