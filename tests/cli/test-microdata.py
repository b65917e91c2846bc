#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows without names on the command line: what would leave, the file, and that it leaves once."""
import csv
import json
import re
import subprocess
from collections import Counter

from harness import AUDIT, main, must, on, run

TELLING = ("year_of_registration", "sex", "age_band", "region", "country_of_return", "occupation")


MADE = []


def demo(folder):
    """Made once: it takes longer than all that is done with it."""
    book = folder / "demo.bozgasht"
    if MADE:
        book.write_bytes(MADE[0])
    else:
        must(run("demo", book, "--people", "700", "--quarters", "8", "--seed", "5", "--today", "2026-02-01"))
        MADE.append(book.read_bytes())
    return book


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def classes(path):
    return Counter(tuple(row.get(column) for column in TELLING) for row in read(path))


def dry_run_tells_and_leaves_nothing(folder):
    book = demo(folder)
    for audience, k in (("public", 11), ("partner", 5)):
        told = must(on(book, "me", "export", "microdata", "--dry-run", "--for", audience)).lines()[0]
        assert told["k"] == k and told["smallest"] >= k and told["rows"] >= 9 * k, told
        assert told["years"] == "2024..2025" and told["for"] == audience and told["published"] is None, told
        for left_out in ("dropped", "not_consented", "not_counted", "earlier"):
            assert told[left_out] is None or told[left_out] >= k, told
        fates = {column["name"]: column["fate"] for column in told["columns"]}
        assert fates["health_problem"] == "not_readable" and fates["sex"] == "kept", fates
        assert "trafficking_sheet.exploitation" in told["sealed"], told
    ledger = folder / "ledger.json"
    must(on(book, "manager", "report", "ledger", "--out", ledger))
    assert json.loads(ledger.read_text())["releases"] == []


def nobody_can_be_found_in_it(folder):
    book, out, people = demo(folder), folder / "rows.csv", folder / "people.csv"
    must(on(book, "manager", "export", "microdata", "--out", out))
    assert min(classes(out).values()) >= 11, classes(out)
    text = out.read_text(encoding="utf-8")
    must(on(book, "admin", "export", "people", "--out", people))
    for row in read(people):
        for column in ("family_name", "given_name", "settlement", "jamoat", "ref", "case_no", "phone", "district"):
            if len(row.get(column, "")) > 3:
                assert row[column] not in text, column
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text)
    assert not re.search(r"[0-9a-f]{32}|[^\x00-\x7f]", text)
    assert oct(out.stat().st_mode & 0o777) == "0o600"


def what_matters_most_is_kept(folder):
    book = demo(folder)
    level = {}
    for weight in (0, 50):
        told = must(on(book, "manager", "export", "microdata", "--dry-run", "--keep", f"age_band={weight}")).lines()[0]
        level[weight] = next(column["level"] for column in told["columns"] if column["name"] == "age_band")
    assert level[50] < level[0], level


def a_year_leaves_once(folder):
    book, out, again = demo(folder), folder / "rows.csv", folder / "again.csv"
    must(on(book, "manager", "export", "microdata", "--out", out))
    must(on(book, "manager", "export", "microdata", "--out", out, "--years", "2024..2025"), 2)  # it is there
    must(on(book, "manager", "export", "microdata", "--out", again, "--years", "2024..2025"))
    assert out.read_bytes() == again.read_bytes()
    refused = must(on(book, "manager", "export", "microdata", "--out", folder / "x.csv", "--years", "2025"), 1)
    assert "2024–2025" in refused.err, refused.err
    refused = must(on(book, "manager", "export", "microdata", "--out", folder / "x.csv"), 1)
    assert "up to 2025" in refused.err, refused.err
    must(on(book, "case1", "export", "microdata", "--out", folder / "x.csv", "--years", "2024..2025"), 1)
    must(on(book, "me", "export", "microdata", "--out", folder / "x.csv", "--years", "2024..2025"), 1)
    assert not (folder / "x.csv").exists()


def reports_and_rows_stand_in_one_ledger(folder):
    book, ledger, truth = demo(folder), folder / "ledger.json", folder / "truth.json"
    must(on(book, "manager", "report", "make", "donor", "--period", "2025-Q3", "--format", "json", "--out", folder, "--publish"))
    must(on(book, "manager", "export", "microdata", "--out", folder / "rows.csv"))
    must(on(book, "manager", "report", "make", "donor", "--period", "2025-Q4", "--format", "json", "--out", folder, "--publish"))
    must(on(book, "manager", "report", "ledger", "--out", ledger))
    must(on(book, "manager", "report", "truth", "--out", truth))
    releases = json.loads(ledger.read_text())["releases"]
    rows = [release for release in releases if release["id"].startswith("microdata")]
    assert len(releases) == 3 and len(rows) == 1, [release["id"] for release in releases]
    cells = [cell["v"] for cell in rows[0]["tables"][0]["cells"]]
    assert sorted(cells)[:-1] == sorted(classes(folder / "rows.csv").values()), cells
    for arguments in ((ledger,), (ledger, "--truth", truth)):
        done = subprocess.run([AUDIT, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-300:] + done.stderr[-300:]
    must(on(book, "manager", "verify"))


def wrong_usage(folder):
    book = demo(folder)
    for arguments in ((), ("--out", "x.csv", "--for", "everybody"), ("--dry-run", "--years", "2024-Q1"),
                      ("--dry-run", "--keep", "village=3"), ("--dry-run", "--keep", "sex"), ("--dry-run", "more")):
        must(on(book, "manager", "export", "microdata", *arguments), 2)


main([dry_run_tells_and_leaves_nothing, nobody_can_be_found_in_it, what_matters_most_is_kept, a_year_leaves_once,
      reports_and_rows_stand_in_one_ledger, wrong_usage])
