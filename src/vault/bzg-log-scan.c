/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-seal-private.h"

/*
 * Reads the log the way SQLite's recovery will (header, salts, running checksum, last commit), and
 * with the keys on top, so that it is known beforehand which frames SQLite is going to accept and
 * whether some that once were durable are missing.
 *
 * A log with another header than the state record knows is mostly an older one that was copied to
 * the main file; then none of its frames opens under this generation. If one does, the header was
 * spoilt, and what follows it is a loss to be told.
 */

static guint32
big32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

/* The checksum of the format of SQLite's write-ahead log. */
static void
checksum (gboolean big_endian, const guint8 *data, gsize len, guint32 sum[2])
{
  for (gsize i = 0; i < len; i += 8)
    {
      guint32 a = big_endian ? big32 (data + i) : bzg_get32 (data + i);
      guint32 b = big_endian ? big32 (data + i + 4) : bzg_get32 (data + i + 4);
      sum[0] += a + sum[1];
      sum[1] += b + sum[0];
    }
}

static gboolean
open_frame (BzgSeal *self,
            BzgXaes *xaes,
            BzgXts *xts,
            guint64 frame,
            guint8 data[BZG_FRAME_SIZE],
            BzgFrame *out)
{
  guint8 tweak[16], aad[BZG_FRAME_AAD];
  guint8 *body = data + BZG_FRAME_HEADER, *end = body + BZG_BODY_SIZE;

  bzg_seal_frame_tweak (self, frame, tweak);
  bzg_xts_crypt (xts, FALSE, tweak, data, BZG_FRAME_HEADER);
  out->page = big32 (data);
  out->commit = big32 (data + 4);
  bzg_seal_frame_aad (self, frame, out, aad);
  if (!out->page
      || !bzg_xaes_decrypt (xaes, end, aad, sizeof aad, body, body, BZG_BODY_SIZE, end + 24))
    return FALSE;
  memset (end, 0, BZG_RESERVE);
  return TRUE;
}

gboolean
bzg_log_scan (BzgSeal *self, int log_fd, BzgLogScan *out, GError **error)
{
  g_autoptr (BzgXaes) xaes = bzg_xaes_new (self->keys->log);
  g_autoptr (BzgXts) xts = bzg_xts_new (self->keys->log_header);
  g_autofree guint8 *frame = g_malloc (BZG_FRAME_SIZE);
  guint8 header[BZG_LOG_HEADER];
  guint32 sum[2] = { 0, 0 };
  gboolean big_endian, broken;
  guint64 n;
  gssize got;

  memset (out, 0, sizeof *out);
  g_array_set_size (self->frames, 0);
  if (!xaes || !xts)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      return FALSE;
    }
  out->size = bzg_platform_file_size (log_fd);
  if (out->size < 0)
    return bzg_error_set_errno (error, (int) -out->size, "log");
  if (out->size < BZG_LOG_HEADER)
    return TRUE;

  got = bzg_io->read (log_fd, header, sizeof header, 0);
  if (got != sizeof header)
    return bzg_error_set_errno (error, got < 0 ? (int) -got : 5, "log");
  big_endian = (big32 (header) & 1) != 0;
  checksum (big_endian, header, 24, sum);
  broken = memcmp (header + 16, self->state.salts, 8) || (big32 (header) & ~1u) != 0x377f0682
           || big32 (header + 4) != 3007000 || big32 (header + 8) != BZG_PAGE_SIZE
           || big32 (header + 24) != sum[0] || big32 (header + 28) != sum[1];

  n = (guint64) (out->size - BZG_LOG_HEADER) / BZG_FRAME_SIZE;
  for (guint64 i = 0; i < n; i++)
    {
      BzgFrame what;
      gboolean whole, salts;

      got = bzg_io->read (log_fd, frame, BZG_FRAME_SIZE,
                          BZG_LOG_HEADER + (goffset) i * BZG_FRAME_SIZE);
      if (got != BZG_FRAME_SIZE)
        return bzg_error_set_errno (error, got < 0 ? (int) -got : 5, "log");
      whole = open_frame (self, xaes, xts, i, frame, &what);
      salts = memcmp (frame + 8, self->state.salts, 8) == 0;
      if (!broken)
        {
          broken = !whole || !salts;
          if (!broken)
            {
              checksum (big_endian, frame, 8, sum);
              checksum (big_endian, frame + BZG_FRAME_HEADER, BZG_PAGE_SIZE, sum);
              broken = big32 (frame + 16) != sum[0] || big32 (frame + 20) != sum[1];
            }
          if (broken)
            g_array_set_size (self->frames, (guint) i);
          else
            {
              g_array_append_val (self->frames, what);
              if (what.commit)
                out->committed = i + 1;
            }
        }
      /* Beyond the break lie frames of this generation, whole or torn, or remains of older ones:
       * the salts of those do not come out under this generation's tweak. */
      if (broken && salts)
        {
          out->tail++;
          out->lost_commit |= whole && what.commit != 0;
        }
    }
  out->tail += self->frames->len - out->committed;
  g_array_set_size (self->frames, (guint) out->committed);
  bzg_wipe (frame, BZG_FRAME_SIZE);
  return TRUE;
}
