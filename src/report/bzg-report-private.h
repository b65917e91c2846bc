/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/bzg-report.h"

G_BEGIN_DECLS

/* reports/README.md in structs. All strings owned by the definition. */

typedef struct
{
  char *name, *figure, *label;
  char **key; /* a code for each dimension of the figure */
} BzgReportValue;

typedef struct
{
  char *name;
  char **values;
} BzgReportKey;

typedef struct
{
  char *name, *caption;
  char **figures; /* one, or several that share the dimension @rows */
  char *rows;
  char *columns; /* or NULL */
  char **totals; /* or NULL: with several figures, the values of the last line */
  gboolean known_only;
} BzgReportTable;

typedef struct
{
  char *name, *caption;
  BzgChartKind kind;
  char *figure, *categories;
  char *series; /* or NULL */
  gboolean known_only;
} BzgReportChart;

typedef enum
{
  BZG_PART_TEXT,
  BZG_PART_KEY,
  BZG_PART_TABLE,
  BZG_PART_CHART,
  BZG_PART_PAGE,
} BzgReportPartKind;

typedef struct
{
  BzgReportPartKind kind;
  char *text;          /* TEXT: CommonMark with {{names}}; else the name */
  gconstpointer thing; /* BzgReportKey, BzgReportTable, BzgReportChart */
} BzgReportPart;

struct _BzgReportDefinition
{
  char *id, *title, *description;
  gboolean takes_fund, cover;
  BzgFigures *figures;
  GHashTable *values, *keys, *tables, *charts; /* by name */
  GPtrArray *parts[BZG_N_LANGUAGES];           /* BzgReportPart */
};

/* @texts: one CommonMark text a language. Errors: BZG_ERROR_MALFORMED. */
BzgReportDefinition *_bzg_report_definition_new (const char *id,
                                                 const char *ini,
                                                 const char *figures,
                                                 const char *const texts[BZG_N_LANGUAGES],
                                                 GError **error);
void _bzg_report_definition_free (BzgReportDefinition *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgReportDefinition, _bzg_report_definition_free)

/* What a text may name besides values. */
extern const char *const _bzg_report_words[];

/* What surrounds the figures of one report. Strings are borrowed. */
typedef struct
{
  const char *programme;
  const char *fund; /* or NULL */
  const BzgPeriod *period;
  BzgDate date;  /* the day of making */
  int imprecise; /* -1: too few to say */
  const char *certificate;
  gboolean training, published;
  const char *corrects; /* the day on which the figures in whose place these come were published
                           (ISO), or NULL: no correction */
} BzgReportContext;

BzgDocument *_bzg_report_build (const BzgReportDefinition *definition,
                                const BzgTables *tables,
                                const BzgReportContext *context,
                                BzgLanguage lang);

G_END_DECLS
