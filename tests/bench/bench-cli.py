#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole verbs on an invented programme, as ratios to Debian's sqlite3 doing comparable work on the plain
image of the same record (opened from a backup). Run by `meson test --benchmark`; figures worth keeping go
to docs/benchmarks.md. $BOZGASHT_PEOPLE sets the size (2000)."""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from harness import must, on, run  # noqa: E402

PEOPLE = int(os.environ.get("BOZGASHT_PEOPLE", "2000"))
RUNS = 5


def timed(function):
    """Median wall seconds of RUNS runs after one that is not counted."""
    function()
    seconds = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        book = folder / "book.bozgasht"
        begin = time.perf_counter()
        must(run("--quiet", "demo", book, "--people", PEOPLE, "--quarters", 8, "--seed", 1, timeout=3000))
        print(f"demonstration of {PEOPLE} people: {time.perf_counter() - begin:.1f} s, {book.stat().st_size >> 20} MiB")

        made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
        key = folder / "key"
        key.write_text(made.stdout)
        public = re.search(r"age1[a-z0-9]+", made.stdout + made.stderr)[0]
        begin = time.perf_counter()
        must(on(book, "admin", "backup", "make", "--to", folder / "b.age", "--recipient", public, timeout=3000))
        backup = time.perf_counter() - begin
        plain = folder / "plain.sqlite"
        begin = time.perf_counter()
        with open(plain, "wb") as out:
            subprocess.run(["age", "-d", "-i", key, folder / "b.age"], check=True, stdout=out)
        print(f"backup, proved: {backup:.2f} s; age -d alone: {time.perf_counter() - begin:.2f} s")

        unlock = timed(lambda: must(on(book, "admin", "slot", "list")))
        script = "".join(f"search {n}\n" for n in ("Шариф", "Karim", "гул", "Rahmon") * 25)
        search = timed(lambda: must(on(book, "admin", "run", stdin=script))) - unlock
        like = timed(lambda: subprocess.run(
            ["sqlite3", plain], input="SELECT count (*) FROM person WHERE family_name LIKE '%ариф%';\n" * 100,
            text=True, check=True, capture_output=True))
        print(f"unlock: {unlock:.2f} s")
        print(f"search, 100 key presses: {search * 10:.2f} ms each; LIKE in sqlite3: {like * 10:.2f} ms; "
              f"ratio {search / like:.2f}")
        query = ("SELECT p.sex, p.region, count (DISTINCT p.id) FROM support s JOIN person p ON p.id = s.person "
                 "WHERE s.delivered BETWEEN '2024-07-01' AND '2024-09-30' GROUP BY 1, 2;")
        sql = timed(lambda: subprocess.run(["sqlite3", plain, query], check=True, capture_output=True))
        out = folder / "out"

        def report():
            subprocess.run(["rm", "-rf", out], check=True)
            out.mkdir()
            must(on(book, "manager", "report", "make", "donor", "--period", "2024-Q3", "--format", "json", "--out", out))

        made = timed(report) - unlock
        print(f"quarter's report, counted and protected: {made:.2f} s; one table in sqlite3: {sql:.3f} s")


main()
