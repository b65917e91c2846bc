/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-office.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "casebook/bzg-access.h"
#include "casebook/bzg-signer.h"
#include "exchange/bzg-age.h"
#include "exchange/bzg-backup.h"
#include "vault/bzg-crypto.h"
#include "vault/bzg-paper.h"

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
  gboolean says_something = FALSE;

  if (n < 1 || n > NAME_MAX_LENGTH || text[0] == ' ' || text[strlen (text) - 1] == ' ')
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isprint (c) || (g_unichar_isspace (c) && c != ' '))
        return FALSE;
      /* Fillers of Hangul and Braille count as letters and show nothing. */
      says_something
        |= g_unichar_isalnum (c) && c != 0x115f && c != 0x1160 && c != 0x3164 && c != 0xffa0;
    }
  return says_something;
}

static gboolean
is_span (const BzgOfficeProfile *self)
{
  int days = bzg_date_days_between (self->from, self->until, NULL);

  return days >= 0 && days <= BZG_OFFICE_MAX_DAYS;
}

/* What is wrong with it, or NULL; not the signature. */
static const char *
read_lines (BzgOfficeProfile *self, char *const values[N_LABELS], guint8 signature[64])
{
  guint8 key[32];

  if (!is_name (values[NAME]))
    return "office";
  if (!read_serial (values[SERIAL], &self->serial))
    return "serial";
  if (!read_day (values[FROM], &self->from) || !read_day (values[UNTIL], &self->until)
      || !is_span (self))
    return "from, until";
  if (strpbrk (values[KEY], " \t\r\f\v") != NULL
      || !bzg_age_parse_recipient (values[KEY], key, NULL) || !bzg_x25519_is_usable (key))
    return "key";
  if (!bzg_base64_read (values[ROOT], self->root, sizeof self->root))
    return "root";
  if (!bzg_base64_read (values[SIGNATURE], signature, 64))
    return "signature";
  self->name = g_strdup (values[NAME]);
  self->key = g_strdup (values[KEY]);
  return NULL;
}

static const char *
read_text (BzgOfficeProfile *self, const char *text, gsize len, guint8 signature[64])
{
  g_auto (GStrv) lines = NULL;
  char *values[N_LABELS];

  if (len > BZG_OFFICE_PROFILE_MAX || memchr (text, '\0', len) != NULL)
    return "too long, or no text";
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
    return "not its lines";
  for (guint i = 0; i < N_LABELS; i++)
    {
      if (!g_str_has_prefix (lines[i + 1], labels[i]))
        return labels[i];
      values[i] = lines[i + 1] + strlen (labels[i]);
    }
  return read_lines (self, values, signature);
}

static gboolean
is_signed (const BzgOfficeProfile *self, const guint8 signature[64])
{
  gsize signed_len = (gsize) (strstr (self->text, "\nsignature: ") + 1 - self->text);

  return bzg_ed25519_verify (self->root, self->text, signed_len, signature);
}

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_OFFICE, text);
  return FALSE;
}

BzgOfficeProfile *
bzg_office_profile_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (BzgOfficeProfile) self = g_new0 (BzgOfficeProfile, 1);
  guint8 signature[BZG_SIGNATURE_SIZE];

  if (read_text (self, text, len, signature) != NULL)
    refuse (error, _ ("This is not a profile of an office. Choose the file that the office has "
                      "sent."));
  else if (!is_signed (self, signature))
    refuse (error, _ ("It was changed on its way: its signature does not fit. Ask the office to "
                      "send it again, and tell them."));
  else
    return g_steal_pointer (&self);
  return NULL;
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
  g_autoptr (BzgOfficeProfile) self = g_new0 (BzgOfficeProfile, 1);
  const guint8 *seed = bzg_secret_data (root, NULL);
  const char *wrong = NULL;
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
  wrong = read_text (self, text, strlen (text), signature);
  if (wrong == NULL && is_signed (self, signature))
    return g_steal_pointer (&self);
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "profile of an office: %s",
               wrong != NULL ? wrong : "signature");
  return NULL;
}

/* ---- In a casebook */

/* The highest number of each root that was ever taken up here, whatever became of it since: a key
 * that was replaced does not come back by letters that are still true. */
static char *
seen_key (const BzgOfficeProfile *profile)
{
  char text[BZG_HEX_SIZE (sizeof profile->root)];

  return g_strconcat ("office.seen.", bzg_hex_write (profile->root, sizeof profile->root, text),
                      NULL);
}

static guint
highest_seen (BzgSession *session, const BzgOfficeProfile *profile)
{
  g_autofree char *key = seen_key (profile);
  g_autofree char *text = bzg_session_setting (session, key);

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : 0;
}

/* The profile of the record, *@is_spoilt: there is one and it is not whole. */
static BzgOfficeProfile *
profile_of (BzgSession *session, gboolean *is_spoilt)
{
  g_autofree char *text = bzg_session_setting (session, PROFILE);
  BzgOfficeProfile *profile
    = text != NULL ? bzg_office_profile_parse (text, strlen (text), NULL) : NULL;

  *is_spoilt = text != NULL && profile == NULL;
  return profile;
}

/* TRUE: slot, record and @profile, which may be NULL, name the same key, or all of them none. */
static gboolean
fits (BzgSession *session, const BzgOfficeProfile *profile)
{
  static const guint8 none[32];
  guint8 known[32], wanted[32];

  if (!bzg_access_office_agrees (session, known))
    return FALSE;
  if (profile == NULL)
    return memcmp (known, none, sizeof none) == 0;
  return bzg_age_parse_recipient (profile->key, wanted, NULL)
         && memcmp (known, wanted, sizeof wanted) == 0;
}

BzgOfficeState
bzg_office_state (BzgSession *session, BzgOfficeProfile **out)
{
  gboolean is_spoilt;
  g_autoptr (BzgOfficeProfile) profile = profile_of (session, &is_spoilt);
  BzgDate today = bzg_session_today (session);
  BzgOfficeState state = BZG_OFFICE_GOOD;

  if (is_spoilt || !fits (session, profile))
    state = BZG_OFFICE_STRANGE;
  else if (profile == NULL)
    state = BZG_OFFICE_NONE;
  else if (bzg_date_compare (today, profile->until) > 0)
    state = BZG_OFFICE_OVER;
  else if (bzg_date_days_between (today, profile->until, NULL) < BZG_OFFICE_WARN_DAYS)
    state = BZG_OFFICE_ENDING;
  if (out != NULL)
    *out = g_steal_pointer (&profile);
  return state;
}

const char *
bzg_office_notice (BzgSession *session)
{
  return bzg_office_state (session, NULL) == BZG_OFFICE_STRANGE ? N_ (
           "The key of the office in this file is not the one that was let in. Ask the person "
           "in charge before you go on; an administrator takes up the profile of the office "
           "once more on the page Access, or shuts it out, and makes a new key.")
                                                                : NULL;
}

gboolean
bzg_office_is_new (BzgSession *session, const BzgOfficeProfile *profile)
{
  gboolean is_spoilt;
  g_autoptr (BzgOfficeProfile) known = profile_of (session, &is_spoilt);

  return known == NULL || memcmp (known->root, profile->root, sizeof known->root) != 0;
}

/* The Latin letter that a Cyrillic one looks like, or 0. */
static char
look_alike (gunichar c)
{
  static const struct
  {
    gunichar cyrillic;
    char latin;
  } pairs[] = { { 0x430, 'a' }, { 0x432, 'b' }, { 0x441, 'c' }, { 0x435, 'e' },
                { 0x43d, 'h' }, { 0x43a, 'k' }, { 0x43c, 'm' }, { 0x440, 'p' },
                { 0x442, 't' }, { 0x443, 'y' }, { 0x445, 'x' } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (pairs[i].cyrillic == c)
      return pairs[i].latin;
  return 0;
}

/* As they are, by the place of the key, or by what they look like: one way for all of them. */
BzgOfficeLetters
bzg_office_letters_match (const BzgOfficeProfile *profile, const char *typed)
{
  g_autofree char *letters = bzg_office_letters (profile->root);
  g_auto (GStrv) groups = g_strsplit (letters, "-", -1);
  g_autofree char *wanted = g_strjoinv ("", groups);
  gsize n = 0, n_wanted = strlen (wanted);
  gboolean by_key = TRUE, by_look = TRUE;

  if (!g_utf8_validate (typed, -1, NULL))
    return BZG_OFFICE_LETTERS_WRONG;
  for (const char *t = typed; *t != '\0'; t = g_utf8_next_char (t))
    {
      gunichar c = g_unichar_tolower (g_utf8_get_char (t));
      char letter = (char) (n < n_wanted ? g_ascii_tolower (wanted[n]) : 0);

      if (c == '-' || g_unichar_isspace (c))
        continue;
      by_key = by_key && bzg_latin_key (c) == (gunichar) letter;
      by_look = by_look && (c < 128 ? c == (gunichar) letter : look_alike (c) == letter);
      n++;
    }
  if (n < n_wanted)
    return BZG_OFFICE_LETTERS_MORE;
  return n == n_wanted && (by_key || by_look) ? BZG_OFFICE_LETTERS_RIGHT : BZG_OFFICE_LETTERS_WRONG;
}

/* Every key that may have been the office's until now, as backups name it: of the record, of the
 * slot, and of the profile, which differ when something was left half done. */
static GPtrArray *
former_keys (BzgSession *session, const BzgOfficeProfile *known)
{
  static const guint8 none[32];
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  guint8 key[32];
  int slot;

  bzg_access_office_agrees (session, key);
  if (memcmp (key, none, sizeof none) != 0)
    g_ptr_array_add (keys, bzg_age_recipient_text (key));
  if (bzg_vault_office (bzg_session_vault (session), key, &slot))
    g_ptr_array_add (keys, bzg_age_recipient_text (key));
  if (known != NULL)
    g_ptr_array_add (keys, g_strdup (known->key));
  return keys;
}

/* Those that backups are made for, with @key (or NULL) in place of the former ones, as a setting;
 * NULL: none. */
static char *
recipients_with (BzgSession *session, const BzgOfficeProfile *known, const char *key)
{
  g_autoptr (GPtrArray) former = former_keys (session, known);
  g_auto (GStrv) now = bzg_backup_recipients (session);
  GString *then = g_string_new (key);

  for (char **one = now; *one != NULL; one++)
    if (!g_ptr_array_find_with_equal_func (former, *one, g_str_equal, NULL)
        && g_strcmp0 (*one, key) != 0)
      g_string_append_printf (then, "%s%s", then->len > 0 ? " " : "", *one);
  return g_string_free (then, then->len == 0);
}

gboolean
bzg_office_gets_backups (BzgSession *session)
{
  g_auto (GStrv) recipients = bzg_backup_recipients (session);
  g_autofree char *key = NULL;
  guint8 known[32];

  bzg_access_office_agrees (session, known);
  key = bzg_age_recipient_text (known);
  return g_strv_contains ((const char *const *) recipients, key);
}

gboolean
bzg_office_adopt (BzgSession *session,
                  const BzgOfficeProfile *profile,
                  const char *letters,
                  GError **error)
{
  g_autofree char *date = NULL;
  g_autofree char *text = NULL;
  g_autofree char *seen = seen_key (profile);
  g_autofree char *serial = g_strdup_printf ("%u", profile->serial);
  g_autofree char *recipients = NULL;
  g_autoptr (BzgSecret) signer = NULL;
  gboolean is_spoilt;
  g_autoptr (BzgOfficeProfile) known = profile_of (session, &is_spoilt);
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
      text = g_strdup_printf (_ ("It held until %s. Ask the office for a new one."), date);
      return refuse (error, text);
    }
  if (profile->serial < highest_seen (session, profile)
      || (known != NULL && !bzg_office_is_new (session, profile) && profile->serial == known->serial
          && !g_str_equal (profile->text, known->text)))
    return refuse (error, _ ("This casebook has had a newer profile of the office already."));
  if (bzg_office_is_new (session, profile)
      && (letters == NULL
          || bzg_office_letters_match (profile, letters) != BZG_OFFICE_LETTERS_RIGHT))
    return refuse (error, _ ("The letters are not those of this profile. Call the office and have "
                             "them read to you; do not take them from the mail that brought it."));

  recipients = recipients_with (session, known, profile->key);
  {
    const BzgSetting settings[] = { { PROFILE, profile->text },
                                    { seen, serial },
                                    { BZG_BACKUP_RECIPIENTS, recipients },
                                    { NULL, NULL } };

    if (!bzg_age_parse_recipient (profile->key, key, error)
        || !bzg_access_set_office (session, key, settings, error))
      return FALSE;
  }
  signer = bzg_signer_key (session, error);
  return signer != NULL;
}

gboolean
bzg_office_withdraw (BzgSession *session, GError **error)
{
  gboolean is_spoilt;
  g_autoptr (BzgOfficeProfile) known = profile_of (session, &is_spoilt);
  g_autofree char *recipients = recipients_with (session, known, NULL);
  const BzgSetting settings[]
    = { { PROFILE, NULL }, { BZG_BACKUP_RECIPIENTS, recipients }, { NULL, NULL } };

  return bzg_access_set_office (session, NULL, settings, error);
}
