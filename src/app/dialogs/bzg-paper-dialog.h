/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"
#include "release/bzg-permit.h"
#include "report/bzg-document.h"

G_BEGIN_DECLS

/* Shows @document as its pages, to be printed or saved as PDF. Each of the two is an exit of kind
 * @kind about @person and asks for its permit when the button is pressed, not before. */
void bzg_paper_dialog_present (BzgWindow *window,
                               BzgSession *session,
                               BzgExit kind,
                               const BzgId *person,
                               const BzgDocument *document);

G_END_DECLS
