/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "base/bzg-language.h"

G_BEGIN_DECLS

/*
 * The dictionary: what every field is. Read once from schema/dictionary/ (embedded key files) and
 * schema/codelists/ (embedded CSV); immutable afterwards, shared by all threads. Forms, validation,
 * import, export, history labels, the story check and disclosure rules all read it.
 *
 * A field's permanent id is "aggregate.name" ("person.birth_date"); it is never reused or renamed.
 */

typedef enum
{
  BZG_FIELD_TEXT,
  BZG_FIELD_MULTILINE,
  BZG_FIELD_PHONE,
  BZG_FIELD_CODE,  /* value is a code of the field's code list */
  BZG_FIELD_CODES, /* several of them, parted by "; ", in the order of the list */
  BZG_FIELD_DATE,  /* partial date, ISO text */
  BZG_FIELD_INTEGER,
  BZG_FIELD_NUMBER, /* stored in thousandths, canonical text "2.5" */
  BZG_FIELD_MONEY,  /* stored in minor units, canonical text "1480.00" */
  BZG_FIELD_ID,     /* 32 hex digits of a record of `target` */
} BzgFieldType;

/* What a field means for privacy; a field without one does not build. */
typedef enum
{
  BZG_PRIVACY_DIRECT,      /* points at a person by itself */
  BZG_PRIVACY_QUASI,       /* points at a person together with others */
  BZG_PRIVACY_SENSITIVE,   /* may harm when known */
  BZG_PRIVACY_OPERATIONAL, /* says how the work is done */
} BzgPrivacy;

typedef struct _BzgCode BzgCode;
typedef struct _BzgAggregate BzgAggregate;

typedef struct
{
  const char *id;   /* "person.birth_date" */
  const char *name; /* "birth_date": the SQL column */
  const BzgAggregate *aggregate;
  BzgFieldType type;
  BzgPrivacy privacy;
  const char *section; /* "identity": the unit of access rights */
  const char *codes;   /* code list, or NULL */
  const char *target;  /* aggregate of an id field, or NULL */
  const char *csv;     /* column name in import and export files; defaults to name */
  const char *group;   /* heading in forms (msgid), or NULL */
  const char *search;  /* "name", "digits", "text" or NULL: how it is searched */
  gboolean required;
  gboolean in_form; /* FALSE: filled by the program */
  gboolean past;    /* a date that cannot lie in the future */
  gboolean has_min, has_max;
  gint64 min, max; /* in stored units */
  int order;       /* position within the aggregate */
} BzgField;

struct _BzgAggregate
{
  const char *name;          /* "person" */
  const char *table;         /* SQL table; NULL for a sheet */
  const char *parent;        /* name of the owning aggregate (and of the id field), or NULL */
  const BzgAggregate *sheet; /* what is sealed in the field "content", see bzg-sealed.h; or NULL */
  const BzgField *const *fields; /* NULL-terminated, in form order */
  guint n_fields;
};

struct _BzgCode
{
  const char *code;
  const char *parent; /* district: its region; service: its family; NULL otherwise */
  const char *en, *ru, *tg;
  gboolean group; /* a heading that is a valid answer too (service families) */
};

typedef struct
{
  const char *name;
  const BzgCode *codes;
  guint n_codes;
} BzgCodeList;

/* All return NULL when there is no such thing. */
const BzgField *bzg_dictionary_field (const char *id);
const BzgField *bzg_dictionary_field_of (const char *aggregate, const char *name);
const BzgAggregate *bzg_dictionary_aggregate (const char *name);
/* Those with a table, NULL-terminated. */
const BzgAggregate *const *bzg_dictionary_aggregates (void);
const BzgCodeList *bzg_dictionary_code_list (const char *name);
const BzgCode *bzg_dictionary_code (const char *list, const char *code);

/* Labels in a given language (the window passes bzg_language_current()). Never NULL: an unknown
 * code is returned as it is. */
const char *bzg_field_label (const BzgField *field, BzgLanguage lang);
const char *bzg_field_help (const BzgField *field, BzgLanguage lang); /* may be NULL */
const char *bzg_aggregate_label (const BzgAggregate *aggregate, BzgLanguage lang);
const char *bzg_code_label (const char *list, const char *code, BzgLanguage lang);

/* Reads what a person typed (any accepted form, in the UI language or ISO; code lists by code or by
 * label in any language) into the canonical text; *canonical is NULL for an empty input. On error
 * BZG_ERROR_MALFORMED whose message names the field id and what was expected, never the input. */
gboolean
bzg_field_parse (const BzgField *field, const char *input, char **canonical, GError **error);
/* Canonical text as a person reads it in @lang: dates in words, numbers with separators, code
 * labels. NULL canonical gives "–". */
char *bzg_field_format (const BzgField *field, const char *canonical, BzgLanguage lang);

/* Rights: role x section x act, from schema/dictionary/roles.ini. @roles: space-separated set. */
typedef enum
{
  BZG_ACT_READ,
  BZG_ACT_WRITE,
  BZG_ACT_APPROVE,
  BZG_ACT_EXPORT,
} BzgAct;
gboolean bzg_roles_allow (const char *roles, const char *section, BzgAct act);
/* The widest scope of a role set: "own", "area" or "all", NULL for none (administrator). */
const char *bzg_roles_scope (const char *roles);

G_END_DECLS
