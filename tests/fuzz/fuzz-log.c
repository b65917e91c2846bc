/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edits.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-seal-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/*
 * The scan of a log. The input describes frames, four bytes each: page, commit size, what is wrong,
 * where; then changes anything in the bytes. Frames are encrypted and summed as they should be but
 * for what is said to be wrong, so that every place behind the cipher is reached. The scan has to
 * find exactly the commits in front of the first fault, and never more.
 */

enum
{
  FRAMES = 4,

  CUT_HEADER = 1, /* in the first byte: the log's own header */
  OTHER_SALTS = 2,
  BAD_MAGIC = 4,
  BIG_ENDIAN_SUMS = 8,

  WRONG_SALTS = 1, /* in a frame */
  WRONG_SUM = 2,
  SPOILT_HEADER = 4,
  SPOILT_PAGE = 8,
  OTHER_NUMBER = 16, /* sealed as if it stood elsewhere */
};

static BzgKeys keys;
static BzgSeal seal;
static BzgXaes *xaes;
static BzgXts *xts;
static int fd;

static void
put_big (guint8 *p, guint32 v)
{
  p[0] = (guint8) (v >> 24);
  p[1] = (guint8) (v >> 16);
  p[2] = (guint8) (v >> 8);
  p[3] = (guint8) v;
}

static void
sum_up (gboolean big, const guint8 *data, gsize len, guint32 sum[2])
{
  for (gsize i = 0; i < len; i += 4)
    {
      guint32 v = big ? GUINT32_FROM_BE (*(const guint32 *) (const void *) (data + i))
                      : GUINT32_FROM_LE (*(const guint32 *) (const void *) (data + i));
      sum[i / 4 % 2] += v + sum[1 - i / 4 % 2];
    }
}

static void
set_up (void)
{
  static const guint8 id[16] = "a database";

  memset (&keys, 3, sizeof keys);
  memset (keys.log_header, 4, 32); /* the halves of an XTS key differ */
  bzg_seal_init (&seal, -1, id, &keys);
  seal.state.generation = 9;
  memcpy (seal.state.salts, "salts...", 8);
  xaes = bzg_xaes_new (keys.log);
  xts = bzg_xts_new (keys.log_header);
  fd = memfd_create ("log", 0);
  g_assert_true (xaes && xts && fd >= 0);
}

static void
write_frame (guint8 *out, guint64 number, const uint8_t what[4], gboolean big, guint32 sum[2])
{
  const BzgFrame frame = { what[0], what[1] };
  guint8 aad[BZG_FRAME_AAD], tweak[16];
  guint8 *page = out + BZG_FRAME_HEADER, *end = page + BZG_BODY_SIZE;
  guint64 place = number + (what[2] & OTHER_NUMBER ? 1 : 0);

  memset (out, what[3], BZG_FRAME_SIZE);
  memset (end, 0, BZG_RESERVE);
  put_big (out, frame.page);
  put_big (out + 4, frame.commit);
  memcpy (out + 8, what[2] & WRONG_SALTS ? "SALTS..." : "salts...", 8);
  sum_up (big, out, 8, sum);
  sum_up (big, page, BZG_PAGE_SIZE, sum);
  put_big (out + 16, sum[0]);
  put_big (out + 20, sum[1] + (what[2] & WRONG_SUM ? 1 : 0));

  bzg_nonce (end);
  bzg_seal_frame_aad (&seal, place, &frame, aad);
  g_assert_true (
    bzg_xaes_encrypt (xaes, end, aad, sizeof aad, page, page, BZG_BODY_SIZE, end + 24));
  bzg_seal_frame_tweak (&seal, place, tweak);
  bzg_xts_crypt (xts, TRUE, tweak, out, BZG_FRAME_HEADER);
  if (what[2] & SPOILT_HEADER)
    out[what[3] % BZG_FRAME_HEADER] ^= 1;
  if (what[2] & SPOILT_PAGE)
    page[(what[3] * 16) % BZG_PAGE_SIZE] ^= 1;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static gsize once;
  static guint8 log[BZG_LOG_HEADER + FRAMES * BZG_FRAME_SIZE];
  guint8 flags = size ? data[0] : 0;
  gboolean big = (flags & BIG_ENDIAN_SUMS) != 0, broken = (flags & 7) != 0;
  guint64 n = size ? MIN ((size - 1) / 4, FRAMES) : 0, commits = 0, good = 0;
  gsize len = BZG_LOG_HEADER + (gsize) n * BZG_FRAME_SIZE;
  guint32 sum[2] = { 0, 0 };
  BzgLogScan scan;

  if (g_once_init_enter (&once))
    {
      set_up ();
      g_once_init_leave (&once, 1);
    }
  put_big (log, 0x377f0682 + (big ? 1 : 0) + (flags & BAD_MAGIC ? 2 : 0));
  put_big (log + 4, 3007000);
  put_big (log + 8, BZG_PAGE_SIZE);
  put_big (log + 12, 1);
  memcpy (log + 16, flags & OTHER_SALTS ? "SALTS..." : "salts...", 8);
  sum_up (big, log, 24, sum);
  put_big (log + 24, sum[0]);
  put_big (log + 28, sum[1]);
  for (guint64 i = 0; i < n; i++)
    {
      const uint8_t *what = data + 1 + 4 * i;

      write_frame (log + BZG_LOG_HEADER + i * BZG_FRAME_SIZE, i, what, big, sum);
      broken |= (what[2] & 31) != 0 || what[0] == 0;
      if (!broken)
        {
          good = i + 1;
          if (what[1])
            commits = good;
        }
    }
  if (flags & CUT_HEADER)
    len = MIN (len, 31);
  if (size > 1 + 4 * n)
    apply_edits (log, len, data + 1 + 4 * n, size - 1 - 4 * n);
  g_assert_cmpint (ftruncate (fd, (off_t) len), ==, 0);
  g_assert_cmpint (pwrite (fd, log, len, 0), ==, (gssize) len);

  g_assert_true (bzg_log_scan (&seal, fd, &scan, NULL));
  g_assert_cmpuint (scan.committed, ==, seal.frames->len);
  g_assert_cmpuint (scan.committed + scan.tail, <=, n);
  if (size < 4 + 4 * n)
    g_assert_cmpuint (scan.committed, ==, commits);
  else
    g_assert_cmpuint (scan.committed, <=, commits);
  for (guint i = 0; i < seal.frames->len; i++)
    g_assert_cmpuint (g_array_index (seal.frames, BzgFrame, i).page, ==, data[1 + 4 * i]);
  return 0;
}
