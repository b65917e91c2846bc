#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways into a casebook in a real window: a new code and three shares put on paper and read back, one
dialog given up; somebody removed, the new key that is due then; and a forgotten passphrase got over with
two shares. All names are invented."""
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


class Access:
    def __init__(self, folder):
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        self.book = create(folder)
        for name in ("worker", "leaver"):
            must(on(self.book, "admin", "user", "add", name, "--roles", "caseworker", secrets=[PASS, PASS]))
        self.window = Window("--casebook", self.book, language="en")

    def unlock(self, user, passphrase=PASS):
        self.window.unlock(user, passphrase)

    def kinds(self):
        window = self.window
        window.keys("ctrl+l")
        window.shows("Unlock")
        return sorted(line["kind"] for line in must(on(self.book, "admin", "slot", "list")).lines())

    def read_back(self):
        """Types what is asked for from the code on the screen, and gives the code."""
        window = self.window
        asked = wait(lambda: re.search(r"type groups (\d+) and (\d+)", " ".join(window.texts())), "the read-back")
        code = [text for text in window.texts() if re.match(r"(?i)bz1", text.strip())][0].split()
        window.fill("From the paper", code[int(asked[1]) - 1] + " " + code[int(asked[2]) - 1])
        time.sleep(0.3)
        return " ".join(code)

    def a_dialog_given_up_changes_nothing(self):
        self.unlock("admin")
        window = self.window
        window.keys("alt+8")
        window.shows("Who may sign in")
        window.shows("The key of this casebook is in order")
        window.shot("access")
        window.click("New shares…")
        window.shows("Share 1 of 3")
        window.shot("access-share")
        window.keys("Escape")
        window.shows("Give the new paper up?")
        window.keys("Return")  # no: go on
        window.shows("Share 1 of 3")
        window.keys("Escape")
        window.shows("Give the new paper up?")
        window.keys("Right", "Return")
        window.shows("There are none")
        assert self.kinds() == ["passphrase", "passphrase", "passphrase", "recovery"], self.kinds()

    def three_shares(self):
        self.unlock("admin")
        window = self.window
        window.keys("alt+8")
        window.click("New shares…")
        self.shares = []
        for number in (1, 2, 3):
            window.shows(f"Share {number} of 3")
            self.shares.append(self.read_back())
            window.keys("Return")
        window.shows("Made on")
        window.lacks("There are none")
        assert self.kinds() == ["passphrase"] * 3 + ["recovery", "recovery-shares"], self.kinds()

    def a_new_code(self):
        self.unlock("admin")
        window = self.window
        window.keys("alt+8")
        window.click("New code…")
        window.shows("A new code")
        self.code = self.read_back()
        window.keys("Return")
        window.shows("A new key is due")
        window.shot("access-due")
        assert self.kinds() == ["passphrase"] * 3 + ["recovery", "recovery-shares"], self.kinds()

    def a_new_key(self):
        self.unlock("admin")
        window = self.window
        window.keys("alt+8")
        window.click("Remove leaver")
        window.shows("Remove leaver?")
        window.keys("Right", "Return")
        window.shows("May not sign in")
        before = self.book.read_bytes()
        window.click("Make a new key…")
        window.shows("Make a new key now?")
        window.shot("access-new-key")
        window.keys("Return")
        window.shows("The casebook has a new key", 60)
        window.shot("access-new-key-made")
        assert self.book.read_bytes()[65536:] != before[65536:]
        self.unlock("admin")
        window.keys("alt+8")
        window.shows("The key of this casebook is in order")
        window.keys("ctrl+l")
        window.shows("Unlock")
        must(on(self.book, "worker", "search", "xx"))
        must(on(self.book, "leaver", "search", "xx"), 3)

    def a_caseworker_sees_who_and_no_more(self):
        self.unlock("worker")
        window = self.window
        window.keys("alt+8")
        window.shows("Who may sign in")
        window.lacks("New code…")
        window.lacks("Make a new key…")
        window.shot("access-caseworker")
        window.keys("ctrl+l")
        window.shows("Unlock")

    def forgotten_and_got_over_with_two_shares(self):
        window = self.window
        fresh = "five lemons on a green shelf"
        window.click("Forgotten passphrase …")
        window.fill("Name", "worker")
        window.fill("Recovery code", self.shares[2])
        window.shows("This is one of three shares")
        window.fill("Another share", self.shares[0])
        window.fill("New passphrase", fresh)
        window.fill("New passphrase again", fresh)
        window.shot("recover-shares")
        window.click("Set the passphrase")
        window.shows("The new passphrase is in force", 30)
        self.unlock("worker", fresh)


with tempfile.TemporaryDirectory() as folder:
    access = Access(pathlib.Path(folder))
    sys.exit(run(access, [
        access.a_dialog_given_up_changes_nothing, access.three_shares, access.a_new_code, access.a_new_key,
        access.a_caseworker_sees_who_and_no_more, access.forgotten_and_got_over_with_two_shares,
    ]))
