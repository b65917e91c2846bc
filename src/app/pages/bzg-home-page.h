/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_HOME_PAGE (bzg_home_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgHomePage, bzg_home_page, BZG, HOME_PAGE, BzgPage)

G_END_DECLS
