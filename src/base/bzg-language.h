/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The three languages. The window uses gettext as everybody does: _() in the language given to
 * bzg_language_init(). A document has its own language, which is a parameter and never the
 * window's: bzg_tr() and its sisters read the compiled catalogue of that language themselves.
 *
 * Catalogues are looked for in $BOZGASHT_LOCALEDIR, else in the directory given at build time, as
 * LANG/LC_MESSAGES/bozgasht.mo. One that is missing or damaged counts as empty: texts are English.
 */

typedef enum
{
  BZG_LANGUAGE_EN,
  BZG_LANGUAGE_RU,
  BZG_LANGUAGE_TG,
  BZG_N_LANGUAGES
} BzgLanguage;

/* "en", "ru", "tg"; a static string. */
const char *bzg_language_code (BzgLanguage lang);

/* What a person who reads it calls it: English, Русский, Тоҷикӣ; a static string. */
const char *bzg_language_name (BzgLanguage lang);

/* Reads a code, also as in `tg_TJ.UTF-8` and in upper case. FALSE if it is none of the three. */
gboolean bzg_language_from_code (const char *code, BzgLanguage *out);

/* The language that the environment of this session asks for ($LANGUAGE, $LC_ALL, $LC_MESSAGES,
 * $LANG, in this order); English if it names none of ours. */
BzgLanguage bzg_language_from_environment (void);

/* Makes @lang the language of the window and of the command line: sets LANGUAGE, a UTF-8 locale and
 * the gettext domain; numbers of printf stay as in C. May be called again at any time, on the main
 * thread. A GTK program calls gtk_disable_setlocale() first, or GTK undoes the half of it. */
void bzg_language_init (BzgLanguage lang);

/* The language given to the last bzg_language_init(); English before. */
BzgLanguage bzg_language_current (void);

/* The translation of @msgid into @lang, or @msgid itself. The result lives as long as the program
 * (or as @msgid). Thread-safe. */
const char *bzg_tr (BzgLanguage lang, const char *msgid) G_GNUC_FORMAT (2);
const char *bzg_tr_context (BzgLanguage lang, const char *context, const char *msgid)
  G_GNUC_FORMAT (3);

/* The form that belongs to @n: a format string, to be filled in by the caller. */
const char *bzg_tr_plural (BzgLanguage lang, const char *singular, const char *plural, guint64 n)
  G_GNUC_FORMAT (2) G_GNUC_FORMAT (3);

/* Names of months (1 to 12) and weekdays (Monday is 1), from the catalogue: as a heading (август),
 * inside a date (12 августа, 12 августи), short (авг), the day (Душанбе), its short form. Lower or
 * upper case as the language writes them. */
const char *bzg_language_month (BzgLanguage lang, int month);
const char *bzg_language_month_in_date (BzgLanguage lang, int month);
const char *bzg_language_month_short (BzgLanguage lang, int month);
const char *bzg_language_weekday (BzgLanguage lang, int weekday);
const char *bzg_language_weekday_short (BzgLanguage lang, int weekday);

/* The letters of the alphabet in their order, capital letters, NULL-terminated, static: 26, 33 and
 * 35 of them. */
const char *const *bzg_language_alphabet (BzgLanguage lang);

/* One compiled catalogue (.mo), for tests and tools. All offsets are checked when it is opened: a
 * damaged or hostile file gives BZG_ERROR_DAMAGED and no catalogue. */
typedef struct _BzgCatalogue BzgCatalogue;
BzgCatalogue *bzg_catalogue_new (GBytes *bytes, GError **error);
void bzg_catalogue_free (BzgCatalogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgCatalogue, bzg_catalogue_free)

/* The translation of @msgid (under @context if not NULL), its form number @form; NULL if there is
 * none. Owned by the catalogue. */
const char *
bzg_catalogue_lookup (BzgCatalogue *self, const char *context, const char *msgid, guint form);

G_END_DECLS
