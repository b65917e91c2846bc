/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* Asks for the old and the new passphrase and changes it. */
void bzg_passphrase_dialog_present (GtkWindow *parent, BzgSession *session);

/* How good a new passphrase is, in a word of the window's language. @level: 0 too short … 3 strong.
 */
const char *bzg_passphrase_strength (const char *text, int *level);

G_END_DECLS
