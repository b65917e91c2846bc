/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "vault/bzg-crypto-private.h"
#include "vault/bzg-platform-private.h"

/*
 * Nonces are drawn from a pool that getrandom() refills 128 at a time. Two accidents could hand out
 * the same nonce twice: fork(), which is why the pool is zeroed in a child and "left" then reads 0;
 * and a virtual machine resumed twice from one image, which is why the clock goes into each nonce.
 */

#define POOL 128

typedef struct
{
  guint left;
  guint8 nonces[POOL][24];
} NoncePool;

static GMutex pool_lock;
static NoncePool *pool;

void
bzg_nonce (guint8 nonce[24])
{
  guint64 now = bzg_platform_clock_ns ();
  guint64 head;

  g_mutex_lock (&pool_lock);
  if (!pool)
    pool = bzg_platform_fork_wiped_page (sizeof *pool);
  if (pool->left == 0)
    {
      bzg_platform_entropy (pool->nonces, sizeof pool->nonces);
      pool->left = POOL;
    }
  pool->left--;
  memcpy (nonce, pool->nonces[pool->left], 24);
  memset (pool->nonces[pool->left], 0, 24);
  g_mutex_unlock (&pool_lock);

  memcpy (&head, nonce, 8);
  head ^= now;
  memcpy (nonce, &head, 8);
}
