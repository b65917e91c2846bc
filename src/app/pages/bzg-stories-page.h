/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_STORIES_PAGE (bzg_stories_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgStoriesPage, bzg_stories_page, BZG, STORIES_PAGE, BzgPage)

G_END_DECLS
