/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook-fixture.h"

#include "casebook/bzg-session-core-private.h"

static gboolean
casebook_execute (BzgWriter *writer, gpointer data, GError **error)
{
  return _bzg_sql_exec (_bzg_writer_db (writer), data, error);
}

/* Does something to the tables past the session, as somebody with the key could. */
static inline void
casebook_tamper (Casebook *c, const char *sql)
{
  g_autoptr (GError) error = NULL;

  _bzg_session_on_writer (c->session, casebook_execute, (gpointer) sql, &error);
  g_assert_no_error (error);
}
