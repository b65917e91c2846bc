/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "casebook/bzg-dictionary.h"

G_BEGIN_DECLS

/* The pages of the window: one line each in bzg-pages.c. */
typedef struct
{
  const char *name;     /* for bzg_window_open_page() */
  const char *label;    /* msgid; what the sidebar shows */
  const char *icon;     /* NULL: not in the sidebar */
  GType (*type) (void); /* a subclass of BzgPage */
  const char *section;  /* who may not read it does not see the page; NULL: everyone */
} BzgPageInfo;

extern const BzgPageInfo bzg_pages[];
extern const guint bzg_n_pages;

/* NULL if there is none of this name. */
const BzgPageInfo *bzg_pages_find (const char *name);

G_END_DECLS
