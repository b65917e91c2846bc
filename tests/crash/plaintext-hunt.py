#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traces every write of every verb and renderer and looks for markers that stand in every table of the
record. They may go to pipes and terminals and into a file that was asked for by name; nowhere else,
temporary files included."""
import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from harness import CLI, PASS  # noqa: E402

MARK = "QZVX"
CALL = re.compile(r"^(?:\d+ +)?(?:write|pwrite64|writev|pwritev2?|sendto|sendmsg)\(\d+<([^>]*)>")


def table(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
    return path


def main():
    if not shutil.which("strace"):
        print("1..0 # SKIP strace is not installed")
        return 0
    faults, calls, verbs = [], 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        book, out = folder / "book.bozgasht", folder / "asked"
        out.mkdir()
        people = table(folder / "people.csv", [{
            "ref": f"R{n}", "family_name": f"{MARK}fam{n}", "given_name": f"{MARK}giv{n}", "patronymic": f"{MARK}pat{n}",
            "sex": "F", "birth_date": "1990", "phone": "+992900000001", "settlement": f"{MARK}village{n}",
            "occupation": f"{MARK}work", "case_category": "returned_migrant", "country_of_return": "RU",
            "place_of_return": f"{MARK}city", "household_ref": f"{MARK}H{n}", "relation_in_household": "head",
            "consent_service": "yes", "consent_story_anonymised": "yes", "note": f"{MARK}note{n}",
        } for n in range(12)])
        support = table(folder / "support.csv", [{
            "person": f"R{n}", "service": "ECO02", "item": f"{MARK}item", "quantity": "2", "delivered": "2024-08-12",
            "fund": f"{MARK}fund", "provider": f"{MARK}provider", "note": f"{MARK}snote",
        } for n in range(12)])
        visits = table(folder / "visits.csv", [{
            "person": f"R{n}", "date": "2024-09-12", "method": "visit", "status": "operating", "note": f"{MARK}vnote",
        } for n in range(12)])
        activities = table(folder / "activities.csv", [{
            "kind": "training", "title": f"{MARK}title", "start": "2024-09-01", "place": f"{MARK}place",
        }])
        story = folder / "story.txt"
        story.write_text(f"{MARK}fam1 came home.", encoding="utf-8")

        def trace(*arguments, user="admin", fine=(0,)):
            nonlocal calls
            read, write = os.pipe()
            os.write(write, f"{PASS}\n{PASS}\n".encode())
            os.close(write)
            log = folder / "trace"
            head = [] if arguments[0] in ("create", "demo") else ["--file", book, "--user", user]
            process = subprocess.run(
                ["strace", "-f", "-y", "-s", "200000", "-o", log, "-e",
                 "trace=write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg",
                 CLI, "--quiet", "--passphrase-fd", str(read), *head, *map(str, arguments)],
                pass_fds=(read,), capture_output=True, text=True,
            )
            os.close(read)
            verbs.append(" ".join(map(str, arguments[:2])))
            if process.returncode not in fine:
                faults.append(f"{verbs[-1]}: exit {process.returncode} {process.stderr[-200:]}")
            if MARK in process.stderr:
                faults.append(f"{verbs[-1]}: a marker on the standard error")
            with open(log, encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    match = CALL.match(line)
                    if not match:
                        continue
                    calls += 1
                    target = match[1]
                    if MARK in line and not target.startswith(("pipe:", "/dev/pts", str(out), "/dev/shm/")):
                        faults.append(f"{verbs[-1]}: a marker written to {target[:80]}")
            log.unlink()

        trace("create", book, "--programme", f"{MARK}programme", "--admin", "admin")
        for profile, file in (("people", people), ("support", support), ("visits", visits), ("activities", activities)):
            trace("import", profile, file)
            trace("import", profile, file, "--dry-run")
        trace("user", "add", "other", "--roles", "protection")
        trace("user", "list")
        trace("slot", "list")
        trace("section", "set-up", "--shares", "other")
        trace("section", "add", "perpetrator", "R3", f"name={MARK}boss", f"details={MARK}details")
        trace("section", "read", "R3")
        trace("section", "new-paper")
        trace("section", "list")
        trace("search", f"{MARK}fam3")
        trace("duplicates", "--min-score", "100")
        trace("duplicates", "--households")
        trace("merge", "people", "R1", "R2", "--dry-run")
        trace("merge", "people", "R1", "R2")
        trace("merge", "list")
        for profile in ("people", "support", "visits", "activities"):
            trace("export", profile, "--out", out / f"{profile}.csv")
        trace("report", "make", "donor", "--period", "2024", "--format", "pdf,xlsx,odt,csv,txt,json", "--out", out, "--publish")
        trace("report", "ledger", "--out", out / "ledger.json")
        trace("story", "draft", "--person", "R1", "--story-lang", "en")
        trace("story", "check", "--person", "R1", "--text", story, "--story-lang", "en", fine=(1,))
        if shutil.which("age-keygen"):
            made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
            public = re.search(r"age1[a-z0-9]+", made.stdout + made.stderr)[0]
            trace("backup", "make", "--to", out / "backup.age", "--recipient", public)
        trace("inbox", "list")
        trace("paper", "case", "R1", "--out", out / "case.pdf")
        trace("erase", "R2", "--ground", "own_wish")
        trace("slot", "renew-recovery")
        trace("backup", "status")
        trace("verify")
        trace("doctor")
        left = [path for path in folder.iterdir() if path.name not in
                ("people.csv", "support.csv", "visits.csv", "activities.csv", "story.txt", "asked")]
        for path in left:
            for file in [path] if path.is_file() else path.rglob("*"):
                if file.is_file() and MARK.encode() in file.read_bytes():
                    faults.append(f"a marker in {file.name}")
    print("1..2")
    print(f"# {len(verbs)} verbs, {calls} writes")
    for fault in faults[:30]:
        print(f"# {fault}")
    print("ok 1 - writes were seen" if calls > 100 else "not ok 1 - no writes were seen")
    print("ok 2 - no marker left" if not faults else "not ok 2 - a marker left, or a verb failed")
    return 1 if faults or calls <= 100 else 0


sys.exit(main())
