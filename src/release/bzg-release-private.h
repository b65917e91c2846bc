/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-posting-private.h"
#include "release/bzg-release.h"

G_BEGIN_DECLS

/* What a protected release would leave in the ledger: its frozen figures with the tables as
 * printed. For programmes without a casebook; bzg_release_publish() is for those with one.
 * (transfer full) */
BzgFrozen *_bzg_release_issue (const BzgRelease *self, GError **error);

G_END_DECLS
