#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubles in a real window: found in the background, weighed side by side, chosen with the keyboard, made
one, undone from the toast and from the person's page, said not to be the same; asked about while somebody
new is registered; explained to who may only look. All names are invented."""
import os
import pathlib
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "cli")]
from harness import PASS, create, must, on  # noqa: E402
from window import Window, run, wait  # noqa: E402

PEOPLE = """ref,family_name,given_name,patronymic,sex,birth_date,region,phone,occupation,household_ref,relation_in_household,case_category
RAJ-101,Раҷабов,Умед,Каримович,M,1985-08-12,Sughd,+992918001122,дурудгар,,,returned_migrant
RAJ-102,Rajabov,Umed,,M,1985-08-12,Sughd,,payvandgar,,,returned_migrant
SHA-201,Шарипова,Малика,Саидовна,F,1990-03-04,Khatlon,,,H-1,wife,returned_migrant
SHA-202,Шарипова,Малика,,F,1990-03-04,Khatlon,+992935556677,,H-2,wife,returned_migrant
SHA-203,Шарипов,Фарҳод,,M,1988-01-20,Khatlon,,,H-1,husband,returned_migrant
NAZ-301,Назаров,Илҳом,,M,1979-05-30,Sughd,,,,,returned_migrant
NAZ-302,Назаров,Илхом,,M,1979-05-30,Sughd,,,,,returned_migrant
"""


class Doubles:
    def __init__(self, folder):
        self.folder = folder
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        self.book = create(folder)
        people = folder / "people.csv"
        people.write_text(PEOPLE, encoding="utf-8")
        must(on(self.book, "admin", "import", "people", people))
        must(on(self.book, "admin", "user", "add", "boss", "--roles", "manager", secrets=[PASS, PASS]))
        self.window = None

    def unlock(self, user):
        self.window = window = Window("--casebook", self.book, language="en")
        window.unlock(user, PASS)

    def open_doubles(self):
        self.window.keys("alt+2")
        self.window.click("Doubles")
        self.window.shows("pairs")
        self.window.shows("One person?")

    def row(self, name):
        return next((n for n in self.window.nodes() if n.get_role_name() == "list item"
                     and (n.get_name() or "").startswith(name)), None)

    def found_in_the_background(self):
        self.unlock("admin")
        self.open_doubles()
        window = self.window
        window.shot("doubles")
        window.shows("3 pairs")
        window.shows("Date of birth: the same")
        window.shows("stays")

    def chosen_with_the_keyboard(self):
        window = self.window
        # Of the pair in view something can be chosen; which pair is best is the matcher's to say.
        for _ in range(3):
            if self.row("Family name, stays: Раҷабов"):
                break
            window.keys("alt+l")
            time.sleep(0.6)
        assert self.row("Family name, stays: Раҷабов"), window.texts()
        assert self.row("Occupation, stays: дурудгар")
        window.keys("Return")
        time.sleep(0.5)
        window.keys("Right")  # the focus is in the first field that asks: the family name
        wait(lambda: self.row("Family name, stays: Rajabov"), "the other's family name")
        assert not self.row("Reference")
        window.keys("space")
        wait(lambda: self.row("Family name, stays: Раҷабов"), "the keeper's family name again")
        wait(lambda: self.row("Other names, stays: Rajabov Umed"), "the other spelling among the other names")
        window.shot("doubles-chosen")

    def merged_and_undone(self):
        window = self.window
        window.keys("alt+m")
        window.shows("Make these two one?")
        window.shows("This can be undone at any later time.")
        window.shot("doubles-confirm")
        window.keys("Return")
        window.shows("2 pairs")
        window.shot("doubles-toast")
        window.click("Undo")
        window.shows("3 pairs")
        wait(lambda: self.row("Family name, stays: Раҷабов"), "the pair again")
        window.keys("alt+m")
        window.shows("Make these two one?")
        window.keys("Return")
        window.shows("2 pairs")

    def said_not_to_be_the_same(self):
        window = self.window
        window.keys("alt+n")
        window.shows("1 pair")
        window.click("Look again")
        window.shows("1 pair")

    def told_on_the_page_of_the_person(self):
        window = self.window
        window.search("RAJ-102", "Раҷабов Умед Каримович")
        window.shows("Merged from")
        window.shows("Rajabov Umed")
        window.shot("merged-person")
        window.click("History")
        window.shows("With: Rajabov Umed")
        window.shot("merged-history")
        window.click("Undo the merge with Rajabov Umed")
        wait(lambda: window.button("Undo the merge with Rajabov Umed") is None, "the two to be two again")
        window.search("RAJ-102", "Rajabov Umed")
        window.lacks("Merged from")

    def asked_while_somebody_is_registered(self):
        window = self.window
        window.keys("ctrl+n")
        window.shows("Say what the record is for")
        window.click_with_the_mouse(wait(lambda: self.row("Person"), "the step"))
        window.fill("Family name", "Назаров")
        window.fill("Given name", "Илхом")
        window.fill("Date of birth", "1979-05-30")
        window.shows("Perhaps the same person")
        window.shows("Family name: the same")
        window.shot("intake-similar")
        window.click("Not the same: Назаров Илҳом")
        wait(lambda: window.button("Not the same: Назаров Илҳом") is None, "the card to go")
        window.shows("Not the same")
        window.close()

    def explained_to_who_may_only_look(self):
        self.unlock("boss")
        self.open_doubles()
        self.window.shows("Your role may look at doubles.")
        self.window.keys("alt+m")
        time.sleep(0.5)
        self.window.lacks("Make these two one?")
        self.window.close()
        must(on(self.book, "admin", "verify"))


with tempfile.TemporaryDirectory() as folder:
    doubles = Doubles(pathlib.Path(folder))
    steps = [
        doubles.found_in_the_background, doubles.chosen_with_the_keyboard, doubles.merged_and_undone,
        doubles.said_not_to_be_the_same, doubles.told_on_the_page_of_the_person,
        doubles.asked_while_somebody_is_registered, doubles.explained_to_who_may_only_look,
    ]
    sys.exit(run(doubles, steps))
