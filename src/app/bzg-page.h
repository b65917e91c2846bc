/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * One page of the window. A page is made when it is first shown, lives until the casebook is locked
 * and sees the casebook only through the session. Its class gives a template (ui/NAME-page.ui,
 * parent BzgPage) and overrides what it needs:
 *
 *   constructed-like work goes into `attached`: the session is there, nothing is shown yet;
 *   `opened` is called each time the page comes into view, with an argument that belongs to the
 *     page (the person's id, a filter) or NULL;
 *   `refresh` is called after changes in the casebook, at most a few times a second and only while
 *     the page is in view (before `opened` otherwise); @aggregate is NULL if many changed;
 *   `keep` writes what was typed and not saved as drafts, durably, before it returns.
 *
 * A new page needs its class, its template in ui/bozgasht.gresource.xml and one line in
 * bzg-pages.c.
 */
#define BZG_TYPE_PAGE (bzg_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (BzgPage, bzg_page, BZG, PAGE, AdwBin)

struct _BzgPageClass
{
  AdwBinClass parent_class;

  void (*attached) (BzgPage *self);
  void (*opened) (BzgPage *self, const char *argument);
  void (*refresh) (BzgPage *self, const char *aggregate);
  void (*keep) (BzgPage *self);
  /* TRUE if the page used the text of the search field itself (people). */
  gboolean (*search) (BzgPage *self, const char *text);
  /* Enter in the search field, after `search`: the best match is meant. */
  void (*search_activated) (BzgPage *self);
};

BzgSession *bzg_page_session (BzgPage *self);

/* For the window. */
void bzg_page_attach (BzgPage *self, BzgSession *session);
void bzg_page_open (BzgPage *self, const char *argument);
void bzg_page_changed (BzgPage *self, const char *aggregate);
void bzg_page_set_in_view (BzgPage *self, gboolean in_view);
void bzg_page_keep (BzgPage *self);
gboolean bzg_page_search (BzgPage *self, const char *text);
void bzg_page_search_activated (BzgPage *self);

G_END_DECLS
