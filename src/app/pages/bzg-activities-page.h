/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_ACTIVITIES_PAGE (bzg_activities_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgActivitiesPage, bzg_activities_page, BZG, ACTIVITIES_PAGE, BzgPage)

G_END_DECLS
