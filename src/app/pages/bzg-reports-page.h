/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_REPORTS_PAGE (bzg_reports_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgReportsPage, bzg_reports_page, BZG, REPORTS_PAGE, BzgPage)

G_END_DECLS
