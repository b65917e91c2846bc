#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the real import in the middle of writing, again and again, on one casebook. Whatever it printed
as imported before it died must be there afterwards, and the casebook must be whole.
Rounds: $BOZGASHT_ROUNDS (12; the long run takes 200)."""
import csv
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from harness import CLI, PASS, create, must, on  # noqa: E402

ROUNDS = int(os.environ.get("BOZGASHT_ROUNDS", "12"))
ROWS = 400
SYLLABLES = "ба ви гу да зо ка ли ма ни по ра со та фу ҳа ҷо ша ям".split()


def invented():
    return "".join(random.choices(SYLLABLES, k=4)).capitalize()


def start(book, *arguments):
    read, write = os.pipe()
    os.write(write, f"{PASS}\n".encode())
    os.close(write)
    process = subprocess.Popen(
        [CLI, "--file", book, "--user", "admin", "--passphrase-fd", str(read), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=(read,), text=True, encoding="utf-8",
    )
    os.close(read)
    return process


def main():
    random.seed(20260101)
    told = set()
    died = middle = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        book = create(folder)
        for number in range(ROUNDS):
            if number % 20 == 19:
                print(f"# round {number + 1} of {ROUNDS}", file=sys.stderr, flush=True)
            table = folder / "people.csv"
            with open(table, "w", newline="", encoding="utf-8") as file:
                out = csv.writer(file)
                out.writerow(["ref", "family_name", "given_name", "sex", "note"])
                for row in range(ROWS):
                    out.writerow([f"K{number}-{row}", invented(), invented(), "M", "x" * 300])
            process = start(book, "import", "people", table)
            # Dies between the first batch that was told and the last, at any point of a batch.
            printed = [process.stdout.readline()]
            begin = time.monotonic()
            while len(printed) < random.choice((1, 101, 201)):
                printed += [process.stdout.readline() for _ in range(100)]
            batch = (time.monotonic() - begin) / max(len(printed) // 100, 1) or 0.05
            time.sleep(random.uniform(0, 1.2 * batch))
            process.kill()
            printed += process.stdout.readlines()
            process.wait()
            died += process.returncode != 0
            middle += process.returncode != 0 and bool(printed[0])
            for line in printed:
                try:
                    told.add(json.loads(line)["ref"])
                except (ValueError, KeyError):
                    pass  # the last line may be cut, the summary has no ref
        must(on(book, "admin", "verify"))
        out = folder / "out.csv"
        must(on(book, "admin", "export", "people", "--out", out))
        with open(out, encoding="utf-8", newline="") as file:
            found = {row["ref"] for row in csv.DictReader(file)}
    lost = told - found
    print("1..2")
    print(f"# {ROUNDS} rounds, {died} killed before the end, {middle} of them after their first rows were told, {len(told)} rows told as saved, {len(found)} found")
    print("ok 1 - killed in the middle" if middle else "not ok 1 - no round was killed in time")
    print("ok 2 - nothing told is lost" if not lost else f"not ok 2 - {len(lost)} rows lost")
    sys.exit(bool(lost) or not middle)


main()
