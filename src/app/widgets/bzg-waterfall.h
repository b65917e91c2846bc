/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/* The way to a score, step by step: what is compared, how it compares, and a bar for how much it
 * speaks for the two being one (to the right) or against (to the left). @reasons without steps give
 * an empty box. */
GtkWidget *bzg_waterfall_new (const BzgReasons *reasons);

G_END_DECLS
