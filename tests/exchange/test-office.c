/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles of an office: signed, read, changed; and what a casebook makes of them. */
#include "exchange/bzg-office.h"

#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-access.h"
#include "exchange/bzg-backup.h"
#include "vault/bzg-crypto.h"
#include "vault/bzg-vault-private.h"
#include "../casebook/casebook-fixture.h"

typedef struct
{
  BzgSecret *root, *key;
  char *code, *recipient, *letters;
} Office;

static void
office_make (Office *self)
{
  g_auto (GStrv) root = bzg_paper_new (BZG_PAPER_ROOT, FALSE);
  char **code = bzg_paper_new (BZG_PAPER_OFFICE, FALSE);
  guint8 public_key[32];

  self->root = bzg_paper_key (BZG_PAPER_ROOT, root[0]);
  self->code = g_strdup (code[0]);
  self->key = bzg_paper_key (BZG_PAPER_OFFICE, code[0]);
  self->recipient = bzg_age_recipient_of (self->key);
  bzg_ed25519_public (bzg_secret_data (self->root, NULL), public_key);
  self->letters = bzg_office_letters (public_key);
  bzg_paper_free (code);
}

static void
office_clear (Office *self)
{
  bzg_secret_unref (self->root);
  bzg_secret_unref (self->key);
  g_free (self->code);
  g_free (self->recipient);
  g_free (self->letters);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Office, office_clear)

static BzgDate
day (const char *text)
{
  BzgDate date;

  g_assert_true (bzg_date_from_iso (text, &date));
  return date;
}

static BzgOfficeProfile *
profile_of (const Office *office, guint serial, const char *recipient)
{
  g_autoptr (GError) error = NULL;
  BzgOfficeProfile *profile
    = bzg_office_profile_sign ("Идораи Душанбе", serial, day ("2026-01-01"), day ("2026-12-31"),
                               recipient, office->root, &error);

  g_assert_no_error (error);
  return profile;
}

/* ---- The text */

static void
test_text (void)
{
  g_auto (Office) office = { 0 };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autoptr (BzgOfficeProfile) mailed = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *crlf = NULL;
  gsize n;

  office_make (&office);
  profile = profile_of (&office, 7, office.recipient);
  g_assert_cmpstr (profile->name, ==, "Идораи Душанбе");
  g_assert_cmpuint (profile->serial, ==, 7);
  g_assert_cmpstr (profile->key, ==, office.recipient);

  lines = g_strsplit (profile->text, "\n", -1);
  crlf = g_strjoinv ("\r\n", lines);
  mailed = bzg_office_profile_parse (crlf, strlen (crlf), NULL);
  g_assert_nonnull (mailed);
  g_assert_cmpstr (mailed->text, ==, profile->text);

  /* No byte of it can be another, none left out, none added. */
  n = strlen (profile->text);
  for (gsize i = 0; i < n; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autofree char *other = g_strdup (profile->text);
        g_autoptr (BzgOfficeProfile) read = NULL;

        other[i] = (char) (other[i] ^ 1 << bit);
        read = bzg_office_profile_parse (other, n, NULL);
        g_assert_null (read);
      }
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *shorter
        = g_strdup_printf ("%.*s%s", (int) i, profile->text, profile->text + i + 1);
      g_autofree char *longer
        = g_strdup_printf ("%.*s1%s", (int) i, profile->text, profile->text + i);

      g_assert_null (bzg_office_profile_parse (shorter, n - 1, NULL));
      g_assert_null (bzg_office_profile_parse (longer, n + 1, NULL));
      g_assert_null (bzg_office_profile_parse (profile->text, i, NULL));
    }
}

/* What would not be read back is not signed. */
static void
test_bad_members (void)
{
  static const struct
  {
    const char *name;
    guint serial;
    const char *from, *until;
    gboolean good_key;
  } cases[] = {
    { "", 1, "2026-01-01", "2026-12-31", TRUE },
    { "two\nlines", 1, "2026-01-01", "2026-12-31", TRUE },
    { " before", 1, "2026-01-01", "2026-12-31", TRUE },
    { "hidden\xe2\x80\xae", 1, "2026-01-01", "2026-12-31", TRUE },
    { "two\xe2\x80\xa8lines", 1, "2026-01-01", "2026-12-31", TRUE },
    { "\xc2\xa0", 1, "2026-01-01", "2026-12-31", TRUE },
    { "\xe3\x85\xa4", 1, "2026-01-01", "2026-12-31", TRUE },
    { "bad \xff", 1, "2026-01-01", "2026-12-31", TRUE },
    { "office", 0, "2026-01-01", "2026-12-31", TRUE },
    { "office", 1000000, "2026-01-01", "2026-12-31", TRUE },
    { "office", 1, "2026-12-31", "2026-01-01", TRUE },
    { "office", 1, "2026-01", "2026-12-31", TRUE },
    { "office", 1, "2026-01-01", "2027-02-06", TRUE },
    { "office", 1, "2026-01-01", "2026-12-31", FALSE },
  };
  g_auto (Office) office = { 0 };

  office_make (&office);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      BzgOfficeProfile *profile
        = bzg_office_profile_sign (cases[i].name, cases[i].serial, day (cases[i].from),
                                   day (cases[i].until),
                                   cases[i].good_key ? office.recipient : "age1x", office.root,
                                   &error);

      g_assert_null (profile);
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
    }
}

/* Everybody would share the same secret with it. */
static void
test_low_order_key (void)
{
  static const guint8 zeros[32];
  g_auto (Office) office = { 0 };
  g_autofree char *key = bzg_age_recipient_text (zeros);
  g_autoptr (GError) error = NULL;

  office_make (&office);
  g_assert_null (bzg_office_profile_sign ("office", 1, day ("2026-01-01"), day ("2026-12-31"), key,
                                          office.root, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
}

/* ---- A casebook */

static void
expect_state (Casebook *c, BzgOfficeState state, const char *on)
{
  bzg_session_set_today (c->session, day (on));
  g_assert_cmpint (bzg_office_state (c->session, NULL), ==, state);
}

static void
expect_refused (Casebook *c, const BzgOfficeProfile *profile, const char *letters, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_office_adopt (c->session, profile, letters, &error));
  g_assert_error (error, BZG_ERROR, code);
}

static void
adopt (Casebook *c, const BzgOfficeProfile *profile, const char *letters)
{
  g_autoptr (GError) error = NULL;

  bzg_office_adopt (c->session, profile, letters, &error);
  g_assert_no_error (error);
}

static void
test_adopt (Casebook *c, gconstpointer data)
{
  g_auto (Office) office = { 0 };
  g_auto (Office) next = { 0 };
  g_auto (Office) stranger = { 0 };
  g_autoptr (BzgOfficeProfile) first = NULL;
  g_autoptr (BzgOfficeProfile) second = NULL;
  g_autoptr (BzgOfficeProfile) same_serial = NULL;
  g_autoptr (BzgOfficeProfile) strange = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) recipients = NULL;

  office_make (&office);
  office_make (&next);
  office_make (&stranger);
  first = profile_of (&office, 3, office.recipient);
  second = profile_of (&office, 4, next.recipient);
  same_serial = profile_of (&office, 3, stranger.recipient);
  strange = profile_of (&stranger, 9, stranger.recipient);

  expect_state (c, BZG_OFFICE_NONE, "2026-03-01");
  g_assert_true (bzg_office_is_new (c->session, first));
  expect_refused (c, first, NULL, BZG_ERROR_REFUSED_OFFICE);
  expect_refused (c, first, stranger.letters, BZG_ERROR_REFUSED_OFFICE);
  expect_state (c, BZG_OFFICE_NONE, "2025-12-31");
  expect_refused (c, first, office.letters, BZG_ERROR_REFUSED_OFFICE);
  expect_state (c, BZG_OFFICE_NONE, "2027-01-01");
  expect_refused (c, first, office.letters, BZG_ERROR_REFUSED_OFFICE);
  expect_state (c, BZG_OFFICE_NONE, "2026-03-01");
  {
    g_autofree char *lower = g_ascii_strdown (office.letters, -1);
    g_auto (GStrv) groups = g_strsplit (lower, "-", -1);
    g_autofree char *typed = g_strjoinv (" ", groups);

    adopt (c, first, typed);
  }
  expect_state (c, BZG_OFFICE_GOOD, "2026-12-01");
  expect_state (c, BZG_OFFICE_ENDING, "2026-12-02");
  expect_state (c, BZG_OFFICE_ENDING, "2026-12-31");
  expect_state (c, BZG_OFFICE_OVER, "2027-01-01");
  expect_state (c, BZG_OFFICE_GOOD, "2026-03-01");
  recipients = bzg_backup_recipients (c->session);
  g_assert_cmpstr (recipients[0], ==, office.recipient);
  g_assert_false (bzg_access_rekey_is_due (c->session));

  adopt (c, first, NULL); /* the same again: nothing to ask */
  expect_refused (c, same_serial, NULL, BZG_ERROR_REFUSED_OFFICE);
  expect_refused (c, strange, office.letters, BZG_ERROR_REFUSED_OFFICE);
  adopt (c, second, NULL);
  g_assert_true (bzg_access_rekey_is_due (c->session)); /* the earlier key lost its way in */
  expect_refused (c, first, NULL, BZG_ERROR_REFUSED_OFFICE);
  casebook_close (c);

  casebook_open (c, "office");
  expect_state (c, BZG_OFFICE_GOOD, "2026-03-01");
  g_assert_null (bzg_office_notice (c->session));
  bzg_office_withdraw (c->session, &error);
  g_assert_no_error (error);
  expect_state (c, BZG_OFFICE_NONE, "2026-03-01");
  g_assert_true (bzg_office_is_new (c->session, second));
  /* Letters that are true bring no key back that was replaced, not even after another root. */
  expect_refused (c, first, office.letters, BZG_ERROR_REFUSED_OFFICE);
  adopt (c, strange, stranger.letters);
  expect_refused (c, first, office.letters, BZG_ERROR_REFUSED_OFFICE);
  adopt (c, second, office.letters);
}

/* Only the key of the office comes and goes among those that backups are made for. */
static void
test_recipients (Casebook *c, gconstpointer data)
{
  g_auto (Office) office = { 0 };
  g_auto (Office) next = { 0 };
  g_auto (Office) other = { 0 };
  g_autoptr (BzgOfficeProfile) first = NULL;
  g_autoptr (BzgOfficeProfile) second = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) now = NULL;

  office_make (&office);
  office_make (&next);
  office_make (&other);
  first = profile_of (&office, 1, office.recipient);
  second = profile_of (&office, 2, next.recipient);
  bzg_session_set_today (c->session, day ("2026-03-01"));
  bzg_backup_set_recipients (c->session, (const char *const[]){ other.recipient, NULL }, &error);
  g_assert_no_error (error);
  g_assert_false (bzg_office_gets_backups (c->session));
  adopt (c, first, office.letters);
  g_assert_true (bzg_office_gets_backups (c->session));
  adopt (c, second, NULL);
  now = bzg_backup_recipients (c->session);
  g_assert_cmpuint (g_strv_length (now), ==, 2);
  g_assert_cmpstr (now[0], ==, next.recipient);
  g_assert_cmpstr (now[1], ==, other.recipient);
  /* A profile that somebody spoilt does not keep the key among them. */
  bzg_session_set_setting (c->session, "office.profile", "spoilt", &error);
  bzg_office_withdraw (c->session, &error);
  g_assert_no_error (error);
  g_strfreev (now);
  now = bzg_backup_recipients (c->session);
  g_assert_cmpuint (g_strv_length (now), ==, 1);
  g_assert_cmpstr (now[0], ==, other.recipient);
}

/* What the file cannot take is not written down either. */
static void
test_no_half_states (Casebook *c, gconstpointer data)
{
  g_auto (Office) office = { 0 };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autofree char *kept = NULL;

  office_make (&office);
  profile = profile_of (&office, 1, office.recipient);
  bzg_session_set_today (c->session, day ("2026-03-01"));
  for (;;)
    {
      g_autofree char *code = bzg_vault_add_recovery (bzg_session_vault (c->session), NULL);

      if (code == NULL)
        break;
    }
  expect_refused (c, profile, office.letters, BZG_ERROR_USAGE);
  expect_state (c, BZG_OFFICE_NONE, "2026-03-01");
  kept = bzg_session_setting (c->session, "office.profile");
  g_assert_null (kept);
}

/* Wherever it ends in the middle, the same again leaves nothing of what was before. */
static void
test_interrupted (Casebook *c, gconstpointer data)
{
  static const BzgSetting none[] = { { NULL, NULL } };
  g_auto (Office) office = { 0 };
  g_auto (Office) next = { 0 };
  g_autoptr (BzgOfficeProfile) first = NULL;
  g_autoptr (BzgOfficeProfile) second = NULL;
  g_autoptr (GError) error = NULL;
  guint8 key[32];

  office_make (&office);
  office_make (&next);
  first = profile_of (&office, 1, office.recipient);
  second = profile_of (&office, 2, next.recipient);
  g_assert_true (bzg_age_parse_recipient (next.recipient, key, NULL));
  bzg_session_set_today (c->session, day ("2026-03-01"));
  for (guint where = 0; where < 5; where++)
    {
      BzgVault *vault = bzg_session_vault (c->session);
      g_auto (GStrv) now = NULL;
      g_autofree char *all = NULL;

      bzg_session_set_setting (c->session, "backup.recipients", NULL, NULL);
      {
        /* The numbers begin again, as in a casebook of its own. */
        g_autofree char *seen = g_strdup ("office.seen.");
        char hex[BZG_HEX_SIZE (32)];
        g_autofree char *name
          = g_strconcat (seen, bzg_hex_write (first->root, sizeof first->root, hex), NULL);

        bzg_session_set_setting (c->session, name, NULL, NULL);
      }
      adopt (c, first, office.letters);
      if (where == 0) /* the record, not the slot */
        {
          adopt (c, second, NULL);
          g_assert_true (bzg_age_parse_recipient (office.recipient, key, NULL));
          g_assert_true (bzg_vault_set_office (vault, key, NULL));
          g_assert_true (bzg_age_parse_recipient (next.recipient, key, NULL));
        }
      else if (where == 1) /* the slot, not the record */
        g_assert_true (bzg_vault_set_office (vault, key, NULL));
      else if (where == 2) /* key and slot alone, as an older program did it */
        g_assert_true (bzg_access_set_office (c->session, key, none, NULL));
      else if (where == 3) /* shut out: the record, not the slot */
        {
          g_assert_true (bzg_office_withdraw (c->session, NULL));
          g_assert_true (bzg_age_parse_recipient (office.recipient, key, NULL));
          g_assert_true (bzg_vault_set_office (vault, key, NULL));
        }
      else /* what the record knew is lost */
        bzg_session_set_setting (c->session, "office.key", NULL, NULL);
      expect_state (c, BZG_OFFICE_STRANGE, "2026-03-01");
      if (where < 3)
        {
          adopt (c, second, office.letters);
          expect_state (c, BZG_OFFICE_GOOD, "2026-03-01");
          now = bzg_backup_recipients (c->session);
          g_assert_cmpuint (g_strv_length (now), ==, 1);
          g_assert_cmpstr (now[0], ==, next.recipient);
          expect_refused (c, first, office.letters, BZG_ERROR_REFUSED_OFFICE);
        }
      bzg_office_withdraw (c->session, &error);
      g_assert_no_error (error);
      expect_state (c, BZG_OFFICE_NONE, "2026-03-01");
      g_strfreev (now);
      now = bzg_backup_recipients (c->session);
      all = g_strjoinv (" ", now);
      g_assert_cmpstr (all, ==, "");
    }
}

/* As people type them: in any layout, in any case, with or without signs; and no others. */
static void
test_letters (void)
{
  g_auto (Office) office = { 0 };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autoptr (GString) by_key = g_string_new (NULL);
  g_autoptr (GString) by_look = g_string_new (NULL);
  static const char *const keys[]
    = { "aф", "bи", "cс", "dв", "eу", "fа", "gп", "hр", "jо", "kл", "lд", "mь",
        "nт", "pз", "qй", "rк", "sы", "tе", "uг", "vм", "wц", "xч", "yн", "zя" };
  static const char *const looks[]
    = { "aа", "bВ", "cс", "eЕ", "hН", "kк", "mМ", "pр", "tТ", "yу", "xХ" };

  office_make (&office);
  profile = profile_of (&office, 1, office.recipient);
  for (const char *p = office.letters; *p != '\0'; p++)
    {
      const char *key = NULL, *look = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        if (keys[i][0] == g_ascii_tolower (*p))
          key = keys[i] + 1;
      for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
        if (looks[i][0] == g_ascii_tolower (*p))
          look = looks[i] + 1;
      if (key != NULL)
        g_string_append (by_key, key);
      else
        g_string_append_c (by_key, *p);
      if (look != NULL)
        g_string_append (by_look, look);
      else
        g_string_append_c (by_look, *p);
    }
#define MATCH(text) bzg_office_letters_match (profile, text)
  g_assert_cmpint (MATCH (office.letters), ==, BZG_OFFICE_LETTERS_RIGHT);
  g_assert_cmpint (MATCH (by_key->str), ==, BZG_OFFICE_LETTERS_RIGHT);
  g_assert_cmpint (MATCH (by_look->str), ==, BZG_OFFICE_LETTERS_RIGHT);
  g_assert_cmpint (MATCH (""), ==, BZG_OFFICE_LETTERS_MORE);
  g_string_append_c (by_key, 'a');
  g_assert_cmpint (MATCH (by_key->str), ==, BZG_OFFICE_LETTERS_WRONG);
  for (gsize i = 0; office.letters[i] != '\0'; i++)
    {
      g_autofree char *other = g_strdup (office.letters);

      if (other[i] == '-')
        continue;
      other[i] = other[i] == 'A' ? 'B' : 'A';
      g_assert_cmpint (MATCH (other), ==, BZG_OFFICE_LETTERS_WRONG);
      other[i] = '-';
      g_assert_cmpint (MATCH (other), ==, BZG_OFFICE_LETTERS_MORE);
    }
  g_assert_cmpint (MATCH ("\xff"), ==, BZG_OFFICE_LETTERS_WRONG);
#undef MATCH
}

/* Another key in the slot than the record was told of, or a record whose slot was taken out, is
 * told at the next sign-in, and mended by the same profile. */
static void
test_strange (Casebook *c, gconstpointer data)
{
  g_auto (Office) office = { 0 };
  g_auto (Office) stranger = { 0 };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autoptr (GError) error = NULL;
  guint8 key[32], there[32];
  int slot = -1;

  office_make (&office);
  office_make (&stranger);
  profile = profile_of (&office, 1, office.recipient);
  g_assert_true (bzg_age_parse_recipient (stranger.recipient, key, &error));
  bzg_session_set_today (c->session, day ("2026-03-01"));

  g_assert_true (bzg_vault_set_office (bzg_session_vault (c->session), key, &error));
  expect_state (c, BZG_OFFICE_STRANGE, "2026-03-01"); /* one that nobody told of */
  adopt (c, profile, office.letters);
  expect_state (c, BZG_OFFICE_GOOD, "2026-03-01");
  g_assert_true (bzg_vault_set_office (bzg_session_vault (c->session), key, &error));
  casebook_close (c);
  casebook_open (c, "office");
  g_assert_nonnull (bzg_office_notice (c->session));
  expect_state (c, BZG_OFFICE_STRANGE, "2026-03-01");
  adopt (c, profile, NULL);
  expect_state (c, BZG_OFFICE_GOOD, "2026-03-01");
  g_assert_true (bzg_vault_office (bzg_session_vault (c->session), there, &slot));
  g_assert_true (bzg_vault_remove_slot (bzg_session_vault (c->session), slot, &error));
  expect_state (c, BZG_OFFICE_STRANGE, "2026-03-01");
  bzg_session_set_setting (c->session, "office.profile", "spoilt", &error);
  expect_state (c, BZG_OFFICE_STRANGE, "2026-03-01");
  bzg_office_withdraw (c->session, &error);
  g_assert_no_error (error);
  expect_state (c, BZG_OFFICE_NONE, "2026-03-01");
}

/* A second way in, made by somebody with the master key, is told, is no way in after a new key, and
 * goes with the first. */
static void
test_second_slot (Casebook *c, gconstpointer data)
{
  g_auto (Office) office = { 0 };
  g_auto (Office) stranger = { 0 };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autoptr (GError) error = NULL;
  BzgVault *vault = bzg_session_vault (c->session);
  guint8 key[32];

  office_make (&office);
  office_make (&stranger);
  profile = profile_of (&office, 1, office.recipient);
  bzg_session_set_today (c->session, day ("2026-03-01"));
  adopt (c, profile, office.letters);
  g_assert_true (bzg_age_parse_recipient (stranger.recipient, key, &error));
  bzg_slot_write_office (vault->header, vault->keys, 9, key, vault->mk);
  g_assert_true (bzg_header_store (vault->header, vault->fd, vault->keys, &error));
  expect_state (c, BZG_OFFICE_STRANGE, "2026-03-01");
  g_assert_true (bzg_access_rekey (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&c->session);
  g_assert_null (bzg_vault_open_office (c->path, stranger.key, NULL, NULL));
  g_assert_null (
    bzg_vault_open_office (c->path, office.key, NULL, NULL)); /* which of them was it? */

  casebook_open (c, "office");
  bzg_session_set_today (c->session, day ("2026-03-01"));
  adopt (c, profile, NULL);
  vault = bzg_session_vault (c->session);
  bzg_slot_write_office (vault->header, vault->keys, 9, key, vault->mk);
  adopt (c, profile, NULL);
  expect_state (c, BZG_OFFICE_GOOD, "2026-03-01");
  casebook_close (c);
  g_assert_null (bzg_vault_open_office (c->path, stranger.key, NULL, NULL));
}

/* Whoever lost the passphrase gets a new one by the office's code, also after a new key. */
static void
test_recover (Casebook *c, gconstpointer data)
{
  g_auto (Office) office = { 0 };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autoptr (BzgSecret) code = NULL;
  g_autoptr (BzgSecret) fresh = bzg_secret_new_text ("eight white houses");
  g_autoptr (GError) error = NULL;
  BzgOpenOptions options = { .path = c->path, .name = "office", .passphrase = fresh };

  office_make (&office);
  code = bzg_secret_new_text (office.code);
  profile = profile_of (&office, 1, office.recipient);
  g_assert_true (bzg_access_rekey (c->session, NULL, NULL, NULL, &error));
  g_clear_object (&c->session);
  g_assert_false (bzg_session_recover (&options, code, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);

  casebook_open (c, "office");
  bzg_session_set_today (c->session, day ("2026-03-01"));
  adopt (c, profile, office.letters);
  g_assert_true (bzg_access_rekey (c->session, NULL, NULL, NULL, &error));
  g_clear_object (&c->session);
  bzg_session_recover (&options, code, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (casebook_try_open (c, "office", PASSPHRASE, NULL));
  c->session = casebook_try_open (c, "office", "eight white houses", &error);
  g_assert_no_error (error);
  expect_state (c, BZG_OFFICE_GOOD, "2026-03-01");
}

/* Who the office is, is decided by whoever gives the keys. */
static void
test_roles (Casebook *c, gconstpointer data)
{
  g_auto (Office) office = { 0 };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  g_autoptr (GError) error = NULL;

  office_make (&office);
  profile = profile_of (&office, 1, office.recipient);
  casebook_add_user (c, "manager", "manager protection caseworker supervisor me");
  casebook_close (c);
  casebook_open (c, "manager");
  bzg_session_set_today (c->session, day ("2026-03-01"));
  expect_refused (c, profile, office.letters, BZG_ERROR_REFUSED_ROLE);
  g_assert_false (bzg_session_set_setting (c->session, "office.key", "00", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);
  g_assert_false (bzg_office_withdraw (c->session, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  expect_state (c, BZG_OFFICE_NONE, "2026-03-01");
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);

#define ADD(name)                                                                                  \
  g_test_add ("/office/" #name, Casebook, NULL, casebook_set_up, test_##name, casebook_tear_down)
  g_test_add_func ("/office/text", test_text);
  g_test_add_func ("/office/bad_members", test_bad_members);
  g_test_add_func ("/office/low_order_key", test_low_order_key);
  g_test_add_func ("/office/letters", test_letters);
  ADD (adopt);
  ADD (recipients);
  ADD (no_half_states);
  ADD (interrupted);
  ADD (strange);
  ADD (second_slot);
  ADD (recover);
  ADD (roles);

  return g_test_run ();
}
