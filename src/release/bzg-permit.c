/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-permit.h"

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-consent.h"
#include "casebook/bzg-ledger.h"
#include "vault/bzg-crypto.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/*
 * One table says what each kind of exit needs. An exporter cannot forget a check, because without
 * the permit it has no function that gives a file its name.
 */

typedef struct
{
  const char *name;
  const char *section; /* NULL: open to everybody who is signed in (what leaves is sealed) */
  BzgAct act;
  const char *purpose; /* consent of the person; NULL: none needed */
  gboolean training;   /* in a training casebook only */
} Rule;

static const Rule rules[BZG_N_EXITS] = {
  [BZG_EXIT_REPORT] = { "report", "programme", BZG_ACT_EXPORT, NULL, FALSE },
  [BZG_EXIT_LEDGER] = { "ledger", "programme", BZG_ACT_EXPORT, NULL, FALSE },
  [BZG_EXIT_TRUTH] = { "truth", "programme", BZG_ACT_EXPORT, NULL, TRUE },
  [BZG_EXIT_STORY] = { "story", "stories", BZG_ACT_EXPORT, "story_anonymised", FALSE },
  [BZG_EXIT_STORY_NAMED] = { "story_named", "stories", BZG_ACT_EXPORT, "story_named", FALSE },
  [BZG_EXIT_MICRODATA] = { "microdata", "programme", BZG_ACT_EXPORT, "research", FALSE },
  [BZG_EXIT_RECORDS] = { "records", "identity", BZG_ACT_EXPORT, "named_export", FALSE },
  [BZG_EXIT_CASE_FILE] = { "case_file", "case", BZG_ACT_EXPORT, NULL, FALSE },
  [BZG_EXIT_LETTER] = { "letter", "referrals", BZG_ACT_WRITE, "referral", FALSE },
  [BZG_EXIT_CERTIFICATE] = { "certificate", "support", BZG_ACT_READ, NULL, FALSE },
  [BZG_EXIT_CONSENT_FORM] = { "consent_form", "consent", BZG_ACT_READ, NULL, FALSE },
  [BZG_EXIT_BACKUP] = { "backup", NULL, BZG_ACT_READ, NULL, FALSE },
  [BZG_EXIT_BUNDLE] = { "bundle", NULL, BZG_ACT_READ, NULL, FALSE },
  [BZG_EXIT_SLIP] = { "slip", NULL, BZG_ACT_READ, NULL, FALSE },
};

struct _BzgPermit
{
  BzgSession *session;
  BzgExit kind;
  BzgId subject;
  gboolean has_subject;
  char *purpose;
  gboolean spent;
};

struct _BzgPermitSink
{
  BzgFileWriter *writer;
  BzgHash *hash;
};

const char *
bzg_exit_name (BzgExit kind)
{
  g_return_val_if_fail (kind < BZG_N_EXITS, "");
  return rules[kind].name;
}

gboolean
bzg_permit_consented (BzgSession *session, const BzgId *person, const char *purpose)
{
  g_autoptr (GPtrArray) consents = bzg_session_list (session, "consent", "person", person, NULL);
  const BzgRecord *latest = bzg_consent_latest (consents, purpose);
  BzgDate expires, today = bzg_session_today (session);

  if (latest == NULL || g_strcmp0 (bzg_record_get (latest, "status"), "given") != 0)
    return FALSE;
  return !bzg_date_from_iso (bzg_record_get (latest, "expires_on"), &expires)
         || bzg_date_compare (bzg_date_last_day (expires), today) >= 0;
}

BzgPermit *
bzg_permit_ask (
  BzgSession *session, BzgExit kind, const BzgId *subject, const char *purpose, GError **error)
{
  const Rule *rule;
  BzgPermit *self;

  g_return_val_if_fail (BZG_IS_SESSION (session) && kind < BZG_N_EXITS, NULL);
  rule = &rules[kind];
  if (rule->section != NULL && !bzg_session_allows (session, rule->section, rule->act))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "exit %s: needs the section %s",
                   rule->name, rule->section);
      return NULL;
    }
  if (rule->training && !bzg_session_is_training (session))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_TRAINING,
                   "exit %s: in a training casebook only", rule->name);
      return NULL;
    }
  if (subject != NULL && !bzg_id_is_zero (subject))
    {
      g_autoptr (BzgRecord) person = bzg_session_get (session, "person", subject, error);

      if (person == NULL)
        return NULL;
      if (rule->purpose != NULL && !bzg_permit_consented (session, subject, rule->purpose))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_CONSENT, "exit %s: needs the consent %s",
                       rule->name, rule->purpose);
          return NULL;
        }
    }
  self = g_new0 (BzgPermit, 1);
  self->session = g_object_ref (session);
  self->kind = kind;
  self->purpose = g_strdup (purpose);
  if (subject != NULL && !bzg_id_is_zero (subject))
    {
      self->subject = *subject;
      self->has_subject = TRUE;
    }
  return self;
}

void
bzg_permit_free (BzgPermit *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->session);
  g_free (self->purpose);
  g_free (self);
}

static gboolean
enter (BzgPermit *self, const guint8 hash[BZG_HASH_SIZE], GError **error)
{
  char text[BZG_HEX_SIZE (BZG_HASH_SIZE)];

  if (self->spent)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_BUG, "a permit was used twice");
      return FALSE;
    }
  if (!bzg_ledger_log_exit (self->session, rules[self->kind].name,
                            self->has_subject ? &self->subject : NULL, self->purpose,
                            bzg_hex_write (hash, BZG_HASH_SIZE, text), error))
    return FALSE;
  self->spent = TRUE;
  return TRUE;
}

gboolean
bzg_permit_sink_write (BzgPermitSink *sink, gconstpointer data, gsize len, GError **error)
{
  bzg_hash_update (sink->hash, data, len);
  return bzg_file_writer_write (sink->writer, data, len, error);
}

gboolean
bzg_permit_write_with (BzgPermit *self,
                       const char *path,
                       BzgFileFlags flags,
                       BzgPermitProducer producer,
                       gpointer user_data,
                       GError **error)
{
  g_autoptr (BzgFileWriter) writer = bzg_file_writer_begin (path, flags, error);
  BzgPermitSink sink;
  guint8 hash[BZG_HASH_SIZE];
  gboolean ok;

  if (writer == NULL)
    return FALSE;
  sink.writer = writer;
  sink.hash = bzg_hash_new_sha256 ();
  ok = producer (&sink, user_data, error);
  bzg_hash_finish (sink.hash, hash);
  return ok && bzg_file_writer_flush (writer, error) && enter (self, hash, error)
         && bzg_file_writer_commit (writer, error);
}

typedef struct
{
  gconstpointer data;
  gsize len;
} Bytes;

static gboolean
bytes_producer (BzgPermitSink *sink, gpointer user_data, GError **error)
{
  const Bytes *bytes = user_data;

  return bzg_permit_sink_write (sink, bytes->data, bytes->len, error);
}

gboolean
bzg_permit_write (BzgPermit *self,
                  const char *path,
                  gconstpointer data,
                  gsize len,
                  BzgFileFlags flags,
                  GError **error)
{
  Bytes bytes = { data, len };

  return bzg_permit_write_with (self, path, flags, bytes_producer, &bytes, error);
}

/* What stands on the disk, read through the writer's own descriptor. */
static gboolean
hash_descriptor (int fd, guint8 hash[BZG_HASH_SIZE], GError **error)
{
  BzgHash *state = bzg_hash_new_sha256 ();
  g_autofree guint8 *buffer = g_malloc (1 << 16);
  off_t at = 0;
  ssize_t n;

  do
    {
      n = pread (fd, buffer, 1 << 16, at);
      if (n > 0)
        {
          bzg_hash_update (state, buffer, (gsize) n);
          at += n;
        }
    }
  while (n > 0 || (n < 0 && errno == EINTR));
  bzg_hash_finish (state, hash);
  return n == 0 || bzg_error_set_errno (error, errno, "file");
}

gboolean
bzg_permit_seal (BzgPermit *self, BzgFileWriter *writer, GError **error)
{
  guint8 hash[BZG_HASH_SIZE];

  return bzg_file_writer_flush (writer, error)
         && hash_descriptor (bzg_file_writer_get_fd (writer), hash, error)
         && enter (self, hash, error) && bzg_file_writer_commit (writer, error);
}

gboolean
bzg_permit_enter (BzgPermit *self, gconstpointer data, gsize len, GError **error)
{
  guint8 hash[BZG_HASH_SIZE];

  bzg_sha256 (data, len, hash);
  return enter (self, hash, error);
}
