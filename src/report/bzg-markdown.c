/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-document.h"

#include <cmark.h>
#include <string.h>

/*
 * Story and report text is CommonMark; the parser is libcmark's. Only its tree is used, never its
 * HTML, so that raw HTML, link targets and pictures have no way into a document.
 */

typedef struct
{
  BzgDocument *document;
  BzgBlock *block; /* where runs go; NULL between blocks */
  guint base_level;
  guint quotes;
  guint strong, emph, pictures;
  guint numbers[16]; /* per nested list: the next number, 0 for bullets */
  guint depth;
  guint item_number;
  gboolean in_item;
} Walk;

static void
add_run (Walk *walk, const char *text)
{
  BzgRunStyle style = BZG_RUN_PLAIN;

  if (walk->block == NULL || walk->pictures > 0 || text == NULL || text[0] == '\0')
    return;
  if (walk->strong > 0)
    style |= BZG_RUN_BOLD;
  if (walk->emph > 0)
    style |= BZG_RUN_ITALIC;

  /* The parser cuts text at each punctuation mark; joined again the runs shape and wrap better. */
  if (walk->block->runs->len > 0)
    {
      BzgRun *last = g_ptr_array_index (walk->block->runs, walk->block->runs->len - 1);

      if (last->style == style)
        {
          char *joined = g_strconcat (last->text, text, NULL);

          g_free (last->text);
          last->text = joined;
          return;
        }
    }
  bzg_block_run (walk->block, text, style);
}

static void
enter_list (Walk *walk, cmark_node *node)
{
  if (walk->depth < G_N_ELEMENTS (walk->numbers))
    walk->numbers[walk->depth] = cmark_node_get_list_type (node) == CMARK_ORDERED_LIST
                                   ? MAX (cmark_node_get_list_start (node), 1)
                                   : 0;
  walk->depth++;
}

static void
enter_item (Walk *walk)
{
  guint level = walk->depth - 1;

  walk->in_item = TRUE;
  walk->item_number = 0;
  if (level < G_N_ELEMENTS (walk->numbers) && walk->numbers[level] > 0)
    walk->item_number = walk->numbers[level]++;
}

static void
enter_paragraph (Walk *walk)
{
  BzgBlockKind kind = BZG_BLOCK_PARAGRAPH;

  if (walk->in_item)
    kind = BZG_BLOCK_LIST_ITEM;
  else if (walk->quotes > 0)
    kind = BZG_BLOCK_QUOTE;
  walk->block = bzg_document_text_block (walk->document, kind);
  if (kind == BZG_BLOCK_LIST_ITEM)
    walk->block->number = walk->item_number;
  walk->in_item = FALSE; /* a second paragraph of the item stands without a mark */
}

static void
visit (Walk *walk, cmark_node *node, gboolean enter)
{
  switch ((int) cmark_node_get_type (node))
    {
    case CMARK_NODE_HEADING:
      walk->block = NULL;
      if (enter)
        {
          guint level = walk->base_level + cmark_node_get_heading_level (node) - 1;

          walk->block = bzg_document_text_block (walk->document, BZG_BLOCK_HEADING);
          walk->block->level = CLAMP (level, 1, 3);
        }
      break;
    case CMARK_NODE_PARAGRAPH:
      walk->block = NULL;
      if (enter)
        enter_paragraph (walk);
      break;
    case CMARK_NODE_CODE_BLOCK:
      walk->block = bzg_document_text_block (walk->document, BZG_BLOCK_PARAGRAPH);
      add_run (walk, cmark_node_get_literal (node));
      walk->block = NULL;
      break;
    case CMARK_NODE_BLOCK_QUOTE:
      walk->quotes += enter ? 1 : -1;
      break;
    case CMARK_NODE_LIST:
      if (enter)
        enter_list (walk, node);
      else
        walk->depth--;
      break;
    case CMARK_NODE_ITEM:
      if (enter)
        enter_item (walk);
      else
        walk->in_item = FALSE;
      break;
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
      add_run (walk, cmark_node_get_literal (node));
      break;
    case CMARK_NODE_SOFTBREAK:
      add_run (walk, " ");
      break;
    case CMARK_NODE_LINEBREAK:
      add_run (walk, "\n");
      break;
    case CMARK_NODE_STRONG:
      walk->strong += enter ? 1 : -1;
      break;
    case CMARK_NODE_EMPH:
      walk->emph += enter ? 1 : -1;
      break;
    case CMARK_NODE_IMAGE:
      walk->pictures += enter ? 1 : -1;
      break;
    default: /* raw HTML and link targets are not for paper; the text of links comes */
      break;
    }
}

void
bzg_document_markdown (BzgDocument *self, const char *text, guint base_level)
{
  Walk walk = { .document = self, .base_level = MAX (base_level, 1) };
  cmark_node *tree;
  cmark_iter *iter;
  cmark_event_type event;

  if (text == NULL)
    return;

  tree = cmark_parse_document (text, strlen (text), CMARK_OPT_VALIDATE_UTF8);
  iter = cmark_iter_new (tree);
  while ((event = cmark_iter_next (iter)) != CMARK_EVENT_DONE)
    visit (&walk, cmark_iter_get_node (iter), event == CMARK_EVENT_ENTER);
  cmark_iter_free (iter);
  cmark_node_free (tree);
}
