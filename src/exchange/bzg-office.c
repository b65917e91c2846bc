/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-office.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "casebook/bzg-access.h"
#include "exchange/bzg-age.h"
#include "exchange/bzg-backup.h"
#include "vault/bzg-crypto.h"

#define HEAD "bozgasht office profile 1"
#define PROFILE "office.profile"
#define NAME_MAX_LENGTH 100 /* characters */
#define SERIAL_MAX 999999

/* The lines of a profile in their only order; what is signed ends before the last. */
static const char *const labels[]
  = { "office: ", "serial: ", "from: ", "until: ", "key: ", "root: ", "signature: " };

enum
{
  NAME,
  SERIAL,
  FROM,
  UNTIL,
  KEY,
  ROOT,
  SIGNATURE,
  N_LABELS,
};

void
bzg_office_profile_free (BzgOfficeProfile *self)
{
  g_free (self->name);
  g_free (self->key);
  g_free (self->text);
  g_free (self);
}

char *
bzg_office_letters (const guint8 root[32])
{
  return bzg_key_letters (root, 32);
}

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "profile of an office: %s", what);
  return FALSE;
}

/* ---- Reading and signing */

static gboolean
read_serial (const char *text, guint *out)
{
  guint64 serial;
  gboolean ok = g_ascii_string_to_unsigned (text, 10, 1, SERIAL_MAX, &serial, NULL);

  *out = ok ? (guint) serial : 0;
  return ok && *text != '0';
}

static gboolean
read_day (const char *text, BzgDate *out)
{
  return bzg_date_from_iso (text, out) && bzg_date_precision (*out) == BZG_DATE_PRECISION_DAY;
}

static gboolean
is_name (const char *text)
{
  glong n = g_utf8_validate (text, -1, NULL) ? g_utf8_strlen (text, -1) : 0;

  if (n < 1 || n > NAME_MAX_LENGTH || g_ascii_isspace (text[0])
      || g_ascii_isspace (text[strlen (text) - 1]))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
read_lines (BzgOfficeProfile *self,
            char *const values[N_LABELS],
            guint8 signature[64],
            GError **error)
{
  guint8 key[32];

  if (!is_name (values[NAME]))
    return malformed (error, "office");
  if (!read_serial (values[SERIAL], &self->serial))
    return malformed (error, "serial");
  if (!read_day (values[FROM], &self->from) || !read_day (values[UNTIL], &self->until)
      || bzg_date_compare (self->from, self->until) > 0)
    return malformed (error, "from, until");
  if (strpbrk (values[KEY], " \t\r\f\v") != NULL
      || !bzg_age_parse_recipient (values[KEY], key, NULL))
    return malformed (error, "key");
  if (!bzg_base64_read (values[ROOT], self->root, sizeof self->root))
    return malformed (error, "root");
  if (!bzg_base64_read (values[SIGNATURE], signature, 64))
    return malformed (error, "signature");
  self->name = g_strdup (values[NAME]);
  self->key = g_strdup (values[KEY]);
  return TRUE;
}

BzgOfficeProfile *
bzg_office_profile_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (BzgOfficeProfile) self = g_new0 (BzgOfficeProfile, 1);
  g_auto (GStrv) lines = NULL;
  char *values[N_LABELS];
  guint8 signature[BZG_SIGNATURE_SIZE];

  if (len > BZG_OFFICE_PROFILE_MAX || memchr (text, '\0', len) != NULL)
    {
      malformed (error, "too long, or no text");
      return NULL;
    }
  self->text = g_strndup (text, len);
  {
    /* Mail may have written other ends of lines. */
    g_auto (GStrv) pieces = g_strsplit (self->text, "\r\n", -1);

    g_free (self->text);
    self->text = g_strjoinv ("\n", pieces);
  }
  lines = g_strsplit (self->text, "\n", -1);
  if (g_strv_length (lines) != N_LABELS + 2 || !g_str_equal (lines[0], HEAD)
      || *lines[N_LABELS + 1] != '\0')
    {
      malformed (error, "not its lines");
      return NULL;
    }
  for (guint i = 0; i < N_LABELS; i++)
    {
      if (!g_str_has_prefix (lines[i + 1], labels[i]))
        {
          malformed (error, labels[i]);
          return NULL;
        }
      values[i] = lines[i + 1] + strlen (labels[i]);
    }
  if (!read_lines (self, values, signature, error))
    return NULL;
  if (!bzg_ed25519_verify (self->root, self->text,
                           (gsize) (strstr (self->text, "\nsignature: ") + 1 - self->text),
                           signature))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "signature of the profile");
      return NULL;
    }
  return g_steal_pointer (&self);
}

BzgOfficeProfile *
bzg_office_profile_sign (const char *name,
                         guint serial,
                         BzgDate from,
                         BzgDate until,
                         const char *key,
                         const BzgSecret *root,
                         GError **error)
{
  const guint8 *seed = bzg_secret_data (root, NULL);
  g_autofree char *root_text = NULL;
  g_autofree char *signature_text = NULL;
  g_autofree char *text = NULL;
  GString *signed_text = g_string_new (HEAD "\n");
  char from_text[BZG_DATE_TEXT_SIZE], until_text[BZG_DATE_TEXT_SIZE];
  guint8 public_key[32], signature[BZG_SIGNATURE_SIZE];

  bzg_ed25519_public (seed, public_key);
  root_text = g_base64_encode (public_key, sizeof public_key);
  g_string_append_printf (signed_text, "%s%s\n%s%u\n", labels[NAME], name, labels[SERIAL], serial);
  g_string_append_printf (signed_text, "%s%s\n%s%s\n", labels[FROM],
                          bzg_date_to_iso (from, from_text), labels[UNTIL],
                          bzg_date_to_iso (until, until_text));
  g_string_append_printf (signed_text, "%s%s\n%s%s\n", labels[KEY], key, labels[ROOT], root_text);
  if (!bzg_ed25519_sign (seed, signed_text->str, signed_text->len, signature))
    memset (signature, 0, sizeof signature); /* does not verify below */
  signature_text = g_base64_encode (signature, sizeof signature);
  g_string_append_printf (signed_text, "%s%s\n", labels[SIGNATURE], signature_text);
  text = g_string_free (signed_text, FALSE);
  /* Whatever cannot be read back is not given out. */
  return bzg_office_profile_parse (text, strlen (text), error);
}

/* ---- In a casebook */

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_OFFICE, text);
  return FALSE;
}

static BzgOfficeProfile *
profile_of (BzgSession *session)
{
  g_autofree char *text = bzg_session_setting (session, PROFILE);

  return text != NULL ? bzg_office_profile_parse (text, strlen (text), NULL) : NULL;
}

/* TRUE: the way into the file is the one for @profile, which may be NULL. */
static gboolean
fits (BzgSession *session, const BzgOfficeProfile *profile)
{
  guint8 there[32], wanted[32];
  int slot = -1;

  if (!bzg_access_office_agrees (session))
    return FALSE;
  if (!bzg_vault_office (bzg_session_vault (session), there, &slot))
    return profile == NULL && slot < 0;
  return profile != NULL && bzg_age_parse_recipient (profile->key, wanted, NULL)
         && memcmp (there, wanted, sizeof there) == 0;
}

BzgOfficeState
bzg_office_state (BzgSession *session, BzgOfficeProfile **out)
{
  g_autofree char *kept = bzg_session_setting (session, PROFILE);
  g_autoptr (BzgOfficeProfile) profile = profile_of (session);
  BzgDate today = bzg_session_today (session);
  BzgOfficeState state = BZG_OFFICE_GOOD;
  gboolean known;

  if (!fits (session, profile) || (kept != NULL && profile == NULL))
    state = BZG_OFFICE_STRANGE;
  else if (profile == NULL)
    state = BZG_OFFICE_NONE;
  else if (bzg_date_compare (today, profile->until) > 0)
    state = BZG_OFFICE_OVER;
  else if (bzg_date_days_between (today, profile->until, &known) < BZG_OFFICE_WARN_DAYS)
    state = BZG_OFFICE_ENDING;
  if (out != NULL)
    *out = g_steal_pointer (&profile);
  return state;
}

gboolean
bzg_office_is_new (BzgSession *session, const BzgOfficeProfile *profile)
{
  g_autoptr (BzgOfficeProfile) known = profile_of (session);

  return known == NULL || memcmp (known->root, profile->root, sizeof known->root) != 0;
}

gboolean
bzg_office_letters_match (const BzgOfficeProfile *profile, const char *typed)
{
  g_autofree char *letters = bzg_office_letters (profile->root);
  const char *p = letters;

  for (const char *t = typed; *t != '\0'; t++)
    {
      if (*t == '-' || g_ascii_isspace (*t))
        continue;
      while (*p == '-')
        p++;
      if (g_ascii_toupper (*t) != *p++)
        return FALSE;
    }
  return *p == '\0';
}

gboolean
bzg_office_adopt (BzgSession *session,
                  const BzgOfficeProfile *profile,
                  const char *letters,
                  GError **error)
{
  g_autoptr (BzgOfficeProfile) known = profile_of (session);
  g_autofree char *date = NULL;
  g_autofree char *text = NULL;
  BzgDate today = bzg_session_today (session);
  guint8 key[32];

  if (bzg_date_compare (today, profile->from) < 0)
    {
      date = bzg_format_date (bzg_language_current (), profile->from);
      text = g_strdup_printf (_ ("It holds from %s only."), date);
      return refuse (error, text);
    }
  if (bzg_date_compare (today, profile->until) > 0)
    {
      date = bzg_format_date (bzg_language_current (), profile->until);
      text = g_strdup_printf (_ ("It held until %s."), date);
      return refuse (error, text);
    }
  if (bzg_office_is_new (session, profile))
    {
      if (letters == NULL || !bzg_office_letters_match (profile, letters))
        return refuse (error, _ ("The letters are not those of this profile. Do not take it up "
                                 "before the office has read them to you."));
    }
  else if (profile->serial < known->serial
           || (profile->serial == known->serial && !g_str_equal (profile->text, known->text)))
    return refuse (error, _ ("This casebook has a newer profile of the office already."));

  /* The record first: what the person decided is in the history, and a way in that could not be
   * written is told at every sign-in. */
  return bzg_age_parse_recipient (profile->key, key, error)
         && bzg_session_set_setting (session, PROFILE, profile->text, error)
         && bzg_access_set_office (session, key, error)
         && bzg_backup_set_recipients (session, (const char *const[]){ profile->key, NULL }, error);
}

gboolean
bzg_office_withdraw (BzgSession *session, GError **error)
{
  g_autoptr (BzgOfficeProfile) known = profile_of (session);
  g_auto (GStrv) recipients = bzg_backup_recipients (session);

  if (!bzg_access_set_office (session, NULL, error)
      || !bzg_session_set_setting (session, PROFILE, NULL, error))
    return FALSE;
  return known == NULL || !g_strv_contains ((const char *const *) recipients, known->key)
         || bzg_backup_set_recipients (session, (const char *const[]){ NULL }, error);
}
