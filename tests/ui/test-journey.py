#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole mission in a real window: make a casebook, import the case files, find a person by a Latin
spelling, record bee colonies and a visit, lock, unlock, see both, make the report and a story, back up.
The case files are read at run time; without them a small invented file takes their place."""
import csv
import os
import pathlib
import re
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "cli")]
from harness import CASES, PASS, must, on  # noqa: E402
from window import Window, run, wait  # noqa: E402

INVENTED = (
    "ref,family_name,given_name,sex,age,age_as_of,region,case_category,country_of_return,consent_service,"
    "consent_story_anonymised\nT-1,Шарифов,Баҳром,M,41,2019,Sughd,returned_migrant,RU,yes,yes\n"
    "T-2,,Нигина,F,,2019,,returned_migrant,,yes,yes\n"
)
LATIN = dict(zip("абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшэюя", [
    "a", "b", "v", "g", "gh", "d", "e", "yo", "zh", "z", "i", "i", "y", "k", "q", "l", "m", "n", "o", "p", "r", "s", "t",
    "u", "u", "f", "kh", "h", "ch", "j", "sh", "e", "yu", "ya"]))


class Journey:
    def __init__(self, folder):
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.env = {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home / ".local/share"), "XDG_STATE_HOME": str(folder / "state")}
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        self.book = None
        self.window = None
        self.people = CASES / "beneficiaries.csv"
        if not self.people.is_file():
            self.people = folder / "people.csv"
            self.people.write_text(INVENTED, encoding="utf-8")

    def unlock(self):
        window = self.window
        window.shows("Passphrase")
        window.fill("Name", "Nigora")
        window.fill("Passphrase", PASS)
        window.click("Unlock")
        window.shows("Home")
        time.sleep(0.5)

    def make_a_casebook(self):
        self.window = window = Window(language="en", env=self.env)
        window.click("Continue")
        window.fill("Name of the programme", "Return home")
        window.shot("first-run-place")
        window.click("Continue")
        window.shows("My name and passphrase")
        window.fill("My name", "Nigora")
        window.fill("Passphrase", PASS)
        window.fill("Passphrase again", PASS)
        window.click("Continue")
        asked = wait(lambda: re.search(r"type groups (\d+) and (\d+)", " ".join(window.texts())), "the read-back")
        code = [text for text in window.texts() if re.match(r"(?i)bz1", text.strip())][0].split()
        window.shot("first-run-code")
        window.fill("From the paper", code[int(asked[1]) - 1] + " " + code[int(asked[2]) - 1])
        time.sleep(0.5)
        window.click("Continue")
        window.shows("How do you want to begin?")
        window.shot("first-run-begin")
        window.click("With an empty casebook")
        window.shows("Home")
        (self.book,) = self.home.rglob("*.bozgasht")

    def import_the_cases(self):
        window = self.window
        window.keys("alt+7")
        window.shows("Bring in a partner's spreadsheet")
        window.click("Bring in a partner's spreadsheet")
        window.click("Choose the file …")
        window.choose_path(self.people)
        window.shows("Nothing has been changed yet")
        window.shot("import-dry-run")
        with open(self.people, encoding="utf-8-sig", newline="") as file:
            self.rows = list(csv.DictReader(file))
        window.click(f"Import {len(self.rows)} rows")
        window.shows("Imported and saved")
        window.shot("import-done")

    def find_by_a_latin_spelling(self):
        window = self.window
        person = next(row for row in self.rows if row["family_name"] and row["given_name"]) if any(
            row["family_name"] and row["given_name"] for row in self.rows) else self.rows[0]
        name = person["family_name"] or person["given_name"]
        latin = "".join(LATIN.get(letter, letter) for letter in name.lower())
        self.name = name
        window.keys("alt+2")
        window.shows(name)
        window.shot("people")
        window.search(latin, name)
        wait(lambda: window.button("New support"), "the page of the person")
        window.shows(name)
        window.shot("person-new")

    def record_a_hand_over_and_a_visit(self):
        window = self.window
        window.keys("F6")
        window.shows("New: Support")
        window.fill("Service", "Bee colonies")
        window.fill("Quantity", "4")
        window.fill("Unit", "colony")
        window.fill("Delivered on", "2026-04-12")
        window.shot("support-form")
        window.keys("ctrl+Return")
        window.shows("Bee colonies, 4 colony")  # in the timeline: a toast may be gone before it is read
        window.keys("F7")
        window.shows("New: Livelihood visit")
        window.fill("Date of the visit", "2026-05-15")
        window.fill("Bee colonies alive", "4")
        window.keys("ctrl+Return")
        window.shows("15 May 2026")
        window.shot("person-timeline")

    def lock_and_unlock(self):
        window = self.window
        window.keys("ctrl+l")
        window.shows("Passphrase")
        window.lacks(self.name)
        window.shot("locked")
        self.unlock()
        if not any("Bee colonies" in text for text in window.texts()):
            window.search(self.name, self.name)
        window.shows("Bee colonies")
        support = must(on(self.copy(), "Nigora", "export", "support", "--out", self.folder / "support.csv"))
        assert "2026-04-12" in (self.folder / "support.csv").read_text(), support.err
        visits = must(on(self.copy_path, "Nigora", "export", "visits", "--out", self.folder / "visits.csv"))
        assert "2026-05-15" in (self.folder / "visits.csv").read_text(), visits.err

    def copy(self):
        """A copy of the file as it lies there, opened by the command line, beside the running window."""
        self.copy_path = self.folder / "copy.bozgasht"
        for suffix in ("", "-log"):
            source = pathlib.Path(f"{self.book}{suffix}")
            if source.exists():
                pathlib.Path(f"{self.copy_path}{suffix}").write_bytes(source.read_bytes())
        return self.copy_path

    def make_the_report(self):
        window = self.window
        window.keys("alt+5")
        window.fill("Another: 2025-01..2025-06", "2026")
        window.click("Make the report")
        window.shows("Small groups proved safe", 60)
        window.shows("Only published figures may leave")
        window.shot("report")
        window.keys("alt+p")
        window.shows("Publish this report?")
        window.keys("alt+p")
        window.shows("Published", 30)
        window.shot("report-published")

    def write_a_story(self):
        window = self.window
        window.keys("alt+6")
        window.fill("Person the story is about", self.name)
        window.pick(self.name)
        window.shows("Points at the person")
        window.shot("story")
        window.click("Send for review")
        window.shows("Send back to the author")

    def back_up(self):
        window = self.window
        window.click("No backup yet")
        window.shows("There is no backup yet")
        window.fill("Or a passphrase of the backup", "three lanterns over water")
        window.fill("The passphrase once more", "three lanterns over water")
        window.click("Make a backup …")
        target = self.folder / "month.age"
        window.choose_path(target)
        window.shows("The backup is up to date", 60)
        window.shot("backup")
        assert target.read_bytes().startswith(b"age-encryption.org/v1\n")


def main():
    steps = [
        "make_a_casebook", "import_the_cases", "find_by_a_latin_spelling", "record_a_hand_over_and_a_visit",
        "lock_and_unlock", "make_the_report", "write_a_story", "back_up",
    ]
    with tempfile.TemporaryDirectory() as folder:
        journey = Journey(pathlib.Path(folder))
        sys.exit(run(journey, [getattr(journey, step) for step in steps]))


main()
