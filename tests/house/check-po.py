#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Translations are whole: nothing missing, nothing fuzzy, no Tajik string that is only Russian or English."""
import pathlib
import re
import subprocess
import sys
import tempfile

top = pathlib.Path(sys.argv[1])


def entries(path):
    """(context, msgid) -> list of msgstr; header left out; None for a fuzzy one."""
    out, block = {}, {"fuzzy": False}
    key = None

    def flush():
        if "msgid" in block and block["msgid"]:
            strings = [v for k, v in sorted(block.items()) if k.startswith("msgstr")]
            out[(block.get("msgctxt"), block["msgid"])] = None if block["fuzzy"] else strings

    for line in path.read_text(encoding="utf-8").splitlines() + [""]:
        if not line.strip():
            flush()
            block, key = {"fuzzy": False}, None
        elif line.startswith("#,") and "fuzzy" in line:
            block["fuzzy"] = True
        elif match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) "(.*)"$', line):
            key = match[1]
            block[key] = match[2]
        elif match := re.match(r'"(.*)"$', line):
            block[key] += match[1]
    return out


with tempfile.TemporaryDirectory() as folder:
    pot = pathlib.Path(folder) / "all.pot"
    subprocess.run([top / "build-aux/update-po", "--pot", pot], check=True)
    wanted = entries(pot)
catalogues = {lang: entries(top / "po" / f"{lang}.po") for lang in ("ru", "tg")}
reasoned = {
    line.split("\t")[0]
    for line in (top / "po/same-as.txt").read_text(encoding="utf-8").splitlines()
    if "\t" in line
}
faults = {"missing": [], "fuzzy": [], "format": [], "same": []}
spec = re.compile(r"%(?:\d+\$)?[-+ #0]*\d*(?:\.\d+)?(?:l|ll|h|z|j|t|hh)?[diouxXcsfgeGEp]|\{\{\w+\}\}")
for lang, catalogue in catalogues.items():
    for key in wanted:
        strings = catalogue.get(key, [])
        if strings is None:
            faults["fuzzy"].append(f"{lang}: {key[1][:70]}")
        elif not strings or not all(strings):
            faults["missing"].append(f"{lang}: {key[1][:70]}")
        else:
            for string in strings:
                if not wanted[key][1:] and sorted(spec.findall(string.replace("%%", ""))) != sorted(
                    spec.findall(key[1].replace("%%", ""))
                ):
                    faults["format"].append(f"{lang}: {key[1][:70]}")
for key in wanted:
    tg, ru = catalogues["tg"].get(key), catalogues["ru"].get(key)
    if not tg or key[1] in reasoned or not re.search(r"[A-Za-zА-Яа-я]{3}", spec.sub("", key[1])):
        continue
    if tg[0] == key[1] or (ru and tg[0] == ru[0]):
        faults["same"].append(f"tg: {key[1][:70]}")

print(f"1..{len(faults)}")
status = 0
for number, (name, lines) in enumerate(faults.items(), 1):
    for line in lines[:40]:
        print(f"# {name}: {line}")
    if len(lines) > 40:
        print(f"# {name}: and {len(lines) - 40} more")
    print(f"{'not ok' if lines else 'ok'} {number} - {name}")
    status |= bool(lines)
sys.exit(status)
