#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed sections on the command line: who reads what, paper, and a reader in another language that opens
with the paper what a backup would hold. All names are invented."""
import pathlib
import shutil
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent / "vault")]
from harness import PASS, Skip, create, main, must, on  # noqa: E402

PEOPLE = """ref,family_name,given_name,sex,region,case_category
NIG-101,Сафарова,Нигина,F,Sughd,trafficking_survivor
"""
PLACE = "Рынок за мостом"
WORDS = ("status=actual", "decided_by=Court or prosecution", "control=documents; debt", f"place={PLACE}")


def made(folder, *options):
    book = create(folder)
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    must(on(book, "admin", "import", "people", folder / "people.csv"))
    for name, roles in (("guard", "protection"), ("field", "caseworker"), ("office", "administrator me")):
        must(on(book, "admin", "user", "add", name, "--roles", roles, secrets=[PASS, PASS]))
    codes = must(on(book, "admin", "section", "set-up", *options, "guard")).out.splitlines()
    must(on(book, "admin", "section", "add", "trafficking", "NIG-101", *WORDS))
    return book, codes


def sealed(book, user, *arguments, **options):
    return on(book, user, "section", *arguments, **options)


def who_holds_a_key_reads(folder):
    book, codes = made(folder)
    assert len(codes) == 1 and codes[0].startswith("BS1"), codes
    line = must(sealed(book, "guard", "read", "NIG-101")).lines()[0]
    assert line["place"] == PLACE and line["control"] == "debt; documents", line
    assert PLACE not in must(sealed(book, "field", "read", "NIG-101"), 2).out  # not among this user's cases
    must(sealed(book, "office", "read", "NIG-101"), 1)
    holders = {line["section"]: line["holders"] for line in must(sealed(book, "guard", "list")).lines()}
    assert holders["perpetrator"] == ["admin", "guard"], holders


def given_and_taken(folder):
    book, codes = made(folder)
    must(sealed(book, "guard", "grant", "perpetrator", "field"), 1)
    must(sealed(book, "guard", "withdraw", "medical", "admin"), 1)  # two people must be left
    must(sealed(book, "field", "grant", "trafficking", "field"), 1)
    must(on(book, "admin", "user", "add", "second", "--roles", "protection", secrets=[PASS, PASS]))
    must(sealed(book, "second", "read", "NIG-101"), 1)
    must(sealed(book, "guard", "grant", "trafficking", "second"))
    assert must(sealed(book, "second", "read", "NIG-101")).lines()[0]["place"] == PLACE
    must(sealed(book, "guard", "withdraw", "trafficking", "second"))
    assert PLACE not in must(sealed(book, "second", "read", "NIG-101"), 1).out
    assert must(sealed(book, "admin", "read", "NIG-101")).lines()[0]["place"] == PLACE
    must(on(book, "admin", "verify"))
    # A new key of the file and one of the sections have nothing to do with each other.
    must(on(book, "admin", "rekey"))
    assert must(sealed(book, "guard", "read", "NIG-101")).lines()[0]["place"] == PLACE


def paper(folder):
    book, shares = made(folder, "--shares")
    assert len(shares) == 3
    must(on(book, "admin", "user", "add", "second", "--roles", "protection", secrets=[PASS, PASS]))
    must(sealed(book, "second", "read", "NIG-101", "--paper"), 2)
    must(sealed(book, "second", "read", "NIG-101", "--paper", "--reason", " ", secrets=[PASS, *shares[:2]]), 2)
    must(sealed(book, "second", "read", "NIG-101", "--paper", "--reason", "x", secrets=[PASS, shares[0], shares[0]]), 3)
    opened = must(sealed(book, "second", "read", "NIG-101", "--paper", "--reason", "Суд", secrets=[PASS, *shares[1:]]))
    assert opened.lines()[0]["place"] == PLACE
    code = must(sealed(book, "guard", "new-paper")).out.splitlines()
    must(sealed(book, "second", "read", "NIG-101", "--paper", "--reason", "Суд", secrets=[PASS, *shares[1:]]), 3)
    must(sealed(book, "second", "read", "NIG-101", "--paper", "--reason", "Суд", secrets=[PASS, *code]))


def wrong_use(folder):
    book, codes = made(folder)
    for words in ((), ("no-such",), ("read",), ("list", "--shares"), ("grant", "trafficking")):
        must(sealed(book, "admin", *words), 2)
    must(sealed(book, "admin", "grant", "moon", "guard"), 2)
    must(sealed(book, "admin", "add", "trafficking", "NIG-101", "status=actual"), 2)  # who decided?
    must(sealed(book, "admin", "add", "trafficking", "NIG-101", "moon=full"), 2)
    must(sealed(book, "admin", "add", "trafficking", "NIG-101", "status=full", "decided_by=ngo"), 2)
    must(sealed(book, "admin", "set-up", "guard"), 2)


def read_without_the_program(folder):
    try:
        import reader
        import sealed_reader
    except SystemExit:
        raise Skip("the libraries of the second reader are missing")
    for options in ((), ("--shares",)):
        place = folder / ("shares" if options else "code")
        place.mkdir()
        book, codes = made(place, *options)
        # So that there is more than one key, and a text sealed anew.
        must(sealed(book, "admin", "grant", "trafficking", "field"))
        must(sealed(book, "admin", "withdraw", "trafficking", "field"))
        must(sealed(book, "admin", "add", "perpetrator", "NIG-101", "name=Шеф", "role=exploiter"))
        casebook = reader.Casebook(book, "admin", PASS)
        plain = place / "plain.sqlite"
        plain.write_bytes(casebook.plain())
        codes = codes[::2]
        entries = sealed_reader.read(plain, casebook.casebook_id, codes)
        assert [entry["section"] for entry in entries] == ["trafficking", "perpetrator"], entries
        assert entries[0]["place"] == PLACE and entries[1]["name"] == "Шеф", entries
        assert PLACE.encode() not in plain.read_bytes()
        try:
            sealed_reader.read(plain, bytes(16), codes)
            raise AssertionError("opened for another casebook")
        except sealed_reader.InvalidTag:
            pass


def restored(folder):
    """A backup holds what is sealed as it is; the paper opens it, in the program and without it."""
    try:
        import sealed_reader
    except SystemExit:
        raise Skip("the libraries of the second reader are missing")
    if not shutil.which("age"):
        raise Skip("age is missing")
    book, codes = made(folder)
    key, file, plain, new = (folder / name for name in ("key.txt", "backup.age", "plain.sqlite", "new.bozgasht"))
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = [line for line in key.read_text().splitlines() if "public key" in line][0].split()[-1]
    must(on(book, "admin", "backup", "make", "--to", file, "--recipient", public))
    with open(plain, "wb") as out:
        subprocess.run(["age", "-d", "-i", key, file], check=True, stdout=out)
    assert PLACE.encode() not in plain.read_bytes()
    assert sealed_reader.read(plain, None, codes)[0]["place"] == PLACE
    fresh = "snow on the old bridge"
    must(on(book, "admin", "backup", "restore", file, "--to", new, "--identity", key, secrets=[fresh]))
    must(sealed(new, "admin", "read", "NIG-101", secrets=[fresh]), 1)
    again = must(sealed(new, "admin", "read", "NIG-101", "--paper", "--reason", "restored", secrets=[fresh, *codes]))
    assert again.lines()[0]["place"] == PLACE


main([who_holds_a_key_reads, given_and_taken, paper, wrong_use, read_without_the_program, restored])
