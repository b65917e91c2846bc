/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "base/bzg-date.h"
#include "base/bzg-id.h"

G_BEGIN_DECLS

/*
 * What is due for a person, derived from the record alone (never from today's date): open tasks,
 * planned supports, the next visit to a business, the next risk assessment. The people list stores
 * the earliest; the home page shows all.
 */

typedef enum
{
  BZG_DUE_TASK,
  BZG_DUE_PLANNED_SUPPORT,
  BZG_DUE_VISIT,
  BZG_DUE_REASSESSMENT,
} BzgDueKind;

typedef struct
{
  BzgDueKind kind;
  BzgDate date;     /* the last day it can mean */
  const char *what; /* task title, service, livelihood kind, risk: valid during the call, or NULL */
  BzgId record;     /* the task, support, livelihood (or support that began it), case */
  const char *table; /* of that record: its aggregate's name */
  BzgId owner;       /* of a task: for whom; else zero */
} BzgDueItem;

typedef struct _BzgDueReader BzgDueReader;
BzgDueReader *_bzg_due_reader_new (sqlite3 *db, GError **error);
void _bzg_due_reader_free (BzgDueReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgDueReader, _bzg_due_reader_free)

typedef void (*BzgDueFunc) (const BzgDueItem *item, gpointer data);
gboolean _bzg_due_reader_read (
  BzgDueReader *self, const BzgId *person, BzgDueFunc func, gpointer data, GError **error);

/* TRUE for the services that put a business on its feet, which is visited afterwards. */
gboolean _bzg_service_is_livelihood (const char *service);

G_END_DECLS
