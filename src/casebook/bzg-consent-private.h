/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-consent.h"

/* The day of an answer (a row of consent) in SQL, as bzg-consent.c has it: whoever reads answers in
 * this order, and then by id, has the one that holds last. */
#define BZG_CONSENT_DAY                                                                            \
  "coalesce (given_on || CASE WHEN status = 'given' OR length (given_on) = 10 THEN ''"             \
  " ELSE '~' END, strftime ('%Y-%m-%d', created_at, 'unixepoch'))"
