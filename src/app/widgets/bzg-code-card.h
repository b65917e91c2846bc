/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A recovery code, to be put on paper and read back: two of its groups are typed from the paper,
 * and while they are, the screen does not show them.
 *
 * Signals:
 *   "changed" (): what was typed changed; see bzg_code_card_fits().
 *   "activated" (): Enter.
 *   "print" (): the button.
 */
#define BZG_TYPE_CODE_CARD (bzg_code_card_get_type ())
G_DECLARE_FINAL_TYPE (BzgCodeCard, bzg_code_card, BZG, CODE_CARD, AdwBin)

/* @code in groups with spaces; copied, and the copy wiped when the next one or NULL comes. */
void bzg_code_card_set_code (BzgCodeCard *self, const char *code);
/* TRUE if there is a code and the groups asked for have been typed. */
gboolean bzg_code_card_fits (BzgCodeCard *self);

G_END_DECLS
