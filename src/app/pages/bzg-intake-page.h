/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_INTAKE_PAGE (bzg_intake_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgIntakePage, bzg_intake_page, BZG, INTAKE_PAGE, BzgPage)

G_END_DECLS
