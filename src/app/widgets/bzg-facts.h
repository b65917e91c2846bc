/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* What is recorded, as label and value under the dictionary's groups; what is missing is left out.
 * Groups the user may not read appear closed and say so. */
GtkWidget *bzg_facts_new (BzgSession *session, const BzgRecord *record);

/* Changes of a record, newest first: when, who, what it was, what it is. */
GtkWidget *bzg_facts_history_new (BzgSession *session, const char *aggregate, const BzgId *id);

G_END_DECLS
