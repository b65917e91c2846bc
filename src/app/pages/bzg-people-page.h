/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_PEOPLE_PAGE (bzg_people_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgPeoplePage, bzg_people_page, BZG, PEOPLE_PAGE, BzgPage)

G_END_DECLS
