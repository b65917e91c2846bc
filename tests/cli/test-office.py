#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The office: its papers, the profile it signs, the way in, its backups, without any of its secrets here."""
import base64
import datetime
import shutil
import sqlite3
import subprocess

from harness import PASS, Skip, create, main, must, on, run

NEW = "eight white houses"
UNTIL = (datetime.date.today() + datetime.timedelta(days=300)).isoformat()


def papers(*arguments):
    """The codes, and what is public of them."""
    *codes, shown = must(run("--quiet", "office", *arguments)).out.split("\n")[:-1]
    return codes, shown


def sign(folder, root, key, serial=1, name="profile.txt"):
    path = folder / name
    must(run("office", "sign", "--name", "An office", "--serial", serial, "--until", UNTIL, "--key", key, "--out", path,
             secrets=root))
    return path


def the_whole_way(folder):
    (root,), letters = papers("root")
    shares, key = papers("key", "--shares")
    assert root.startswith("BR1") and key.startswith("age1") and len(shares) == 3
    profile = sign(folder, [root], key)
    book = create(folder)
    assert on(book, "admin", "office", "status").lines() == [{"state": "none"}]

    shown = must(run("office", "show", profile)).lines()[0]
    # The letters are not to be had from the file that they vouch for, but from the paper.
    assert shown["key"] == key and letters not in str(shown)
    assert must(run("office", "check", secrets=[root])).out.strip() == letters
    assert must(run("office", "check", secrets=[shares[0], shares[2]])).out.strip() == key
    must(run("office", "check", secrets=[shares[0], shares[0]]), 2)
    wrong = must(on(book, "admin", "office", "adopt", profile, "--letters", "ABCD" * 6), 1)
    assert letters not in wrong.out + wrong.err
    must(on(book, "admin", "office", "adopt", profile), 1)
    must(on(book, "admin", "office", "adopt", profile, "--letters", letters))
    assert on(book, "admin", "office", "status").lines()[0]["state"] == "good"
    assert [way["kind"] for way in on(book, "admin", "slot", "list").lines()].count("office") == 1

    # A backup needs no more words, and opens with nothing but age and sqlite3.
    backup = folder / "b.age"
    must(on(book, "admin", "backup", "make", "--to", backup))
    # Signed beside it by this casebook: anybody could have made a backup for a public key.
    signer = must(on(book, "admin", "backup", "key")).out.strip()
    proved = must(run("backup", "verify", backup, "--office", "--signer", signer, secrets=[shares[0], shares[1]]))
    assert proved.lines()[0]["signed"].startswith("bozgasht backup of 20"), proved.out
    _, stranger = papers("root")
    must(run("backup", "verify", backup, "--office", "--signer", stranger, secrets=[shares[0], shares[1]]), 2)
    if shutil.which("minisign"):
        subprocess.run(["minisign", "-Vm", backup, "-P", signer], check=True, capture_output=True)
    other = create(folder, "other.bozgasht")
    must(run("--user", "admin", "backup", "restore", backup, "--to", folder / "no", "--office", "--signer",
             must(on(other, "admin", "backup", "key")).out.strip(), secrets=[shares[0], shares[1], NEW, NEW]), 4)
    assert not (folder / "no").exists()
    identity = folder / "identity"
    identity.write_text(must(run("office", "identity", secrets=[shares[2], shares[0]])).out)
    must(run("backup", "verify", backup, "--identity", identity))
    must(run("backup", "verify", backup, "--office", secrets=[shares[0], shares[1]]))
    must(run("backup", "verify", backup, "--office", secrets=[root]), 2)
    must(run("backup", "verify", backup, "--office", "--identity", "/none", secrets=[root]), 2)
    must(on(book, "admin", "backup", "make", "--to", folder / "x.age", "--office"), 2)
    restored = folder / "restored.bozgasht"
    must(run("--user", "admin", "backup", "restore", backup, "--to", restored, "--office",
             secrets=[shares[0], shares[1], NEW, NEW]))
    # Anybody can make such a file: who the office is, is asked anew.
    assert on(restored, "admin", "office", "status", secrets=(NEW,)).lines() == [{"state": "none"}]
    must(on(restored, "admin", "office", "adopt", profile, secrets=(NEW,)), 1)
    must(on(restored, "admin", "office", "adopt", profile, "--letters", letters, secrets=(NEW,)))
    assert on(restored, "admin", "office", "status", secrets=(NEW,)).lines()[0]["state"] == "good"
    if shutil.which("age"):
        plain = folder / "plain.sqlite"
        subprocess.run(["age", "-d", "-i", identity, "-o", plain, backup], check=True)
        db = sqlite3.connect(f"file:{plain}?immutable=1", uri=True)
        assert db.execute("SELECT value FROM setting WHERE key = 'office.profile'").fetchone()[0] == profile.read_text()

    # The passphrase is lost: two shares of the office set a new one; one does not.
    must(run("--file", book, "--user", "admin", "recover", secrets=[shares[1], shares[1], NEW]), 3)
    must(run("--file", book, "--user", "admin", "recover", secrets=[shares[1], shares[2], NEW]))
    must(on(book, "admin", "office", "status"), 3)
    after = on(book, "admin", "office", "status", secrets=(NEW,))
    assert after.lines()[0]["state"] == "good"

    must(on(book, "admin", "office", "withdraw", secrets=(NEW,)))
    assert on(book, "admin", "office", "status", secrets=(NEW,)).lines() == [{"state": "none"}]
    must(run("--file", book, "--user", "admin", "recover", secrets=[shares[1], shares[2], PASS]), 3)


def wrong_words(folder):
    (root,), _ = papers("root")
    (code,), key = papers("key")
    profile = sign(folder, [root], key)
    must(run("office", "sign", "--name", "x", "--serial", 1, "--until", UNTIL, "--key", key,
             "--out", folder / "y", secrets=[code]), 2)
    must(run("office", "identity", secrets=[root]), 2)
    must(run("office", "sign", "--name", "x", "--serial", 1, "--from", "2020-01-01", "--until", "2020-12-31", "--key", key,
             "--out", folder / "y", secrets=[root]), 2)
    must(run("office", "sign", "--name", "x", "--serial", 1, "--until", "2099-13-31", "--key", key,
             "--out", folder / "y", secrets=[root]), 2)
    must(run("office", "sign", "--name", "x", "--serial", 1, "--until", UNTIL, "--key", "age1no",
             "--out", folder / "y", secrets=[root]), 2)
    must(run("office", "sign", "--name", "x", "--serial", 1, "--until", UNTIL, "--key", key,
             "--out", profile, secrets=[root]), 2)
    assert not (folder / "y").exists()
    text = profile.read_text()
    for bad in (text.replace("An office", "An  office"), text[:-9], ""):
        (folder / "bad").write_text(bad)
        must(run("office", "show", folder / "bad"), 1)
    (folder / "bad").write_text("\0" * 5000)
    must(run("office", "show", folder / "bad"), 2)  # too large to be read
    must(run("office", "show", folder / "none"), 5)
    must(run("office"), 2)
    must(run("office", "adopt"), 2)


def another_program_checks_the_signature(folder):
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise Skip(str(error)) from error
    (root,), _ = papers("root")
    _, key = papers("key")
    text = sign(folder, [root], key).read_bytes()
    signed, _, signature = text.partition(b"signature: ")
    public = signed.split(b"root: ")[1]
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(signature), signed)


main([the_whole_way, wrong_words, another_program_checks_the_signature])
