#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command in a private display of 1366x768 with its own session bus and a compositor (without
# one, popovers are drawn on black). Exit status 77 (skipped) where the tools are missing.
#   display.sh COMMAND [ARGUMENT ...]
set -u
for tool in xvfb-run dbus-run-session picom xdotool import; do
  command -v "$tool" >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null \
  || { echo "1..0 # SKIP python3-gi or gir1.2-atspi-2.0 is not installed"; exit 77; }

runtime=$(mktemp -d)
chmod 700 "$runtime"
trap 'rm -rf "$runtime"' EXIT
unset WAYLAND_DISPLAY NO_AT_BRIDGE
export GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_A11Y=atspi GSETTINGS_BACKEND=memory LC_ALL=C.UTF-8
export XDG_RUNTIME_DIR=$runtime XDG_DATA_HOME=$runtime/data XDG_CONFIG_HOME=$runtime/config
export XDG_STATE_HOME=$runtime/state XDG_CACHE_HOME=$runtime/cache HOME=$runtime/home
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME" "$HOME"
# What services of the bus say must not stand between the lines of a test: only the command gets 3.
exec 3>&1
xvfb-run -a -s "-screen 0 1366x768x24" dbus-run-session -- sh -c \
  'picom --backend xrender --config /dev/null >/dev/null 2>&1 & p=$!; "$@" >&3; rc=$?; kill $p 2>/dev/null; exit $rc' \
  sh "$@" >"$runtime/noise" 2>&1
rc=$?
[ $rc -eq 0 ] || grep -vE 'dbus-daemon|AT-SPI|fd limit|SpiRegistry|Gtk-WARNING.*portal|^$' "$runtime/noise" >&2
exit $rc
