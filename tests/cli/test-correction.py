#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report that was published and turns out wrong: what came late, what was typed wrongly, what was void."""
import json
import subprocess

from harness import AUDIT, main, must, on
from programme import book_of, enter, support

MAKE = ("report", "make", "donor", "--format", "json,txt,xlsx", "--period")
def release(path):
    (only,) = json.loads(path.read_text())["releases"]
    return only


def printed(path):
    """Every number of a file, by table and key."""
    return {(table["id"], *cell["k"]): cell["v"] for table in release(path)["tables"] for cell in table["cells"]
            if "v" in cell}


def stands_the_attack(book, folder):
    ledger = folder / "ledger.json"
    must(on(book, "admin", "report", "ledger", "--out", ledger))
    audit = subprocess.run([AUDIT, ledger], capture_output=True, text=True)
    assert audit.returncode == 0, audit.stdout[-800:] + audit.stderr[-400:]
    return [one["id"] for one in json.loads(ledger.read_text())["releases"]]


def what_came_late(folder):
    book, out = book_of(folder, range(80)), folder / "out"
    out.mkdir()
    must(on(book, "admin", *MAKE, "2025-Q1", "--out", out, "--correct"), 2)
    must(on(book, "admin", *MAKE, "2025-Q1", "--out", out, "--publish"))
    refused = must(on(book, "admin", *MAKE, "2025-Q1", "--out", out, "--correct", "--publish"), 1)
    assert "No figure changed so much" in refused.err, refused.err
    enter(book, folder, support(range(80, 132), "2025-03-03"))
    # A draft leaves nothing behind.
    must(on(book, "admin", *MAKE, "2025-Q1", "--out", out, "--correct"), 1)
    must(on(book, "admin", *MAKE, "2025-Q1", "--out", out, "--correct", "--publish"))
    first, again = out / "donor_2025-Q1.json", out / "donor_2025-Q1_edition-2.json"
    assert release(again)["supersedes"] == release(first)["id"] == "donor-2025-Q1", release(again)
    before, after = printed(first), printed(again)
    assert after and all(abs(value - before[key]) >= 5 for key, value in after.items() if key in before)
    assert ("people-region-sex", "T", "T") not in before or after[("people-region-sex", "T", "T")] == 132, after
    text = (out / "donor_2025-Q1_edition-2_en.txt").read_text()
    assert "Corrected figures, in place of those published on" in text and "132*" in text, text[:1500]
    # Asked for again it comes as corrected, and the half-year is made of that.
    must(on(book, "admin", *MAKE, "2025-Q1", "--out", out))
    assert (out / "donor_2025-Q1_edition-2_2.json").read_bytes() == again.read_bytes()
    must(on(book, "admin", *MAKE, "2025-01..2025-06", "--out", out, "--publish"))
    assert stands_the_attack(book, folder) == ["donor-2025-Q1", "donor-2025-Q1.2", "donor-2025-01..2025-06"]
    must(on(book, "admin", "verify"))


main([what_came_late])
