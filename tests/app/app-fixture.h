/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-application.h"

/* A training casebook in a folder of its own, opened by "admin", who has all roles. */
typedef struct
{
  char *folder;
  char *path;
  BzgSession *session;
} AppFixture;

void app_fixture_set_up (AppFixture *self);
void app_fixture_tear_down (AppFixture *self);

/* One person with a case, a support, a business, a visit, a note, a task and a consent. */
void app_fixture_add_person (AppFixture *self, BzgId *person);

/* Commits one record. */
void app_fixture_put (AppFixture *self, BzgRecord *record);

/* Runs the main context until @done returns TRUE, at most ten seconds. */
gboolean app_fixture_wait (gboolean (*done) (gpointer data), gpointer data);
/* Runs what is pending. */
void app_fixture_settle (void);
