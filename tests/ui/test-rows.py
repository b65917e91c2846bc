#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows without names in a real window: refused for too few people, prepared, looked at, saved, and the same
years asked for again. All people are invented."""
import csv
import os
import pathlib
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "cli")]
from harness import PASS, must, on, run as cli  # noqa: E402
from window import Window, run, wait  # noqa: E402


class Rows:
    def __init__(self, folder):
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        self.book = folder / "training.bozgasht"
        self.file = folder / "rows.csv"
        must(cli("demo", self.book, "--people", "1200", "--quarters", "8", "--today", "2026-02-01"))
        self.window = Window("--casebook", self.book, language="en")

    def open(self):
        window = self.window
        window.keys("alt+5")
        window.shows("For research")
        window.click("Rows without names …")
        wait(lambda: window.windows() > 1, "the dialog")
        window.shows("One row a person, no names")

    def years_are_those_that_are_over(self):
        self.window.unlock("admin", PASS)
        self.open()
        self.window.shot("rows-empty")
        self.window.shows("2024")
        self.window.shows("2025")

    def what_would_leave_is_shown(self):
        window = self.window
        window.click("Prepare the rows")
        window.shows("People in the file")
        window.shows("Who looks alike")
        window.shows("Saving enters the file in the ledger for good")
        window.shot("rows-preview")

    def it_is_saved_after_a_question(self):
        window = self.window
        window.click("Save …")
        window.shows("Let these rows leave?")
        window.shot("rows-question")
        window.click("Cancel")
        time.sleep(0.5)
        assert not self.file.exists()
        window.click("Save …")
        window.shows("Let these rows leave?")
        before = window.windows()
        window.keys("Tab", "space")
        wait(lambda: window.windows() >= before, "the file chooser")
        for _ in range(3):
            time.sleep(1)
            window.keys("ctrl+l", "ctrl+a")
            window.type(str(self.file))
            time.sleep(0.5)
            window.keys("Return")
            time.sleep(1)
            if self.file.exists():
                break
        wait(self.file.exists, "the file")
        window.shows("entered in the ledger")
        with open(self.file, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) > 110 and "sex" in rows[0], rows[:1]

    def the_same_years_are_the_same_file(self):
        window = self.window
        self.open()
        window.shows("2025")
        window.click("Prepare the rows")
        window.shows("Some of these years have left already, in the file for 2024–2025.")
        window.shot("rows-refused")
        window.click_with_the_mouse(window.find("Registered from"))
        time.sleep(0.6)
        window.keys("Down", "Return")
        window.click("Prepare the rows")
        window.shows("These years have left. A copy is the same file, to the letter.")
        window.shot("rows-again")
        window.keys("Escape")
        wait(lambda: window.windows() == 1, "the dialog to close")
        window.keys("alt+7")
        window.shows("Rows without names")

    def close(self):
        self.window.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        journey = Rows(pathlib.Path(folder))
        sys.exit(run(journey, [journey.years_are_those_that_are_over, journey.what_would_leave_is_shown,
                               journey.it_is_saved_after_a_question, journey.the_same_years_are_the_same_file]))
