#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed sections in a real window: set up with a second holder and shares on paper, filled in and kept as a
draft when the casebook is locked in the middle, closed for who has no key, given, opened by the paper, and
shown to the other holder. All names are invented."""
import os
import pathlib
import re
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "cli")]
from harness import PASS, create, must, on  # noqa: E402
from window import Window, run, wait  # noqa: E402

PEOPLE = """ref,family_name,given_name,sex,birth_date,region,case_category
NIG-101,Сафарова,Нигина,F,1996-08-12,Sughd,trafficking_survivor
"""


class Sealed:
    def __init__(self, folder):
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        self.book = create(folder)
        people = folder / "people.csv"
        people.write_text(PEOPLE, encoding="utf-8")
        must(on(self.book, "admin", "import", "people", people))
        for name, roles in (("guard", "protection"), ("second", "protection"), ("office", "administrator me")):
            must(on(self.book, "admin", "user", "add", name, "--roles", roles, secrets=[PASS, PASS]))
        self.window = Window("--casebook", self.book, language="en")

    def unlock(self, user):
        self.window.unlock(user, PASS)

    def lock(self):
        self.window.keys("ctrl+l")
        self.window.shows("Unlock")

    def read_back(self):
        window = self.window
        asked = wait(lambda: re.search(r"type groups (\d+) and (\d+)", " ".join(window.texts())), "the read-back")
        code = [text for text in window.texts() if re.match(r"(?i)bs1", text.strip())][0].split()
        window.fill("From the paper", code[int(asked[1]) - 1] + " " + code[int(asked[2]) - 1])
        time.sleep(0.3)
        return " ".join(code)

    def open_person(self):
        self.window.search("Safarova", "Сафарова")
        self.window.click("Sealed")

    def set_up_with_a_second_holder(self):
        self.unlock("admin")
        window = self.window
        window.keys("alt+8")
        window.shows("Not set up yet")
        window.shot("sealed-access-before")
        window.click("Set up…")
        window.shows("Who else holds the keys")
        window.shows("Needed: somebody besides you")
        window.click("guard")
        window.shot("sealed-set-up")
        window.click("Next")
        self.shares = []
        for number in (1, 2, 3):
            window.shows(f"Share {number} of 3")
            self.shares.append(self.read_back())
            if number == 2:
                window.shot("sealed-share")
            window.keys("Return")
        window.shows("admin, guard")
        window.shot("sealed-access")

    def what_was_typed_is_there_after_the_lock(self):
        window = self.window
        self.open_person()
        window.shows("Nothing recorded yet")
        window.click("Add: Trafficking")
        window.shows("New: Trafficking")
        time.sleep(0.5)
        window.type("Victim of tr")
        window.keys("Return", "Tab")
        window.type("Court")
        window.keys("Return")
        window.click("Debt bondage")
        window.fill("Place", "Рынок за мостом")
        window.shot("sealed-form")
        time.sleep(0.3)
        self.lock()
        self.unlock("admin")
        self.open_person()
        window.click("Add: Trafficking")
        wait(lambda: window.entry("Place") and "Рынок за мостом" in window.texts(), "the draft")
        window.keys("ctrl+Return")
        window.shows("Victim of trafficking")
        window.shows("Debt bondage")
        window.shot("sealed-person")

    def changes_are_read_by_who_has_the_key(self):
        window = self.window
        window.click("Changes")
        window.shows("Place: Рынок за мостом")
        self.lock()

    def closed_without_the_key(self):
        window = self.window
        self.unlock("second")
        self.open_person()
        window.shows("It can be opened by: admin, guard, the paper")
        window.lacks("Рынок за мостом")
        window.lacks("Add: Trafficking")
        window.shot("sealed-closed")

    def opened_by_two_shares(self):
        window = self.window
        window.click("Open by the paper…")
        window.shows("Open the sealed sections by the paper?")
        window.fill("Code, or the first share: BS1…", self.shares[2])
        time.sleep(0.3)
        window.fill("Another share", self.shares[0])
        window.fill("Reason", "The hearing is tomorrow")
        window.shot("sealed-open")
        window.keys("Return")
        window.shows("Рынок за мостом")
        self.lock()
        self.unlock("second")
        self.open_person()
        window.shows("It can be opened by")
        self.lock()

    def the_other_holder_is_told_and_gives_the_key(self):
        window = self.window
        self.unlock("guard")
        window.shows("The hearing is tomorrow")
        window.shot("sealed-told")
        window.click("Seen")
        wait(lambda: not any("The hearing is tomorrow" in text for text in window.texts()), "the note to go")
        window.keys("alt+8")
        window.shows("The hearing is tomorrow")
        window.click("Holders: Trafficking")
        window.shows("Who may be given it")
        window.shot("sealed-holders")
        window.click("Give: second")
        window.shows("Give the key to second?")
        window.keys("Right", "Return")
        window.shows("Take: second")
        window.keys("Escape")
        self.lock()
        self.unlock("second")
        self.open_person()
        window.shows("Рынок за мостом")
        self.lock()

    def no_tab_for_who_has_nothing_to_do_with_it(self):
        window = self.window
        self.unlock("office")
        window.keys("alt+8")
        window.shows("Who may sign in")
        window.lacks("Sealed sections")


with tempfile.TemporaryDirectory() as folder:
    sealed = Sealed(pathlib.Path(folder))
    sys.exit(run(sealed, [
        sealed.set_up_with_a_second_holder, sealed.what_was_typed_is_there_after_the_lock,
        sealed.changes_are_read_by_who_has_the_key, sealed.closed_without_the_key, sealed.opened_by_two_shares,
        sealed.the_other_holder_is_told_and_gives_the_key, sealed.no_tab_for_who_has_nothing_to_do_with_it,
    ]))
