#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The price of encryption and seal: the same work on SQLite's default VFS, on its unix-excl, on a casebook
and, where it is installed, on SQLCipher, in turn, so that other work on the machine falls on all of them.
Prints medians and their ratio to the default VFS: processor time of files in memory; elapsed time for the
scan, for opening and for small commits on a real disk.

    bench-vault.py PROGRAM [PROGRAM-OF-SQLCIPHER]

BOZGASHT_ROWS: cases (60000); BOZGASHT_RUNS: runs of each (5); BOZGASHT_DISK: a folder on a disk."""
import os
import statistics
import subprocess
import sys
import tempfile

CPU, WALL = 0, 1
SHOWN = [("bulk insert", CPU, 1.40), ("20000 point reads", CPU, 0.95), ("full scan", CPU, 1.45), ("full scan", WALL, 1.20),
         ("FTS5 build", CPU, None), ("FTS5 queries", CPU, 1.20), ("FTS4 build", CPU, None), ("FTS4 queries", CPU, None),
         ("400 commits on disk", WALL, 1.10), ("400 commits on disk", CPU, None), ("20 connections", WALL, None),
         ("open", WALL, None)]


def main():
    engines = [(name, sys.argv[1]) for name in ("plain", "plain-excl", "casebook")]
    if len(sys.argv) > 2:
        engines.append(("sqlcipher", sys.argv[2]))
    else:
        print("SQLCipher is not installed: not compared")
    rows, runs = os.environ.get("BOZGASHT_ROWS", "60000"), int(os.environ.get("BOZGASHT_RUNS", "5"))
    figures = {}
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory, \
            tempfile.TemporaryDirectory(dir=os.environ.get("BOZGASHT_DISK", ".")) as disk:
        for run in range(runs):
            for name, program in engines[run % len(engines):] + engines[:run % len(engines)]:
                out = subprocess.run([program, name, memory, disk, rows], check=True, capture_output=True, text=True)
                for line in out.stdout.splitlines():
                    phase, *values = line.split("\t")
                    for kind in (CPU, WALL):
                        figures.setdefault((phase, kind, name), []).append(float(values[kind]))
    print(f"{rows} rows, {runs} runs of each in turn; median seconds (ratio to plain)")
    print(f"{'':26}" + "".join(f"{name:>18}" for name, _ in engines) + "      goal")
    for phase, kind, goal in SHOWN:
        base = statistics.median(figures[phase, kind, "plain"]) if (phase, kind, "plain") in figures else 0
        line = f"{phase + (' wall' if kind else ' cpu'):26}"
        for name, _ in engines:
            values = figures.get((phase, kind, name))
            line += f"{statistics.median(values):10.4f} ({statistics.median(values) / base:5.2f})" if values else " " * 18
        print(line + (f"    {goal:6.2f}" if goal else ""))


main()
