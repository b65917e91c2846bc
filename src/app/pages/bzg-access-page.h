/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_ACCESS_PAGE (bzg_access_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgAccessPage, bzg_access_page, BZG, ACCESS_PAGE, BzgPage)

G_END_DECLS
