#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A casebook from outside: making, opening, and every way in which opening can go wrong."""
import json
import os
import pathlib
import struct
import subprocess

from harness import CLI, PASS, Skip, create, main, must, on, run


def refuses_to_overwrite(folder):
    book = create(folder)
    before = book.read_bytes()
    must(run("create", book, "--programme", "Other", "--admin", "admin"), 2)
    assert book.read_bytes() == before


def wrong_passphrase_and_unknown_user_are_alike(folder):
    book = create(folder)
    wrong = must(on(book, "admin", "user", "list", secrets=["not this one"]), 3)
    unknown = must(on(book, "nobody", "user", "list"), 3)
    assert wrong.err == unknown.err and wrong.out == unknown.out == ""


def not_a_casebook(folder):
    for name, data in (("text", b"hello\n" * 100000), ("empty", b""), ("sqlite", b"SQLite format 3\0" + bytes(99999))):
        path = folder / name
        path.write_bytes(data)
        must(on(path, "admin", "user", "list"), 2)
        assert path.read_bytes() == data
    must(on(folder / "none", "admin", "user", "list"), 5)


def truncated_and_damaged(folder):
    book = create(folder)
    whole = book.read_bytes()
    book.write_bytes(whole[:-4096])
    assert on(book, "admin", "verify").status == 4
    book.write_bytes(whole[:70000])
    assert on(book, "admin", "verify").status in (2, 4)
    spoilt = bytearray(whole)
    spoilt[len(whole) - 2000] ^= 1
    book.write_bytes(bytes(spoilt))
    assert on(book, "admin", "verify").status == 4
    # Whoever meets a spoilt page says that it is one, not that the disk is bad.
    met = []
    for part in range(1, 9):
        spoilt = bytearray(whole)
        for page in range(part, len(whole) // 4096, 9):
            if page * 4096 > 70000:
                spoilt[page * 4096 + 100] ^= 1
        book.write_bytes(bytes(spoilt))
        met.append(on(book, "admin", "export", "people", "--out", folder / f"{part}.csv").status)
    assert set(met) <= {0, 4} and 4 in met, met
    book.write_bytes(whole)
    must(on(book, "admin", "verify"))


def in_use(folder):
    book = create(folder)
    read, write = os.pipe()
    os.write(write, f"{PASS}\n".encode())
    holder = subprocess.Popen(
        [CLI, "--file", book, "--user", "admin", "--passphrase-fd", str(read), "run"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(read,), text=True,
    )
    os.close(read), os.close(write)
    holder.stdin.write("user list\n")
    holder.stdin.flush()
    assert "admin" in holder.stdout.readline()
    must(on(book, "admin", "user", "list"), 7)
    holder.stdin.close()
    assert holder.wait(30) == 0
    must(on(book, "admin", "user", "list"))


def read_only_place(folder):
    if os.geteuid() == 0:
        # Root may write everywhere; a folder that cannot be written to is made of a file.
        (folder / "file").write_text("x")
        must(run("create", folder / "file" / "book.bozgasht", "--programme", "T", "--admin", "admin"), 5)
        return
    place = folder / "place"
    place.mkdir(mode=0o555)
    must(run("create", place / "book.bozgasht", "--programme", "T", "--admin", "admin"), 5)


def full_disk(folder):
    """A file system of 3 MB: creating fails cleanly or an import does, and nothing saved is lost."""
    mount = folder / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount], capture_output=True).returncode:
        raise Skip("a small file system cannot be mounted here")
    try:
        book = create(mount)
        rows = "".join(f"R{n},Раҷабов,Ном{n},{'x' * 400}\n" for n in range(9000))
        (folder / "people.csv").write_text("ref,family_name,given_name,note\n" + rows)
        must(on(book, "admin", "import", "people", folder / "people.csv", "--all-or-nothing"), 5)
        assert not list(mount.glob("*.tmp*"))
        must(on(book, "admin", "verify"))
    finally:
        subprocess.run(["umount", mount])


def users_and_passphrase(folder):
    book = create(folder)
    must(on(book, "admin", "user", "add", "Нигора", "--roles", "caseworker", secrets=[PASS, "honey in the first snow"]))
    names = {line["name"]: line["roles"] for line in must(on(book, "admin", "user", "list")).lines()}
    assert names["Нигора"] == "caseworker", names
    must(on(book, "нигора", "search", "x", secrets=["honey in the first snow"]))
    must(on(book, "Нигора", "user", "add", "x", "--roles", "administrator",
            secrets=["honey in the first snow", "whatever it may be now"]), 1)
    must(on(book, "Нигора", "passphrase", secrets=["honey in the first snow", "a lamp by the old mill"]))
    must(on(book, "Нигора", "search", "x", secrets=["honey in the first snow"]), 3)
    must(on(book, "Нигора", "search", "x", secrets=["a lamp by the old mill"]))
    must(on(book, "admin", "user", "remove", "Нигора"))
    must(on(book, "Нигора", "search", "x", secrets=["a lamp by the old mill"]), 3)
    must(on(book, "admin", "user", "remove", "admin"), 1)


def recovered_by_the_code(folder):
    path = folder / "book.bozgasht"
    code = must(run("create", path, "--programme", "Test", "--admin", "Нигора")).out.strip()
    fresh = "a lamp by the old mill"
    must(on(path, "Нигора", "recover", secrets=[code[:-1] + ("q" if code[-1] != "q" else "p"), fresh]), 3)
    must(on(path, "nobody", "recover", secrets=[code, fresh]), 2)
    must(on(path, "Нигора", "recover", secrets=[code, "short"]), 2)
    must(on(path, "Нигора", "user", "list"))
    must(on(path, "нигора", "recover", secrets=[code.upper(), fresh]))
    must(on(path, "Нигора", "user", "list"), 3)
    must(on(path, "Нигора", "user", "add", "case", "--roles", "caseworker", secrets=[fresh, PASS]))
    must(on(path, "Нигора", "verify", secrets=[fresh]))
    must(on(path, "case", "search", "x"))
    # A slip that was lost: the new code opens, the old one does not.
    must(on(path, "case", "slot", "renew-recovery"), 1)
    renewed = must(on(path, "Нигора", "slot", "renew-recovery", secrets=[fresh])).out.strip()
    must(on(path, "Нигора", "recover", secrets=[code, PASS]), 3)
    must(on(path, "Нигора", "recover", secrets=[renewed, PASS]))
    must(on(path, "Нигора", "verify"))
    # Three shares, of which one says nothing and any two open; the code stays.
    shares = must(on(path, "Нигора", "slot", "renew-recovery", "--shares")).out.split("\n")[:3]
    must(on(path, "Нигора", "recover", secrets=[shares[0], shares[0], fresh]), 3)
    must(on(path, "Нигора", "recover", secrets=[shares[0], renewed, fresh]), 3)
    must(on(path, "Нигора", "recover", secrets=[shares[2], shares[1], fresh]))
    kinds = [line["kind"] for line in must(on(path, "Нигора", "slot", "list", secrets=[fresh])).lines()]
    assert sorted(kinds) == ["passphrase", "passphrase", "recovery", "recovery-shares"], kinds


def a_new_key_for_the_file(folder):
    path = folder / "book.bozgasht"
    code = must(run("create", path, "--programme", "Test", "--admin", "office")).out.strip()
    for name in ("stays", "leaves"):
        must(on(path, "office", "user", "add", name, "--roles", "caseworker", secrets=[PASS, PASS]))
    before = path.read_bytes()
    must(on(path, "office", "user", "remove", "leaves"))
    must(on(path, "stays", "rekey"), 1)
    must(on(path, "office", "rekey", "now"), 2)
    must(on(path, "office", "rekey"))
    assert path.read_bytes()[65536:] != before[65536:]
    must(on(path, "stays", "search", "x"))
    must(on(path, "leaves", "search", "x"), 3)
    must(on(path, "office", "verify"))
    must(on(path, "office", "recover", secrets=[code, "a lamp by the old mill"]))
    # Who kept the old key block and an old page has nothing of the new file.
    whole = path.read_bytes()
    path.write_bytes(before[:65536] + whole[65536:])
    must(on(path, "leaves", "search", "x"), 4)
    # Both places of the keys spoilt by the disk: this computer kept a third.
    path.write_bytes(bytes(32768) + whole[32768:])
    assert "slot mend" in must(on(path, "stays", "search", "x"), 4).err
    must(on(path, "stays", "slot", "mend", secrets=[]))
    must(on(path, "stays", "search", "x"))
    must(on(path, "stays", "slot", "mend", secrets=[]), 2)


def an_older_file_is_reported(folder):
    book = create(folder)
    before = book.read_bytes()
    (folder / "people.csv").write_text("ref,family_name\nG-1,Раҳимов\n", encoding="utf-8")
    must(on(book, "admin", "import", "people", folder / "people.csv"))
    assert "older" not in must(on(book, "admin", "search", "Раҳимов")).err
    book.write_bytes(before)
    assert "is older than the one last used" in must(on(book, "admin", "search", "Раҳимов")).err


def only_what_is_published_leaves(folder):
    book = create(folder)
    make = ("report", "make", "donor", "--format", "json", "--out", folder, "--period")
    must(on(book, "admin", *make, "2025-01..2025-03"), 1)
    assert not list(folder.glob("*.json"))
    must(on(book, "admin", *make, "2025-01..2025-03", "--publish"))
    must(on(book, "admin", *make, "2025-01..2025-03"))
    first, again = (path.read_bytes() for path in sorted(folder.glob("*2025-03*.json")))
    assert first == again
    must(on(book, "admin", *make, "2025-01..2025-03", "--publish"), 1)
    must(on(book, "admin", *make, "2025-01..2025-06", "--publish"))
    must(on(book, "admin", "report", "ledger", "--out", folder / "ledger.json"))
    assert len(json.loads((folder / "ledger.json").read_text())["releases"]) == 2


def the_environment_makes_no_weak_key(folder):
    path = folder / "book.bozgasht"
    must(run("create", path, "--programme", "Test", "--admin", "admin", env={"BOZGASHT_CHEAP_KDF": "1"}))
    passes, kib, lanes = struct.unpack_from("<III", path.read_bytes(), 72)  # docs/file-format.md
    assert passes >= 3 and kib >= 64 * 1024 and lanes >= 1, (passes, kib, lanes)


def a_clock_that_cannot_be_right(folder):
    fake = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if fake is None:
        raise Skip("libfaketime is not installed")
    book = create(folder)
    before = book.read_bytes()

    def at(date, *arguments):
        return run(*arguments, "--file", book, "--user", "admin", "user", "list",
                   env={"LD_PRELOAD": str(fake), "FAKETIME": date, "FAKETIME_DONT_FAKE_MONOTONIC": "1"})

    must(at("@1970-01-02 00:00:00"), 1)
    must(at("+41d"), 1)
    assert book.read_bytes() == before
    must(at("+41d", "--date-is-right"))
    must(at("+39d"), 0)


def short_passphrase_is_refused(folder):
    must(run("create", folder / "b.bozgasht", "--programme", "T", "--admin", "admin", secrets=["short"]), 2)
    assert not (folder / "b.bozgasht").exists()


def usage_errors(folder):
    must(run(), 2)
    must(run("dance"), 2)
    must(run("--lang", "xx", "doctor"), 2)
    must(run("create"), 2)
    must(run("demo", folder / "x", "--people", "many"), 2)
    must(run("--version"), 0)
    must(run("--help"), 0)
    must(run("doctor"), 0)


main([
    refuses_to_overwrite, wrong_passphrase_and_unknown_user_are_alike, not_a_casebook, truncated_and_damaged,
    in_use, read_only_place, full_disk, users_and_passphrase, recovered_by_the_code, a_new_key_for_the_file,
    an_older_file_is_reported, only_what_is_published_leaves, the_environment_makes_no_weak_key, a_clock_that_cannot_be_right, short_passphrase_is_refused, usage_errors,
])
