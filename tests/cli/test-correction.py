#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report that was published and turns out wrong: what came late, what was typed wrongly, what was void."""
import csv
import json
import subprocess

from harness import AUDIT, create, main, must, on

MAKE = ("report", "make", "donor", "--format", "json,txt,xlsx", "--period")
DISTRICTS = ("TJ-SU-13", "TJ-SU-04", "TJ-KT-03", "TJ-RA-04")


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    return path


def people(numbers):
    return [{"ref": f"P-{n:03}", "family_name": f"Невстандов{n}", "given_name": "Озмоиш", "sex": "FM"[n % 2],
             "birth_date": f"{1970 + n % 30}-05-05", "region": DISTRICTS[n % 4][:5], "district": DISTRICTS[n % 4],
             "case_category": "returned_migrant", "consent_service": "yes", "registered": "2025-01-02"} for n in numbers]


def support(numbers, day, cost="300"):
    return [{"person": f"P-{n:03}", "service": "ECO13", "delivered": day, "cost": cost, "currency": "TJS"}
            for n in numbers]


def book_of(folder, numbers):
    """All are registered; those of @numbers were helped."""
    book = create(folder)
    must(on(book, "admin", "import", "people", write(folder / "people.csv", people(range(132)))))
    enter(book, folder, support(numbers, "2025-02-03"))
    return book


def enter(book, folder, rows):
    told = must(on(book, "admin", "import", "support", write(folder / "support.csv", rows))).lines()[-1]
    assert told["summary"]["new"] == len(rows), told


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
