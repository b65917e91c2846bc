#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluation of names is worth something only if it shares nothing with the matcher: no module, no data
file, no table copied from one to the other."""
import ast
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
faults = []
generator = sorted((top / "tests/bench/names").glob("*.py"))
matcher = [*sorted((top / "src/base").glob("bzg-name*.[ch]")), top / "src/base/bzg-text.c"]
own = {path.stem for path in generator} | {"harness"}

for path in generator:
    name = path.relative_to(top)
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            if module not in own and module.split(".")[0] not in sys.stdlib_module_names:
                faults.append(f"{name}: uses {module}")
    for place in re.findall(r"(?:src/|schema/|data/|codelists/)[\w./-]+", text):
        faults.append(f"{name}: reads {place}")

for path in matcher:
    name = path.relative_to(top)
    text = path.read_text(encoding="utf-8")
    for include in re.findall(r'#include [<"]([^>"]+)[>"]', text):
        if not re.match(r"base/bzg-|glib|string\.h|stdlib\.h", include):
            faults.append(f"{name}: includes {include}")
    if re.search(r"g_file_|fopen|g_resource|g_mapped", text):
        faults.append(f"{name}: reads a file")


def tables(paths):
    """Every literal of a run of pairs: ("zh", "ж") side by side five times in the same order is a copied table."""
    out = {}
    for path in paths:
        words = re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8"))
        for i in range(len(words) - 9):
            out[tuple(words[i : i + 10])] = path.relative_to(top)
    return out


one, other = tables(generator), tables(matcher)
for run in one.keys() & other.keys():
    faults.append(f"{one[run]} and {other[run]}: the same table, {run[:4]}…")

print("1..1")
for fault in faults:
    print(f"# {fault}")
print("not ok 1 - names" if faults or not generator or not matcher else "ok 1 - names")
sys.exit(1 if faults or not generator or not matcher else 0)
