/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_BACKUP_PAGE (bzg_backup_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgBackupPage, bzg_backup_page, BZG, BACKUP_PAGE, BzgPage)

G_END_DECLS
