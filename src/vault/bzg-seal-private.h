/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "vault/bzg-crypto-private.h"
#include "vault/bzg-header-private.h"

G_BEGIN_DECLS

#define BZG_LOG_HEADER 32
#define BZG_FRAME_HEADER 24
#define BZG_FRAME_SIZE (BZG_FRAME_HEADER + BZG_PAGE_SIZE)
#define BZG_TAG 16

typedef struct
{
  guint32 page;
  guint32 commit; /* pages of the database after the commit that this frame ends, else 0 */
} BzgFrame;

/*
 * The seal of an open casebook: see bzg-seal.c for the invariant. Two locks: @lock orders
 * everything that changes state on disk; @table guards the arrays that readers look into and is
 * held for moments only. @lock is taken first.
 */
typedef struct
{
  GMutex lock;
  GMutex table;
  int fd;
  guint8 database_id[16];
  const BzgKeys *keys;
  guint64 header_sequence;

  guint8 *tags; /* T: 16 bytes a page, page 1 first */
  guint32 n_pages;
  guint32 room;   /* pages that @tags, @covered and @stale have room for */
  guint8 *in_log; /* a byte a page: stands in frames < state.covered */
  guint8 *stale;  /* a byte a page: the main file may hold anything there */

  BzgState state; /* as last written */
  GArray *frames; /* BzgFrame of the log in use */
  guint64 last_commit;
  guint64 synced;
  gint64 marked_at;
  gboolean log_started; /* the generation in @state is on disk as a log header */
  gboolean main_dirty;
  gboolean refuse_writes; /* after a failed flush nothing may be written until the next unlock */
  int pins;
} BzgSeal;

typedef enum
{
  BZG_SEAL_OK,
  BZG_SEAL_REFUSED, /* an input-output error for SQLite */
  BZG_SEAL_BUSY,
} BzgSealResult;

void bzg_seal_init (BzgSeal *self, int fd, const guint8 database_id[16], const BzgKeys *keys);
void bzg_seal_clear (BzgSeal *self);
void bzg_seal_resize (BzgSeal *self, guint32 n_pages);

/* HMAC over T, leaving out pages that stand in the covered part of the log. */
void bzg_seal_root (BzgSeal *self, guint32 n_pages, guint8 root[32]);
/* Writes the next state record from the present state; @both copies where a fall back to the other
 * copy would be an older generation. Returns 0 or -errno. */
int bzg_seal_write_state (BzgSeal *self, gboolean both);

/* TRUE if @tag is the tag that page @page must have. */
gboolean bzg_seal_check_tag (BzgSeal *self, guint32 page, const guint8 tag[BZG_TAG]);

/* Around a write of @page to the main file. */
BzgSealResult bzg_seal_before_write (BzgSeal *self, guint32 page);
void bzg_seal_after_write (BzgSeal *self, guint32 page, const guint8 tag[BZG_TAG], gboolean ok);
BzgSealResult bzg_seal_truncate (BzgSeal *self, guint32 n_pages);
int bzg_seal_sync_main (BzgSeal *self);

/* The log. */
BzgSealResult bzg_seal_new_log (BzgSeal *self, const guint8 salts[8]); /* NULL: log goes away */
BzgSealResult bzg_seal_frame_header (BzgSeal *self, guint64 frame, const BzgFrame *what);
BzgSealResult bzg_seal_frame_page (BzgSeal *self, guint64 frame, BzgFrame *what);
void bzg_seal_frame_written (BzgSeal *self, guint64 frame);
gboolean bzg_seal_get_frame (BzgSeal *self, guint64 frame, BzgFrame *out);
BzgSealResult bzg_seal_sync_log (BzgSeal *self, int log_fd);

/* Associated data of pages and frames. */
#define BZG_PAGE_AAD (4 + 16 + 4)
#define BZG_FRAME_AAD (4 + 16 + 8 + 8 + 8 + 4 + 4)
void bzg_seal_page_aad (const guint8 database_id[16], guint32 page, guint8 out[BZG_PAGE_AAD]);
void
bzg_seal_frame_aad (BzgSeal *self, guint64 frame, const BzgFrame *what, guint8 out[BZG_FRAME_AAD]);
void bzg_seal_frame_tweak (BzgSeal *self, guint64 frame, guint8 out[16]);

/* bzg-log-scan.c: what stands in the log, before SQLite sees it. */
typedef struct
{
  guint64 committed;    /* frames up to the last whole commit */
  guint64 tail;         /* frames of this generation that follow, torn or uncommitted */
  gboolean lost_commit; /* among them one that ended a commit and is whole by itself */
  gint64 size;          /* bytes of the log file */
} BzgLogScan;

/* Fills @self->frames with the committed frames. FALSE on an I/O error. */
gboolean bzg_log_scan (BzgSeal *self, int log_fd, BzgLogScan *out, GError **error);

G_END_DECLS
