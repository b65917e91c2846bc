/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"
#include "vault/bzg-paper.h"

G_BEGIN_DECLS

/*
 * A new code, or three shares one after the other, each put on paper and read back before the next.
 * Only at the end does anything change; a dialog that is given up before leaves everything as it
 * was.
 */
typedef struct
{
  BzgPaperKind kind;
  const char *one, *share; /* msgids: what it is for, and where to keep it */
  const char *given_up;    /* msgid: what becomes of it when this is given up */
  const char *kept;        /* msgid of the toast at the end */
  /* Everything was read back. */
  gboolean (*keep) (BzgSession *session, char **codes, gpointer data, GError **error);
  void (*give_up) (BzgSession *session, gpointer data); /* may be NULL */
  void (*end) (gpointer data); /* last of all, also when the casebook is locked meanwhile */
} BzgPaperPurpose;

/* Takes @codes and @data; @purpose is static. */
void bzg_recovery_dialog_run (BzgWindow *window,
                              BzgSession *session,
                              char **codes,
                              const BzgPaperPurpose *purpose,
                              gpointer data);

typedef void (*BzgRecoveryDone) (GtkWidget *owner);

/* New papers of the casebook: the old ones work until the new ones have been read back; one that is
 * locked away leaves the new paper, marked as not read back. @done runs when either has happened,
 * if
 * @owner is still there. */
void bzg_recovery_dialog_present (
  BzgWindow *window, BzgSession *session, gboolean shares, BzgRecoveryDone done, GtkWidget *owner);

G_END_DECLS
