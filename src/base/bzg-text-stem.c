/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One table of endings for Tajik, Russian and English, for folded words. Endings come off one after
 * the other, the longest first, as long as enough of the word is left: short and common endings ask
 * for more (-он: Каримон is Карим, but Раҳмон stays). It is no grammar: it strips too much rather
 * than too little, from both sides of a comparison in the same way. Who must not be misled takes
 * bzg_text_stem_steps() and accepts a match at any step.
 */
#include "base/bzg-text.h"

#include "base/bzg-text-private.h"

#include <string.h>

typedef struct
{
  const char *text;
  guint8 keep; /* letters that must be left */
} Ending;

static const Ending endings[] = {
  /* Tajik: object, izofat, plural, possessive */
  { "ро", 3 },
  { "иро", 3 },
  { "хо", 3 },
  { "хои", 3 },
  { "он", 5 },
  { "ен", 4 },
  { "ам", 4 },
  { "ат", 4 },
  { "аш", 4 },
  { "амон", 4 },
  { "атон", 4 },
  { "ашон", 4 },
  { "йи", 3 },
  { "ии", 3 },
  /* Tajik: titles and families */
  { "чон", 3 },
  { "хон", 3 },
  { "хонум", 3 },
  { "бек", 3 },
  { "бой", 3 },
  { "би", 4 },
  { "зода", 2 },
  { "зод", 2 },
  { "пур", 3 },
  { "фар", 3 },
  { "иен", 3 },
  { "иени", 3 },
  /* Russian: families and fathers */
  { "ов", 3 },
  { "ев", 3 },
  { "ова", 3 },
  { "ева", 3 },
  { "ович", 3 },
  { "евич", 3 },
  { "овна", 3 },
  { "евна", 3 },
  { "ич", 4 },
  /* Russian: cases */
  { "а", 3 },
  { "я", 3 },
  { "у", 3 },
  { "ю", 3 },
  { "е", 3 },
  { "и", 3 },
  { "ы", 3 },
  { "ои", 4 },
  { "ой", 3 },
  { "ей", 3 },
  { "ою", 3 },
  { "ом", 3 },
  { "ем", 3 },
  { "ым", 3 },
  { "им", 4 },
  { "ых", 3 },
  { "ами", 3 },
  { "ями", 3 },
  { "ях", 3 },
  { "ия", 3 },
  { "ии", 3 },
  { "ию", 3 },
  { "ого", 3 },
  { "ому", 3 },
  /* Latin letters: Tajik and Russian families, the English plural and genitive */
  { "s", 3 },
  { "ov", 3 },
  { "ova", 3 },
  { "ev", 3 },
  { "eva", 3 },
  { "yev", 3 },
  { "yeva", 3 },
  { "ovich", 3 },
  { "evich", 3 },
  { "ovna", 3 },
  { "evna", 3 },
  { "zoda", 2 },
  { "zodah", 2 },
  { "zod", 2 },
  { "pur", 3 },
  { "far", 3 },
  { "iyon", 3 },
  { "iyen", 3 },
  { "ro", 4 },
  { "ho", 4 },
  { "jon", 3 },
  { "khon", 3 },
  { "bek", 3 },
  { "boy", 3 },
  { "i", 4 },
  { "y", 4 },
};

/* Adjectives of places: what may stand between the name and the tail, the tail. Longest last. */
static const char *const place_links[] = { "", "ин", "ен", "ан", "ов", "ев", "in", "en", "ov" };
static const char *const place_tails[] = {
  "ский",  "ская", "ское", "ской", "ского", "скому", "ским", "ском", "скую",  "ские", "ских",
  "скими", "sky",  "skiy", "skii", "skaya", "skoye", "skoe", "skoy", "skogo", "skom", "skuyu",
};

#define PLACE_KEEP 3

static gsize
count_letters (const char *text, gsize len)
{
  return (gsize) g_utf8_strlen (text, (gssize) len);
}

/* The length without the longest ending that may come off; @len if none may. */
static gsize
strip_once (const char *word, gsize len)
{
  gsize best = len;

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize n = strlen (endings[i].text);

      if (n < len && len - n < best && memcmp (word + len - n, endings[i].text, n) == 0
          && count_letters (word, len - n) >= endings[i].keep)
        best = len - n;
    }
  return best;
}

guint
bzg_text_stem_steps (const char *word, gsize len, gsize *lens, guint max)
{
  guint n = 0;

  for (;;)
    {
      gsize shorter = strip_once (word, len);

      if (n < max)
        lens[n++] = len;
      if (shorter == len || n == max)
        return n;
      len = shorter;
    }
}

guint
bzg_text_place_steps (const char *word, gsize len, gsize *lens, guint max)
{
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (place_tails); i++)
    {
      gsize tail = strlen (place_tails[i]), rest;

      if (tail >= len || memcmp (word + len - tail, place_tails[i], tail) != 0)
        continue;
      rest = len - tail;
      for (gsize j = 0; j < G_N_ELEMENTS (place_links); j++)
        {
          gsize link = strlen (place_links[j]);

          if (n < max && link < rest && memcmp (word + rest - link, place_links[j], link) == 0
              && count_letters (word, rest - link) >= PLACE_KEEP)
            lens[n++] = rest - link;
        }
    }
  return n;
}

gsize
bzg_text_stem_len (const char *word, gsize len)
{
  gsize shorter;

  while ((shorter = strip_once (word, len)) < len)
    len = shorter;
  return len;
}

char *
bzg_text_stem (const char *word)
{
  g_autofree char *folded = bzg_text_fold (word);

  return g_strndup (folded, bzg_text_stem_len (folded, strlen (folded)));
}
