/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-dictionary.h"

G_BEGIN_DECLS

/*
 * The columns of the exchanged files, one table for import and export. A profile promises certain
 * columns in a certain order (docs: cli); behind them come all further fields of its aggregates
 * that have a form. Most columns are fields of the dictionary; the few others are named here.
 */

typedef enum
{
  BZG_COLUMN_FIELD,
  BZG_COLUMN_REF,       /* the row's own reference, where no field keeps it */
  BZG_COLUMN_PERSON,    /* a reference to a person */
  BZG_COLUMN_FUND,      /* a fund by name */
  BZG_COLUMN_HOUSEHOLD, /* a household by reference */
  BZG_COLUMN_CONSENT,   /* yes or no to one purpose */
  BZG_COLUMN_COST_TJS,  /* cost and currency in one */
  BZG_COLUMN_HEADS_F,   /* head counts of an activity */
  BZG_COLUMN_HEADS_M,
  BZG_COLUMN_AGE_BAND,
} BzgColumnKind;

typedef struct
{
  char *name; /* as it stands in files */
  BzgColumnKind kind;
  const BzgField *field; /* FIELD; for the others what describes the values best, or NULL */
  const char *purpose;   /* CONSENT */
} BzgColumn;

typedef struct
{
  const char *name;      /* "people" */
  const char *aggregate; /* what a row is: "person" */
  GPtrArray *columns;    /* BzgColumn, in file order */
  char **names;          /* the same, for bzg_import_columns() */
} BzgProfile;

/* NULL if there is none of this name; otherwise static. */
const BzgProfile *_bzg_profile (const char *name);
/* The column of this name (ASCII case ignored), or NULL. */
const BzgColumn *_bzg_profile_column (const BzgProfile *profile, const char *name);

G_END_DECLS
