/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tamper.h"

#include <string.h>

#include "casebook/bzg-people.h"
#include "casebook/bzg-sealed-private.h"

/*
 * Sealed sections: who reads what. "office" has all roles and sets the sections up with "guard", a
 * protection officer; "field" is a caseworker and holds nothing until it is given; "admin" opens
 * everything that the file's key opens.
 */

#define MARK "Зеркало-у-моря"

static char **paper;

static BzgId
id_of (Casebook *c, const char *name)
{
  g_autoptr (BzgRecord) user = bzg_session_find (c->session, "user", "name", name, NULL);

  g_assert_nonnull (user);
  return *bzg_record_id (user);
}

static gboolean
set_up_with (Casebook *c, const char *other, const char *code, GError **error)
{
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (BzgId));

  if (other != NULL)
    {
      BzgId id = id_of (c, other);

      g_array_append_val (users, id);
    }
  return bzg_sections_set_up (c->session, users, code, error);
}

static void
set_up (Casebook *c)
{
  casebook_add_user (c, "field", "caseworker");
  casebook_add_user (c, "admin", "administrator me");
  bzg_paper_free (paper);
  paper = casebook_set_up_sections (c);
}

static void
sign_in (Casebook *c, const char *name)
{
  casebook_close (c);
  casebook_open (c, name);
}

static BzgId
seal (Casebook *c, const BzgId *person, const char *place)
{
  const char *const values[] = { "status",          "actual", "decided_by", "court", "control",
                                 "debt; documents", "place",  place,        NULL };

  return casebook_seal (c, "trafficking", person, values);
}

static void
assert_reads (Casebook *c, const BzgId *id, const char *place)
{
  g_autoptr (BzgRecord) record = casebook_get (c, "trafficking", id);
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) sheet = bzg_sealed_open (c->session, record, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (bzg_record_get (sheet, "place"), ==, place);
  g_assert_cmpstr (bzg_record_get (sheet, "control"), ==, "debt; documents");
}

static void
assert_sealed (Casebook *c, const BzgId *id, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) record = bzg_session_get (c->session, "trafficking", id, &error);
  g_autoptr (BzgRecord) sheet = NULL;

  g_assert_no_error (error);
  sheet = bzg_sealed_open (c->session, record, &error);
  g_assert_null (sheet);
  g_assert_error (error, BZG_ERROR, code);
}

/* ---- The beginning */

static void
test_set_up (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) code = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
  g_auto (GStrv) casebook_code = NULL;

  casebook_code = g_new0 (char *, 2);
  casebook_code[0] = bzg_vault_add_recovery (bzg_session_vault (c->session), &error);
  casebook_add_user (c, "field", "caseworker");
  casebook_add_user (c, "guard", "protection");
  g_assert_false (bzg_sections_are_set_up (c->session));
  g_assert_false (set_up_with (c, NULL, code[0], &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);
  /* A caseworker may not read of perpetrators: that section would have one holder. */
  g_assert_false (set_up_with (c, "field", code[0], &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);
  /* The slip of the casebook is no slip of the sections. */
  g_assert_false (set_up_with (c, "guard", casebook_code[0], &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_false (bzg_sections_are_set_up (c->session));

  sign_in (c, "field");
  g_assert_false (set_up_with (c, "guard", code[0], &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);

  sign_in (c, "guard");
  g_assert_true (set_up_with (c, "office", code[0], &error));
  g_assert_no_error (error);
  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    {
      g_autoptr (BzgSectionInfo) info = bzg_section_info (c->session, *section);

      g_assert_true (info->mine);
      g_assert_cmpuint (info->epoch, ==, 1);
      g_assert_cmpuint (info->holders->len, ==, 3); /* two people and the paper */
    }
  g_assert_false (set_up_with (c, "office", code[0], &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* ---- Who reads */

static void
test_reading (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BzgId person, id, field;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  assert_reads (c, &id, MARK);
  field = id_of (c, "field");
  sign_in (c, "guard");
  assert_reads (c, &id, MARK);
  sign_in (c, "admin");
  /* Not even that there is a row: the role has nothing to do with it. */
  g_assert_null (bzg_session_get (c->session, "trafficking", &id, &error));
  g_clear_error (&error);

  /* A caseworker, in whose cases the person is, is given one section and none of the others. */
  sign_in (c, "guard");
  {
    g_autoptr (GPtrArray) cases
      = bzg_session_list (c->session, "case_file", "person", &person, NULL);
    g_autoptr (BzgRecord) file = bzg_record_copy (g_ptr_array_index (cases, 0));

    bzg_record_set_id (file, "owner", &field);
    casebook_put (c, file);
  }
  sign_in (c, "field");
  assert_sealed (c, &id, BZG_ERROR_REFUSED_SEALED);
  g_assert_false (bzg_section_grant (c->session, "trafficking", &field, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);
  sign_in (c, "guard");
  g_assert_true (bzg_section_grant (c->session, "trafficking", &field, &error));
  g_assert_no_error (error);
  g_assert_false (bzg_section_grant (c->session, "perpetrator", &field, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);
  sign_in (c, "field");
  assert_reads (c, &id, MARK);
}

static gboolean
collect (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) len);
  return TRUE;
}

static gboolean
holds (const GByteArray *bytes, const char *text)
{
  return memmem (bytes->data, bytes->len, text, strlen (text)) != NULL;
}

/* T25: somebody with the file, its key and every table gets nothing that is sealed: not from rows,
 * history, drafts, search, read log or settings. */
static void
test_nothing_in_clear (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *draft = NULL;
  BzgId person, id;
  guint64 size;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  {
    g_autoptr (BzgRecord) record = casebook_get (c, "trafficking", &id);
    g_autoptr (BzgRecord) sheet = bzg_sealed_open (c->session, record, &error);

    bzg_record_set (sheet, "account", "Второе " MARK);
    g_assert_true (bzg_sealed_close (c->session, record, sheet, &error));
    casebook_put (c, record);
  }
  g_assert_true (bzg_session_keep_draft (c->session, "new.perpetrator", &person, MARK, &error));
  draft = bzg_session_draft (c->session, "new.perpetrator", &person, NULL);
  g_assert_cmpstr (draft, ==, MARK);
  found = bzg_people_search (c->session, MARK, 10, &error);
  g_assert_cmpuint (found->len, ==, 0);

  sign_in (c, "admin");
  g_assert_true (bzg_vault_read_image (bzg_session_vault (c->session), NULL, collect, image, &size,
                                       NULL, &error));
  g_assert_no_error (error);
  g_assert_true (holds (image, "Сафарова")); /* the test can see */
  g_assert_true (holds (image, "trafficking"));
  g_assert_false (holds (image, MARK));
  g_assert_false (holds (image, "debt; documents"));
  g_assert_false (holds (image, paper[0]));
}

/* What is typed of a sealed form is kept under the section's key, or not at all. */
static void
test_draft_without_key (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BzgId person;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  sign_in (c, "field");
  g_assert_false (bzg_session_keep_draft (c->session, "new.trafficking", &person, MARK, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED);
  g_clear_error (&error);
  g_assert_true (bzg_session_keep_draft (c->session, "new.note", &person, "offen", &error));
  g_assert_no_error (error);
}

/* Plain text can not be put where a sealed one belongs. */
static void
test_only_sealed (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgRecord) record = bzg_record_new ("trafficking", NULL);
  BzgId person;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  bzg_record_set_id (record, "person", &person);
  bzg_record_set (record, "content", MARK);
  casebook_put_fails (c, record, BZG_ERROR_REFUSED_SEALED);
}

/* ---- Taking away */

static void
test_withdraw (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSectionInfo) info = NULL;
  g_autofree char *sealed = NULL;
  BzgId person, first, second, guard, field;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  first = seal (c, &person, MARK);
  guard = id_of (c, "guard");
  field = id_of (c, "field");
  g_assert_false (bzg_section_withdraw (c->session, "trafficking", &guard, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);
  g_assert_true (bzg_section_grant (c->session, "trafficking", &field, &error));
  {
    g_autoptr (BzgRecord) record = casebook_get (c, "trafficking", &first);

    sealed = g_strdup (bzg_record_get (record, "content"));
  }
  g_assert_true (bzg_section_withdraw (c->session, "trafficking", &guard, &error));
  g_assert_no_error (error);
  info = bzg_section_info (c->session, "trafficking");
  g_assert_cmpuint (info->epoch, ==, 2);
  g_assert_cmpuint (info->holders->len, ==, 3);
  assert_reads (c, &first, MARK);
  {
    /* Sealed anew, with an entry of its own. */
    g_autoptr (BzgRecord) record = casebook_get (c, "trafficking", &first);

    g_assert_cmpstr (bzg_record_get (record, "content"), !=, sealed);
    g_assert_cmpuint (_bzg_sealed_epoch (bzg_record_get (record, "content")), ==, 2);
    g_assert_cmpint (bzg_record_revision (record), ==, 2);
  }
  second = seal (c, &person, "Другое место");
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  sign_in (c, "guard");
  assert_sealed (c, &first, BZG_ERROR_REFUSED_SEALED);
  assert_sealed (c, &second, BZG_ERROR_REFUSED_SEALED);
  sign_in (c, "office");
  assert_reads (c, &first, MARK);
  assert_reads (c, &second, "Другое место");
}

/* Who was removed, or got another role, loses it at the next sign-in of somebody who holds it. */
static void
test_removed_holder (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSectionInfo) info = NULL;
  BzgId person, id;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  g_assert_true (bzg_session_set_user_roles (c->session, "guard", "me", &error));
  g_assert_no_error (error);
  sign_in (c, "guard");
  info = bzg_section_info (c->session, "trafficking");
  g_assert_false (info->mine);
  g_clear_pointer (&info, bzg_section_info_free);
  sign_in (c, "office");
  info = bzg_section_info (c->session, "trafficking");
  g_assert_cmpuint (info->epoch, ==, 2);
  g_assert_cmpuint (info->holders->len, ==, 2); /* office and the paper */
  assert_reads (c, &id, MARK);
  g_assert_true (bzg_session_set_user_roles (c->session, "guard", "protection", &error));
  sign_in (c, "guard");
  assert_sealed (c, &id, BZG_ERROR_REFUSED_SEALED);
}

/* ---- Paper */

static void
test_paper (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) openings = NULL;
  g_autofree char *pair = NULL;
  char **shares = NULL;
  BzgId person, id, guard;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  guard = id_of (c, "guard");
  /* The protection officer forgot everything and was let in again, with new keys. */
  {
    g_autofree char *code = bzg_vault_add_recovery (bzg_session_vault (c->session), &error);
    g_autoptr (BzgSecret) slip = bzg_secret_new_text (code);
    g_autoptr (BzgSecret) fresh = bzg_secret_new_text ("nine red apples");
    BzgOpenOptions options = { .path = c->path, .name = "guard", .passphrase = fresh };

    casebook_close (c);
    g_assert_true (bzg_session_recover (&options, slip, NULL, &error));
    g_assert_no_error (error);
    c->session = casebook_try_open (c, "guard", "nine red apples", &error);
    g_assert_no_error (error);
  }
  assert_sealed (c, &id, BZG_ERROR_REFUSED_SEALED);
  g_assert_false (bzg_sections_open_by_paper (c->session, paper[0], "  ", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_true (bzg_sections_open_by_paper (c->session, paper[0], "Суд завтра", &error));
  g_assert_no_error (error);
  assert_reads (c, &id, MARK);
  /* With the key in hand the section can be given for good. */
  g_assert_true (bzg_section_grant (c->session, "trafficking", &guard, &error));
  g_assert_no_error (error);
  casebook_close (c);
  c->session = casebook_try_open (c, "guard", "nine red apples", &error);
  g_assert_no_error (error);
  assert_reads (c, &id, MARK);

  /* The other holder is told, until it is acknowledged. */
  sign_in (c, "office");
  openings = bzg_section_openings (c->session, TRUE);
  g_assert_cmpuint (openings->len, ==, 1);
  g_assert_cmpstr (((BzgSectionOpening *) openings->pdata[0])->by, ==, "guard");
  g_assert_cmpstr (((BzgSectionOpening *) openings->pdata[0])->reason, ==, "Суд завтра");
  g_assert_true (bzg_section_openings_seen (c->session, &error));
  g_clear_pointer (&openings, g_ptr_array_unref);
  openings = bzg_section_openings (c->session, TRUE);
  g_assert_cmpuint (openings->len, ==, 0);

  /* New shares: the old code opens nothing, two of the new ones do, the oldest rows too. */
  shares = bzg_paper_new (BZG_PAPER_SECTIONS, TRUE);
  pair = g_strjoin ("\n", shares[0], shares[2], NULL);
  g_assert_true (bzg_sections_replace_paper (c->session, pair, &error));
  g_assert_no_error (error);
  g_assert_false (bzg_sections_open_by_paper (c->session, paper[0], "нужно", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);
  sign_in (c, "field");
  g_assert_true (bzg_sections_open_by_paper (c->session, pair, "нужно", &error));
  g_assert_no_error (error);
  {
    g_autoptr (BzgSectionInfo) mine = bzg_section_info (c->session, "trafficking");
    g_autoptr (BzgSectionInfo) other = bzg_section_info (c->session, "perpetrator");

    g_assert_true (mine->mine);
    g_assert_false (other->mine); /* not for this role, whatever the paper says */
  }
  bzg_paper_free (shares);

  casebook_close (c);
  c->session = casebook_try_open (c, "admin", PASSPHRASE, &error);
  g_assert_false (bzg_sections_open_by_paper (c->session, pair, "нужно", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
}

/* ---- Whoever can write into the tables */

static void
assert_spoilt (Casebook *c, const char *sql, const BzgId *id)
{

  casebook_tamper (c, sql);
  sign_in (c, "guard");
  assert_sealed (c, id, BZG_ERROR_REFUSED_SEALED);
  sign_in (c, "office");
}

/* Boxes and keys that somebody without a key put there, or moved, are not taken. */
static void
test_forged (Casebook *c, gconstpointer data)
{
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  BzgId person, id, guard;
  char hex[BZG_ID_TEXT_SIZE];

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  guard = id_of (c, "guard");
  bzg_id_to_text (&guard, hex);

  /* Another section's box under this name. */
  sql = g_strdup_printf ("UPDATE section_grant SET box = (SELECT box FROM section_grant"
                         " WHERE section = 'medical' AND recipient = x'%s')"
                         " WHERE section = 'trafficking' AND recipient = x'%s'",
                         hex, hex);
  assert_spoilt (c, sql, &id);
  g_assert_true (bzg_section_grant (c->session, "trafficking", &guard, &error));
  /* The grant says that another one gave it. */
  g_free (sql);
  sql = g_strdup_printf ("UPDATE section_grant SET granted_at = granted_at + 1"
                         " WHERE section = 'trafficking' AND recipient = x'%s'",
                         hex);
  assert_spoilt (c, sql, &id);
  g_assert_true (bzg_section_grant (c->session, "trafficking", &guard, &error));
  /* Whoever has the file's key names a key of their own as the guard's: the next key must not go
   * there. */
  g_free (sql);
  sql = g_strdup_printf ("UPDATE user SET box_key = replace (hex (zeroblob (32)), '00', '09')"
                         " WHERE id = x'%s'; UPDATE section_grant SET public_key ="
                         " x'0909090909090909090909090909090909090909090909090909090909090909'"
                         " WHERE recipient = x'%s'",
                         hex, hex);
  casebook_tamper (c, sql);
  sign_in (c, "office");
  {
    g_auto (GStrv) code = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
    g_autoptr (BzgSectionInfo) info = NULL;

    g_assert_true (bzg_sections_replace_paper (c->session, code[0], &error));
    g_assert_no_error (error);
    info = bzg_section_info (c->session, "medical");
    g_assert_cmpuint (info->holders->len, ==, 2); /* office and the paper */
  }
  sign_in (c, "guard");
  sign_in (c, "office");
  g_assert_true (bzg_section_grant (c->session, "trafficking", &guard, &error));
  g_assert_no_error (error);
  /* A next key that nobody vouched for: new rows would be sealed for whoever made it. */
  sql = (g_free (sql), g_strdup ("UPDATE section_key SET proof = zeroblob (32) WHERE section = "
                                 "'trafficking'"));
  assert_spoilt (c, sql, &id);
}

static void
test_forged_next_key (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSectionInfo) info = NULL;
  g_auto (GStrv) code = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
  BzgId person, id;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  casebook_tamper (c,
                   "INSERT INTO section_key SELECT section, 2, key_id, proof, made_at, made_by"
                   " FROM section_key WHERE section = 'trafficking';"
                   "INSERT INTO section_grant SELECT section, 2, recipient, kind, public_key, box,"
                   " granted_at, granted_by, proof FROM section_grant WHERE section = "
                   "'trafficking'");
  sign_in (c, "office");
  info = bzg_section_info (c->session, "trafficking");
  g_assert_true (info->mine);
  g_assert_cmpuint (info->epoch, ==, 1);
  id = seal (c, &person, MARK);
  assert_reads (c, &id, MARK);
  /* The next true key takes its place. */
  g_assert_true (bzg_sections_replace_paper (c->session, code[0], &error));
  g_assert_no_error (error);
  sign_in (c, "guard");
  assert_reads (c, &id, MARK);
  sign_in (c, "field");
  {
    /* And nothing is sealed without the key that holds. */
    g_autoptr (BzgRecord) record = bzg_record_new ("trafficking", NULL);
    g_autoptr (BzgRecord) sheet = bzg_record_new ("trafficking_sheet", NULL);

    bzg_record_set_id (record, "person", &person);
    bzg_record_set (sheet, "status", "possible");
    bzg_record_set (sheet, "decided_by", "ngo");
    g_assert_false (bzg_sealed_close (c->session, record, sheet, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED);
  }
}

/* A text opens in its own row only. */
static void
test_moved_text (Casebook *c, gconstpointer data)
{
  BzgId person, a, b;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  a = seal (c, &person, MARK);
  b = seal (c, &person, "Другое место");
  casebook_tamper (c, "UPDATE trafficking SET content = (SELECT content "
                      "FROM trafficking"
                      " ORDER BY rowid LIMIT 1)");
  sign_in (c, "office");
  assert_reads (c, &a, MARK);
  assert_sealed (c, &b, BZG_ERROR_DAMAGED);
}

/* One entry that is spoilt keeps nobody out, and does not hold up a new key for the others. */
static void
test_spoilt_row (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) code = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
  BzgId person, good, bad;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  good = seal (c, &person, MARK);
  bad = seal (c, &person, "Другое место");
  casebook_tamper (c, "UPDATE trafficking SET content = (SELECT content"
                      " FROM trafficking ORDER BY rowid LIMIT 1)");
  g_assert_true (bzg_session_set_user_roles (c->session, "guard", "me", &error));
  sign_in (c, "office");
  assert_reads (c, &good, MARK);
  assert_sealed (c, &bad, BZG_ERROR_DAMAGED);
  sign_in (c, "guard");
  g_assert_true (bzg_session_allows (c->session, "programme", BZG_ACT_READ));
  sign_in (c, "office");
  g_assert_true (bzg_sections_replace_paper (c->session, code[0], &error));
  g_assert_no_error (error);
  assert_reads (c, &good, MARK);
}

/* A section made anew by somebody who has the file's key alone: its keys open nothing that was
 * sealed before, and are not taken. */
static void
test_forged_whole (Casebook *c, gconstpointer data)
{
  static const char *const statements[] = {
    "DELETE FROM section_grant WHERE section = 'trafficking'",
    "DELETE FROM section_key WHERE section = 'trafficking'",
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) code = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
  g_autoptr (BzgSectionInfo) info = NULL;
  BzgId person, id;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    casebook_tamper (c, statements[i]);
  /* The very thing that the program itself does makes it: nobody could forge it better. */
  g_assert_true (set_up_with (c, "guard", code[0], &error));
  g_assert_no_error (error);
  sign_in (c, "guard");
  info = bzg_section_info (c->session, "trafficking");
  g_assert_false (info->mine);
  assert_sealed (c, &id, BZG_ERROR_REFUSED_SEALED);
}

/* A paper that would go on opening one section is not replaced. */
static void
test_half_a_paper (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) code = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
  BzgId office;

  set_up (c);
  casebook_add_user (c, "second", "protection");
  {
    BzgId second = id_of (c, "second");

    for (const char *const *section = bzg_sections (); *section != NULL; section++)
      g_assert_true (bzg_section_grant (c->session, *section, &second, &error));
  }
  office = id_of (c, "office");
  g_assert_true (bzg_section_withdraw (c->session, "medical", &office, &error));
  g_assert_no_error (error);
  g_assert_false (bzg_sections_replace_paper (c->session, code[0], &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED);
}

/* Who cannot read an entry does not take it out of sight. */
static void
test_void (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  BzgId person, id;

  set_up (c);
  casebook_add_user (c, "second", "protection");
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  bzg_work_void (work, "trafficking", &id, "entered twice");
  sign_in (c, "second");
  g_assert_false (bzg_session_commit (c->session, work, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED);
  g_clear_error (&error);
  g_assert_cmpuint (bzg_sealed_unread (c->session, &person), ==, 1);
  sign_in (c, "guard");
  g_assert_cmpuint (bzg_sealed_unread (c->session, &person), ==, 0);
  g_assert_true (bzg_session_commit (c->session, work, &error));
  g_assert_no_error (error);
}

/* ---- What else there is of a sealed row */

static void
test_history (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  gboolean found = FALSE;
  BzgId person, id;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  lines = bzg_session_history (c->session, "trafficking", &id, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < lines->len; i++)
    {
      const BzgHistoryLine *line = g_ptr_array_index (lines, i);

      found |= g_strcmp0 (line->field, "trafficking_sheet.place") == 0
               && g_strcmp0 (line->after, MARK) == 0;
      g_assert_cmpstr (line->field, !=, "trafficking.content");
    }
  g_assert_true (found);
}

static void
test_erased (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BzgId person, id;

  set_up (c);
  person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  id = seal (c, &person, MARK);
  g_assert_true (bzg_session_erase_person (c->session, &person, "own_wish", NULL, &error));
  g_assert_no_error (error);
  g_assert_null (bzg_session_get (c->session, "trafficking", &id, NULL));
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* Several codes in one field. */
static void
test_codes (void)
{
  const BzgField *field = bzg_dictionary_field ("trafficking_sheet.control");
  g_autoptr (GError) error = NULL;
  g_autofree char *canonical = NULL;
  g_autofree char *text = NULL;

  g_assert_true (bzg_field_parse (field, "documents;  Debt bondage ;debt", &canonical, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (canonical, ==, "debt; documents");
  text = bzg_field_format (field, canonical, BZG_LANGUAGE_RU);
  g_assert_cmpstr (text, ==, "Долговая кабала; Отбирали документы");
  g_clear_pointer (&canonical, g_free);
  g_assert_false (bzg_field_parse (field, "debt; moon", &canonical, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
}

int
main (int argc, char *argv[])
{
  int result;

  casebook_test_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/sealed/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("set-up", test_set_up);
  ADD ("reading", test_reading);
  ADD ("nothing-in-clear", test_nothing_in_clear);
  ADD ("draft-without-key", test_draft_without_key);
  ADD ("only-sealed", test_only_sealed);
  ADD ("withdraw", test_withdraw);
  ADD ("removed-holder", test_removed_holder);
  ADD ("paper", test_paper);
  ADD ("forged", test_forged);
  ADD ("forged-next-key", test_forged_next_key);
  ADD ("moved-text", test_moved_text);
  ADD ("spoilt-row", test_spoilt_row);
  ADD ("forged-whole", test_forged_whole);
  ADD ("half-a-paper", test_half_a_paper);
  ADD ("void", test_void);
  ADD ("history", test_history);
  ADD ("erased", test_erased);
#undef ADD
  g_test_add_func ("/sealed/codes", test_codes);
  result = g_test_run ();
  bzg_paper_free (paper);
  return result;
}
