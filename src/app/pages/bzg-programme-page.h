/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_PROGRAMME_PAGE (bzg_programme_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgProgrammePage, bzg_programme_page, BZG, PROGRAMME_PAGE, BzgPage)

G_END_DECLS
