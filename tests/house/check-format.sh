#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The C sources are as .clang-format says (version 14, the one in Debian 12).
echo "1..1"
command -v clang-format-14 >/dev/null || { echo "ok 1 # SKIP clang-format-14 is not installed"; exit 0; }
cd "$1" || exit 1
bad=$(find src tests -name '*.[ch]' -print0 | xargs -0 clang-format-14 --dry-run -Werror 2>&1 \
  | sed -n 's/^\([^:]*\):.*code should be clang-formatted.*/\1/p' | sort | uniq -c)
[ -z "$bad" ] && { echo "ok 1 - format"; exit 0; }
sed 's/^/# /' <<<"$bad"
echo "not ok 1 - format"
exit 1
