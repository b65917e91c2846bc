/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <execinfo.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counts.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * libgcrypt or SQLite refuses one call of the vault. Every action is done once while the calls are
 * counted, each with the way by which the vault came to it; then once more for each such way, in a
 * child, with that call refused. The action says so or the program ends; it never seems to have
 * worked. Afterwards the casebook opens, is sound and has all that was acknowledged, no second
 * casebook lies beside it, and nothing in the folder is in plain text.
 *
 * The linker puts the functions below in front of those of the libraries (see meson.build).
 *
 * A way that one action has taken is not taken again by another; with BOZGASHT_ROUNDS it is.
 */

#define WAYS 4096
#define SECRET_TEXT "what Gulnora told us that day"

typedef enum
{
  NOBODY,
  GCRYPT,
  SQLITE,
  POINT, /* libgcrypt takes a point of X25519 for none */
} Library;

static Library armed;
static gint64 countdown;
static gboolean for_good, struck;
static gboolean not_synchronous; /* what SQLite says of itself */
static sqlite3 *meanwhile;       /* writes before a transaction begins, so many times */
static int meanwhile_times;

/* Of the run that counts; written by a child. */
static struct
{
  guint n;
  struct
  {
    guint way;
    guint call;
  } first[WAYS];
  guint calls;
  int acknowledged; /* what the last run in a child was told to be committed */
} * seen;
static gboolean counting;

/* Who asks, and who asked them for it, so deep. */
static G_GNUC_NO_INLINE guint
this_way (int deep)
{
  void *frames[8];
  int n = backtrace (frames, MIN (3 + deep, (int) G_N_ELEMENTS (frames)));
  guint way = 5381;

  for (int i = 3; i < n; i++) /* without this one, refused_at() and the wrapper */
    way = way * 33 + GPOINTER_TO_UINT (frames[i]);
  return way;
}

static G_GNUC_NO_INLINE gboolean
refused_at (Library library, int deep)
{
  if (armed != library)
    return FALSE;
  if (counting)
    {
      guint way = this_way (deep);

      seen->calls++;
      for (guint i = 0; i < seen->n; i++)
        if (seen->first[i].way == way)
          return FALSE;
      g_assert_cmpuint (seen->n, <, WAYS);
      seen->first[seen->n].way = way;
      seen->first[seen->n++].call = seen->calls;
      return FALSE;
    }
  if (countdown > 0 && --countdown == 0)
    struck = TRUE;
  else if (!(struck && for_good))
    return FALSE;
  return struck;
}

#define refused(library) refused_at (library, 4)
/* Without a hash the program ends, whoever wanted it: these are not told apart as far. */
#define refused_hash() refused_at (GCRYPT, 2)

#define WRAP(type, name, ...)                                                                      \
  type __real_##name (__VA_ARGS__);                                                                \
  type __wrap_##name (__VA_ARGS__);                                                                \
  type __wrap_##name (__VA_ARGS__)

#define NO_MORE gcry_error (GPG_ERR_ENOMEM)

WRAP (void *, gcry_calloc_secure, size_t n, size_t m)
{
  return refused (GCRYPT) ? NULL : __real_gcry_calloc_secure (n, m);
}

WRAP (gcry_error_t, gcry_cipher_open, gcry_cipher_hd_t *h, int algo, int mode, unsigned int flags)
{
  *h = NULL;
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_open (h, algo, mode, flags);
}

WRAP (gcry_error_t, gcry_cipher_setkey, gcry_cipher_hd_t h, const void *key, size_t len)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_setkey (h, key, len);
}

WRAP (gcry_error_t, gcry_cipher_setiv, gcry_cipher_hd_t h, const void *iv, size_t len)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_setiv (h, iv, len);
}

WRAP (gcry_error_t, gcry_cipher_authenticate, gcry_cipher_hd_t h, const void *data, size_t len)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_authenticate (h, data, len);
}

WRAP (gcry_error_t,
      gcry_cipher_encrypt,
      gcry_cipher_hd_t h,
      void *out,
      size_t size,
      const void *in,
      size_t len)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_encrypt (h, out, size, in, len);
}

WRAP (gcry_error_t,
      gcry_cipher_decrypt,
      gcry_cipher_hd_t h,
      void *out,
      size_t size,
      const void *in,
      size_t len)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_decrypt (h, out, size, in, len);
}

WRAP (gcry_error_t, gcry_cipher_gettag, gcry_cipher_hd_t h, void *tag, size_t len)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_gettag (h, tag, len);
}

WRAP (gcry_error_t, gcry_cipher_checktag, gcry_cipher_hd_t h, const void *tag, size_t len)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_cipher_checktag (h, tag, len);
}

WRAP (gcry_error_t, gcry_md_open, gcry_md_hd_t *h, int algo, unsigned int flags)
{
  *h = NULL;
  return refused_hash () ? NO_MORE : __real_gcry_md_open (h, algo, flags);
}

WRAP (gcry_error_t, gcry_mac_open, gcry_mac_hd_t *h, int algo, unsigned int flags, gcry_ctx_t ctx)
{
  *h = NULL;
  return refused_hash () ? NO_MORE : __real_gcry_mac_open (h, algo, flags, ctx);
}

WRAP (gcry_error_t, gcry_mac_setkey, gcry_mac_hd_t h, const void *key, size_t len)
{
  return refused_hash () ? NO_MORE : __real_gcry_mac_setkey (h, key, len);
}

WRAP (gcry_error_t, gcry_mac_read, gcry_mac_hd_t h, void *out, size_t *len)
{
  return refused_hash () ? NO_MORE : __real_gcry_mac_read (h, out, len);
}

WRAP (gcry_error_t,
      gcry_ecc_mul_point,
      int curve,
      unsigned char *out,
      const unsigned char *scalar,
      const unsigned char *point)
{
  if (refused (POINT))
    return gcry_error (GPG_ERR_INV_DATA);
  return refused (GCRYPT) ? NO_MORE : __real_gcry_ecc_mul_point (curve, out, scalar, point);
}

gcry_error_t __real_gcry_sexp_build (gcry_sexp_t *out, size_t *offset, const char *format, ...);
gcry_error_t __wrap_gcry_sexp_build (gcry_sexp_t *out, size_t *offset, const char *format, ...);
gcry_error_t
__wrap_gcry_sexp_build (gcry_sexp_t *out, size_t *offset, const char *format, ...)
{
  va_list args;
  int n[2] = { 0 };
  const void *data[2] = { NULL };
  guint i = 0;

  va_start (args, format);
  for (const char *p = strstr (format, "%b"); p; p = strstr (p + 2, "%b"), i++)
    {
      g_assert_cmpuint (i, <, 2);
      n[i] = va_arg (args, int);
      data[i] = va_arg (args, const void *);
    }
  va_end (args);
  return refused (GCRYPT)
           ? NO_MORE
           : __real_gcry_sexp_build (out, offset, format, n[0], data[0], n[1], data[1]);
}

WRAP (gcry_sexp_t, gcry_sexp_find_token, gcry_sexp_t list, const char *token, size_t len)
{
  return refused (GCRYPT) ? NULL : __real_gcry_sexp_find_token (list, token, len);
}

WRAP (const char *, gcry_sexp_nth_data, const gcry_sexp_t list, int number, size_t *len)
{
  return refused (GCRYPT) ? NULL : __real_gcry_sexp_nth_data (list, number, len);
}

WRAP (gcry_error_t, gcry_mpi_ec_new, gcry_ctx_t *ctx, gcry_sexp_t key, const char *curve)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_mpi_ec_new (ctx, key, curve);
}

WRAP (gcry_mpi_t, gcry_mpi_ec_get_mpi, const char *name, gcry_ctx_t ctx, int copy)
{
  return refused (GCRYPT) ? NULL : __real_gcry_mpi_ec_get_mpi (name, ctx, copy);
}

WRAP (const void *, gcry_mpi_get_opaque, gcry_mpi_t value, unsigned int *bits)
{
  if (!refused (GCRYPT))
    return __real_gcry_mpi_get_opaque (value, bits);
  *bits = 0;
  return NULL;
}

WRAP (gcry_error_t, gcry_pk_sign, gcry_sexp_t *out, gcry_sexp_t data, gcry_sexp_t key)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_pk_sign (out, data, key);
}

WRAP (gcry_error_t, gcry_pk_verify, gcry_sexp_t sig, gcry_sexp_t data, gcry_sexp_t key)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_pk_verify (sig, data, key);
}

WRAP (gcry_error_t,
      gcry_kdf_open,
      gcry_kdf_hd_t *h,
      int algo,
      int subalgo,
      const unsigned long *param,
      unsigned int n_param,
      const void *pass,
      size_t pass_len,
      const void *salt,
      size_t salt_len,
      const void *key,
      size_t key_len,
      const void *ad,
      size_t ad_len)
{
  return refused (GCRYPT) ? NO_MORE
                          : __real_gcry_kdf_open (h, algo, subalgo, param, n_param, pass, pass_len,
                                                  salt, salt_len, key, key_len, ad, ad_len);
}

WRAP (gcry_error_t, gcry_kdf_compute, gcry_kdf_hd_t h, const gcry_kdf_thread_ops_t *ops)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_kdf_compute (h, ops);
}

WRAP (gcry_error_t, gcry_kdf_final, gcry_kdf_hd_t h, size_t len, void *out)
{
  return refused (GCRYPT) ? NO_MORE : __real_gcry_kdf_final (h, len, out);
}

WRAP (int, sqlite3_open_v2, const char *name, sqlite3 **db, int flags, const char *vfs)
{
  *db = NULL;
  return refused (SQLITE) ? SQLITE_NOMEM : __real_sqlite3_open_v2 (name, db, flags, vfs);
}

WRAP (int,
      sqlite3_exec,
      sqlite3 *db,
      const char *sql,
      int (*callback) (void *, int, char **, char **),
      void *data,
      char **message)
{
  if (meanwhile_times > 0 && strcmp (sql, "BEGIN") == 0)
    {
      meanwhile_times--;
      g_assert_cmpint (__real_sqlite3_exec (meanwhile, "UPDATE counter SET n = n + 1", NULL, NULL,
                                            NULL),
                       ==, SQLITE_OK);
    }
  return refused (SQLITE) ? SQLITE_IOERR_NOMEM
                          : __real_sqlite3_exec (db, sql, callback, data, message);
}

WRAP (int,
      sqlite3_prepare_v2,
      sqlite3 *db,
      const char *sql,
      int len,
      sqlite3_stmt **stmt,
      const char **tail)
{
  return refused (SQLITE) ? SQLITE_NOMEM : __real_sqlite3_prepare_v2 (db, sql, len, stmt, tail);
}

WRAP (sqlite3_int64, sqlite3_column_int64, sqlite3_stmt *stmt, int column)
{
  return not_synchronous ? 1 : __real_sqlite3_column_int64 (stmt, column);
}

WRAP (int, sqlite3_step, sqlite3_stmt *stmt)
{
  return refused (SQLITE) ? SQLITE_IOERR_READ : __real_sqlite3_step (stmt);
}

WRAP (
  int, sqlite3_wal_checkpoint_v2, sqlite3 *db, const char *name, int mode, int *n_log, int *n_done)
{
  return refused (SQLITE) ? SQLITE_BUSY
                          : __real_sqlite3_wal_checkpoint_v2 (db, name, mode, n_log, n_done);
}

WRAP (int, sqlite3_file_control, sqlite3 *db, const char *name, int op, void *arg)
{
  return refused (SQLITE) ? SQLITE_ERROR : __real_sqlite3_file_control (db, name, op, arg);
}

WRAP (int, sqlite3_vfs_register, sqlite3_vfs *vfs, int is_default)
{
  return refused (SQLITE) ? SQLITE_NOMEM : __real_sqlite3_vfs_register (vfs, is_default);
}

WRAP (int,
      sqlite3_deserialize,
      sqlite3 *db,
      const char *name,
      unsigned char *data,
      sqlite3_int64 size,
      sqlite3_int64 room,
      unsigned flags)
{
  return refused (SQLITE) ? SQLITE_NOMEM
                          : __real_sqlite3_deserialize (db, name, data, size, room, flags);
}

/* ---- the actions ---- */

static GByteArray *image, *shared_image;
static char *recovery;
static GBytes *key_block;

static BzgSecret *
second_passphrase (void)
{
  return bzg_secret_new_text ("nine red houses");
}

static gboolean
act_create (Fixture *f, GError **error)
{
  static const BzgVaultKdf kdf = { .passes = 1, .memory_kib = 64, .lanes = 1 };
  g_autofree char *path = g_build_filename (f->folder, "other.bozgasht", NULL);
  g_autoptr (BzgSecret) pass = second_passphrase ();
  const guint8 casebook_id[16] = "another one's id";
  BzgVault *other;

  other = pass
            ? bzg_vault_create_for (path, "officer", pass, fixture_user, casebook_id, &kdf, error)
            : NULL;
  if (!pass)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "passphrase");
  if (!other)
    return FALSE;
  g_assert_cmpmem (bzg_vault_casebook_id (other), 16, casebook_id, 16);
  return bzg_vault_close (other, error);
}

static gboolean
act_open (Fixture *f, GError **error)
{
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  BzgVault *vault = pass ? bzg_vault_open (f->path, "Officer", pass, NULL, error) : NULL;

  if (!pass)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "passphrase");
  return vault && bzg_vault_close (vault, error);
}

static gboolean
act_open_recovery (Fixture *f, GError **error)
{
  BzgVault *vault = bzg_vault_open_recovery (f->path, recovery, NULL, error);

  return vault && bzg_vault_close (vault, error);
}

static gboolean
act_connect (Fixture *f, GError **error)
{
  Library library = armed;

  for (int read_only = 0; read_only < 2; read_only++)
    {
      sqlite3 *db = bzg_vault_connect (f->vault, read_only, error);

      if (!db)
        return FALSE;
      armed = NOBODY;
      sqlite3_close_v2 (db);
      armed = library;
    }
  return TRUE;
}

static gboolean
sql (sqlite3 *db, const char *text, GError **error)
{
  int rc = __real_sqlite3_exec (db, text, NULL, NULL, NULL);

  return rc == SQLITE_OK || bzg_sqlite_set_error (error, db, rc, "test");
}

/* Each statement goes through the layer between SQLite and the disk. */
/* A commit that was told, to whoever looks at the file afterwards. */
static gboolean
acknowledge (int n)
{
  seen->acknowledged = n;
  return TRUE;
}

static gboolean
act_statements (Fixture *f, GError **error)
{
  Library library = armed;
  sqlite3 *db;
  gboolean ok;

  armed = NOBODY;
  db = bzg_vault_connect (f->vault, FALSE, error);
  armed = library;
  g_assert_nonnull (db);
  ok = sql (db, "PRAGMA cache_size=8; PRAGMA cache_spill=8", error)
       && sql (db, "SELECT count(*) FROM t WHERE b > 'a'", error)
       && sql (db, "BEGIN; UPDATE t SET b = '" SECRET_TEXT "' || zeroblob(3000)", error)
       && sql (db, "SAVEPOINT s; DELETE FROM t WHERE id % 3; ROLLBACK TO s", error)
       && sql (db, "UPDATE counter SET n = 2; COMMIT", error) && acknowledge (2)
       && sql (db, "SELECT count(*) FROM t WHERE b > 'a'", error)
       && sql (db, "PRAGMA wal_checkpoint(TRUNCATE)", error)
       && sql (db, "UPDATE counter SET n = 3", error) && acknowledge (3);
  armed = NOBODY;
  sqlite3_close_v2 (db);
  armed = library;
  return ok;
}

static gboolean
act_close (Fixture *f, GError **error)
{
  BzgVault *vault = g_steal_pointer (&f->vault);

  return bzg_vault_close (vault, error);
}

static gboolean
act_add_user (Fixture *f, GError **error)
{
  g_autoptr (BzgSecret) pass = second_passphrase ();
  guint8 box[32];

  if (pass)
    return bzg_vault_add_user (f->vault, "second", pass, fixture_user, box, error);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "passphrase");
  return FALSE;
}

static gboolean
act_replace_user (Fixture *f, GError **error)
{
  g_autoptr (BzgSecret) pass = second_passphrase ();
  guint8 box[32];

  if (pass)
    return bzg_vault_replace_user (f->vault, 0, "officer", pass, fixture_user, box, error);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "passphrase");
  return FALSE;
}

static gboolean
act_change_passphrase (Fixture *f, GError **error)
{
  g_autoptr (BzgSecret) old = fixture_passphrase ();
  g_autoptr (BzgSecret) pass = second_passphrase ();

  if (old && pass)
    return bzg_vault_change_passphrase (f->vault, "officer", old, pass, error);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "passphrase");
  return FALSE;
}

static gboolean
act_recovery (Fixture *f, GError **error)
{
  char *code = bzg_vault_add_recovery (f->vault, error);
  gboolean fits = code && bzg_vault_check_recovery (f->vault, code);
  char **shares = NULL;

  if (code && !fits)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "read back");
  bzg_wipe_free (code);
  if (fits)
    shares = bzg_vault_add_recovery_shares (f->vault, error);
  if (shares)
    {
      bzg_paper_free (shares);
      return bzg_vault_remove_slot (f->vault, bzg_vault_last_slot (f->vault), error);
    }
  return FALSE;
}

static const guint8 office_secret[32] = "the secret of an office, made up";

static void
office_public (guint8 key[32])
{
  Library library = armed;

  armed = NOBODY;
  bzg_x25519_public (office_secret, key);
  armed = library;
}

static gboolean
act_office (Fixture *f, GError **error)
{
  guint8 key[32];

  office_public (key);
  return bzg_vault_set_office (f->vault, key, error) && bzg_vault_remove_office (f->vault, error)
         && bzg_vault_set_office (f->vault, key, error);
}

static gboolean
act_open_office (Fixture *f, GError **error)
{
  Library library = armed;
  g_autoptr (BzgSecret) key = NULL;
  BzgVault *vault;

  armed = NOBODY;
  key = bzg_secret_new (office_secret, 32);
  armed = library;
  vault = bzg_vault_open_office (f->path, key, NULL, error);
  return vault && bzg_vault_close (vault, error);
}

static gboolean
act_verify (Fixture *f, GError **error)
{
  return bzg_vault_verify (f->vault, NULL, NULL, NULL, error);
}

static gboolean
sink_cb (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) len);
  return TRUE;
}

static gboolean
act_read_image (Fixture *f, GError **error)
{
  g_autoptr (GByteArray) got = g_byte_array_new ();
  gboolean ok = bzg_vault_read_image (f->vault, NULL, sink_cb, got, NULL, NULL, error);

  if (ok)
    g_assert_cmpmem (got->data, got->len, image->data, image->len);
  return ok;
}

static gssize
source_cb (gpointer buffer, gsize len, gpointer user_data, GError **error)
{
  gsize *at = user_data;
  gsize n = MIN (len, image->len - *at);

  memcpy (buffer, image->data + *at, n);
  *at += n;
  return (gssize) n;
}

static gboolean
act_write_image (Fixture *f, GError **error)
{
  g_autofree char *path = g_build_filename (f->folder, "image.bozgasht", NULL);
  g_autoptr (BzgSecret) pass = NULL;
  Library library = armed;
  BzgVault *other;
  gsize at = 0;
  gboolean ok;

  armed = NOBODY;
  pass = second_passphrase ();
  other = bzg_vault_create (path, "officer", pass, fixture_user, NULL, error);
  g_assert_nonnull (other);
  armed = library;
  ok = bzg_vault_write_image (other, source_cb, &at, NULL, error);
  armed = NOBODY;
  if (ok)
    {
      sqlite3 *db = bzg_vault_connect (other, TRUE, NULL);
      g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 40);
      sqlite3_close_v2 (db);
    }
  bzg_vault_close (other, NULL);
  armed = library;
  return ok;
}

static gboolean
act_open_image (Fixture *f, GError **error)
{
  sqlite3 *db = bzg_vault_open_image (shared_image->data, shared_image->len, error);

  armed = NOBODY;
  if (db)
    g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 40);
  sqlite3_close_v2 (db);
  return db != NULL;
}

static gboolean
act_rekey (Fixture *f, GError **error)
{
  return bzg_vault_rekey (f->vault, 3, NULL, NULL, NULL, error);
}

static gboolean
act_restore_key_block (Fixture *f, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  Library library = armed;

  armed = NOBODY;
  bzg_vault_close (g_steal_pointer (&f->vault), NULL);
  bytes = read_all (f->path);
  memset (bytes->data, 0xee, 2 * BZG_KEY_BLOCK_SIZE);
  write_all (f->path, bytes);
  armed = library;
  g_assert_true (bzg_vault_key_blocks_are_lost (f->path));
  if (!bzg_vault_restore_key_block (f->path, key_block, error))
    return FALSE;
  g_assert_false (bzg_vault_key_blocks_are_lost (f->path));
  return act_open (f, error);
}

/* What the other rooms use, one by one: right, or refused. Nothing else may come out. */
static gboolean
act_tools (Fixture *f, GError **error)
{
  static const guint8 key[32] = "thirty-two bytes that are a key", nonce[24] = "and a nonce";
  static const char text[] = SECRET_TEXT;
  guint8 secret[32] = { 8, 1 }, pub[32], ed[32], box[BZG_BOX_SIZE], back[32], sig[64];
  guint8 out[sizeof text], plain[sizeof text], tag[16], hash[64], other[64];
  g_autoptr (BzgSecret) seed = bzg_secret_new (key, 32);
  g_autoptr (BzgSecret) part = NULL;
  g_autoptr (BzgXts) xts = NULL;
  guint8 block[24] = "twenty-four bytes here.";
  BzgHash *stream;
  gboolean ok = seed != NULL;

  bzg_x25519_public (secret, pub);
  bzg_ed25519_public (key, ed);
  if (ok)
    {
      guint8 boxed[32], signing[32];

      bzg_vault_seed_keys (seed, boxed, signing);
      part = bzg_vault_seed_secret (seed, "sign");
      ok = part != NULL;
      if (ok)
        {
          bzg_ed25519_public (bzg_secret_data (part, NULL), back);
          g_assert_cmpmem (back, 32, signing, 32);
        }
    }
  if (ok)
    {
      ok = bzg_box_seal (key, pub, "here", 4, box);
      memset (back, 0, sizeof back);
      ok = ok && bzg_box_open (box, secret, "here", 4, back);
      g_assert_true (ok == (memcmp (back, key, 32) == 0));
    }
  if (ok)
    {
      memset (out, 0x55, sizeof out);
      ok = bzg_chacha20_poly1305_seal (key, nonce, text, sizeof text, out, tag);
      g_assert_true (memcmp (out, text, sizeof text) != 0);
      if (ok && !bzg_chacha20_poly1305_open (key, nonce, out, sizeof text, tag, plain))
        {
          ok = FALSE;
          for (gsize i = 0; i < sizeof text; i++)
            g_assert_cmpint (plain[i], ==, 0);
        }
    }
  if (ok)
    {
      ok = bzg_xaes_seal (key, nonce, "for", 3, text, sizeof text, out, tag);
      g_assert_true (memcmp (out, text, sizeof text) != 0);
      memset (plain, 0, sizeof plain);
      if (ok && !bzg_xaes_open (key, nonce, "for", 3, out, sizeof text, tag, plain))
        {
          ok = FALSE;
          for (gsize i = 0; i < sizeof text; i++)
            g_assert_cmpint (plain[i], ==, 0);
        }
    }
  if (ok)
    {
      xts = bzg_xts_new ((const guint8 *) "sixty-four bytes, of which the two halves must not be"
                                          " the same..");
      ok = xts != NULL;
    }
  if (ok)
    {
      bzg_xts_crypt (xts, TRUE, tag, block, sizeof block);
      g_assert_cmpstr ((char *) block, !=, "twenty-four bytes here.");
      bzg_xts_crypt (xts, FALSE, tag, block, sizeof block);
      g_assert_cmpstr ((char *) block, ==, "twenty-four bytes here.");
    }
  ok = ok && bzg_ed25519_sign (key, text, sizeof text, sig);
  ok = ok && bzg_ed25519_verify (ed, text, sizeof text, sig);
  if (ok)
    {
      stream = bzg_hash_new_sha256 ();
      bzg_hash_update (stream, text, sizeof text);
      bzg_hash_finish (stream, hash);
      bzg_sha256 (text, sizeof text, other);
      g_assert_cmpmem (hash, 32, other, 32);
      bzg_hash_finish (bzg_hash_new_blake2b_512 (), NULL); /* given up */
      ok = bzg_argon2id ("p", 1, "salt....", 8, NULL, 0, NULL, 0, 1, 64, 1, hash, 32);
    }
  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "tools");
  return ok;
}

typedef struct
{
  const char *name;
  gboolean (*act) (Fixture *f, GError **error);
  gboolean closed;  /* begins with a closed casebook */
  gboolean changes; /* afterwards the second passphrase opens, if it worked */
  gboolean reads;   /* in a transaction of a connection of its own */
  gboolean unlocks;
} Action;

static const Action actions[] = {
  { "create", act_create, .closed = TRUE, .unlocks = TRUE },
  { "open", act_open, .closed = TRUE, .unlocks = TRUE },
  { "open by a recovery code", act_open_recovery, .closed = TRUE, .unlocks = TRUE },
  { "connect", act_connect },
  { "statements", act_statements },
  { "close", act_close },
  { "add a user", act_add_user },
  { "replace a user", act_replace_user, .changes = TRUE },
  { "change a passphrase", act_change_passphrase, .changes = TRUE },
  { "recovery codes", act_recovery },
  { "office", act_office },
  { "open by office", act_open_office, .closed = TRUE, .unlocks = TRUE },
  { "verify", act_verify, .reads = TRUE },
  { "read the image", act_read_image, .reads = TRUE },
  { "write an image", act_write_image },
  { "open an image", act_open_image },
  { "new key", act_rekey },
  { "restore the key block", act_restore_key_block, .unlocks = TRUE },
  { "tools", act_tools, .closed = TRUE },
};

/* ---- one point ---- */

enum
{
  WORKED = 0,
  SAID_SO = 10,
  NOTHING_REFUSED = 11,
};

static int
no_sync (int fd)
{
  return 0;
}

static G_GNUC_NORETURN void
child (Fixture *f, const Action *action, Library library, gint64 at)
{
  g_autoptr (GError) error = NULL;
  int nowhere = open ("/dev/null", O_WRONLY);
  gboolean ok;

  write_counts_at_the_end ();
  if (at > 0)
    {
      dup2 (nowhere, STDOUT_FILENO); /* what g_error() says is expected */
      dup2 (nowhere, STDERR_FILENO);
    }
  if (!action->closed)
    fixture_open (f);
  counting = at == 0;
  countdown = at;
  for_good = at % 2 == 0;
  struck = FALSE;
  armed = library;
  ok = action->act (f, &error);
  armed = NOBODY;
  if (ok != (error == NULL))
    g_error ("%s: a result and an error that contradict", action->name);
  if (f->vault)
    bzg_vault_close (f->vault, NULL);
  exit (ok ? (struck || counting ? WORKED : NOTHING_REFUSED) : SAID_SO);
}

static int
run_child (Fixture *f, const Action *action, Library library, gint64 at)
{
  pid_t pid;
  int status;

  fflush (NULL);
  pid = fork ();
  if (pid == 0)
    child (f, action, library, at);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status;
}

static gboolean
holds (const GByteArray *bytes, const char *text)
{
  return bytes->len > 0 && memmem (bytes->data, bytes->len, text, strlen (text)) != NULL;
}

/* What lies in the folder: no plain text, no passphrase, no second casebook under way. */
static void
assert_folder (Fixture *f, const Action *action, guint call)
{
  GDir *dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);
      g_autoptr (GByteArray) bytes = read_all (path);

      if (holds (bytes, SECRET_TEXT) || holds (bytes, "CREATE TABLE")
          || holds (bytes, "nine red houses") || holds (bytes, "seven green boats"))
        g_error ("%s, call %u: plain text in %s", action->name, call, name);
      if (g_str_has_suffix (name, ".new"))
        g_error ("%s, call %u: left behind: %s", action->name, call, name);
    }
  g_dir_close (dir);
}

static void
check (Fixture *f, const Action *action, guint call, gboolean worked)
{
  g_autoptr (BzgSecret) second = second_passphrase ();
  g_autofree char *other = g_build_filename (f->folder, "other.bozgasht", NULL);
  g_autofree char *image_path = g_build_filename (f->folder, "image.bozgasht", NULL);
  sqlite3 *db;
  BzgVault *vault;

  f->vault = fixture_try_open (f, NULL);
  if (action->changes)
    {
      vault = bzg_vault_open (f->path, "officer", second, NULL, NULL);
      if (worked && (f->vault || !vault))
        g_error ("%s, call %u: the new passphrase does not hold", action->name, call);
      f->vault = f->vault ? f->vault : vault;
    }
  if (!f->vault)
    g_error ("%s, call %u: does not open", action->name, call);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 40);
  g_assert_cmpint (number (db, "SELECT n FROM counter"), >=, MAX (seen->acknowledged, 1));
  assert_sound (db);
  run (db, "INSERT INTO t (b) VALUES ('goes on')");
  sqlite3_close_v2 (db);
  fixture_close (f);
  assert_folder (f, action, call);
  g_unlink (image_path);                       /* as it says: of no use after a failure */
  if (g_file_test (other, G_FILE_TEST_EXISTS)) /* made or not made, never half */
    {
      vault = bzg_vault_open (other, "officer", second, NULL, NULL);
      if (!vault)
        g_error ("%s, call %u: half a casebook", action->name, call);
      bzg_vault_close (vault, NULL);
      g_unlink (other);
    }
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  const Library library = (Library) GPOINTER_TO_INT (data);
  const gboolean every = g_getenv ("BOZGASHT_ROUNDS") != NULL;
  g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);
  g_autofree char *cut = g_strconcat (f->log, ".cut", NULL);
  g_autoptr (GByteArray) start = NULL;
  g_autoptr (GByteArray) log = NULL;
  BzgIo quick = bzg_io_posix;
  sqlite3 *db = fixture_connect (f);
  guint points = 0, ended = 0;
  guint8 office[32];

  quick.sync = no_sync;
  bzg_io = &quick;
  recovery = bzg_vault_add_recovery (f->vault, NULL);
  office_public (office);
  g_assert_true (bzg_vault_set_office (f->vault, office, NULL));
  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT); CREATE INDEX i ON t (b)");
  run (db, "CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)");
  run (db, "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 40)"
           " INSERT INTO t (b) SELECT x || '" SECRET_TEXT "' || hex(zeroblob(300)) FROM c");
  run (db, "PRAGMA wal_checkpoint(TRUNCATE)");
  run (db, "UPDATE counter SET n = 1");
  start = read_all (f->path);
  log = read_all (f->log); /* as after a crash: the last commit stands in the log */
  g_assert_cmpuint (log->len, >, 4096);
  image = g_byte_array_new ();
  g_assert_true (bzg_vault_read_image (f->vault, db, sink_cb, image, NULL, NULL, NULL));
  shared_image = g_byte_array_new ();
  g_byte_array_append (shared_image, image->data, image->len);
  key_block = bzg_vault_key_block (f->vault, NULL);
  sqlite3_close_v2 (db);
  fixture_close (f);

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      const Action *action = &actions[i];
      int status;
      guint n;

      write_all (f->path, start);
      write_all (f->log, log);
      seen->n = seen->calls = 0;
      seen->acknowledged = 0;
      status = run_child (f, action, library, 0);
      if (!WIFEXITED (status) || WEXITSTATUS (status) != WORKED)
        g_error ("%s: does not work at all", action->name);
      check (f, action, 0, TRUE);
      n = seen->n;
      for (guint k = 0; k < n; k++)
        {
          const guint call = seen->first[k].call;

          if (!g_hash_table_add (done, GUINT_TO_POINTER (seen->first[k].way)) && !every)
            continue;
          write_all (f->path, start);
          write_all (f->log, log);
          g_unlink (cut);
          seen->acknowledged = 0;
          status = run_child (f, action, library, call);
          points++;
          if (WIFSIGNALED (status) && WTERMSIG (status) == SIGTRAP)
            ended++;
          else if (WIFEXITED (status) && WEXITSTATUS (status) == WORKED)
            {
              /* The end of a transaction that only read, of a connection closed next; or one copy
               * of the key block did not open and the other did. */
              if (!(library == SQLITE && action->reads && call == seen->calls)
                  && !(library == POINT && action->unlocks))
                g_error ("%s, call %u of %u: seems to have worked", action->name, call,
                         seen->calls);
            }
          else if (!WIFEXITED (status) || WEXITSTATUS (status) != SAID_SO)
            g_error ("%s, call %u: ended with %x", action->name, call, (guint) status);
          check (f, action, call, FALSE);
        }
      g_test_message ("%s: %u calls, %u ways", action->name, seen->calls, n);
    }
  g_test_message ("%u points, 0 bad, %u ended the program", points, ended);
  g_assert_cmpuint (points, >, library == GCRYPT ? 200 : library == SQLITE ? 60 : 10);
  bzg_io = &bzg_io_posix;
  bzg_wipe_free (g_steal_pointer (&recovery));
  g_clear_pointer (&image, g_byte_array_unref);
  g_clear_pointer (&shared_image, g_byte_array_unref);
  g_clear_pointer (&key_block, g_bytes_unref);
  write_all (f->path, start);
  write_all (f->log, log);
  fixture_open (f);
}

/* ---- and what SQLite might do ---- */

/* A connection that does not flush is none. */
static void
test_not_synchronous (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  not_synchronous = TRUE;
  g_assert_null (bzg_vault_connect (f->vault, FALSE, &error));
  not_synchronous = FALSE;
  g_assert_nonnull (error);
}

/* Others write between the emptying of the log and the reading of an image: it is begun again, and
 * given up after a hundred times. What comes out is of one moment. */
static void
test_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  meanwhile = fixture_connect (f);
  run (meanwhile, "CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)");
  meanwhile_times = 3;
  g_assert_true (bzg_vault_read_image (f->vault, NULL, sink_cb, got, NULL, NULL, NULL));
  g_assert_cmpint (meanwhile_times, ==, 0);
  db = bzg_vault_open_image (got->data, got->len, NULL);
  g_assert_cmpint (number (db, "SELECT n FROM counter"), ==, 3);
  assert_sound (db);
  sqlite3_close_v2 (db);

  meanwhile_times = G_MAXINT;
  g_byte_array_set_size (got, 0);
  g_assert_false (bzg_vault_read_image (f->vault, NULL, sink_cb, got, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_IN_USE);
  g_assert_cmpuint (got->len, ==, 0);
  meanwhile_times = 0;
  g_assert_cmpint (f->vault->seal.pins, ==, 0); /* checkpoints go on */
  run (meanwhile, "UPDATE counter SET n = 1; PRAGMA wal_checkpoint(TRUNCATE)");
  g_assert_cmpuint (f->vault->seal.frames->len, ==, 0);
  sqlite3_close_v2 (g_steal_pointer (&meanwhile));
}

int
main (int argc, char **argv)
{
  void *frames[2];

  if (!fixture_init (&argc, &argv))
    return 1;
  backtrace (frames, 2); /* loads what it needs */
  seen = mmap (NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (seen != MAP_FAILED);
  g_test_add ("/refused/libgcrypt", Fixture, GINT_TO_POINTER (GCRYPT), fixture_set_up, test_refused,
              fixture_tear_down);
  g_test_add ("/refused/sqlite", Fixture, GINT_TO_POINTER (SQLITE), fixture_set_up, test_refused,
              fixture_tear_down);
  g_test_add ("/refused/point", Fixture, GINT_TO_POINTER (POINT), fixture_set_up, test_refused,
              fixture_tear_down);
  g_test_add ("/refused/not-synchronous", Fixture, NULL, fixture_set_up, test_not_synchronous,
              fixture_tear_down);
  g_test_add ("/refused/meanwhile", Fixture, NULL, fixture_set_up, test_meanwhile,
              fixture_tear_down);
  return g_test_run ();
}
