/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-guard.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

/*
 * The idle time is measured on a clock that goes on during sleep (CLOCK_BOOTTIME), because a lid
 * that was closed for an hour is an hour of absence even if the sleep signal never came. A tick
 * every few seconds compares two numbers; no timer is moved for each key.
 */

#define TICK_SECONDS 5
#define LOGIND "org.freedesktop.login1"

struct _BzgGuard
{
  BzgGuardFunc lock;
  gpointer data;

  guint minutes; /* 0: stopped */
  guint tick;
  gint64 touched; /* seconds */

  GDBusConnection *bus; /* NULL where there is no logind */
  GCancellable *cancellable;
  guint sleep_id;
  guint lock_id;
  int inhibitor; /* file descriptor, -1 */
};

static gint64
seconds_since_boot (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

static void
release_inhibitor (BzgGuard *self)
{
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = -1;
}

static void
inhibit_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BzgGuard *self = data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
    = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result,
                                                       &error);
  int handle = -1;

  if (reply == NULL) /* also when the guard is gone */
    return;
  g_variant_get (reply, "(h)", &handle);
  release_inhibitor (self);
  if (self->minutes > 0)
    self->inhibitor = g_unix_fd_list_get (fds, handle, NULL);
}

static void
take_inhibitor (BzgGuard *self)
{
  if (self->bus == NULL || self->inhibitor >= 0)
    return;
  g_dbus_connection_call_with_unix_fd_list (self->bus, LOGIND, "/org/freedesktop/login1",
                                            LOGIND ".Manager", "Inhibit",
                                            g_variant_new ("(ssss)", "sleep", "Bozgasht",
                                                           "Locking the casebook", "delay"),
                                            G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, -1,
                                            NULL, self->cancellable, inhibit_cb, self);
}

static void
sleep_cb (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *signal,
          GVariant *parameters,
          gpointer data)
{
  BzgGuard *self = data;
  gboolean going = FALSE;

  g_variant_get (parameters, "(b)", &going);
  if (!going)
    return;
  self->lock (self->data);
  release_inhibitor (self);
}

static void
session_lock_cb (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *signal,
                 GVariant *parameters,
                 gpointer data)
{
  BzgGuard *self = data;

  self->lock (self->data);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BzgGuard *self = data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    return;
  self->bus = bus;
  self->sleep_id
    = g_dbus_connection_signal_subscribe (bus, LOGIND, LOGIND ".Manager", "PrepareForSleep",
                                          "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                          sleep_cb, self, NULL);
  /* Any session of this computer that is locked locks us: too often is the safe side. */
  self->lock_id
    = g_dbus_connection_signal_subscribe (bus, LOGIND, LOGIND ".Session", "Lock", NULL, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, session_lock_cb, self, NULL);
  if (self->minutes > 0)
    take_inhibitor (self);
}

static gboolean
tick_cb (gpointer data)
{
  BzgGuard *self = data;

  if (seconds_since_boot () - self->touched >= (gint64) self->minutes * 60)
    {
      self->tick = 0;
      self->lock (self->data);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

BzgGuard *
bzg_guard_new (BzgGuardFunc lock, gpointer data)
{
  BzgGuard *self = g_new0 (BzgGuard, 1);

  self->lock = lock;
  self->data = data;
  self->inhibitor = -1;
  self->cancellable = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
  return self;
}

void
bzg_guard_free (BzgGuard *self)
{
  bzg_guard_stop (self);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  if (self->bus != NULL)
    {
      g_dbus_connection_signal_unsubscribe (self->bus, self->sleep_id);
      g_dbus_connection_signal_unsubscribe (self->bus, self->lock_id);
      g_object_unref (self->bus);
    }
  g_free (self);
}

void
bzg_guard_start (BzgGuard *self, guint minutes)
{
  self->minutes = CLAMP (minutes, 1, 60);
  self->touched = seconds_since_boot ();
  if (self->tick == 0)
    self->tick = g_timeout_add_seconds (TICK_SECONDS, tick_cb, self);
  take_inhibitor (self);
}

void
bzg_guard_stop (BzgGuard *self)
{
  self->minutes = 0;
  g_clear_handle_id (&self->tick, g_source_remove);
  release_inhibitor (self);
}

void
bzg_guard_touch (BzgGuard *self)
{
  self->touched = seconds_since_boot ();
}
