/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_INBOX_PAGE (bzg_inbox_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgInboxPage, bzg_inbox_page, BZG, INBOX_PAGE, BzgPage)

G_END_DECLS
