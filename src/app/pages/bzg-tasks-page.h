/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"

G_BEGIN_DECLS

#define BZG_TYPE_TASKS_PAGE (bzg_tasks_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgTasksPage, bzg_tasks_page, BZG, TASKS_PAGE, BzgPage)

G_END_DECLS
