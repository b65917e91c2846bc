/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "vault/bzg-seal-private.h"

G_BEGIN_DECLS

/*
 * The tags of all pages of a main file, gathered by a thread while the passphrase is worked on:
 * from the file of tags that was kept beside it, or from the pages themselves.
 */
typedef struct
{
  int fd;
  const char *path; /* of the kept tags */
  guint8 database_id[16];
  guint32 n_pages;
  guint8 *tags;  /* BZG_TAG bytes a page */
  gboolean kept; /* @tags are those kept beside the casebook: to be believed only by their root */
  int failed;    /* errno of a read */
  gint stop;
  GThread *thread;
} BzgTags;

/* Files of so many pages and more have their tags kept beside them. */
extern guint32 bzg_tags_from;

/* @path must stay until bzg_tags_clear(). */
void bzg_tags_begin (
  BzgTags *self, int fd, const char *path, const guint8 database_id[16], guint32 n_pages);
gboolean bzg_tags_wait (BzgTags *self, GError **error);
/* From the pages, whatever was kept. */
gboolean bzg_tags_read_again (BzgTags *self, GError **error);
void bzg_tags_clear (BzgTags *self);

/* At a clean close: writes the tags beside a large casebook, durably and whole or not at all, and
 * removes what no longer holds. Failing is no fault. */
void bzg_tags_keep (const BzgSeal *seal, const char *path);

G_END_DECLS
