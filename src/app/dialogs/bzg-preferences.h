/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-application.h"

G_BEGIN_DECLS

/* Language of this computer, minutes until the lock, light or dark. */
void bzg_preferences_present (BzgApplication *app, GtkWindow *parent);

G_END_DECLS
