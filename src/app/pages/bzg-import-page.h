/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_IMPORT_PAGE (bzg_import_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgImportPage, bzg_import_page, BZG, IMPORT_PAGE, BzgPage)

G_END_DECLS
