#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader of casebook files written from docs/file-format.md alone, with other libraries than the
program's. It opens a file by passphrase, by recovery code and by the key of the office, checks every MAC, the seal and the
log, and gives the plain SQLite database.

    reader.py FILE NAME PASSPHRASE > plain.sqlite      (the result is in plain text: mind where)
    reader.py --test MAKE-CASEBOOK                     compares with a file the program made
"""
import hashlib
import hmac
import os
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unicodedata

try:
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

PAGE, BODY, HEADER, FRAME, LOCK_PAGE = 4096, 4056, 65536, 4120, 262145
MAGIC = b"BOZGASHT\r\n\x1a\n\0\0\0\0"


class Refused(Exception):
    """The file is not what it claims to be."""


def must(condition, what):
    if not condition:
        raise Refused(what)


def hkdf(salt, ikm, info, length):
    return HKDF(hashes.SHA256(), length, salt, info).derive(ikm)


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def aes_block(key, block):
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return cipher.update(block)


def xaes_open(key, nonce, aad, sealed):
    half = int.from_bytes(aes_block(key, bytes(16)), "big")
    k1 = (half << 1) & (2**128 - 1) ^ (0x87 if half >> 127 else 0)
    derived = b"".join(
        aes_block(key, (int.from_bytes(bytes([0, i]) + b"X\0" + nonce[:12], "big") ^ k1).to_bytes(16, "big"))
        for i in (1, 2)
    )
    return AESGCM(derived).decrypt(nonce[12:], sealed, aad)


CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def codex32_values(code, kind):
    """Threshold, four letters of the set, index, and the 32 letters of the payload, as numbers."""
    text = "".join(code.split()).lower()
    must(text.startswith(kind + "1") and len(text) == 54, "recovery code")
    values = [CHARSET.index(c) for c in text[3:]]
    residue = 1
    for value in [ord(c) >> 5 for c in kind] + [0] + [ord(c) & 31 for c in kind] + values:
        top = residue >> 60
        residue = (residue & 0x0FFFFFFFFFFFFFFF) << 5 ^ value
        for i, generator in enumerate((0x19DC500CE73FDE210, 0x1BFAE00DEF77FE529, 0x1FBD920FFFE7BEE52,
                                       0x1739640BDEEE3FDAD, 0x07729A039CFC75F5A)):
            if top >> i & 1:
                residue ^= generator
    must(residue == 0x10CE0795C2FD1E62A, "recovery code checksum")
    return text[3], text[4:8], values[5], values[6:-13]


def times(a, b):
    """In GF(32) with x^5 + x^3 + 1."""
    product = 0
    for bit in range(5):
        if b >> bit & 1:
            product ^= a
        a = a << 1 ^ (0x29 if a & 16 else 0)
    return product


def codex32_bytes(codes, kind="bz"):
    """Of one code, or of two shares in two lines: the line through them, at s."""
    parts = [codex32_values(code, kind) for code in codes.splitlines()]
    threshold, name, _, payload = parts[0]
    if threshold != "0":
        must(threshold == "2" and len(parts) == 2 and parts[1][:2] == ("2", name), "two shares of one set")
        (x, first), (y, second) = parts[0][2:], parts[1][2:]
        must(x != y, "two different shares")
        inverse = next(i for i in range(1, 32) if times(i, x ^ y) == 1)
        s = CHARSET.index("s")
        weights = times(s ^ y, inverse), times(s ^ x, inverse)
        payload = [times(weights[0], a) ^ times(weights[1], b) for a, b in zip(first, second)]
    number = 0
    for value in payload:
        number = number << 5 | value
    return number.to_bytes(20, "big")


def prefixed(text):
    return struct.pack("<I", len(text)) + text


class Casebook:
    def __init__(self, path, name=None, passphrase=None, code=None, office=None):
        self.path, self.file = path, pathlib.Path(path).read_bytes()
        log = pathlib.Path(str(path) + "-log")
        self.log = log.read_bytes() if log.exists() else b""
        blocks = [self.file[0:16384], self.file[16384:32768]]
        good = [b for b in blocks if b[:16] == MAGIC and hashlib.sha256(b[:16320]).digest() == b[16320:16352]]
        must(good, "both key blocks")
        for self.block in sorted(good, key=lambda b: -struct.unpack_from("<Q", b, 24)[0]):
            must(struct.unpack_from("<HHHH", self.block, 16) == (1, 1, 1, 0), "a newer format")
            must(struct.unpack_from("<IB", self.block, 64) == (PAGE, 40), "page size")
            self.casebook_id, self.db_id = self.block[32:48], self.block[48:64]
            self.unlock(name, passphrase, code) if office is None else self.unlock_by_office(office)
            if mac(self.key("hdr"), self.block[:16352]) == self.block[16352:]:
                return
        raise Refused("key block MAC")

    def unlock(self, name, passphrase, code):
        if code:
            attempts = [(2, 0, codex32_bytes(code))]
        else:
            nfkc = lambda s: unicodedata.normalize("NFKC", s)  # noqa: E731
            secret = prefixed(nfkc(nfkc(name).strip().casefold()).encode()) + prefixed(nfkc(passphrase).encode())
            attempts = []
            for number in (self.block[69], 1 - self.block[69]):
                t, m, p = struct.unpack_from("<III", self.block, 72 + 44 * number)
                if p:
                    must(t <= 16 and m <= 2**20 and p <= 8 and t * m <= 2**22, "KDF")
                    salt = self.block[72 + 44 * number + 12 : 72 + 44 * number + 44]
                    attempts.append((1, number, hash_secret_raw(secret, salt, t, m, p, 64, Type.ID)))
        for kind, number, ikm in attempts:
            locator = hkdf(self.casebook_id, ikm, b"bozgasht/1 slot locator", 16)
            for i in range(32):
                slot = self.block[256 + 256 * i : 512 + 256 * i]
                if slot[0] == kind and slot[1] == number and slot[4:20] == locator:
                    return self.open_slot(i, slot, ikm)
        raise Refused("no slot answers")

    def open_slot(self, i, slot, ikm):
        kek = hkdf(self.casebook_id, ikm, b"bozgasht/1 slot kek", 32)
        kdf = self.block[72 + 44 * slot[1] : 116 + 44 * slot[1]] if slot[0] == 1 else bytes(44)
        aad = MAGIC + self.casebook_id + kdf + bytes([i, slot[0]])
        part = xaes_open(kek, slot[20:44], aad, slot[44:124])
        self.user_id = part[32:48]
        self.mk = self.open_box(i, slot, hkdf(None, part[:32], b"bozgasht/1 user box", 32), aad)

    def unlock_by_office(self, code):
        private = hkdf(None, codex32_bytes(code, "bo"), b"bozgasht/1 office paper", 32)
        for i in range(32):
            slot = self.block[256 + 256 * i : 512 + 256 * i]
            if slot[0] == 3:
                aad = MAGIC + self.casebook_id + bytes(44) + bytes([i, 3])
                self.mk = self.open_box(i, slot, private, aad)
                return
        raise Refused("no slot of the office")

    def open_box(self, i, slot, private, aad):
        private = X25519PrivateKey.from_private_bytes(private)
        recipient = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        shared = private.exchange(X25519PublicKey.from_public_bytes(slot[124:156]))
        key = hkdf(slot[124:156] + recipient, shared, b"bozgasht/1 box" + self.db_id + bytes([i]), 32)
        aad += self.db_id + self.block[16:18] + self.block[20:22] + self.block[64:69]
        return xaes_open(key, slot[156:180], aad, slot[180:228])

    def key(self, purpose, length=32):
        info = b"bozgasht/1 " + purpose.encode() + self.block[16:18] + self.block[20:22] + self.block[64:69]
        return hkdf(self.db_id, self.mk, info, length)

    def state(self):
        found = []
        for i in range(2):
            r = self.file[32768 + 4096 * i : 36864 + 4096 * i]
            if r[:16] == b"BOZGASHT-STATE\0\0" and mac(self.key("state"), r[:4064]) == r[4064:]:
                found.append(r)
        must(found and not any(self.file[40960:HEADER]), "state records")
        return max(found, key=lambda r: struct.unpack_from("<Q", r, 16)[0])

    def kept_tags(self, record):
        """The tags kept beside a large file; None if there are none or they are old."""
        path = pathlib.Path(str(self.path) + "-tags")
        kept = path.read_bytes() if path.exists() else b""
        pages = (len(self.file) - HEADER) // PAGE
        head = b"BOZGASHT-TAGS\0\0\0" + self.db_id + record[16:24] + struct.pack("<II", pages, 0)
        return kept[48:] if kept[:48] == head and len(kept) == 48 + 16 * pages else None

    def frames(self, generation, salts):
        """Page number, commit size and plain page of each frame up to the last whole commit."""
        if len(self.log) < 32 or self.log[16:24] != salts:
            return []
        order = ">" if self.log[3] & 1 else "<"

        def checksum(data, a, b):
            words = struct.unpack(f"{order}{len(data) // 4}I", data)
            for x, y in zip(words[::2], words[1::2]):
                a = (a + x + b) & 0xFFFFFFFF
                b = (b + y + a) & 0xFFFFFFFF
            return a, b

        frames, whole = [], 0
        sums = checksum(self.log[:24], 0, 0)
        must(sums == struct.unpack(">II", self.log[24:32]), "log header")
        header_key, page_key = self.key("loghdr", 64), self.key("log")
        for n in range((len(self.log) - 32) // FRAME):
            frame = self.log[32 + n * FRAME : 32 + (n + 1) * FRAME]
            tweak = struct.pack("<QQ", generation, n)
            head = Cipher(algorithms.AES(header_key), modes.XTS(tweak)).decryptor().update(frame[:24])
            page, commit = struct.unpack_from(">II", head)
            aad = b"BZL1" + self.db_id + struct.pack("<Q", generation) + salts + struct.pack("<QII", n, page, commit)
            body = frame[24:]
            try:
                plain = xaes_open(page_key, body[BODY : BODY + 24], aad, body[:BODY] + body[BODY + 24 :]) + bytes(40)
            except InvalidTag:
                break
            sums = checksum(head[:8] + plain, *sums)
            if head[8:16] != salts or sums != struct.unpack_from(">II", head, 16):
                break
            frames.append((page, commit, plain))
            if commit:
                whole = len(frames)
        return frames[:whole]

    def plain(self):
        record = self.state()
        generation = struct.unpack_from("<Q", record, 24)[0]
        salts = record[32:40]
        covered, mark, pages = struct.unpack_from("<QQI", record, 40)
        root, key_block = record[64:96], struct.unpack_from("<Q", record, 96)[0]
        must(struct.unpack_from("<Q", self.block, 24)[0] >= key_block, "an older key block")
        frames = self.frames(generation, salts)
        must(len(frames) >= max(covered, mark), "the log was cut")
        in_log = {page for page, _, _ in frames[:covered]}
        have = (len(self.file) - HEADER) // PAGE
        tags = b""
        for n in range(1, pages + 1):
            end = HEADER + n * PAGE
            tags += bytes(16) if n in in_log or n > have else self.file[end - 16 : end]
        must(mac(self.key("seal"), self.db_id + struct.pack("<I", pages) + tags) == root, "the seal")

        out = {page: plain for page, _, plain in frames}
        size = frames[-1][1] if frames else pages
        self.from_file = [n for n in range(1, size + 1) if n not in out]
        key = self.key("page")
        for n in range(1, size + 1):
            if n not in out and n != LOCK_PAGE:
                page = self.file[HEADER + (n - 1) * PAGE : HEADER + n * PAGE]
                aad = b"BZP1" + self.db_id + struct.pack("<I", n)
                out[n] = xaes_open(key, page[BODY : BODY + 24], aad, page[:BODY] + page[BODY + 24 :]) + bytes(40)
        image = b"".join(out.get(n, bytes(PAGE)) for n in range(1, size + 1))
        return image[:18] + b"\1\1" + image[20:]


def test(maker):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.bozgasht")
        code, *shares, office = subprocess.run([maker, path], check=True, capture_output=True, text=True).stdout.splitlines()
        by_name = Casebook(path, " қИЁС ", "чор дарё")
        by_code = Casebook(path, code=code)
        assert by_name.mk == by_code.mk and by_name.user_id == b"one user's id..."
        image = by_name.plain()
        assert image == by_code.plain()
        assert Casebook(path, office=office).plain() == image
        for one, two in ((0, 1), (2, 0), (1, 2)):
            assert Casebook(path, code=shares[one] + "\n" + shares[two]).mk == by_name.mk
        for wrong in ({"name": "Қиёс", "passphrase": "чор дара"}, {"name": "Қиё", "passphrase": "чор дарё"}):
            try:
                Casebook(path, **wrong)
                raise AssertionError("opened with a wrong key")
            except Refused:
                pass
        plain = os.path.join(folder, "plain")
        pathlib.Path(plain).write_bytes(image)
        db = sqlite3.connect(f"file:{plain}?mode=ro", uri=True)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute("SELECT id, a FROM t ORDER BY id").fetchall()
        wanted = [(n, "changed" if 100 <= n <= 140 else f"row {n}" + "00" * 300) for n in range(1, 391)]
        assert rows == wanted, (len(rows), rows[:3])
        # Closed, with its tags beside it: they are those of the pages, and the root is over them.
        subprocess.run([maker, path, "closed"], check=True)
        closed = Casebook(path, code=code)
        assert closed.plain() == image and not closed.log
        record = closed.state()
        tags = closed.kept_tags(record)
        ends = range(HEADER + PAGE, len(closed.file) + 1, PAGE)
        assert tags == b"".join(closed.file[end - 16 : end] for end in ends)
        assert mac(closed.key("seal"), closed.db_id + struct.pack("<I", len(ends)) + tags) == record[64:96]
        by_name = closed

        file = bytearray(by_name.file)
        file[HEADER + (by_name.from_file[2] - 1) * PAGE + 77] ^= 1
        pathlib.Path(path).write_bytes(file)
        try:
            Casebook(path, "Қиёс", "чор дарё").plain()
            raise AssertionError("a changed page was accepted")
        except InvalidTag:
            pass
    print("ok: the independent reader agrees")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--test"]:
        test(sys.argv[2])
    elif len(sys.argv) == 4:
        sys.stdout.buffer.write(Casebook(sys.argv[1], sys.argv[2], sys.argv[3]).plain())
    else:
        sys.exit(__doc__)
