# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by the two README commands: progress in words, a quiet build, the counts of meson.

started=$SECONDS
step () { printf '[%2d:%02d] %s\n' $(( (SECONDS - started) / 60 )) $(( (SECONDS - started) % 60 )) "$*"; }

# build DIR [meson options]: configure (again) and compile; shows the log only when it fails.
build () {
  local dir=$1 log; shift
  log=$(mktemp)
  if [ ! -f "$dir/build.ninja" ]; then
    rm -rf "$dir"
    meson setup "$dir" "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; return 1; }
  fi
  ninja -C "$dir" >"$log" 2>&1 || { grep -v '^\[' "$log" | tail -n 60 >&2; rm -f "$log"; return 1; }
  rm -f "$log"
}
