/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* Of several answers of a person for one purpose the latest dated one holds, whenever it was
 * entered: an old paper that turns up does not undo a withdrawal. An answer without a date is of
 * the day on which it was entered (UTC); of one day the last entered holds. A date known to the
 * month or the year only is its first day for a yes, its last for anything else. The figures and
 * the rows without names decide so too (BZG_CONSENT_DAY). */

/* The answer that holds among @consents (rows of the aggregate "consent" of one person, as
 * bzg_session_list() gives them; may be NULL); NULL if there is none for @purpose. Borrowed from
 * @consents. */
const BzgRecord *bzg_consent_latest (const GPtrArray *consents, const char *purpose);

G_END_DECLS
