/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gcrypt.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault/bzg-crypto-private.h"
#include "vault/bzg-secret.h"

/* Each primitive against the vectors published with its standard. */

static guint8 *
unhex (const char *hex, gsize *len)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] && hex[1]; hex += 2)
    {
      guint8 b = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
      g_byte_array_append (bytes, &b, 1);
    }
  if (len)
    *len = bytes->len;
  return g_byte_array_free (bytes, FALSE);
}

static void
assert_hex (gconstpointer data, gsize len, const char *hex)
{
  const guint8 *p = data;
  GString *got = g_string_new (NULL);

  for (gsize i = 0; i < len; i++)
    g_string_append_printf (got, "%02x", p[i]);
  g_assert_cmpstr (got->str, ==, hex);
  g_string_free (got, TRUE);
}

/* C2SP XAES-256-GCM: the two single vectors. */
static void
test_xaes (void)
{
  guint8 key[32], out[12], tag[16], back[12];
  const guint8 *nonce = (const guint8 *) "ABCDEFGHIJKLMNOPQRSTUVWX";

  memset (key, 1, sizeof key);
  g_assert_true (bzg_xaes_seal (key, nonce, NULL, 0, "XAES-256-GCM", 12, out, tag));
  assert_hex (out, 12, "ce546ef63c9cc60765923609");
  assert_hex (tag, 16, "b33a9a1974e96e52daf2fcf7075e2271");

  memset (key, 3, sizeof key);
  g_assert_true (
    bzg_xaes_seal (key, nonce, "c2sp.org/XAES-256-GCM", 21, "XAES-256-GCM", 12, out, tag));
  assert_hex (out, 12, "986ec1832593df5443a17943");
  assert_hex (tag, 16, "7fd083bf3fdb41abd740a21f71eb769d");
  g_assert_true (bzg_xaes_open (key, nonce, "c2sp.org/XAES-256-GCM", 21, out, 12, tag, back));
  g_assert_cmpmem (back, 12, "XAES-256-GCM", 12);
  tag[3] ^= 1;
  g_assert_false (bzg_xaes_open (key, nonce, "c2sp.org/XAES-256-GCM", 21, out, 12, tag, back));
  for (int i = 0; i < 12; i++)
    g_assert_cmpint (back[i], ==, 0);
}

/* The accumulated vector: random messages from one SHAKE128, all cipher texts into another.
 * BOZGASHT_ROUNDS=1000000 runs the long form. */
static void
test_xaes_accumulated (void)
{
  const char *wanted = g_getenv ("BOZGASHT_ROUNDS");
  gboolean full = wanted && atoi (wanted) >= 1000000;
  int rounds = full ? 1000000 : 10000;
  gcry_md_hd_t source, sink;
  guint8 key[32], nonce[24], plain[256], aad[256], sealed[256], back[256], tag[16], sum[32], n, m;

  gcry_md_open (&source, GCRY_MD_SHAKE128, 0);
  gcry_md_open (&sink, GCRY_MD_SHAKE128, 0);
  for (int i = 0; i < rounds; i++)
    {
      gcry_md_extract (source, 0, key, sizeof key);
      gcry_md_extract (source, 0, nonce, sizeof nonce);
      gcry_md_extract (source, 0, &n, 1);
      if (n)
        gcry_md_extract (source, 0, plain, n);
      gcry_md_extract (source, 0, &m, 1);
      if (m)
        gcry_md_extract (source, 0, aad, m);
      g_assert_true (bzg_xaes_seal (key, nonce, aad, m, plain, n, sealed, tag));
      g_assert_true (bzg_xaes_open (key, nonce, aad, m, sealed, n, tag, back));
      g_assert_cmpmem (plain, n, back, n);
      gcry_md_write (sink, sealed, n);
      gcry_md_write (sink, tag, 16);
    }
  gcry_md_extract (sink, 0, sum, sizeof sum);
  assert_hex (sum, 32,
              full ? "2163ae1445985a30b60585ee67daa55674df06901b890593e824b8a7c885ab15"
                   : "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
  gcry_md_close (source);
  gcry_md_close (sink);
}

/* RFC 5869, appendix A: 1, 2, 3. */
static void
test_hkdf (void)
{
  static const struct
  {
    int ikm_from, ikm_len, salt_from, salt_len, info_from, info_len, ikm_fixed;
    const char *okm;
  } cases[] = {
    { 0, 22, 0x00, 13, 0xf0, 10, 0x0b,
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
    { 0x00, 80, 0x60, 80, 0xb0, 80, -1,
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
      "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87" },
    { 0, 22, 0, 0, 0, 0, 0x0b,
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 ikm[80], salt[80], info[80], out[82];
      for (int k = 0; k < 80; k++)
        {
          ikm[k] = (guint8) (cases[i].ikm_fixed >= 0 ? cases[i].ikm_fixed : cases[i].ikm_from + k);
          salt[k] = (guint8) (cases[i].salt_from + k);
          info[k] = (guint8) (cases[i].info_from + k);
        }
      bzg_hkdf_sha256 (salt, (gsize) cases[i].salt_len, ikm, (gsize) cases[i].ikm_len, info,
                       (gsize) cases[i].info_len, out, strlen (cases[i].okm) / 2);
      assert_hex (out, strlen (cases[i].okm) / 2, cases[i].okm);
    }
}

/* RFC 7748, 5.2 and 6.1, and the thousand iterations. */
static void
test_x25519 (void)
{
  guint8 k[32] = { 9 }, u[32] = { 9 }, r[32], zero[32] = { 0 };
  g_autofree guint8 *scalar
    = unhex ("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", NULL);
  g_autofree guint8 *point
    = unhex ("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", NULL);

  g_assert_true (bzg_x25519_shared (scalar, point, r));
  assert_hex (r, 32, "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  for (int i = 0; i < 1000; i++)
    {
      g_assert_true (bzg_x25519_shared (k, u, r));
      memcpy (u, k, 32);
      memcpy (k, r, 32);
      if (i == 0)
        assert_hex (k, 32, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
  assert_hex (k, 32, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
  g_assert_false (bzg_x25519_shared (scalar, zero, r)); /* a point of low order */
}

/* RFC 8032, 7.1: tests 1 to 3. */
/* Keys that are points of small order sign nothing and end nothing. */
static void
test_ed25519_small_order (void)
{
  guint8 pub[32], sig[64] = { 0 };

  /* And those that differ from them in the last byte only. */
  for (guint first = 0; first <= 1; first++)
    for (guint last = 0; last <= 0xff; last++)
      {
        memset (pub, 0, sizeof pub);
        pub[0] = (guint8) first;
        pub[31] = (guint8) last;
        g_assert_false (bzg_ed25519_verify (pub, "x", 1, sig));
      }
}

static void
test_ed25519 (void)
{
  static const struct
  {
    const char *seed, *pub, *message, *sig;
  } cases[] = {
    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
      "b"
      "46bd25bf5f0595bbe24655141438e7a100b" },
    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
      "1"
      "d8c387b2eaeb4302aeeb00d291612bb0c00" },
    { "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
      "c"
      "6594a7c15e9716ed28dc027beceea1ec40a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize len;
      g_autofree guint8 *seed = unhex (cases[i].seed, NULL);
      g_autofree guint8 *message = unhex (cases[i].message, &len);
      guint8 pub[32], sig[64];

      bzg_ed25519_public (seed, pub);
      assert_hex (pub, 32, cases[i].pub);
      g_assert_true (bzg_ed25519_sign (seed, message ? message : (guint8 *) "", len, sig));
      assert_hex (sig, 64, cases[i].sig);
      g_assert_true (bzg_ed25519_verify (pub, message ? message : (guint8 *) "", len, sig));
      g_assert_false (bzg_ed25519_verify (pub, "x", 1, sig));
      sig[10] ^= 4;
      g_assert_false (bzg_ed25519_verify (pub, message ? message : (guint8 *) "", len, sig));
    }
}

/* RFC 8439, 2.8.2. Its associated data, which age never has, changes only the tag. */
static void
test_chacha20_poly1305 (void)
{
  guint8 key[32], out[114], back[114], tag[16];
  g_autofree guint8 *nonce = unhex ("070000004041424344454647", NULL);
  static const char plain[] = "Ladies and Gentlemen of the class of '99: If I could offer you only "
                              "one tip for the future, sunscreen would be it.";

  for (int i = 0; i < 32; i++)
    key[i] = (guint8) (0x80 + i);
  g_assert_true (bzg_chacha20_poly1305_seal (key, nonce, plain, 114, out, tag));
  assert_hex (
    out, 114,
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69"
    "da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad67594"
    "5585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116");
  g_assert_true (bzg_chacha20_poly1305_open (key, nonce, out, 114, tag, back));
  g_assert_cmpmem (back, 114, plain, 114);
  out[7] ^= 1;
  g_assert_false (bzg_chacha20_poly1305_open (key, nonce, out, 114, tag, back));
  out[7] ^= 1;
  tag[0] ^= 1;
  g_assert_false (bzg_chacha20_poly1305_open (key, nonce, out, 114, tag, back));
  g_assert_true (bzg_chacha20_poly1305_seal (key, nonce, "", 0, out, tag));
  g_assert_true (bzg_chacha20_poly1305_open (key, nonce, "", 0, tag, back));
}

/* RFC 7914, 12: the vector with r = 8 and p = 1. */
static void
test_scrypt (void)
{
  guint8 out[64];

  g_assert_true (bzg_scrypt ("pleaseletmein", 13, "SodiumChloride", 14, 14, out, sizeof out));
  assert_hex (out, 64,
              "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d4"
              "9705"
              "242a9af9e61e85dc0d651e40dfcf017b45575887");
}

/* RFC 9106, 5.3. */
static void
test_argon2id (void)
{
  guint8 pass[32], salt[16], key[8], ad[12], out[32];

  memset (pass, 1, sizeof pass);
  memset (salt, 2, sizeof salt);
  memset (key, 3, sizeof key);
  memset (ad, 4, sizeof ad);
  g_assert_true (bzg_argon2id (pass, 32, salt, 16, key, 8, ad, 12, 3, 32, 4, out, 32));
  assert_hex (out, 32, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

/* FIPS 180, RFC 7693 and RFC 4231. */
static void
test_hashes (void)
{
  guint8 out[64];
  BzgHash *hash;

  bzg_sha256 ("abc", 3, out);
  assert_hex (out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  bzg_sha512 ("abc", 3, out);
  assert_hex (out, 64,
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba"
              "3c23"
              "a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  bzg_blake2b_512 ("abc", 3, out);
  assert_hex (out, 64,
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252"
              "d5de"
              "4533cc9518d38aa8dbf1925ab92386edd4009923");
  hash = bzg_hash_new_blake2b_512 ();
  bzg_hash_update (hash, "a", 1);
  bzg_hash_update (hash, "bc", 2);
  bzg_hash_finish (hash, out);
  assert_hex (out, 8, "ba80a53f981c4d0d");
  bzg_hmac_sha256 ("Jefe", 4, "what do ya want for nothing?", 28, out);
  assert_hex (out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

  /* The fast twin says the same, at the lengths at which blocks end. */
  for (guint salt = 0; salt <= 130; salt += 13)
    for (guint len = 0; len <= 130; len += 5)
      {
        guint8 text[260], slow[32], fast[32];

        for (guint i = 0; i < sizeof text; i++)
          text[i] = (guint8) (i * 7 + salt);
        if (salt == 0) /* libgcrypt takes no key of no bytes */
          continue;
        bzg_hmac_sha256 (text, salt, text + 130, len, slow);
        bzg_hmac_sha256_salted (text, salt, text + 130, len, fast);
        g_assert_cmpmem (slow, 32, fast, 32);
      }
  bzg_hmac_sha256_salted (NULL, 0, "", 0, out);
  assert_hex (out, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* Nothing asked for, nothing written; more than a standard gives is refused. */
static void
test_limits (void)
{
  static const guint8 key[32] = "a seed";
  guint8 out[64], before[64], sig[64], pub[32];

  memset (out, 0x5a, sizeof out);
  memcpy (before, out, sizeof out);
  bzg_random (out, 0);
  bzg_wipe (out, 0);
  g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*out_len*");
  bzg_hkdf_sha256 (NULL, 0, "x", 1, "", 0, out, 255 * 32 + 1);
  g_test_assert_expected_messages ();
  for (guint log_n = 0; log_n <= 23; log_n += 23)
    {
      g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*log_n*");
      g_assert_false (bzg_scrypt ("p", 1, "s", 1, log_n, out, sizeof out));
      g_test_assert_expected_messages ();
    }
  g_assert_cmpmem (out, sizeof out, before, sizeof before);

  /* What libgcrypt counts in an int. */
  bzg_ed25519_public (key, pub);
  g_assert_false (bzg_ed25519_sign (key, "x", (gsize) G_MAXINT + 1, sig));
  g_assert_true (bzg_ed25519_sign (key, "x", 1, sig));
  g_assert_false (bzg_ed25519_verify (pub, "x", (gsize) G_MAXINT + 1, sig));
  g_assert_true (bzg_ed25519_verify (pub, "x", 1, sig));
}

/* A key in a box: for its owner, for its purpose, whole. */
static void
test_box (void)
{
  static const guint8 key[32] = "thirty-two bytes that are a key", secret[32] = "one",
                      other[32] = "two";
  static const guint8 zero[32];
  guint8 pub[32], box[BZG_BOX_SIZE], again[BZG_BOX_SIZE], back[32];

  bzg_x25519_public (secret, pub);
  g_assert_true (bzg_box_seal (key, pub, "here", 4, box));
  g_assert_true (bzg_box_seal (key, pub, "here", 4, again));
  g_assert_true (memcmp (box, again, sizeof box) != 0);
  g_assert_true (bzg_box_open (box, secret, "here", 4, back));
  g_assert_cmpmem (back, 32, key, 32);
  g_assert_false (bzg_box_open (box, secret, "there", 5, back));
  g_assert_cmpmem (back, 32, zero, 32);
  g_assert_false (bzg_box_open (box, other, "here", 4, back));
  for (guint i = 0; i < BZG_BOX_SIZE; i++)
    {
      if (i == 31)
        continue; /* its highest bit is no part of a point */
      memcpy (again, box, sizeof box);
      again[i] ^= 1;
      g_assert_false (bzg_box_open (again, secret, "here", 4, back));
    }
  /* Points of small order are nobody's key. */
  g_assert_false (bzg_box_seal (key, zero, "here", 4, again));
  memcpy (again, box, sizeof box);
  memset (again, 0, 32);
  g_assert_false (bzg_box_open (again, secret, "here", 4, back));
}

/* The 24 bytes that frame headers have: both blocks change and come back. */
static void
test_xts (void)
{
  guint8 key[64], tweak[16] = { 7 }, data[24], copy[24];
  g_autoptr (BzgXts) xts = NULL;

  for (int i = 0; i < 64; i++)
    key[i] = (guint8) i;
  memset (data, 0x55, sizeof data);
  xts = bzg_xts_new (key);
  memcpy (copy, data, sizeof data);
  bzg_xts_crypt (xts, TRUE, tweak, data, 24);
  g_assert_true (memcmp (copy, data, 16) != 0 && memcmp (copy + 16, data + 16, 8) != 0);
  bzg_xts_crypt (xts, FALSE, tweak, data, 24);
  g_assert_cmpmem (copy, 24, data, 24);
}

static void
test_nonces (void)
{
  guint8 here[24], there[24];
  int ends[2], status;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 20000; i++)
    {
      bzg_nonce (here);
      g_assert_true (g_hash_table_add (seen, g_base64_encode (here, 24)));
    }

  /* A child draws from a pool of its own. The clock is left out of the comparison. */
  g_assert_cmpint (pipe (ends), ==, 0);
  if (fork () == 0)
    {
      bzg_nonce (there);
      _exit (write (ends[1], there, 24) == 24 ? 0 : 1);
    }
  g_assert_cmpint (read (ends[0], there, 24), ==, 24);
  wait (&status);
  bzg_nonce (here);
  g_assert_true (memcmp (here + 8, there + 8, 16) != 0);
}

static void
test_secret (void)
{
  g_autoptr (BzgSecret) secret = bzg_secret_new ("a\0b", 3);
  g_autoptr (BzgSecret) other = bzg_secret_ref (secret);
  gsize len;

  g_assert_cmpmem (bzg_secret_data (other, &len), 3, "a\0b", 3);
  g_assert_cmpuint (len, ==, 3);
  g_assert_cmpint (bzg_secret_text (secret)[3], ==, 0);
  g_assert_null (bzg_secret_new (NULL, 100 * 1024 * 1024)); /* exhausted, not spilled to the heap */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_crypto_init ();
  g_test_add_func ("/crypto/xaes", test_xaes);
  g_test_add_func ("/crypto/xaes-accumulated", test_xaes_accumulated);
  g_test_add_func ("/crypto/hkdf", test_hkdf);
  g_test_add_func ("/crypto/x25519", test_x25519);
  g_test_add_func ("/crypto/ed25519", test_ed25519);
  g_test_add_func ("/crypto/ed25519-small-order", test_ed25519_small_order);
  g_test_add_func ("/crypto/chacha20-poly1305", test_chacha20_poly1305);
  g_test_add_func ("/crypto/scrypt", test_scrypt);
  g_test_add_func ("/crypto/argon2id", test_argon2id);
  g_test_add_func ("/crypto/hashes", test_hashes);
  g_test_add_func ("/crypto/xts", test_xts);
  g_test_add_func ("/crypto/nonces", test_nonces);
  g_test_add_func ("/crypto/secret", test_secret);
  g_test_add_func ("/crypto/limits", test_limits);
  g_test_add_func ("/crypto/box", test_box);
  return g_test_run ();
}
