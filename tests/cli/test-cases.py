#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main way on real input: import, find, report, story, export, backup. The input is read at run
time and never part of the project; without it these tests are skipped."""
import csv
import json
import subprocess

from harness import CASES, Skip, create, main, must, on


def with_cases(folder):
    if not CASES.is_dir():
        raise Skip("the case files are not here")
    book = create(folder)
    named = set()
    for profile, name in (("people", "beneficiaries"), ("support", "support"), ("activities", "activities")):
        for line in must(on(book, "admin", "import", profile, CASES / f"{name}.csv")).lines():
            for reason in line.get("reasons", ()):
                if reason["reason"] in ("read_as", "repaired"):
                    named.add((name, line["row"], reason["column"]))
    return book, named


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def dry_run_changes_nothing(folder):
    if not CASES.is_dir():
        raise Skip("the case files are not here")
    book = create(folder)
    dry = must(on(book, "admin", "import", "people", CASES / "beneficiaries.csv", "--dry-run")).lines()
    assert [line["verdict"] for line in dry if "row" in line] == ["new"] * len(rows(CASES / "beneficiaries.csv")), dry
    wet = must(on(book, "admin", "import", "people", CASES / "beneficiaries.csv")).lines()
    assert [line["verdict"] for line in wet if "row" in line] == ["new"] * (len(wet) - 1), wet


def twice_says_same(folder):
    book, _ = with_cases(folder)
    for profile, name in (("people", "beneficiaries"), ("support", "support"), ("activities", "activities")):
        again = must(on(book, "admin", "import", profile, CASES / f"{name}.csv")).lines()
        assert {line["verdict"] for line in again if "row" in line} == {"same"}, again


def nothing_lost_nothing_invented(folder):
    """Every cell that went in comes out as it was, or the import said what it read it as; a missing one
    stays missing."""
    book, named = with_cases(folder)
    for profile, name in (("people", "beneficiaries"), ("support", "support"), ("activities", "activities")):
        out = folder / f"{name}.csv"
        must(on(book, "admin", "export", profile, "--out", out))
        before, after = rows(CASES / f"{name}.csv"), rows(out)
        assert len(before) == len(after), (name, len(before), len(after))
        for row, (left, right) in enumerate(zip(before, after), 2):
            for column, cell in left.items():
                got = right.get(column, "")
                assert cell == got or (got and (name, row, column) in named), (name, row, column)
            for column, cell in right.items():
                derived = ("case_no", "status", "registered", "caseworker", "currency", "cost", "country")
                assert column in left or not cell or column in derived, (name, row, column)


PAIRS = [
    ("shch", "щ"), ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("kh", "х"), ("gh", "ғ"), ("yo", "ё"), ("yu", "ю"), ("ya", "я"),
    ("a", "а"), ("b", "б"), ("v", "в"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"), ("y", "й"), ("k", "к"),
    ("q", "қ"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"),
    ("f", "ф"), ("h", "ҳ"), ("j", "ҷ"), ("i", "ӣ"), ("u", "ӯ"), ("e", "э"),
]
RUSSIAN = str.maketrans("ғӣқӯҳҷ", "гикухч")


def spellings(name):
    """The name as it stands, in Tajik, in Russian and in Latin letters."""
    tajik = latin = name.lower()
    for roman, cyrillic in PAIRS:
        tajik = tajik.replace(roman, cyrillic)
        latin = latin.replace(cyrillic, roman)
    return {name, tajik, tajik.translate(RUSSIAN), latin}


def found_in_three_scripts(folder):
    """Each of the five by every name recorded, typed in Tajik, Russian and Latin letters."""
    book, _ = with_cases(folder)
    for person in rows(CASES / "beneficiaries.csv"):
        for column in ("family_name", "given_name"):
            for spelling in spellings(person[column]) if person[column] else ():
                hits = must(on(book, "admin", "search", spelling, "--limit", "3")).lines()
                assert person["ref"] in {hit["ref"] for hit in hits}, (column, len(hits))


def report_withholds_them(folder):
    book, _ = with_cases(folder)
    must(on(book, "admin", "report", "make", "donor", "--period", "2019", "--format", "pdf,xlsx,odt,csv,json",
            "--out", folder, "--publish"))
    made = sorted(path.suffix for path in folder.iterdir())
    for suffix in (".pdf", ".xlsx", ".odt", ".csv", ".json"):
        assert suffix in made, made
    (path,) = folder.glob("*.json")
    tables = json.loads(path.read_text())
    for table in tables["releases"][0]["tables"]:
        if table.get("unit") == "person":
            for cell in table["cells"]:
                assert cell.get("v", 99) >= 5, ("fewer than five people are printed", table["id"], cell)
    everything = b"".join(p.read_bytes() for p in folder.iterdir() if p.suffix in (".csv", ".json"))
    for person in rows(CASES / "beneficiaries.csv"):
        for name in (person["family_name"], person["given_name"]):
            assert not name or name.encode() not in everything


def backup_opens_with_public_tools(folder):
    book, _ = with_cases(folder)
    key = folder / "key.txt"
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = [line for line in key.read_text().splitlines() if "public key" in line][0].split()[-1]
    file = folder / "backup.age"
    must(on(book, "admin", "backup", "make", "--to", file, "--recipient", public))
    plain = folder / "plain.sqlite"
    with open(plain, "wb") as out:
        subprocess.run(["age", "-d", "-i", key, file], check=True, stdout=out)
    query = "PRAGMA integrity_check; SELECT count (*) FROM person; SELECT count (*) FROM support;"
    answer = subprocess.run(["sqlite3", plain, query], check=True, capture_output=True, text=True).stdout.split()
    assert answer == ["ok", str(len(rows(CASES / "beneficiaries.csv"))), str(len(rows(CASES / "support.csv")))], answer
    must(on(book, "admin", "backup", "verify", file, "--identity", key))
    must(on(book, "admin", "backup", "make", "--to", file, "--recipient", public), 2)
    new = folder / "restored.bozgasht"
    must(on(book, "admin", "backup", "restore", file, "--to", new, "--identity", key, secrets=["snow on the old bridge"]))
    for profile in ("people", "support"):
        left, right = folder / f"a-{profile}.csv", folder / f"b-{profile}.csv"
        must(on(book, "admin", "export", profile, "--out", left))
        must(on(new, "admin", "export", profile, "--out", right,
                secrets=["snow on the old bridge"]))
        assert left.read_bytes() == right.read_bytes()


main([
    dry_run_changes_nothing, twice_says_same, nothing_lost_nothing_invented, found_in_three_scripts,
    report_withholds_them, backup_opens_with_public_tools,
])
