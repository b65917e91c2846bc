/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading backups: into memory only, to verify and to restore. */
#include "exchange/bzg-backup-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "casebook/bzg-image.h"
#include "exchange/bzg-hash-stream.h"
#include "exchange/bzg-minisign.h"
#include "vault/bzg-crypto.h"

#define READ_SIZE BZG_AGE_CHUNK

gboolean
bzg_backup_image_reserve (BzgBackupImage *self, gsize size, GError **error)
{
  void *data;

  memset (self, 0, sizeof *self);
  size = MAX (size, READ_SIZE);
  data
    = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "not enough memory for the content");
      return FALSE;
    }
  madvise (data, size, MADV_DONTDUMP);
  self->data = data;
  self->size = size;
  return TRUE;
}

void
bzg_backup_image_clear (BzgBackupImage *self)
{
  if (!self->data)
    return;
  bzg_wipe (self->data, self->len);
  munmap (self->data, self->size);
  memset (self, 0, sizeof *self);
}

GInputStream *
bzg_backup_open (const char *path, guint64 *size, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    {
      bzg_error_set_errno (error, errno, "backup");
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_IO, "the backup is not a regular file");
      close (fd);
      return NULL;
    }
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  *size = (guint64) st.st_size;
  return g_unix_input_stream_new (fd, TRUE);
}

gboolean
bzg_backup_decrypt (GInputStream *in,
                    guint64 size,
                    const BzgAgeKeys *keys,
                    BzgBackupImage *image,
                    BzgProgress progress,
                    gpointer progress_data,
                    double from,
                    double to,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (BzgAgeReader) reader = bzg_age_reader_new (in, keys, cancellable, error);

  /* The content is smaller than the file. */
  if (!reader || !bzg_backup_image_reserve (image, (gsize) size, error))
    return FALSE;
  for (;;)
    {
      gssize n = bzg_age_reader_read (reader, image->data + image->len,
                                      MIN (READ_SIZE, image->size - image->len), error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        return TRUE;
      image->len += (gsize) n;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (progress)
        progress (from + (to - from) * image->len / MAX (size, 1), progress_data);
    }
}

/* G_IO_ERROR and the like into the house's numbers. */
static void
translate (GError **error)
{
  if (error && *error && (*error)->domain == G_IO_ERROR)
    {
      int code = g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? BZG_ERROR_CANCELLED
                                                                            : BZG_ERROR_IO;

      g_clear_error (error);
      g_set_error (error, BZG_ERROR, code, "reading the backup");
    }
}

/* Whether FILE.minisig is a signature of @hash; *@line gets what was signed with it. */
static gboolean
check_signature (const char *path,
                 const guint8 hash[BZG_MINISIGN_HASH_SIZE],
                 const BzgBackupSigner *signer,
                 char **line)
{
  g_autofree char *signature_path = bzg_backup_signature_path (path);
  g_autoptr (GBytes) signature = bzg_file_read (signature_path, BZG_MINISIGN_MAX, NULL);
  g_autofree char *text = NULL;

  if (signature == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  return bzg_minisign_verify (text, hash, signer->key, signer->number, line, NULL);
}

/* What was signed, hashed and opened are the same bytes: the file is read once. */
static gboolean
load (const char *path,
      const BzgAgeKeys *keys,
      const BzgBackupSigner *signer,
      BzgBackupImage *image,
      BzgBackupReport *report,
      BzgProgress progress,
      gpointer progress_data,
      GCancellable *cancellable,
      GError **error)
{
  g_autoptr (GInputStream) file = NULL;
  g_autoptr (BzgHashStream) in = NULL;
  g_autofree char *line = NULL;
  BzgImageCounts counts = { 0 };
  guint8 sha256[BZG_HASH_SIZE], blake2b[BZG_MINISIGN_HASH_SIZE];
  gboolean is_signed;
  guint64 size;

  file = bzg_backup_open (path, &size, error);
  if (!file)
    return FALSE;
  in = bzg_hash_stream_new (file);
  if (!bzg_backup_decrypt (G_INPUT_STREAM (in), size, keys, image, progress, progress_data, 0, 0.9,
                           cancellable, error))
    {
      translate (error);
      return FALSE;
    }
  bzg_hash_stream_finish (in, sha256, blake2b);
  is_signed = signer && check_signature (path, blake2b, signer, &line);
  if (signer && signer->required && !is_signed)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_UNSIGNED, "backup");
      return FALSE;
    }
  if (!bzg_image_check (image->data, image->len, &counts, error))
    return FALSE;
  memset (report, 0, sizeof *report);
  report->size = size;
  report->image_size = image->len;
  report->people = counts.people;
  report->supports = counts.supports;
  report->visits = counts.visits;
  bzg_hex_write (sha256, sizeof sha256, report->sha256);
  report->is_signed = is_signed;
  g_strlcpy (report->signed_line, line ? line : "", sizeof report->signed_line);
  return TRUE;
}

gboolean
bzg_backup_verify (const char *path,
                   const BzgAgeKeys *keys,
                   const BzgBackupSigner *signer,
                   BzgBackupReport *report,
                   BzgProgress progress,
                   gpointer progress_data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (BzgBackupImage) image = { 0 };
  BzgBackupReport own;

  if (!load (path, keys, signer, &image, report ? report : &own, progress, progress_data,
             cancellable, error))
    return FALSE;
  if (progress)
    progress (1, progress_data);
  return TRUE;
}

gboolean
bzg_backup_restore (const BzgRestoreOptions *options,
                    const BzgAgeKeys *keys,
                    char **recovery_code,
                    BzgProgress progress,
                    gpointer progress_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_auto (BzgBackupImage) image = { 0 };
  BzgBackupReport report;
  BzgRestoreTarget target = {
    .path = options->to,
    .user_name = options->user_name,
    .passphrase = options->passphrase,
    .kdf = options->kdf,
  };

  if (g_file_test (options->to, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_EXISTS, "casebook");
      return FALSE;
    }
  if (!load (options->path, keys, options->signer, &image, &report, progress, progress_data,
             cancellable, error)
      || !bzg_session_restore_image (&target, image.data, image.len, recovery_code, cancellable,
                                     error))
    return FALSE;
  if (progress)
    progress (1, progress_data);
  return TRUE;
}
