#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader of sealed sections written from docs/file-format.md alone: from the plain database, as a backup
holds it, and the code or two shares on paper. Knows nothing of the program and asks it nothing.

    sealed_reader.py PLAIN.sqlite CODE [CODE]      one line of JSON for each sealed entry, in plain text
"""
import base64
import json
import sqlite3
import struct
import sys

import reader
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TABLES = {"trafficking": "trafficking", "perpetrator": "perpetrator", "medical": "medical"}


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Sections:
    """The keys that the paper opens: (section, number) -> 32 bytes."""

    def __init__(self, database, casebook, codes):
        secret = reader.hkdf(None, reader.codex32_bytes("\n".join(codes), "bs"), b"bozgasht/1 section paper", 32)
        self.database, self.casebook, self.keys = database, casebook, {}
        self.paper = X25519PrivateKey.from_private_bytes(secret)
        rows = database.execute(
            "SELECT g.section, g.epoch, g.box, g.granted_by, g.granted_at, g.proof, k.key_id, k.proof"
            " FROM section_grant AS g JOIN section_key AS k USING (section, epoch)"
            " WHERE g.recipient = ? AND g.kind = 'paper' ORDER BY 1, 2", (public(self.paper)[:16],)).fetchall()
        reader.must(rows, "the paper is not of this casebook")
        for row in rows:
            self.open(*row)

    def message(self, label, section, number):
        return label + b"\0" + self.casebook + section.encode() + b"\0" + struct.pack("<I", number)

    def open(self, section, number, box, by, at, proof, key_id, key_proof):
        own = public(self.paper)
        shared = self.paper.exchange(X25519PublicKey.from_public_bytes(box[:32]))
        context = self.message(b"bozgasht/1 section box", section, number) + own[:16]
        wrap = reader.hkdf(box[:32] + own, shared, b"bozgasht/1 box for " + context, 32)
        key = ChaCha20Poly1305(wrap).decrypt(bytes(12), box[32:], b"")
        reader.must(reader.hkdf(None, key, b"bozgasht/1 section id", 16) == key_id, "another key in the box")
        grant = self.message(b"bozgasht/1 section grant", section, number) + own[:16] + b"p" + own + by
        reader.must(reader.mac(key, grant + struct.pack("<Q", at)) == proof, "a grant that nobody gave")
        before = key if number == 1 else self.keys[section, number - 1]
        turn = self.message(b"bozgasht/1 section key", section, number) + key_id
        reader.must(reader.mac(before, turn) == key_proof, "a key that nobody vouched for")
        self.keys[section, number] = key

    def entry(self, section, row, text):
        sealed = base64.b64decode(text)
        reader.must(sealed[:4] == b"BZS1", "a sealed text")
        number, _version = struct.unpack_from("<IQ", sealed, 4)
        nonce, tag, body = sealed[16:40], sealed[40:56], sealed[56:]
        aad = sealed[:16] + self.casebook + section.encode() + b"\0" + row
        plain = reader.xaes_open(self.keys[section, number], nonce, aad, body + tag)
        words = plain[4 : 4 + struct.unpack_from("<I", plain)[0]].split(b"\0")[:-1]
        return {name.decode().split(".")[1]: value.decode() for name, value in zip(words[::2], words[1::2])}

    def entries(self):
        for table, section in TABLES.items():
            for row, person, text in self.database.execute(f"SELECT id, person, content FROM {table} ORDER BY id"):
                yield {"section": section, "person": person.hex(), **self.entry(section, row, text)}


def read(path, casebook, codes):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    if casebook is None:
        found = database.execute("SELECT value FROM setting WHERE key = 'casebook.id'").fetchone()
        reader.must(found, "no casebook id: is it from a backup?")
        casebook = bytes.fromhex(found[0])
    return list(Sections(database, casebook, codes).entries())


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        for line in read(sys.argv[1], None, sys.argv[2:]):
            print(json.dumps(line, ensure_ascii=False))
    except (InvalidTag, reader.Refused) as error:
        sys.exit(f"refused: {error}")
