/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-report-private.h"

#include "base/bzg-error.h"

#include <string.h>

struct _BzgReport
{
  const BzgReportDefinition *definition;
  BzgRelease *release;
  BzgLanguage lang;
  char *programme;
  BzgDate date;
  gboolean training;
  BzgDocument *document;
};

static void
build_document (BzgReport *self)
{
  BzgReportContext context = {
    .programme = self->programme,
    .fund = bzg_release_fund (self->release),
    .period = bzg_release_period (self->release),
    .date = self->date,
    .imprecise = bzg_release_imprecise (self->release),
    .certificate = bzg_release_certificate (self->release),
    .training = self->training,
    .published = bzg_release_published (self->release) != NULL,
    .corrects = bzg_release_corrects (self->release),
  };

  g_clear_pointer (&self->document, bzg_document_free);
  self->document
    = _bzg_report_build (self->definition, bzg_release_shown (self->release), &context, self->lang);
}

/* Everything but the proof: on the session's thread. */
static BzgReport *
begin (BzgSession *session,
       const char *id,
       const char *period,
       const char *fund,
       gboolean correct,
       BzgLanguage lang,
       GError **error)
{
  const BzgReportDefinition *definition = bzg_report_definition (id, error);
  g_autoptr (BzgRecord) programme = NULL;
  BzgRelease *release;
  BzgReport *self;

  if (definition == NULL)
    return NULL;
  if (fund != NULL && !definition->takes_fund)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE,
                           "this report is not made for one fund");
      return NULL;
    }
  release = bzg_release_new (session, id, definition->figures, period, fund, correct, error);
  if (release == NULL)
    return NULL;

  programme = bzg_session_programme (session);
  self = g_new0 (BzgReport, 1);
  self->definition = definition;
  self->release = release;
  self->lang = lang;
  self->programme = g_strdup (programme != NULL ? bzg_record_get (programme, "name") : NULL);
  self->date = bzg_session_today (session);
  self->training = bzg_session_is_training (session);

  return self;
}

BzgReport *
bzg_report_make (BzgSession *session,
                 const char *id,
                 const char *period,
                 const char *fund,
                 gboolean correct,
                 BzgLanguage lang,
                 BzgProofProgress progress,
                 gpointer progress_data,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (BzgReport) self = begin (session, id, period, fund, correct, lang, error);

  if (self == NULL
      || !bzg_release_protect (self->release, progress, progress_data, cancellable, error))
    return NULL;
  build_document (self);

  return g_steal_pointer (&self);
}

static void
protected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BzgReport *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!bzg_release_protect_finish (result, &error))
    {
      bzg_report_free (self);
      g_task_return_error (task, error);
      return;
    }
  build_document (self);
  /* The task only carries the report; it goes on to the caller. */
  g_task_set_task_data (task, NULL, NULL);
  g_task_return_pointer (task, self, (GDestroyNotify) bzg_report_free);
}

void
bzg_report_make_async (BzgSession *session,
                       const char *id,
                       const char *period,
                       const char *fund,
                       gboolean correct,
                       BzgLanguage lang,
                       BzgProofProgress progress,
                       gpointer progress_data,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  GError *error = NULL;
  BzgReport *self = begin (session, id, period, fund, correct, lang, &error);

  g_task_set_source_tag (task, bzg_report_make_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, self, NULL);
  bzg_release_protect_async (self->release, progress, progress_data, cancellable, protected_cb,
                             g_steal_pointer (&task));
}

BzgReport *
bzg_report_make_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bzg_report_make_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
bzg_report_free (BzgReport *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->document, bzg_document_free);
  g_clear_pointer (&self->release, bzg_release_free);
  g_free (self->programme);
  g_free (self);
}

const char *
bzg_report_get_id (const BzgReport *self)
{
  return self->definition->id;
}

const BzgPeriod *
bzg_report_get_period (const BzgReport *self)
{
  return bzg_release_period (self->release);
}

const char *
bzg_report_get_fund (const BzgReport *self)
{
  return bzg_release_fund (self->release);
}

const BzgDocument *
bzg_report_get_document (const BzgReport *self)
{
  return self->document;
}

const BzgRelease *
bzg_report_get_release (const BzgReport *self)
{
  return self->release;
}

gboolean
bzg_report_is_published (const BzgReport *self)
{
  return bzg_release_published (self->release) != NULL;
}

gboolean
bzg_report_set_language (BzgReport *self, BzgLanguage lang, GError **error)
{
  self->lang = lang;
  build_document (self);

  return TRUE;
}

/* The bytes of one format. JSON and CSV are the open tables, which anyone can audit; they have no
 * language. */
static GBytes *
render (const BzgReport *self, BzgDocumentFormat format, GCancellable *cancellable, GError **error)
{
  char *text;

  if (format != BZG_DOCUMENT_JSON && format != BZG_DOCUMENT_CSV)
    return bzg_document_render (self->document, format, cancellable, error);
  text = format == BZG_DOCUMENT_JSON ? bzg_tables_write_json (bzg_release_tables (self->release))
                                     : bzg_tables_write_csv (bzg_release_tables (self->release));

  return g_bytes_new_take (text, strlen (text));
}

#define FUND_LENGTH 40 /* letters of a fund in the name of a file */

/* "donor_2019-Q4_Fund-one": what every file system takes. */
static char *
make_stem (const BzgReport *self)
{
  GString *stem = g_string_new (self->definition->id);
  const char *fund = bzg_release_fund (self->release);
  guint n = 0;

  g_string_append_printf (stem, "_%s", bzg_report_get_period (self)->id);
  if (bzg_release_edition (self->release) > 1)
    g_string_append_printf (stem, "_edition-%u", bzg_release_edition (self->release));
  g_string_append (stem, fund != NULL ? "_" : "");
  for (const char *p = fund; p != NULL && *p != '\0' && n < FUND_LENGTH; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (stem, g_unichar_isalnum (c) ? c : '-');
      n++;
    }
  return g_string_free (stem, FALSE);
}

/* Says what it is and nothing about anybody; a second report of the same name gets a number. */
static char *
make_path (const BzgReport *self, BzgDocumentFormat format, const char *folder)
{
  const char *suffix = bzg_document_format_code (format);
  gboolean has_language = format != BZG_DOCUMENT_JSON && format != BZG_DOCUMENT_CSV;
  g_autofree char *stem = make_stem (self);

  for (guint n = 1;; n++)
    {
      g_autofree char *number = n > 1 ? g_strdup_printf ("_%u", n) : g_strdup ("");
      g_autofree char *name
        = g_strdup_printf ("%s%s%s%s.%s", stem, number, has_language ? "_" : "",
                           has_language ? bzg_language_code (self->lang) : "", suffix);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (n == 999 || !g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

gboolean
bzg_report_write (BzgSession *session,
                  const BzgReport *self,
                  BzgDocumentFormat format,
                  const char *folder,
                  char **path,
                  GCancellable *cancellable,
                  GError **error)
{
  const char *fund = bzg_release_fund (self->release);
  g_autofree char *purpose = NULL;
  g_autoptr (BzgPermit) permit = NULL;
  g_autofree char *target = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!bzg_release_may_leave (self->release, session, error))
    return FALSE;
  purpose = g_strjoin (" ", self->definition->id, bzg_report_get_period (self)->id,
                       bzg_document_format_code (format), fund, NULL);
  permit = bzg_permit_ask (session, BZG_EXIT_REPORT, NULL, purpose, error);
  if (permit == NULL)
    return FALSE;
  bytes = render (self, format, cancellable, error);
  if (bytes == NULL)
    return FALSE;
  target = make_path (self, format, folder);
  if (!bzg_permit_write (permit, target, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                         BZG_FILE_NEW, error))
    return FALSE;
  if (path != NULL)
    *path = g_steal_pointer (&target);

  return TRUE;
}

gboolean
bzg_report_publish (BzgSession *session, BzgReport *self, GCancellable *cancellable, GError **error)
{
  if (!bzg_release_publish (self->release, session, error))
    return FALSE;
  build_document (self);

  return TRUE;
}
