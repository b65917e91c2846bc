/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "edits.h"
#include "exchange/bzg-office.h"
#include "vault/bzg-crypto.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/*
 * Profiles of an office as they come by mail. A text that ends in "signature: !" is given the
 * signature that fits it, or nothing would ever be accepted. What is accepted says the same when it
 * is read again, and is refused with one letter of it changed.
 */

#define FIT "signature: !\n"

static char *
fit_signature (const char *text, gsize len)
{
  static const guint8 seed[32] = "the root of an office, invented";
  guint8 signature[64];
  g_autofree char *coded = NULL;

  g_assert_true (bzg_ed25519_sign (seed, text, len - strlen (FIT), signature));
  coded = g_base64_encode (signature, sizeof signature);
  return g_strdup_printf ("%.*ssignature: %s\n", (int) (len - strlen (FIT)), text, coded);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autoptr (BzgOfficeProfile) again = NULL;
  g_autoptr (BzgOfficeProfile) changed = NULL;
  g_autofree char *letters = NULL;
  gsize at;

  if (size == strlen (text) && g_str_has_suffix (text, FIT))
    {
      char *fitted = fit_signature (text, size);

      g_free (text);
      text = fitted;
      size = strlen (text);
    }
  profile = bzg_office_profile_parse (text, MIN (size, strlen (text)), NULL);
  if (profile == NULL)
    return 0;
  g_assert_cmpuint (profile->serial, >=, 1);
  g_assert_cmpint (bzg_date_compare (profile->from, profile->until), <=, 0);
  letters = bzg_office_letters (profile->root);
  g_assert_cmpint (bzg_office_letters_match (profile, letters), ==, BZG_OFFICE_LETTERS_RIGHT);
  again = bzg_office_profile_parse (profile->text, strlen (profile->text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->text, ==, profile->text);
  g_assert_cmpstr (again->name, ==, profile->name);
  g_assert_cmpstr (again->key, ==, profile->key);
  g_assert_cmpmem (again->root, 32, profile->root, 32);

  at = size % (strlen (again->text) - 1);
  again->text[at] = again->text[at] == '1' ? '2' : '1';
  changed = bzg_office_profile_parse (again->text, strlen (again->text), NULL);
  g_assert_null (changed);
  return 0;
}
