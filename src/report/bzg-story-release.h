/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* Releases the stored @story into the folder @folder as PDF, ODT and text. Consent, check and
 * approval are asked for once more; each file leaves through a permit of its own; at the end the
 * story's stage is "released". The files are named after the hash of the text, which says nothing
 * about anybody. Returns their paths (transfer full), NULL on error: the errors of
 * bzg_story_may_leave(), bzg_document_render() and bzg_permit_write(). */
char **bzg_story_release (BzgSession *session,
                          const BzgId *story,
                          const char *folder,
                          GCancellable *cancellable,
                          GError **error);

G_END_DECLS
