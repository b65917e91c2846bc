/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "vault/bzg-platform-private.h"
#include "vault/bzg-sqlite-memory-private.h"

/*
 * SQLite's memory holds pages in plain text. All of it is wiped when it is freed, and what has the
 * size of a page of the cache lies in a block that is locked in memory and left out of dumps, as
 * large as the system lets a program lock; what does not fit there comes from malloc(). The block
 * is a stack of equal slots. SQLite is told to ask for its pages one by one. It never hands NULL
 * in: its own allocators would not bear it.
 */

#define PREFIX 16          /* the length; keeps the alignment of malloc() */
#define SMALLEST 4096      /* a page and what SQLite keeps with it */
#define SLOT (4096 + 512)  /* the same with PREFIX */
#define WANTED (16u << 20) /* two connections with full caches */
#define SPARE (1u << 20)   /* of the limit, for libgcrypt's keys and others */

static struct
{
  GMutex lock;
  guint8 *start;
  guint32 *free; /* numbers of slots, a stack */
  guint n_free, n_slots;
} block;

static guint8 *
take_slot (void)
{
  guint8 *slot = NULL;

  g_mutex_lock (&block.lock);
  if (block.n_free > 0)
    slot = block.start + (gsize) block.free[--block.n_free] * SLOT;
  g_mutex_unlock (&block.lock);
  return slot;
}

static gboolean
give_slot (guint8 *slot)
{
  if (block.start == NULL || slot < block.start
      || slot >= block.start + (gsize) block.n_slots * SLOT)
    return FALSE;
  g_mutex_lock (&block.lock);
  block.free[block.n_free++] = (guint32) ((gsize) (slot - block.start) / SLOT);
  g_mutex_unlock (&block.lock);
  return TRUE;
}

static void *
memory_malloc (int len)
{
  guint8 *p = NULL;

  if (len > SMALLEST && len <= SLOT - PREFIX)
    p = take_slot ();
  if (p == NULL)
    p = malloc ((gsize) len + PREFIX);
  if (p == NULL)
    return NULL;
  memcpy (p, &len, sizeof len);
  return p + PREFIX;
}

static int
memory_size (void *data)
{
  int len;

  memcpy (&len, (guint8 *) data - PREFIX, sizeof len);
  return len;
}

static void
memory_free (void *data)
{
  if (!data) /* as free() takes it, though SQLite does not do so today */
    return;
  explicit_bzero (data, (gsize) memory_size (data));
  if (!give_slot ((guint8 *) data - PREFIX))
    free ((guint8 *) data - PREFIX);
}

static void *
memory_realloc (void *data, int len)
{
  int old = memory_size (data);
  void *grown;

  if (len <= old && len > old / 2)
    return data;
  grown = memory_malloc (len);
  if (!grown)
    return NULL;
  memcpy (grown, data, (gsize) MIN (old, len));
  memory_free (data);
  return grown;
}

static int
memory_roundup (int len)
{
  return (len + 7) & ~7;
}

static int
memory_init (void *data)
{
  return SQLITE_OK;
}

static void
memory_shutdown (void *data)
{
}

static void
make_block (void)
{
  gsize len = 0;

  block.start = bzg_platform_locked (WANTED, SPARE, &len);
  block.n_slots = (guint) (len / SLOT);
  block.free = g_new (guint32, MAX (block.n_slots, 1));
  while (block.n_free < block.n_slots)
    {
      block.free[block.n_free] = block.n_slots - 1 - block.n_free;
      block.n_free++;
    }
}

gboolean
bzg_sqlite_memory_init (void)
{
  static const sqlite3_mem_methods methods
    = { memory_malloc,  memory_free, memory_realloc,  memory_size,
        memory_roundup, memory_init, memory_shutdown, NULL };

  make_block ();
  return sqlite3_config (SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK
         && sqlite3_config (SQLITE_CONFIG_PAGECACHE, NULL, 0, 0) == SQLITE_OK;
}

const guint8 *
bzg_sqlite_memory_block (gsize *len, guint *in_use)
{
  *len = (gsize) block.n_slots * SLOT;
  g_mutex_lock (&block.lock);
  *in_use = block.n_slots - block.n_free;
  g_mutex_unlock (&block.lock);
  return block.start;
}
