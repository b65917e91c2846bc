/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-private.h"

#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "base/bzg-name.h"
#include "base/bzg-text.h"
#include "casebook/bzg-sealed.h"

#include <string.h>

/*
 * Everything the casebook knows that points at this person: the terms to look for. Taken from every
 * field that the dictionary calls direct, and from those that tell dates, places and amounts.
 */

static void
term_free (gpointer data)
{
  BzgStoryTerm *term = data;

  g_free (term->text);
  g_free (term->suggestion);
  g_strfreev (term->keys);
  g_ptr_array_unref (term->bases);
  g_free (term->full);
  g_free (term);
}

void
_bzg_story_case_free (BzgStoryCase *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->terms);
  g_array_unref (self->amounts);
  g_free (self->region);
  g_free (self->country);
  g_free (self->category);
  g_free (self->pseudonym);
  g_free (self);
}

/* The full keys of a word, whole and without its endings: what an adjective is made of. */
static char **
bases_of (const char *folded)
{
  gsize lens[8];
  guint n = bzg_text_stem_steps (folded, strlen (folded), lens, G_N_ELEMENTS (lens));
  char **bases = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *part = g_strndup (folded, lens[i]);

      bases[i] = bzg_name_full_key (part);
    }
  return bases;
}

char **
_bzg_story_term_keys (const char *text, gboolean place, GPtrArray **bases)
{
  g_autoptr (GPtrArray) words = _bzg_story_words (text);
  g_auto (GStrv) generic = _bzg_story_list ("generic", "places");
  GPtrArray *keys = g_ptr_array_new ();

  *bases = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (guint i = 0; i < words->len; i++)
    {
      const BzgStoryWord *word = g_ptr_array_index (words, i);
      char *key;

      if (place && _bzg_story_listed (generic, word->folded))
        continue;
      key = bzg_name_strict_key (word->folded);
      if (*key == '\0')
        {
          g_free (key);
          continue;
        }
      g_ptr_array_add (keys, key);
      if (place)
        g_ptr_array_add (*bases, bases_of (word->folded));
    }
  g_ptr_array_add (keys, NULL);
  return (char **) g_ptr_array_free (keys, FALSE);
}

static void
add_term (BzgStoryCase *c,
          BzgTermKind kind,
          const char *text,
          BzgStorySeverity severity,
          const char *category,
          const char *suggestion)
{
  BzgStoryTerm *term;

  if (text == NULL || *text == '\0')
    return;
  term = g_new0 (BzgStoryTerm, 1);
  term->kind = kind;
  term->text = g_strdup (text);
  term->severity = severity;
  term->category = category;
  term->suggestion = g_strdup (suggestion != NULL ? suggestion : "");
  term->keys = _bzg_story_term_keys (text, kind == BZG_TERM_PLACE, &term->bases);
  g_ptr_array_add (c->terms, term);
}

/* Each word of a name is a term of its own: people are called by any of them. Whose name it is,
 * c->owners says. */
static void
add_name (BzgStoryCase *c, const char *name, const char *category, const char *suggestion)
{
  g_autoptr (GPtrArray) words = NULL;
  g_auto (GStrv) common = NULL;

  if (name == NULL)
    return;
  words = _bzg_story_words (name);
  common = _bzg_story_list ("common", "names");
  for (guint i = 0; i < words->len; i++)
    {
      const BzgStoryWord *word = g_ptr_array_index (words, i);
      BzgStoryTerm *term;

      if (g_utf8_strlen (word->folded, -1) < 2)
        continue;
      add_term (c, BZG_TERM_NAME, word->folded, BZG_STORY_BLOCK, category, suggestion);
      term = g_ptr_array_index (c->terms, c->terms->len - 1);
      term->common = g_strv_contains ((const char *const *) common, word->folded);
      term->full = bzg_name_full_key (word->folded);
      term->owner = c->owners;
    }
}

/* A field of phones holds several. */
static void
add_digits (BzgStoryCase *c, const char *text, const char *category)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  const char *next = text != NULL ? strchr (text, ';') : NULL;

  if (next != NULL)
    add_digits (c, next + 1, category);
  for (const char *p = text; p != NULL && *p != '\0' && p != next; p++)
    if (g_ascii_isdigit (*p))
      g_string_append_c (digits, *p);
  /* A phone is found by what follows the country's code, and by its tail. */
  if (digits->len >= BZG_STORY_TAIL)
    add_term (c, BZG_TERM_DIGITS, digits->len > 9 ? digits->str + digits->len - 9 : digits->str,
              BZG_STORY_BLOCK, category, "");
}

static void
add_amount (BzgStoryCase *c, const char *canonical)
{
  gint64 minor;

  if (canonical != NULL && bzg_parse_money (canonical, "TJS", &minor, NULL) && minor > 0)
    g_array_append_val (c->amounts, minor);
}

/* Capitalised words inside the sentences of a note are names of somebody or something. */
static void
add_note (BzgStoryCase *c, const char *text)
{
  g_autoptr (GPtrArray) words = NULL;
  g_autofree char *other = NULL;

  if (text == NULL)
    return;
  words = _bzg_story_words (text);
  other = _bzg_story_phrase (c->lang, "other");
  for (guint i = 0; i < words->len; i++)
    {
      const BzgStoryWord *word = g_ptr_array_index (words, i);

      if (word->capital && !word->sentence && g_utf8_strlen (word->folded, -1) > 2)
        add_term (c, BZG_TERM_NAME, word->folded, BZG_STORY_REVIEW, "person_other", other);
    }
  add_term (c, BZG_TERM_PHRASE, text, BZG_STORY_REVIEW, "unique", "");
}

static const char *
get (const BzgRecord *record, const char *name)
{
  return record != NULL ? bzg_record_get (record, name) : NULL;
}

/* A place below the region: in every language that its code list knows, and as written. */
static void
add_place (BzgStoryCase *c, const char *list, const char *code, const char *suggestion)
{
  for (BzgLanguage lang = 0; code != NULL && lang < BZG_N_LANGUAGES; lang++)
    add_term (c, BZG_TERM_PLACE, list != NULL ? bzg_code_label (list, code, lang) : code,
              BZG_STORY_BLOCK, "place", suggestion);
}

static void
add_person (BzgStoryCase *c, const BzgRecord *person, const char *category, const char *suggestion)
{
  g_autofree char *place = NULL;

  c->owners++;
  add_name (c, get (person, "family_name"), category, suggestion);
  add_name (c, get (person, "given_name"), category, suggestion);
  add_name (c, get (person, "patronymic"), category, suggestion);
  add_name (c, get (person, "other_names"), category, suggestion);
  add_digits (c, get (person, "phone"), "phone");
  add_digits (c, get (person, "document_no"), "document");
  add_term (c, BZG_TERM_EXACT, get (person, "document_no"), BZG_STORY_BLOCK, "document", "");
  add_term (c, BZG_TERM_EXACT, get (person, "email"), BZG_STORY_BLOCK, "email", "");
  place = c->region != NULL ? g_strdup (bzg_code_label ("region", c->region, c->lang))
                            : _bzg_story_phrase (c->lang, "place");
  add_place (c, NULL, get (person, "jamoat"), place);
  add_place (c, NULL, get (person, "settlement"), place);
  add_place (c, "district", get (person, "district"), place);
}

static void
add_household (BzgStoryCase *c)
{
  g_autoptr (GPtrArray) own
    = bzg_session_list (c->session, "household_member", "person", &c->person, NULL);
  g_autofree char *relative = _bzg_story_phrase (c->lang, "relative");

  for (guint i = 0; own != NULL && i < own->len; i++)
    {
      g_autoptr (GPtrArray) members = NULL;
      g_autoptr (BzgRecord) household = NULL;
      BzgId id;

      if (!bzg_record_get_id (g_ptr_array_index (own, i), "household", &id))
        continue;
      household = bzg_session_get (c->session, "household", &id, NULL);
      c->owners++;
      add_name (c, get (household, "name"), "relative", relative);
      members = bzg_session_list (c->session, "household_member", "household", &id, NULL);
      for (guint m = 0; members != NULL && m < members->len; m++)
        {
          BzgId other;
          g_autoptr (BzgRecord) person = NULL;

          if (!bzg_record_get_id (g_ptr_array_index (members, m), "person", &other)
              || bzg_id_equal (&other, &c->person))
            continue;
          person = bzg_session_get (c->session, "person", &other, NULL);
          if (person != NULL)
            add_person (c, person, "relative", relative);
        }
    }
}

typedef void (*RecordFunc) (BzgStoryCase *c, const BzgRecord *record);

static void
for_each (BzgStoryCase *c, const char *aggregate, RecordFunc func)
{
  g_autoptr (GPtrArray) records
    = bzg_session_list (c->session, aggregate, "person", &c->person, NULL);

  for (guint i = 0; records != NULL && i < records->len; i++)
    func (c, g_ptr_array_index (records, i));
}

static void
add_migration (BzgStoryCase *c, const BzgRecord *record)
{
  const char *country = get (record, "country_of_return");
  g_autofree char *abroad = country != NULL
                              ? g_strdup (bzg_code_label ("country", country, c->lang))
                              : _bzg_story_phrase (c->lang, "abroad");

  add_term (c, BZG_TERM_PLACE, get (record, "place_of_return"), BZG_STORY_BLOCK, "place_abroad",
            abroad);
  add_term (c, BZG_TERM_PHRASE, get (record, "work_abroad"), BZG_STORY_REVIEW, "occupation", "");
  if (country != NULL)
    {
      g_free (c->country);
      c->country = g_strdup (country);
    }
}

static void
add_case (BzgStoryCase *c, const BzgRecord *record)
{
  g_autofree char *staff = _bzg_story_phrase (c->lang, "staff");

  c->owners++;
  add_name (c, get (record, "caseworker"), "name", staff);
  add_term (c, BZG_TERM_EXACT, get (record, "case_no"), BZG_STORY_BLOCK, "case_no", "");
  if (get (record, "category") != NULL && g_strcmp0 (c->category, "trafficking_survivor") != 0)
    {
      g_free (c->category);
      c->category = g_strdup (get (record, "category"));
    }
}

static void
add_support (BzgStoryCase *c, const BzgRecord *record)
{
  add_amount (c, get (record, "cost"));
  add_digits (c, get (record, "certificate_no"), "document");
  add_term (c, BZG_TERM_EXACT, get (record, "certificate_no"), BZG_STORY_BLOCK, "document", "");
  add_term (c, BZG_TERM_PHRASE, get (record, "item"), BZG_STORY_WARN, "item", "");
  add_note (c, get (record, "note"));
}

static void
add_visit (BzgStoryCase *c, const BzgRecord *record)
{
  add_amount (c, get (record, "sales"));
  add_amount (c, get (record, "costs"));
  add_note (c, get (record, "note"));
}

static void
add_livelihood (BzgStoryCase *c, const BzgRecord *record)
{
  g_autofree char *business = _bzg_story_phrase (c->lang, "business");

  add_term (c, BZG_TERM_PLACE, get (record, "title"), BZG_STORY_BLOCK, "occupation", business);
}

static void
add_consent (BzgStoryCase *c, const BzgRecord *record)
{
  g_autofree char *relative = _bzg_story_phrase (c->lang, "other");

  c->owners++;
  add_name (c, get (record, "witness"), "person_other", relative);
}

static void
add_trafficking (BzgStoryCase *c, const BzgRecord *sheet)
{
  g_autofree char *abroad = _bzg_story_phrase (c->lang, "abroad");

  add_term (c, BZG_TERM_PLACE, get (sheet, "place"), BZG_STORY_BLOCK, "place_abroad", abroad);
  add_amount (c, get (sheet, "compensation"));
  add_note (c, get (sheet, "account"));
}

static void
add_perpetrator (BzgStoryCase *c, const BzgRecord *sheet)
{
  g_autofree char *other = _bzg_story_phrase (c->lang, "other");

  c->owners++;
  add_name (c, get (sheet, "name"), "person_other", other);
  add_term (c, BZG_TERM_PLACE, get (sheet, "organisation"), BZG_STORY_BLOCK, "person_other", other);
  add_digits (c, get (sheet, "phone"), "phone");
  add_note (c, get (sheet, "details"));
}

static void
add_medical (BzgStoryCase *c, const BzgRecord *sheet)
{
  add_term (c, BZG_TERM_PHRASE, get (sheet, "referred_to"), BZG_STORY_REVIEW, "health", "");
  add_note (c, get (sheet, "note"));
}

/* As far as the user has the keys. */
static void
for_each_sheet (BzgStoryCase *c, const char *aggregate, RecordFunc func)
{
  g_autoptr (GPtrArray) records
    = bzg_session_list (c->session, aggregate, "person", &c->person, NULL);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BzgRecord) sheet
        = bzg_sealed_open (c->session, g_ptr_array_index (records, i), &error);

      if (sheet != NULL)
        func (c, sheet);
      else if (!g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED))
        c->unopened++; /* those without a key are counted whatever the role: see the check */
    }
}

static void
add_note_record (BzgStoryCase *c, const BzgRecord *record)
{
  add_note (c, get (record, "text"));
}

/* A changed name of the same sex that nobody of the case has. */
static char *
choose_pseudonym (BzgStoryCase *c)
{
  g_auto (GStrv) names = _bzg_story_list ("pseudonyms", c->sex != NULL ? c->sex : "M");
  guint n = g_strv_length (names), start;

  if (n == 0)
    return g_strdup ("N.");
  start = bzg_id_hash (&c->person) % n;
  for (guint i = 0; i < n; i++)
    {
      const char *name = names[(start + i) % n];
      g_autofree char *key = bzg_name_strict_key (name);
      gboolean taken = FALSE;

      for (guint t = 0; !taken && t < c->terms->len; t++)
        {
          const BzgStoryTerm *term = g_ptr_array_index (c->terms, t);

          for (guint k = 0; !taken && term->keys[k] != NULL; k++)
            taken = strcmp (term->keys[k], key) == 0;
        }
      if (!taken)
        return c->lang == BZG_LANGUAGE_EN ? bzg_text_to_latin (name) : g_strdup (name);
    }
  return g_strdup ("N.");
}

BzgStoryCase *
_bzg_story_case_new (BzgSession *session, const BzgId *person, BzgLanguage lang, GError **error)
{
  g_autoptr (BzgStoryCase) c = g_new0 (BzgStoryCase, 1);
  g_autoptr (BzgRecord) record = NULL;
  BzgDate birth, today = bzg_session_today (session);
  const char *sex, *district;

  c->session = session;
  c->person = *person;
  c->lang = lang;
  c->terms = g_ptr_array_new_with_free_func (term_free);
  c->amounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  c->age_min = c->age_max = -1;
  if (!bzg_session_allows (session, "stories", BZG_ACT_READ)
      || !bzg_session_allows (session, "identity", BZG_ACT_READ))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "a story needs stories and identity");
      return NULL;
    }
  record = bzg_session_get (session, "person", person, error);
  if (record == NULL)
    return NULL;
  sex = get (record, "sex");
  c->sex = g_strcmp0 (sex, "F") == 0 ? "F" : g_strcmp0 (sex, "M") == 0 ? "M" : NULL;
  district = get (record, "district");
  c->region = g_strdup (get (record, "region"));
  if (c->region == NULL && district != NULL)
    {
      const BzgCode *code = bzg_dictionary_code ("district", district);

      c->region = code != NULL ? g_strdup (code->parent) : NULL;
    }
  if (bzg_date_from_iso (get (record, "birth_date"), &birth))
    bzg_date_age (birth, today, &c->age_min, &c->age_max);
  else if (get (record, "age") != NULL)
    {
      BzgDate as_of;
      int age = (int) g_ascii_strtoll (get (record, "age"), NULL, 10);
      int years
        = bzg_date_from_iso (get (record, "age_as_of"), &as_of) ? today.year - as_of.year : 0;

      c->age_min = age + MAX (years - 1, 0);
      c->age_max = age + MAX (years, 0) + 1;
    }
  add_household (c);
  for_each (c, "case_file", add_case);
  for_each (c, "migration", add_migration);
  for_each (c, "support", add_support);
  for_each (c, "livelihood", add_livelihood);
  for_each (c, "visit", add_visit);
  for_each (c, "consent", add_consent);
  for_each (c, "note", add_note_record);
  for_each_sheet (c, "trafficking", add_trafficking);
  for_each_sheet (c, "perpetrator", add_perpetrator);
  for_each_sheet (c, "medical", add_medical);
  add_note (c, get (record, "note"));
  add_term (c, BZG_TERM_PHRASE, get (record, "occupation"), BZG_STORY_REVIEW, "occupation", "");
  /* The person last: the changed name must be nobody's. */
  add_person (c, record, "name", "");
  c->pseudonym = choose_pseudonym (c);
  for (guint i = 0; i < c->terms->len; i++)
    {
      BzgStoryTerm *term = g_ptr_array_index (c->terms, i);

      if (strcmp (term->category, "name") == 0 && *term->suggestion == '\0')
        {
          g_free (term->suggestion);
          term->suggestion = g_strdup (c->pseudonym);
        }
    }
  return g_steal_pointer (&c);
}
