/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-date.h"
#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * What rows without names need of a person beside what is counted (bzg-fact-store.h): in codes,
 * never as somebody typed it. Sealed sections are not read. Strings are interned; NULL = missing.
 */
typedef struct
{
  BzgId person;
  BzgDate registered;         /* first case; may be partial or missing */
  const char *occupation;     /* a code of occupation_family, if the words are known */
  const char *closure_reason; /* of the newest case, unless one is open */
  const char *health_problem; /* "yes", "no", ... */
  gboolean research;          /* the consent for research that holds today is given */
} BzgProfile;

/* BzgProfile of everybody who has a case, in the order of ids: void records do not appear. Like the
 * figures it sees the whole programme, whatever the scope of the session; what may leave is the
 * release room's to decide. The reader's thread. (transfer full) */
GArray *bzg_profiles_read (BzgSession *session, GError **error);

G_END_DECLS
