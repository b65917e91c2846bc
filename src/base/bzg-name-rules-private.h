/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/*
 * The tables of bzg-name.c, and nothing else. Who wants another rule adds a line here and raises
 * BZG_NAME_VERSION.
 *
 * In a spelling ^ stands for the beginning of a word and $ for its end. Of the rules that begin
 * with the same letter the first that fits is taken: longer ones stand before those they begin
 * with.
 */

typedef struct
{
  const char *from;
  const char *to;
} BzgNameRule;

/* Tajik, Russian, Uzbek; then Kazakh, Kyrgyz, Tatar, Azerbaijani letters. */
static const BzgNameRule cyrillic_rules[] = {
  { "дж", "j" }, { "а", "a" },  { "б", "b" },  { "в", "v" }, { "г", "g" }, { "ғ", "g" },
  { "д", "d" },  { "е", "e" },  { "ё", "io" }, { "ж", "y" }, { "з", "z" }, { "и", "i" },
  { "ӣ", "i" },  { "й", "i" },  { "к", "k" },  { "қ", "k" }, { "л", "l" }, { "м", "m" },
  { "н", "n" },  { "о", "o" },  { "п", "p" },  { "р", "r" }, { "с", "s" }, { "т", "t" },
  { "у", "u" },  { "ӯ", "u" },  { "ф", "f" },  { "х", "h" }, { "ҳ", "h" }, { "ц", "ts" },
  { "ч", "c" },  { "ҷ", "j" },  { "ш", "x" },  { "щ", "x" }, { "ы", "i" }, { "э", "e" },
  { "ю", "iu" }, { "я", "ia" }, { "і", "i" },  { "һ", "h" }, { "ә", "a" }, { "ө", "u" },
  { "ү", "u" },  { "ұ", "u" },  { "ң", "n" },  { "ҥ", "n" }, { "җ", "j" }, { "ҹ", "j" },
  { "ҝ", "g" },  { "ј", "i" },  { "ҫ", "s" },  { "ҙ", "z" }, { "ґ", "g" }, { "є", "e" },
};

/* English, French, German, Polish, Turkish, Uzbek, scholarly. */
static const BzgNameRule latin_rules[] = {
  /* Russian names in which x is кс, and those that German writes with j for й. */
  { "^alex", "aleks" },
  { "^max", "maks" },
  { "^oxan", "oksan" },
  { "^xeni", "kseni" },
  { "^jus", "ius" },
  { "^junus", "iunus" },
  { "^jatim", "iatim" },
  { "^jodg", "iodg" },
  { "^julia$", "iulia" },
  { "^jaku", "iaku" },
  { "^jaqu", "iaku" },
  { "^jelen", "elen" },
  { "^jevg", "evg" },
  { "^jewg", "evg" },
  { "^jurij", "iuri" },
  { "^julij", "iuli" },
  { "^othm", "osm" },
  { "ej$", "ei" },
  { "ejn", "ein" },
  { "ij$", "ii" },
  /* Lone ch: French ш and German х in names that do not exist with ч. */
  { "^chari", "xari" },
  { "^charo", "xaro" },
  { "^charaf", "xaraf" },
  { "^chams", "xams" },
  { "^chavk", "xavk" },
  { "^chodi", "xodi" },
  { "^choki", "xoki" },
  { "^chakim", "hakim" },
  { "^chaki", "xaki" },
  { "^chahr", "xahr" },
  { "^chahn", "xahn" },
  { "^chukr", "xukr" },
  { "^cherz", "xerz" },
  { "^cheral", "xeral" },
  { "^chamid", "hamid" },
  { "^chalid", "halid" },
  { "^chuse", "huse" },
  { "^churs", "hurs" },
  { "^chotam", "hotam" },
  { "^chikm", "hikm" },
  /* Western names in which c is к; else c before a vowel is ҷ, as in Turkish. */
  { "^carl", "karl" },
  { "^caro", "karo" },
  { "^cat", "kat" },
  { "nicol", "nikol" },
  { "marc", "mark" },
  { "osca", "oska" },
  { "ica$", "ika" },
  { "ca", "ja" },
  { "ce", "je" },
  { "ci", "ji" },
  { "cı", "ji" },
  { "co", "jo" },
  { "cu", "ju" },
  { "cü", "ju" },
  /* d and z that meet the beginning of -ҷон and -хон are no digraph: Умедҷон, Авазхон. */
  { "medjon", "medjon" },
  { "medjan", "medjan" },
  { "madjon", "madjon" },
  { "madjan", "madjan" },
  { "saidjon", "saidjon" },
  { "saidjan", "saidjan" },
  { "medzhon", "medjon" },
  { "madzhon", "madjon" },
  { "vazhon", "vazhon" },
  { "schtsch", "x" },
  { "chtch", "x" },
  /* s and z that meet at the joint of -zoda are no Polish letter. */
  { "szod", "szod" },
  { "szad", "szad" },
  { "shch", "x" },
  { "szcz", "x" },
  { "dsch", "j" },
  { "tsch", "c" },
  { "tch", "c" },
  { "dzh", "j" },
  { "dzj", "j" },
  { "dž", "j" },
  { "dż", "j" },
  { "sch", "x" },
  { "eev$", "eev" },
  { "eeva$", "eeva" },
  { "eew$", "eev" },
  { "eewa$", "eeva" },
  { "eef", "eef" },
  { "kh", "h" },
  { "gh", "g" },
  { "zh", "y" },
  { "ch", "c" },
  { "cz", "c" },
  { "sh", "x" },
  { "sz", "x" },
  { "ph", "f" },
  { "th", "t" },
  { "dj", "j" },
  { "tz", "ts" },
  { "ck", "k" },
  { "cq", "k" },
  { "oo", "u" },
  { "ee", "i" },
  { "ou", "u" },
  { "gue", "ge" },
  { "gui", "gi" },
  { "a", "a" },
  { "b", "b" },
  { "c", "k" },
  { "d", "d" },
  { "e", "e" },
  { "f", "f" },
  { "g", "g" },
  { "h", "h" },
  { "i", "i" },
  { "j", "j" },
  { "k", "k" },
  { "l", "l" },
  { "m", "m" },
  { "n", "n" },
  { "o", "o" },
  { "p", "p" },
  { "q", "k" },
  { "r", "r" },
  { "s", "s" },
  { "t", "t" },
  { "u", "u" },
  { "v", "v" },
  { "w", "v" },
  { "x", "h" },
  { "y", "i" },
  { "z", "z" },
  { "ā", "o" },
  { "â", "o" },
  { "č", "c" },
  { "ç", "c" },
  { "ë", "io" },
  { "ğ", "g" },
  { "ġ", "g" },
  { "ī", "i" },
  { "ı", "i" },
  { "ö", "u" },
  { "š", "x" },
  { "ş", "x" },
  { "ū", "u" },
  { "ü", "u" },
  { "ž", "y" },
  { "ż", "y" },
  { "ə", "a" },
};

/* Dari and Persian. Short vowels are not written: such a key is thin, and meets the others in the
 * loose key. Alef and ayn at the beginning stand for any vowel; it is i in the names listed. */
static const BzgNameRule arabic_rules[] = {
  { "^ابرا", "ibro" }, { "^اسم", "ism" },     { "^اسح", "ish" },   { "^اسک", "isk" },
  { "^اسل", "isl" },   { "^اقب", "ikb" },     { "^احسا", "ehso" }, { "^الها", "ilho" },
  { "^الیا", "ilio" }, { "^امام", "imom" },   { "^ادر", "idr" },   { "^اکرا", "ikro" },
  { "^افتخ", "ifth" }, { "^عرفا", "irfo" },   { "^عصم", "ism" },   { "^عنا", "ino" },
  { "^عزت", "izat" },  { "^عبدال", "abdul" }, { "^ای", "i" },      { "^او", "u" },
  { "^عی", "i" },      { "^عا", "o" },        { "الله", "ulo" },   { "الدین", "idin" },
  { "الدين", "idin" }, { "^ا", "a" },         { "^ع", "a" },       { "^و", "v" },
  { "وا", "vo" },      { "ا", "o" },          { "آ", "o" },        { "أ", "a" },
  { "إ", "i" },        { "ب", "b" },          { "پ", "p" },        { "ت", "t" },
  { "ث", "s" },        { "ج", "j" },          { "چ", "c" },        { "ح", "h" },
  { "خوا", "ho" },     { "خ", "h" },          { "د", "d" },        { "ذ", "z" },
  { "ر", "r" },        { "ز", "z" },          { "ژ", "y" },        { "س", "s" },
  { "ش", "x" },        { "ص", "s" },          { "ض", "z" },        { "ط", "t" },
  { "ظ", "z" },        { "ع", "" },           { "غ", "g" },        { "ف", "f" },
  { "ق", "k" },        { "ک", "k" },          { "ك", "k" },        { "گ", "g" },
  { "ل", "l" },        { "م", "m" },          { "ن", "n" },        { "ه$", "a" },
  { "ة$", "a" },       { "ه", "h" },          { "ة", "t" },        { "و", "u" },
  { "ؤ", "u" },        { "ی", "i" },          { "ي", "i" },        { "ى", "i" },
  { "ئ", "i" },        { "ء", "" },
};

/* What betrays who romanised a name. All words of the name are asked, all are read by it. */
typedef enum
{
  HABIT_NONE = 0,
  HABIT_CH_IS_H = 1 << 0,  /* German, Polish: Rachmonow */
  HABIT_J_IS_I = 1 << 1,   /* German: who writes dsch for ҷ has j left for й */
  HABIT_J_MAY_I = 1 << 2,  /* -ow: j is й inside a word, but for -jon, and ҷ at its beginning */
  HABIT_CH_IS_SH = 1 << 3, /* French, also of Soviet passports: Bachorat, Tchoriev */
  HABIT_C_IS_J = 1 << 4,   /* Turkish: Cemşid */
  HABIT_NOT_FRENCH = 1 << 5,
} BzgNameHabit;

static const struct
{
  const char *text;
  gboolean at_end;
  guint habit;
} habits[] = {
  { "ow", TRUE, HABIT_CH_IS_H | HABIT_J_MAY_I },
  { "owa", TRUE, HABIT_CH_IS_H | HABIT_J_MAY_I },
  { "ew", TRUE, HABIT_CH_IS_H | HABIT_J_MAY_I },
  { "ewa", TRUE, HABIT_CH_IS_H | HABIT_J_MAY_I },
  { "soda", TRUE, HABIT_CH_IS_H | HABIT_J_MAY_I },
  { "dsch", FALSE, HABIT_CH_IS_H | HABIT_J_IS_I },
  { "tsch", FALSE, HABIT_CH_IS_H | HABIT_J_IS_I },
  { "sch", FALSE, HABIT_CH_IS_H | HABIT_J_IS_I },
  { "tch", FALSE, HABIT_CH_IS_SH },
  { "ou", FALSE, HABIT_CH_IS_SH },
  { "sh", FALSE, HABIT_NOT_FRENCH },
  { "ş", FALSE, HABIT_C_IS_J },
  { "ğ", FALSE, HABIT_C_IS_J },
  { "ı", FALSE, HABIT_C_IS_J },
  { "ç", FALSE, HABIT_C_IS_J },
  { "ü", FALSE, HABIT_C_IS_J },
};

/* An ending of a key. */
typedef struct
{
  const char *text;
  guint8 len;
  guint8 keep;        /* letters of the key that must be left */
  const char *except; /* not if exactly one of these is left: Шерзод is nobody's child */
} BzgNameEnding;

#define ENDING(text, keep, except)                                                                 \
  {                                                                                                \
    text, sizeof text - 1, keep, except                                                            \
  }

/* Child of: taken off before doubled letters become one, or Парвиззода would leave Парви. */
static const BzgNameEnding child_endings[] = {
  ENDING ("zoda", 2, "xah xoh xer beh far mir dil nav nek"),
  ENDING ("zodah", 3, NULL),
  ENDING ("soda", 3, "xah xoh"),
  ENDING ("zadeh", 3, NULL),
  ENDING ("zade", 2, "xah xoh"),
  ENDING ("zada", 2, "xah xoh"),
  ENDING ("sade", 4, NULL),
  ENDING ("zod", 3, "xah xoh xer beh far mir dil nav nek farah"),
  ENDING ("zad", 3, "xah xoh xer beh far mir dil nav nek farah"),
  ENDING ("sod", 4, NULL),
  ENDING ("sad", 4, NULL),
};

/* Soviet and Tajik families and fathers, Turkic sons and daughters. */
static const BzgNameEnding family_endings[] = {
  ENDING ("ovic", 2, NULL), ENDING ("evic", 2, NULL), ENDING ("ovna", 2, NULL),
  ENDING ("evna", 2, NULL), ENDING ("ova", 2, NULL),  ENDING ("eva", 2, NULL),
  ENDING ("ov", 2, NULL),   ENDING ("ev", 2, NULL),   ENDING ("of", 4, NULL),
  ENDING ("ef", 4, NULL),   ENDING ("ijon", 4, NULL), ENDING ("ioni", 3, NULL),
  ENDING ("ion", 3, NULL),  ENDING ("ien", 3, NULL),  ENDING ("far", 5, "gazan"),
  ENDING ("pur", 4, NULL),  ENDING ("ugli", 3, NULL), ENDING ("ogli", 3, NULL),
  ENDING ("oglu", 3, NULL), ENDING ("kizi", 3, NULL), ENDING ("gizi", 3, NULL),
  ENDING ("ulu", 4, NULL),  ENDING ("i", 4, NULL),
};

/* Those of a father: in a whole name of three words the loose key does without him. */
static const char *const father_endings[]
  = { "ovic", "evic", "ovna", "evna", "ugli", "ogli", "oglu", "kizi", "gizi" };

/* Said out of politeness, written or not: only the loose key drops them. In its sounds, where ч and
 * ж are j. */
static const BzgNameEnding courtesy_endings[] = {
  ENDING ("jon", 3, NULL),
  ENDING ("jan", 3, NULL),
  ENDING ("honum", 3, NULL),
  ENDING ("hanum", 3, NULL),
  ENDING ("hanim", 3, NULL),
  ENDING ("hon", 3, "sub bur far tar sar"),
  ENDING ("han", 3, "sub bur far tar sar"),
  ENDING ("bek", 4, NULL),
  ENDING ("beg", 4, NULL),
  ENDING ("boi", 4, NULL),
  ENDING ("bai", 4, NULL),
  ENDING ("bi", 4, NULL),
  ENDING ("oi", 4, NULL),
};

/* Words that are no part of a name. @others: how many other words must be there; a man may be
 * called Ҳоҷӣ. In keys. */
static const struct
{
  const char *key;
  guint8 others;
} idle_words[] = {
  { "ugli", 1 }, { "ogli", 1 },   { "oglu", 1 },  { "ogil", 1 },  { "ugil", 1 },  { "kizi", 1 },
  { "gizi", 1 }, { "kiz", 1 },    { "uli", 1 },   { "ulu", 1 },   { "ibn", 1 },   { "bin", 1 },
  { "bint", 1 }, { "zoda", 1 },   { "zade", 1 },  { "zod", 1 },   { "usto", 1 },  { "mulo", 1 },
  { "mula", 1 }, { "domulo", 1 }, { "domla", 1 }, { "kori", 1 },  { "aka", 1 },   { "apa", 1 },
  { "amak", 1 }, { "mr", 1 },     { "mrs", 1 },   { "ms", 1 },    { "dr", 1 },    { "janob", 1 },
  { "hoji", 2 }, { "haji", 2 },   { "hajji", 2 }, { "exon", 2 },  { "ixan", 2 },  { "xaih", 2 },
  { "bek", 2 },  { "boi", 2 },    { "bai", 2 },   { "bi", 2 },    { "bibi", 2 },  { "jon", 2 },
  { "jan", 2 },  { "hon", 2 },    { "han", 2 },   { "honum", 2 }, { "hanum", 2 }, { "oi", 2 },
};

/* Ends a key like those of the words of father_endings: the word before is the father. */
static const char *const father_words[]
  = { "ugli", "ogli", "oglu", "ogil", "ugil", "kizi", "gizi", "kiz", "uli", "ulu", "ibn", "bin" };

/* Servant of, and the faith: written as one word or as two or three. As prepared words. */
static const char *const joined_to_next[]
  = { "абд",   "абду",  "абдул", "абдур",  "абдус", "абдуш",  "абдун",  "abd",   "abdu",
      "abdul", "abdur", "abdus", "abdush", "abdun", "abdoul", "abdool", "abdel", "عبد" };
static const char *const joined_to_both[]
  = { "ud", "ul", "ur", "al", "el", "ad", "ed", "уд", "ул", "ал", "ад", "эд" };
static const char *const joined_to_last[] = { "uddin", "eddin", "aldin", "addin", "udin",  "уддин",
                                              "иддин", "ullah", "ulla",  "الدین", "الدين", "الله" };

/* Arabic compounds, in keys after doubled letters became one. */
static const BzgNameRule compound_rules[] = {
  { "^abdal", "abdul" }, { "^abdel", "abdul" }, { "^abdol", "abdul" }, { "^abdil", "abdul" },
  { "aldin$", "idin" },  { "uldin$", "idin" },  { "eldin$", "idin" },  { "udin$", "idin" },
  { "edin$", "idin" },   { "ulah$", "ulo" },    { "uloh$", "ulo" },    { "ula$", "ulo" },
  { "olah$", "ulo" },    { "olo$", "ulo" },     { "olla$", "ulo" },
};

/* After these the l of Абдул- is written or not: Абдулкарим, Абдукарим; Абдулазиз, Абдуазиз. */
static const char *const after_servant[] = { "aziz", "azim", "ahad", "ali" };

/* For the loose key: what one writer in ten exchanges. */
static const BzgNameRule loose_rules[] = {
  { "sh", "x" }, { "kh", "h" }, { "gh", "h" }, { "ts", "s" }, { "tc", "j" },
  { "c", "j" },  { "y", "j" },  { "z", "s" },  { "g", "h" },  { "p", "f" },
};
