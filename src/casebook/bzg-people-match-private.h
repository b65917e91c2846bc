/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/* One person that a typed text means, by the small key of person_row. */
typedef struct
{
  gint64 n;
  int score;        /* 0..1000 */
  const char *why;  /* static */
  gboolean outside; /* of the user's scope; only if asked for */
} BzgMatch;

/* Everyone whom @text means, best first and then by name, at most @cap; an array of BzgMatch. From
 * @enough people on nothing less sure is looked for: more will be typed. With @outside also people
 * outside the scope, for exact matches. NULL on error. */
GArray *_bzg_people_match (
  BzgSession *session, const char *text, guint enough, guint cap, gboolean outside, GError **error);

/* Of a text that is one word and nothing else: who bears a name that it is, who one that begins
 * with it, and who one that it may be on the way to, by the small key and in its order (arrays of
 * gint64; each has those before it in it). Nobody is read, weighed or asked whether they are in the
 * scope: thousands take a few milliseconds. FALSE without an error: the text is not such a word, or
 * its reader may not see names. */
gboolean
_bzg_people_match_word (BzgSession *session, const char *text, GArray *found[3], GError **error);

G_END_DECLS
