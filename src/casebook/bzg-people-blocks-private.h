/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who shares something with whom: blocks of people, who are small numbers from 0. The pairs are
 * told one person at a time and never held: there are far more of them than people. */
typedef struct _BzgBlocks BzgBlocks;
BzgBlocks *_bzg_blocks_new (guint people);
void _bzg_blocks_free (BzgBlocks *self);

/* Two people who are not told, whatever they share. */
void _bzg_blocks_part (BzgBlocks *self, guint a, guint b);
/* One more person of the block that is open; then, who shares the next thing is another block. Of
 * more people than BZG_MAX_BLOCK who share it, it says nothing. */
#define BZG_MAX_BLOCK 300
void _bzg_blocks_add (BzgBlocks *self, guint person);
void _bzg_blocks_next (BzgBlocks *self);
/* After the last block, before the first question. */
void _bzg_blocks_close (BzgBlocks *self);

/* Sets @out (guint) to everybody after @person who shares a block, each once; the same order each
 * time. */
void _bzg_blocks_partners (BzgBlocks *self, guint person, GArray *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgBlocks, _bzg_blocks_free)

G_END_DECLS
