#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of docs/screenshots: every page in three languages, light and dark, of an invented
programme. Run by build-aux/screenshots inside tests/ui/display.sh.
   screenshots.py CASEBOOK PASSPHRASE [LANGUAGE ...]"""
import gettext
import os
import sys
import time

from window import Window

BOOK, PASSPHRASE = sys.argv[1], sys.argv[2]
LANGUAGES = sys.argv[3:] or ["en", "ru", "tg"]
PAGES = ["home", "people", "activities", "tasks", "reports", "stories", "programme", "access"]
LOCALE = os.environ["BOZGASHT_LOCALEDIR"]


def visit(language, scheme):
    tr = gettext.translation("bozgasht", LOCALE, [language], fallback=True).gettext
    name = lambda page: f"{page}-{language}-{scheme}"  # noqa: E731
    window = Window("--casebook", BOOK, language=language,
                    env={"ADW_DEBUG_COLOR_SCHEME": "prefer-dark" if scheme == "dark" else "default"})
    try:
        window.shows(tr("Passphrase"))
        window.fill_the_screen()
        window.shot(name("lock"))
        window.fill(tr("Name"), "manager")
        window.fill(tr("Passphrase"), PASSPHRASE)
        window.click(tr("Unlock"))
        window.shows(tr("Home"))
        time.sleep(2)
        for number, page in enumerate(PAGES, 1):
            window.keys(f"alt+{number}")
            time.sleep(1.2)
            if page == "reports":
                window.click(tr("_Make the report").replace("_", ""))
                window.shows(tr("Small groups proved safe"), 60)
                time.sleep(1)
            if page == "people":
                window.shot(name("people"))
                window.keys("Down", "Down", "Return")
                time.sleep(1.5)
                window.shot(name("person"))
                window.keys("F7")
                time.sleep(1)
                window.keys("alt+2")
                window.click(tr("Doubles"))
                window.shows(tr("One person?"), 60)
                time.sleep(1)
                window.shot(name("doubles"))
                continue
            window.shot(name(page))
        window.keys("alt+7")
        time.sleep(0.5)
        window.click(tr("Bring in a partner's spreadsheet"))
        time.sleep(1)
        window.shot(name("import"))
        window.click(tr("No backup yet"))
        time.sleep(1)
        window.shot(name("backup"))
    finally:
        window.close()


failed = False
for language in LANGUAGES:
    for scheme in ("light", "dark"):
        try:
            visit(language, scheme)
            print(f"{language} {scheme}", flush=True)
        except AssertionError as problem:
            failed = True
            print(f"{language} {scheme}: {problem}", file=sys.stderr, flush=True)
sys.exit(failed)
