/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-papers.h"

/* The first paragraph opens the story; it is set larger, as newspapers do. */
static void
raise_lead (BzgDocument *document)
{
  for (guint i = 0; i < document->blocks->len; i++)
    {
      BzgBlock *block = g_ptr_array_index (document->blocks, i);

      if (block->kind == BZG_BLOCK_HEADING)
        continue;
      if (block->kind == BZG_BLOCK_PARAGRAPH)
        block->kind = BZG_BLOCK_LEAD;
      return;
    }
}

BzgDocument *
bzg_story_document (const BzgRecord *story, const char *programme, BzgLanguage lang)
{
  const char *title = bzg_record_get (story, "title");
  BzgDocument *document;

  /* Translators: the heading of a story that has none yet. */
  document = bzg_document_new (lang, title != NULL ? title : bzg_tr (lang, "Success story"));
  bzg_document_set_programme (document, programme);
  bzg_document_markdown (document, bzg_record_get (story, "body"), 2);
  raise_lead (document);
  bzg_document_note (document,
                     bzg_tr (lang, "The name and some details have been changed to protect "
                                   "the person."));

  return document;
}
