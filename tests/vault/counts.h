/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <signal.h>

/*
 * A child that ends itself where going on would be worse, or leaves by _exit(), counts among the
 * branches taken only if it writes its counts first. Does nothing in a build that does not count.
 */
extern void __gcov_dump (void) __attribute__ ((weak));

static inline void
write_counts (void)
{
  if (__gcov_dump)
    __gcov_dump ();
}

static inline void
write_counts_cb (int number)
{
  write_counts ();
  signal (number, SIG_DFL);
  raise (number);
}

static inline void
write_counts_at_the_end (void)
{
  signal (SIGABRT, write_counts_cb);
  signal (SIGTRAP, write_counts_cb); /* g_error() */
}
