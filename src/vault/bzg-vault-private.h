/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "vault/bzg-crypto-private.h"
#include "vault/bzg-header-private.h"
#include "vault/bzg-seal-private.h"
#include "vault/bzg-tags-private.h"
#include "vault/bzg-vault.h"

G_BEGIN_DECLS

/* What the files of the room share about one open casebook. */
struct _BzgVault
{
  char *path;      /* absolute */
  char *log_path;  /* path + "-log" */
  char *tags_path; /* path + "-tags" */
  int fd; /* the guard: holds the lock, opened first, closed last, all I/O of the main file */
  int log_fd;
  BzgHeader *header; /* the key block in force, 16 KiB, and what it says */
  guint8 *mk;        /* 32 bytes, secure memory */
  BzgKeys *keys;     /* secure memory */
  BzgSeal seal;
  guint8 user_id[16];
  BzgSecret *user_seed; /* NULL after recovery */
  int open_slot;        /* the slot that opened the file */
  int last_slot;        /* the slot last written, or that */
  GPtrArray *notices;   /* const char *, NULL-terminated when handed out */
  sqlite3_vfs *vfs;
  gint open_files; /* atomic: connections that still hold a file */
  sqlite3 *anchor; /* keeps the shared memory of SQLite alive, does the checkpoints of the vault */
};

/* bzg-vfs.c */
#define BZG_FCNTL_CONFIGURED 0x425a47 /* from now on the fixed pragmas are fixed */
gboolean bzg_vfs_register (BzgVault *self, GError **error);
void bzg_vfs_unregister (BzgVault *self);

/* bzg-vfs-log.c, bzg-vfs-memory.c: fill a file that SQLite allocated. */
int bzg_vfs_open_log (BzgVault *self, sqlite3_file *file, int *out_flags);
int bzg_vfs_open_memory (sqlite3_file *file);
int bzg_vfs_log_size (void);
int bzg_vfs_memory_size (void);

/* bzg-connection.c */
gboolean bzg_sqlite_set_error (GError **error, sqlite3 *db, int rc, const char *what);
sqlite3_int64 bzg_sqlite_get_int (sqlite3 *db, const char *pragma, int column, int *rc);

/* bzg-integrity.c: at unlock, with the log open and the keys known. */
gboolean bzg_integrity_check (BzgVault *self, BzgTags *tags, GError **error);

/* bzg-image.c: one page of a main file, plain and checked against the seal. */
gboolean bzg_image_read_page (
  int fd, BzgSeal *seal, BzgXaes *xaes, guint32 page, guint8 *out, GError **error);

/* bzg-rekey.c: what an interrupted rekey left beside the casebook, whose guard is ours. */
void bzg_rekey_clear_leftovers (BzgVault *self);

/* bzg-vault.c */
void bzg_vault_add_notice (BzgVault *self, const char *message);

G_END_DECLS
