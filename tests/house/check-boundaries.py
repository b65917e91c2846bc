#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the house to its rules: which room may see which, and where GTK, SQL and libgcrypt live."""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
faults = []

# Each room and the rooms whose headers it may include.
ALLOWED = {
    "base": {"base"},
    "vault": {"vault", "base"},
    "casebook": {"casebook", "vault", "base"},
    "release": {"release", "casebook", "vault", "base"},
    "report": {"report", "release", "casebook", "vault", "base"},
    "exchange": {"exchange", "release", "casebook", "vault", "base"},
    "audit": {"audit", "release", "base"},
    "cli": {"cli", "report", "exchange", "release", "casebook", "vault", "base"},
    "app": {"app", "report", "exchange", "release", "casebook", "vault", "base"},
}
# What only one room may include or call.
OWNED = [
    (re.compile(r"#include <(gtk|gdk|adwaita|gsk)"), {"app"}, "GTK"),
    (re.compile(r"#include <gcrypt"), {"vault"}, "libgcrypt"),
    (re.compile(r"#include <glpk"), {"release"}, "GLPK"),
    (re.compile(r"\bsqlite3_(prepare|exec|step|bind|column)"), {"casebook", "vault"}, "SQLite calls"),
    (re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\s+[A-Za-z*(]'), {"casebook"}, "SQL"),
]
MOST_LINES = 1200


for path in sorted((top / "src").rglob("*.[ch]")):
    room = path.relative_to(top / "src").parts[0]
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(top)
    for include in re.findall(r'#include "([a-z]+)/[^"]+"', text):
        if include in ALLOWED and include not in ALLOWED[room]:
            faults.append(f"{name}: the room {room} may not see the room {include}")
    for private in re.findall(r'#include "([a-z]+/[^"]+-private\.h)"', text):
        if private.split("/")[0] != room:
            faults.append(f"{name}: includes a private header of another room: {private}")
    for pattern, rooms, what in OWNED:
        if room not in rooms and pattern.search(text):
            faults.append(f"{name}: {what} outside of {', '.join(sorted(rooms))}")
    if text.count("\n") > MOST_LINES:
        faults.append(f"{name}: {text.count(chr(10))} lines; is there a second thing living in it?")

# Every source file names its licence.
for suffix in ("*.c", "*.h", "*.py", "*.sql", "*.ui", "*.css", "*.ini", "*.build"):
    for path in top.rglob(suffix):
        parts = path.relative_to(top).parts
        if parts[0].startswith(("_", ".")):
            continue
        head = path.read_text(encoding="utf-8", errors="replace")[:400]
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in head:
            faults.append(f"{path.relative_to(top)}: no SPDX line")

print("1..1")
for fault in faults:
    print(f"# {fault}")
print("not ok 1 - the house" if faults else "ok 1 - the house")
sys.exit(1 if faults else 0)
