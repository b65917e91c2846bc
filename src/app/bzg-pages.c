/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-pages.h"

#include <glib/gi18n-lib.h>

#include "app/pages/bzg-access-page.h"
#include "app/pages/bzg-activities-page.h"
#include "app/pages/bzg-backup-page.h"
#include "app/pages/bzg-doubles-page.h"
#include "app/pages/bzg-home-page.h"
#include "app/pages/bzg-import-page.h"
#include "app/pages/bzg-inbox-page.h"
#include "app/pages/bzg-intake-page.h"
#include "app/pages/bzg-people-page.h"
#include "app/pages/bzg-person-page.h"
#include "app/pages/bzg-programme-page.h"
#include "app/pages/bzg-reports-page.h"
#include "app/pages/bzg-stories-page.h"
#include "app/pages/bzg-tasks-page.h"

/* In the order of the sidebar; Alt+1 to Alt+7 jump to the first seven. */
const BzgPageInfo bzg_pages[] = {
  { "home", N_ ("Home"), "bzg-home-symbolic", bzg_home_page_get_type, NULL },
  { "people", N_ ("People"), "bzg-people-symbolic", bzg_people_page_get_type, "identity" },
  { "activities", N_ ("Activities"), "bzg-activities-symbolic", bzg_activities_page_get_type,
    NULL },
  { "tasks", N_ ("Tasks"), "bzg-tasks-symbolic", bzg_tasks_page_get_type, "tasks" },
  { "reports", N_ ("Reports"), "bzg-reports-symbolic", bzg_reports_page_get_type, NULL },
  { "stories", N_ ("Stories"), "bzg-stories-symbolic", bzg_stories_page_get_type, "stories" },
  { "programme", N_ ("Programme"), "bzg-programme-symbolic", bzg_programme_page_get_type, NULL },
  { "access", N_ ("Access"), "bzg-access-symbolic", bzg_access_page_get_type, "users" },
  { "backup", N_ ("Backup"), NULL, bzg_backup_page_get_type, NULL },
  { "import", N_ ("Import"), NULL, bzg_import_page_get_type, NULL },
  { "inbox", N_ ("Inbox"), NULL, bzg_inbox_page_get_type, "import" },
  { "doubles", N_ ("Doubles"), NULL, bzg_doubles_page_get_type, "identity" },
  { "person", N_ ("Person"), NULL, bzg_person_page_get_type, "identity" },
  { "intake", N_ ("New person"), NULL, bzg_intake_page_get_type, "identity" },
};
const guint bzg_n_pages = G_N_ELEMENTS (bzg_pages);

const BzgPageInfo *
bzg_pages_find (const char *name)
{
  for (guint i = 0; i < bzg_n_pages; i++)
    if (g_strcmp0 (bzg_pages[i].name, name) == 0)
      return &bzg_pages[i];
  return NULL;
}
