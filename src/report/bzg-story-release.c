/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-story-release.h"

#include "release/bzg-permit.h"
#include "release/bzg-story-check.h"
#include "report/bzg-papers.h"
#include "report/bzg-render.h"

static gboolean
write_one (BzgSession *session,
           const BzgId *person,
           const BzgDocument *document,
           BzgDocumentFormat format,
           const char *path,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GBytes) bytes = bzg_document_render (document, format, cancellable, error);
  g_autoptr (BzgPermit) permit = NULL;

  if (bytes == NULL)
    return FALSE;
  permit
    = bzg_permit_ask (session, BZG_EXIT_STORY, person, bzg_document_format_code (format), error);

  return permit != NULL
         && bzg_permit_write (permit, path, g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes), BZG_FILE_NEW, error);
}

char **
bzg_story_release (BzgSession *session,
                   const BzgId *id,
                   const char *folder,
                   GCancellable *cancellable,
                   GError **error)
{
  static const BzgDocumentFormat formats[]
    = { BZG_DOCUMENT_PDF, BZG_DOCUMENT_ODT, BZG_DOCUMENT_TEXT };
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (BzgRecord) programme = bzg_session_programme (session);
  g_autoptr (BzgDocument) document = NULL;
  g_autoptr (BzgRecord) story = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autofree char *hash = NULL;
  BzgLanguage lang;
  BzgId person;

  if (!bzg_story_may_leave (session, id, error))
    return NULL;
  story = bzg_session_get (session, "story", id, error);
  if (story == NULL)
    return NULL;
  bzg_record_get_id (story, "person", &person);
  if (!bzg_language_from_code (bzg_record_get (story, "language"), &lang))
    lang = BZG_LANGUAGE_EN;
  document = bzg_story_document (story, bzg_record_get (programme, "name"), lang);
  hash
    = bzg_story_text_hash (bzg_record_get (story, "title"), bzg_record_get (story, "body"), lang);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *name = g_strdup_printf ("story-%.8s-%s.%s", hash, bzg_language_code (lang),
                                               bzg_document_format_code (formats[i]));
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!write_one (session, &person, document, formats[i], path, cancellable, error))
        return NULL;
      g_strv_builder_add (paths, path);
    }
  bzg_record_set (story, "status", "released");
  bzg_work_put (work, story);
  if (!bzg_session_commit (session, work, error))
    return NULL;

  return g_strv_builder_end (paths);
}
