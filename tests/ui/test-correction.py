#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A published report is corrected in a real window: refused while too little changed, looked at, published,
and shown as corrected from then on. All names are invented."""
import os
import pathlib
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "cli")]
from harness import PASS, must, on  # noqa: E402
from programme import book_of, enter, support  # noqa: E402
from window import Window, run  # noqa: E402


class Correction:
    def __init__(self, folder):
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        self.folder = folder
        self.book = book_of(folder, range(80))
        must(on(self.book, "admin", "report", "make", "donor", "--period", "2025-Q1", "--format", "json",
                "--out", folder, "--publish"))
        self.open("en")

    def open(self, language):
        self.window = Window("--casebook", self.book, language=language)

    def make(self):
        window = self.window
        window.unlock("admin", PASS)
        window.keys("alt+5")
        window.fill("Another: 2025-01..2025-06", "2025-Q1")
        window.click("Make the report")
        window.shows("Correct …", 60)

    def too_little_is_not_corrected(self):
        window = self.window
        self.make()
        window.shot("correction-published")
        window.click("Correct …")
        window.shows("No figure changed so much that it may be printed again.", 60)
        window.shot("correction-refused")
        window.keys("Escape")
        window.shows("Published")
        window.close()

    def what_came_late_is(self):
        enter(self.book, self.folder, support(range(80, 132), "2025-03-03"))
        self.open("en")
        self.make()
        window = self.window
        window.keys("alt+c")
        window.shows("Stand as they were published", 60)
        window.shows("Only published figures may leave")
        window.shot("correction-made")
        window.keys("alt+p")
        window.shows("Publish this correction?")
        window.shot("correction-asked")
        window.keys("alt+p")
        window.shows("Published", 30)
        window.shot("correction-done")
        window.close()

    def and_stays_so(self):
        ledger = self.folder / "ledger.json"
        must(on(self.book, "admin", "report", "ledger", "--out", ledger))
        assert '"supersedes": "donor-2025-Q1"' in ledger.read_text()


with tempfile.TemporaryDirectory() as name:
    correction = Correction(pathlib.Path(name))
    sys.exit(run(correction, [
        correction.too_little_is_not_corrected, correction.what_came_late_is, correction.and_stays_so,
    ]))
