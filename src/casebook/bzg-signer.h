/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The Ed25519 key with which a casebook signs what it gives out, so that an office can tell its
 * backups from those that somebody else made for the office's public key. It is made at first use,
 * lies in the record, and stays through new keys and restores. Whoever can open the casebook or one
 * of its backups can sign with it.
 */

/* The 32-byte seed, made (and entered in the history by its public half) if there is none yet. On
 * the session's own thread. NULL: it could not be written, or BZG_ERROR_DAMAGED. */
BzgSecret *bzg_signer_key (BzgSession *session, GError **error);
/* The public half; FALSE: nothing was signed yet. */
gboolean bzg_signer_public (BzgSession *session, guint8 key[32]);

G_END_DECLS
