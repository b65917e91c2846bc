/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * What is sealed. An aggregate with a sheet keeps of each row only the person in clear; everything
 * else is one text, sealed with the key of its section, in the field "content". The sheet is a
 * record of its own, with the fields that a person reads and types, and lives in memory only.
 *
 * Nothing of a sheet is stored, indexed, searched, counted or printed in clear. Thread of the
 * opener.
 */

/* The section of an aggregate with a sheet. */
const char *bzg_sealed_section (const BzgAggregate *aggregate);

/* The sheet of @record, under the same id. BZG_ERROR_REFUSED_SEALED: this session has not the key;
 * BZG_ERROR_DAMAGED: it is not what was sealed for this row. The reading is entered in the read
 * log. */
BzgRecord *bzg_sealed_open (BzgSession *session, const BzgRecord *record, GError **error);

/* How many sealed rows there are about a person that this session cannot open, whatever the role:
 * that there are some is no secret among those who may open the casebook. */
guint bzg_sealed_unread (BzgSession *session, const BzgId *person);

/* Puts @sheet into @record, which is committed like any other. */
gboolean
bzg_sealed_close (BzgSession *session, BzgRecord *record, const BzgRecord *sheet, GError **error);

G_END_DECLS
