/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-import-log.h"
#include "casebook/bzg-work.h"

G_BEGIN_DECLS

typedef enum
{
  BZG_CHANGE_PUT,
  BZG_CHANGE_VOID,
  BZG_CHANGE_UNVOID,
  BZG_CHANGE_DROP_DRAFT,
  BZG_CHANGE_OTHER,
} BzgChangeKind;

/* What another file of the room wants done in the same transaction (an import row, say). */
typedef struct _BzgWriter BzgWriter;
typedef gboolean (*BzgWorkFunc) (BzgWriter *writer, gpointer data, GError **error);

typedef struct
{
  BzgChangeKind kind;
  BzgRecord *record;             /* PUT */
  const BzgAggregate *aggregate; /* VOID, UNVOID */
  BzgId id;                      /* record or draft subject (zero: none) */
  char *text;                    /* reason of a void, form of a draft */
  BzgWorkFunc func;              /* OTHER */
  gpointer data;
  GDestroyNotify destroy;
} BzgChange;

/* In the order in which they were added. */
const BzgChange *_bzg_work_change (const BzgWork *self, guint position);
/* Takes @data. */
void _bzg_work_add_func (BzgWork *self, BzgWorkFunc func, gpointer data, GDestroyNotify destroy);

G_END_DECLS
