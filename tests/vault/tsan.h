/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * For a build under the thread sanitizer (build-aux/long threads), put in front of every file: the
 * locks of GLib are made of futexes in a library that is not instrumented, so the sanitizer has to
 * be told of them.
 */
#include <glib.h>
#include <sanitizer/tsan_interface.h>

static inline void
tsan_mutex_lock (GMutex *mutex)
{
  __tsan_mutex_pre_lock (mutex, 0);
  g_mutex_lock (mutex);
  __tsan_mutex_post_lock (mutex, 0, 0);
}

static inline void
tsan_mutex_unlock (GMutex *mutex)
{
  __tsan_mutex_pre_unlock (mutex, 0);
  g_mutex_unlock (mutex);
  __tsan_mutex_post_unlock (mutex, 0);
}

#define g_mutex_lock tsan_mutex_lock
#define g_mutex_unlock tsan_mutex_unlock
