#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The office in a real window: a spoilt profile and wrong letters refused, a profile taken up, renewed and
withdrawn, and a forgotten passphrase got over with two shares of the office. All names are invented."""
import datetime
import os
import pathlib
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "cli")]
import harness  # noqa: E402
from harness import PASS, create, must  # noqa: E402
from window import Window, run  # noqa: E402

UNTIL = (datetime.date.today() + datetime.timedelta(days=300)).isoformat()
FRESH = "five lemons on a green shelf"


def papers(*arguments):
    *codes, shown = must(harness.run("--quiet", "office", *arguments)).out.split("\n")[:-1]
    return codes, shown


class Office:
    def __init__(self, folder):
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        self.folder = folder
        self.book = create(folder)
        self.root, self.letters = papers("root")
        self.profile(1)
        self.window = Window("--casebook", self.book, language="en")

    def profile(self, serial):
        self.shares, key = papers("key", "--shares")
        self.path = self.folder / f"profile-{serial}.txt"
        must(harness.run("office", "sign", "--name", "Dushanbe office", "--serial", serial, "--until", UNTIL,
                         "--key", key, "--out", self.path, secrets=self.root))

    def choose(self, path, then):
        self.window.click("Profile…") if self.window.button("Profile…") else self.window.click("New profile…")
        self.window.choose_path(path, then)

    def what_is_not_a_profile_is_refused(self):
        window = self.window
        window.unlock("admin", PASS)
        window.keys("alt+8")
        window.shows("No office is let in")
        window.shot("office-none")
        bad = self.folder / "bad.txt"
        bad.write_text(self.path.read_text().replace("Dushanbe", "Khujand"))
        self.choose(bad, "It was changed on its way")
        window.shot("office-changed")
        window.keys("Escape")
        bad.write_text("Dear colleagues")
        self.choose(bad, "This is not a profile of an office.")
        window.keys("Escape")
        window.shows("No office is let in")

    def let_in_by_its_letters(self):
        window = self.window
        self.choose(self.path, "Let an office in?")
        window.lacks(self.letters)
        window.lacks("Dushanbe office")  # a name could be the letters
        window.fill("The letters of the office: 24", "ABCD" * 6)
        window.keys("Return")
        window.shows("A letter is wrong, or it is another office")
        window.shot("office-letters")
        window.fill("A letter is wrong, or it is another office", self.letters.lower().replace("-", " "))
        window.click("Let in")
        window.shows("Its key opens this casebook and its backups. Until")
        window.reach(window.button("Shut out…"))
        window.shot("office-good")
        window.lacks("A new key is due")

    def a_new_key_each_year(self):
        window = self.window
        window.keys("alt+8")
        old = self.path
        self.profile(2)
        self.choose(self.path, "before it will open it no more")
        window.shot("office-renew")
        window.keys("Return")
        window.shows("A new key is due")
        self.choose(old, "This casebook has had a newer profile of the office already.")
        window.shot("office-older")
        window.keys("Escape")
        window.shows("Dushanbe office")
        window.keys("ctrl+l")
        window.shows("Unlock")

    def forgotten_and_got_over_by_the_office(self):
        window = self.window
        window.click("Forgotten passphrase …")
        window.fill("Name", "admin")
        window.fill("Recovery code", self.root[0])
        window.shows("This slip opens something else")
        window.shot("office-recover-wrong")
        window.fill("Recovery code", self.shares[2])
        window.shows("This is one of three shares")
        window.fill("Another share", self.shares[0])
        window.fill("New passphrase", FRESH)
        window.fill("New passphrase again", FRESH)
        window.click("Set the passphrase")
        window.shows("compare its key on the page Backup", 30)
        window.unlock("admin", FRESH)

    def shut_out(self):
        window = self.window
        window.keys("alt+8")
        window.click("Shut out…")
        window.shows("Shut the office out?")
        window.shot("office-shut-out")
        window.keys("Right", "Return")
        window.shows("No office is let in")


with tempfile.TemporaryDirectory() as folder:
    office = Office(pathlib.Path(folder))
    sys.exit(run(office, [
        office.what_is_not_a_profile_is_refused, office.let_in_by_its_letters, office.a_new_key_each_year,
        office.forgotten_and_got_over_by_the_office, office.shut_out,
    ]))
