#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The invented programme, its report under attack, a story on its whole way, roles."""
import csv
import json
import subprocess

from harness import AUDIT, DEMO_USERS, PASS, main, must, on, run


def demo(folder, name="demo.bozgasht", people=300, seed=7):
    path = folder / name
    must(run("--quiet", "demo", path, "--people", people, "--quarters", 4, "--seed", seed, "--today", "2025-01-20"))
    return path


def same_seed_same_content(folder):
    first, second, other = (demo(folder, f"{n}.bozgasht", 120, seed) for n, seed in enumerate((7, 7, 8)))
    texts = []
    for book in (first, second, other):
        text = b""
        for profile in ("people", "support"):
            out = folder / f"{book.stem}-{profile}.csv"
            must(on(book, "admin", "export", profile, "--out", out))
            text += out.read_bytes()
        texts.append(text)
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def users_and_roles(folder):
    book = demo(folder, people=60)
    for user in DEMO_USERS:
        must(on(book, user, "report", "list"))
    must(on(book, "me", "search", "а"), 1)
    must(on(book, "case1", "user", "role", "me", "administrator"), 1)
    must(on(book, "case1", "export", "people", "--out", folder / "x.csv"), 1)
    assert not (folder / "x.csv").exists()


def a_published_ledger_stands_the_attack(folder):
    book = demo(folder, seed=4)
    ledger, truth = folder / "ledger.json", folder / "truth.json"
    # Under one unlock; admin has every role.
    must(on(book, "admin", "run", stdin="".join(f"{line}\n" for line in (
        f"report make donor --period 2024-Q3 --format json --out {folder} --publish",
        f"report make donor --period 2024-04..2024-09 --format json --out {folder} --publish",
        f"report ledger --out {ledger}", f"report truth --out {truth}"))))
    assert len(json.loads(ledger.read_text())["releases"]) == 2
    audit = subprocess.run([AUDIT, ledger, "--truth", truth, "--integer"], capture_output=True, text=True)
    assert audit.returncode == 0, audit.stdout[-800:] + audit.stderr[-400:]


def a_story_on_its_way(folder):
    book = demo(folder)
    table = folder / "people.csv"
    must(on(book, "admin", "export", "people", "--out", table))
    with open(table, encoding="utf-8", newline="") as file:
        people = [row["ref"] for row in csv.DictReader(file) if row["consent_story_anonymised"] == "yes"]
    out = folder / "out"
    out.mkdir()
    refusals = 0
    for ref in people:
        drafted = on(book, "case1", "story", "draft", "--person", ref, "--story-lang", "en")
        if drafted.status != 0:
            refusals += 1
            continue
        story = drafted.lines()[0]["story"]
        must(on(book, "case1", "story", "submit", story))
        must(on(book, "case1", "story", "approve", story), 1)
        must(on(book, "protection", "story", "release", story, "--out", out), 1)
        assert not list(out.iterdir())
        if on(book, "protection", "story", "approve", story).status != 0:
            refusals += 1
            continue
        released = on(book, "manager", "story", "release", story, "--out", out)
        if released.status == 0:
            assert sorted(path.suffix for path in out.iterdir()) == [".odt", ".pdf", ".txt"]
            return
        assert released.status == 1, released.err
        refusals += 1
    raise AssertionError(f"no story could be released; {refusals} refused")


main([same_seed_same_content, users_and_roles, a_published_ledger_stands_the_attack, a_story_on_its_way])
