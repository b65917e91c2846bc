#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spreadsheets as they really come: a Windows encoding, a BOM, semicolons, a broken quote, days that
do not exist. Bad input gives a clear message and changes nothing."""
from harness import PASS, create, main, must, on, run

HEAD = "ref,family_name,given_name,sex,birth_date,region,case_category\n"
GOOD = HEAD + "R1,Шарифов,Баҳром,M,1985-08,Sughd,returned_migrant\nR2,Каримова,Нигина,F,1990,Суғд,returned_migrant\n"


def table(folder, text, encoding="utf-8"):
    path = folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return path


def verdicts(result):
    return [line["verdict"] for line in result.lines() if "row" in line]


def nobody(folder, book):
    out = folder / "nobody.csv"
    must(on(book, "admin", "export", "people", "--out", out))
    assert out.read_text().count("\n") <= 1
    out.unlink()


def bom_and_semicolons(folder):
    book = create(folder)
    text = "\ufeff" + GOOD.replace(",", ";").replace("\n", "\r\n")
    assert verdicts(must(on(book, "admin", "import", "people", table(folder, text)))) == ["new", "new"]
    assert verdicts(must(on(book, "admin", "import", "people", table(folder, GOOD)))) == ["same", "same"]


def windows_encoding(folder):
    book = create(folder)
    text = GOOD.replace("Баҳром", "Бахром").replace("Суғд", "Sughd")
    path = table(folder, text, "cp1251")
    refused = must(on(book, "admin", "import", "people", path), 2)
    assert "1251" in refused.err, refused.err
    nobody(folder, book)
    assert verdicts(must(on(book, "admin", "import", "people", path, "--cp1251"))) == ["new", "new"]
    assert must(on(book, "admin", "search", "Бахром")).lines()


def broken_quote(folder):
    book = create(folder)
    must(on(book, "admin", "import", "people", table(folder, GOOD + 'R3,"Раҷабов,Умед,M,1990,Sughd,returned_migrant\n')), 2)
    nobody(folder, book)


def bad_rows_are_named_and_good_ones_kept(folder):
    book = create(folder)
    text = GOOD + "R3,Раҷабов,Умед,M,31.02.1990,Sughd,returned_migrant\nR4,Раҷабов,Умед,X?,1990,Nowhere,returned_migrant\n"
    path = table(folder, text)
    must(on(book, "admin", "import", "people", path, "--all-or-nothing"), 2)
    nobody(folder, book)
    result = must(on(book, "admin", "import", "people", path), 2)
    assert verdicts(result) == ["new", "new", "error", "error"], result.out
    third = [line for line in result.lines() if line.get("ref") == "R3"][0]
    assert "birth_date" in str(third["reasons"]) and "1990" not in str(third["reasons"]), third
    assert "Раҷабов" not in result.err


def unknown_columns_are_reported(folder):
    book = create(folder)
    text = GOOD.replace("case_category\n", "case_category,colour\n").replace("returned_migrant\n", "returned_migrant,blue\n")
    result = must(on(book, "admin", "import", "people", table(folder, text)))
    assert result.lines()[-1]["summary"]["unknown_columns"] == ["colour"], result.lines()[-1]


def changed_rows_update(folder):
    book = create(folder)
    must(on(book, "admin", "import", "people", table(folder, GOOD)))
    changed = GOOD.replace("1985-08", "1985-08-12")
    assert verdicts(must(on(book, "admin", "import", "people", table(folder, changed)))) == ["update", "same"]


def waiting_rows_are_decided(folder):
    book = create(folder)
    must(on(book, "admin", "import", "people", table(folder, (
        "ref,family_name,given_name,birth_date,phone\n"
        "G-1,Раҳимов,Фаррух,1985-08-12,918554433\nG-2,Салимова,Нигина,1990-02-03,935001020\n"))))
    again = table(folder, (
        "ref,family_name,given_name,birth_date,phone,email\n"
        "X-1,Rahimov,Farrukh,1985-08-12,+992 918 55 44 33,f@example.org\n"
        "X-2,Salimova,Nigina,1990-02-03,935001020,\nX-3,Салимова,Нигина,1990-02-03,935001020,\n"))
    must(on(book, "admin", "import", "people", again))
    waiting = {line["key"]: line for line in must(on(book, "admin", "inbox", "list")).lines()}
    assert set(waiting) == {"ref:X-1", "ref:X-2", "ref:X-3"}, waiting
    assert waiting["ref:X-1"]["like"] == ["G-1"] and waiting["ref:X-1"]["row"]["Given name"] == "Farrukh"
    must(on(book, "admin", "inbox", "same", "people", "ref:X-1", "G-1"))
    must(on(book, "admin", "inbox", "new", "people", "ref:X-2"))
    must(on(book, "admin", "inbox", "reject", "people", "ref:X-3"))
    must(on(book, "admin", "inbox", "reject", "people", "ref:X-3"), 2)
    must(on(book, "admin", "inbox", "same", "people", "ref:X-9", "G-1"), 2)
    must(on(book, "admin", "inbox"), 2)
    assert not must(on(book, "admin", "inbox", "list")).lines()
    must(on(book, "admin", "export", "people", "--out", folder / "out.csv"))
    text = (folder / "out.csv").read_text(encoding="utf-8")
    assert "f@example.org" in text and "X-2" in text and "X-3" not in text


def papers_of_a_person(folder):
    book = create(folder)
    must(on(book, "admin", "import", "people", table(folder, "ref,family_name\nG-1,Раҳимов\n")))
    must(on(book, "admin", "user", "add", "m", "--roles", "me", secrets=[PASS, PASS]))
    paper = folder / "case.pdf"
    must(on(book, "admin", "paper", "case", "G-1", "--out", paper))
    assert paper.read_bytes().startswith(b"%PDF")
    must(on(book, "admin", "paper", "case", "G-1", "--out", paper), 2)
    must(on(book, "m", "paper", "case", "G-1", "--out", folder / "other.pdf"), 1)
    assert not (folder / "other.pdf").exists()
    must(on(book, "admin", "paper", "case", "nobody", "--out", folder / "other.pdf"), 2)
    must(on(book, "admin", "paper", "certificate", "x", "--out", folder / "other.pdf"), 2)


def erased_for_ever(folder):
    book = create(folder)
    must(on(book, "admin", "import", "people", table(folder, "ref,family_name,note\nG-1,Раҳимов,x\nG-2,Салимова,y\n")))
    must(on(book, "admin", "user", "add", "c", "--roles", "caseworker", secrets=[PASS, PASS]))
    must(on(book, "c", "erase", "G-1", "--ground", "own_wish"), 2)  # outside of the own cases: nobody
    must(on(book, "admin", "erase", "G-1"), 2)
    must(on(book, "admin", "erase", "G-1", "--ground", "whim"), 2)
    must(on(book, "admin", "erase", "G-1", "--ground", "own_wish"))
    assert not must(on(book, "admin", "search", "Раҳимов")).lines()
    assert must(on(book, "admin", "search", "Салимова")).lines()
    must(on(book, "admin", "verify"))


def doubles_are_weighed_and_decided(folder):
    book = create(folder)
    rows = ("R1,Раҷабов,Умед,M,1985-08-12,Sughd,returned_migrant\nR2,Rajabov,Umed,M,1985-08-12,Sughd,returned_migrant\n"
            "R3,Раҷабов,Далер,M,1985-08-12,Sughd,returned_migrant\n")
    must(on(book, "admin", "import", "people", table(folder, HEAD + rows)))
    pairs = must(on(book, "admin", "duplicates")).lines()
    assert [(p["a"], p["b"]) for p in pairs] == [("R1", "R2")], pairs
    steps = {step["field"]: step for step in pairs[0]["waterfall"]}
    assert steps["birth_date"]["level"] == "same" and steps["birth_date"]["bits"] > 10, steps
    assert abs(600 + 30 * sum(step["bits"] for step in steps.values()) - pairs[0]["score"]) < 31 or pairs[0]["score"] == 1000
    must(on(book, "admin", "duplicates", "--not-same", "R2"), 2)
    assert on(book, "admin", "duplicates", "--not-same", "R2", "R9").status in (1, 2)
    must(on(book, "admin", "duplicates", "--not-same", "R2", "R1"))
    assert must(on(book, "admin", "duplicates")).lines() == []
    must(on(book, "admin", "verify"))


def a_relation_without_a_household(folder):
    book = create(folder)
    rows = "ref,family_name,relation_in_household\nREL-1,Раҷабов,head\nREL-2,Раҷабова,wife\n"
    must(on(book, "admin", "import", "people", table(folder, rows)))
    again = must(on(book, "admin", "import", "people", table(folder, rows))).lines()
    assert {line["verdict"] for line in again if "verdict" in line} == {"same"}, again
    must(on(book, "admin", "export", "people", "--out", folder / "out.csv"))
    assert (folder / "out.csv").read_text(encoding="utf-8").count("wife") == 1
    must(on(book, "admin", "verify"))


def doubles_become_one_and_two_again(folder):
    book = create(folder)
    rows = ("RAJ-101,Раҷабов,Умед,M,1985-08-12,Sughd,returned_migrant\nRAJ-102,Rajabov,Umed,M,1985-08-12,,returned_migrant\n")
    must(on(book, "admin", "import", "people", table(folder, HEAD + rows)))
    before = folder / "before.csv"
    must(on(book, "admin", "export", "people", "--out", before))
    shown = must(on(book, "admin", "merge", "people", "RAJ-102", "RAJ-101", "--dry-run", "--from-other", "given_name")).lines()
    fields = {line["field"]: line for line in shown}
    assert fields["given_name"]["result"] == "Умед" and fields["family_name"]["result"] == "Rajabov", fields
    assert fields["region"]["result"] == "TJ-SU", fields
    merge = must(on(book, "admin", "merge", "people", "RAJ-102", "RAJ-101", "--from-other", "given_name")).out.strip()
    must(on(book, "admin", "merge", "people", "RAJ-102", "RAJ-101"), 2)
    must(on(book, "admin", "merge", "people", "RAJ-102", "RAJ-102"), 2)
    must(on(book, "admin", "merge", "people", "RAJ-102"), 2)
    must(on(book, "admin", "merge", "people", "RAJ-102", "RAJ-101", "--from-other", "shoe_size"), 2)
    assert must(on(book, "admin", "duplicates")).lines() == []
    for ref in ("RAJ-101", "RAJ-102"):  # either finds the one
        hits = must(on(book, "admin", "search", ref)).lines()
        assert [hit["ref"] for hit in hits] == ["RAJ-102"], hits
    listed = must(on(book, "admin", "merge", "list")).lines()
    assert [(line["merge"], line["ref"], line["by"]) for line in listed] == [(merge, "RAJ-101", "admin")], listed
    # The same file again: nothing new; a changed row of the merged one goes to the keeper.
    again = must(on(book, "admin", "import", "people", table(folder, HEAD + rows))).lines()
    assert {line["verdict"] for line in again if "verdict" in line} == {"same"}, again
    must(on(book, "admin", "verify"))
    must(on(book, "admin", "merge", "undo", merge))
    must(on(book, "admin", "merge", "undo", merge), 2)
    after = folder / "after.csv"
    must(on(book, "admin", "export", "people", "--out", after))
    assert after.read_text() == before.read_text()
    assert must(on(book, "admin", "duplicates", "--households")).lines() == []
    must(on(book, "admin", "verify"))


def names_alone(folder):
    key = must(run("names", "key", stdin="Rachmonow\nРаҳмонов\n")).out.splitlines()
    assert key[0] == key[1] == "rahmon\trhmn", key
    explained = must(run("names", "key", "--explain", stdin="Rachmonow\n")).out.strip().split("\t")
    assert explained[:2] == ["rahmon", "rhmn"] and "-ov" in explained[2], explained
    (folder / "list").write_text("Раҳмонов Карим\nКаримов Раҳмон\nКаримов Далер\n")
    hits = must(run("names", "match", folder / "list", stdin="Karimov Rahmon\n")).lines()[0]["hits"]
    assert hits[0]["line"] == 2 and hits[1]["line"] == 1, hits
    must(run("names", "match", "--explain", folder / "list", stdin=""), 2)


def hostile_cells(folder):
    book = create(folder)
    text = HEAD + "R1,=HYPERLINK(1),O'Neil; DROP TABLE person,M,,,\n" + "R2," + "я" * 60000 + ",x,F,,,\n"
    result = on(book, "admin", "import", "people", table(folder, text))
    assert result.status in (0, 2), result.err
    out = folder / "out.csv"
    must(on(book, "admin", "export", "people", "--out", out))
    assert ",=HYPERLINK" not in out.read_text()
    must(on(book, "admin", "verify"))


main([
    bom_and_semicolons, windows_encoding, broken_quote, bad_rows_are_named_and_good_ones_kept,
    unknown_columns_are_reported, changed_rows_update, waiting_rows_are_decided, papers_of_a_person, erased_for_ever,
    doubles_are_weighed_and_decided, doubles_become_one_and_two_again, a_relation_without_a_household, names_alone, hostile_cells,
])
