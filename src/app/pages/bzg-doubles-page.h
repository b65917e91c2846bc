/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_DOUBLES_PAGE (bzg_doubles_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgDoublesPage, bzg_doubles_page, BZG, DOUBLES_PAGE, BzgPage)

G_END_DECLS
