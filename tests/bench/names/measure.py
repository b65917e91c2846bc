#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well names and people are found, against truth: spelling pairs, 1,000 and 100,000 names, a programme of
12,000 people. Jaro-Winkler on plain transliteration and Soundex run beside it on the same data. Goes through
the command line only, so it measures whatever program $BOZGASHT_CLI is.

    measure.py [pairs] [list] [long] [people] [--seed N] [--show]      (all parts but `long` by default)
"""
import argparse
import collections
import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "cli")]
import people as invented  # noqa: E402
import variants  # noqa: E402
from harness import CLI, create, must, on  # noqa: E402

PLAIN = variants.OFFICE["by ear"]


def plain(name):
    """Letter for letter, nothing else: where the baselines start."""
    return "".join(c for c in variants.spell(name.lower(), PLAIN) if c.isascii() and (c.isalpha() or c == " "))


def soundex(word):
    codes = {c: str(n) for n, group in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for c in group}
    out, last = word[:1], codes.get(word[:1])
    for c in word[1:]:
        code = codes.get(c)
        if code and code != last:
            out += code
        if c not in "hw":
            last = code
    return (out + "000")[:4]


def soundex_key(name):
    return " ".join(sorted(soundex(w) for w in plain(name).split()))


def jaro_winkler(a, b):
    if a == b:
        return 1.0
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    hit_b, mine = [False] * len(b), []
    for i, c in enumerate(a):
        for j in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if not hit_b[j] and b[j] == c:
                hit_b[j] = True
                mine.append(c)
                break
    m = len(mine)
    if not m:
        return 0.0
    t = sum(x != y for x, y in zip(mine, (c for c, h in zip(b, hit_b) if h))) / 2
    jaro = (m / len(a) + m / len(b) + (m - t) / m) / 3
    common = 0
    while common < 4 and common < min(len(a), len(b)) and a[common] == b[common]:
        common += 1
    return jaro + common * 0.1 * (1 - jaro)


def sorted_plain(name):
    return " ".join(sorted(plain(name).split()))


def cli(*arguments, lines):
    out = subprocess.run([CLI, *arguments], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    return out.stdout.splitlines()


def share(part, whole):
    return f"{100 * part / max(whole, 1):5.1f} % ({part} of {whole})"


def pairs(seed, show):
    """Do two spellings of one name get one loose key, and do different names keep different ones?"""
    rng = random.Random(seed)
    data = invented.spelling_pairs(5000, rng)
    names = [n for a, b, _ in data for n in (a, b)]
    keys = [line.split("\t") for line in cli("names", "key", lines=names)]
    by_kind = collections.defaultdict(lambda: [0, 0])
    equal = strict = 0
    for (a, b, kind), x, y in zip(data, keys[::2], keys[1::2]):
        same = x[1] == y[1]
        equal += same
        strict += x[0] == y[0]
        by_kind[kind][0] += same
        by_kind[kind][1] += 1
        if show and not same:
            print(f"  {kind}\t{a}\t{b}\t{x[1]}\t{y[1]}")
    print(f"pairs: loose key equal {share(equal, len(data))}; strict {share(strict, len(data))}")
    print("  " + "; ".join(f"{k} {100 * n / m:.0f} %" for k, (n, m) in sorted(by_kind.items())))
    print(f"  Soundex equal {share(sum(soundex_key(a) == soundex_key(b) for a, b, _ in data), len(data))}")
    print(f"  plain transliteration {share(sum(sorted_plain(a) == sorted_plain(b) for a, b, _ in data), len(data))}")
    stock = sorted(set(invented.stock.MEN + invented.stock.WOMEN))
    for which, column in (("strict", 0), ("loose", 1)):
        groups = collections.defaultdict(list)
        for name, line in zip(stock, cli("names", "key", lines=stock)):
            groups[line.split("\t")[column]].append(name)
        met = [g for g in groups.values() if len(g) > 1]
        print(f"  {len(stock)} different given names, {which} key shared by {share(sum(map(len, met)), len(stock))}")
        if show:
            print("  " + ", ".join("=".join(g) for g in met))


def ranks(answers, truth, names):
    first = five = 0
    missed = []
    for answer, wanted in zip(answers, truth):
        lines = [hit["line"] for hit in json.loads(answer)["hits"]]
        first += lines[:1] == [wanted]
        five += wanted in lines
        if lines[:1] != [wanted]:
            missed.append((json.loads(answer)["query"], names[wanted - 1], names[lines[0] - 1] if lines else "-"))
    return first, five, missed


def unique_humans(count, rng):
    seen, humans = set(), []
    while len(humans) < count:
        human = invented.Human(rng, len(humans))
        if human.name() not in seen:
            seen.add(human.name())
            humans.append(human)
    return humans


def short_list(seed, show):
    """Family and given name, one in another spelling, among 1,000."""
    rng = random.Random(seed + 1)
    data, seen = [], set()
    for official, other, kind in invented.spelling_pairs(2500, rng):
        if official not in seen and len(data) < 1000:
            seen.add(official)
            data.append((official, other, kind))
    names = [a for a, _, _ in data]
    queries = [b for _, b, _ in data]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(names) + "\n")
        file.flush()
        answers = cli("names", "match", file.name, lines=queries)
    first, five, missed = ranks(answers, range(1, len(names) + 1), names)
    print(f"1,000 names: right one first {share(first, len(names))}; among five {share(five, len(names))}")
    if show:
        for line in missed:
            print("  " + "\t".join(line))
    plains = [sorted_plain(n) for n in names]
    tried = range(0, 1000, 4)
    right = 0
    for i in tried:
        query = sorted_plain(queries[i])
        right += max(range(1000), key=lambda j: jaro_winkler(query, plains[j])) == i
    print(f"  Jaro-Winkler first {share(right, len(tried))}")
    index = collections.defaultdict(list)
    for i, name in enumerate(names):
        index[soundex_key(name)].append(i)
    print(f"  Soundex first {share(sum(index[soundex_key(q)][:1] == [i] for i, q in enumerate(queries)), 1000)}")


def long_list(seed, show):
    """100,000 people: the official spelling and a variant, in a list and in a casebook."""
    rng = random.Random(seed + 2)
    humans = unique_humans(100000, rng)
    names = [h.name() for h in humans]
    chosen = rng.sample(range(100000), 300)
    queries, truth, kinds = [], [], []
    for i in chosen:
        queries.append(names[i])
        kinds.append("official")
        text, kind = invented.query_of(humans[i], rng)
        queries.append(text)
        kinds.append(kind)
        truth += [i + 1, i + 1]

    def tell(where, place):
        by_kind = collections.defaultdict(lambda: [0, 0])
        for k, kind in enumerate(kinds):
            for name in (kind, "variant") if kind != "official" else (kind,):
                by_kind[name][0] += place(k)
                by_kind[name][1] += 1
        print(f"100,000, {where}: " + "; ".join(f"{k} first {share(*v)}" for k, v in by_kind.items()))

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "names.txt"
        path.write_text("\n".join(names) + "\n")
        answers = [json.loads(a) for a in cli("names", "match", str(path), lines=queries)]
        tell("names match", lambda k: [h["line"] for h in answers[k]["hits"]][:1] == [truth[k]])
        if show:
            for k, kind in enumerate(kinds):
                if [h["line"] for h in answers[k]["hits"]][:1] != [truth[k]]:
                    print(f"  {kind}\t{queries[k]}\t{names[truth[k] - 1]}\t{answers[k]['hits'][:2]}")
        book = casebook(folder, [(h.ref, invented.first(h)) for h in humans])
        script = "".join(f'search --limit 1 "{q}"\n' for q in queries)
        found = search_each(book, script)
        tell("search", lambda k: found[k] == humans[truth[k] - 1].ref)
        if show:
            for k, kind in enumerate(kinds):
                if found[k] != humans[truth[k] - 1].ref:
                    print(f"  {kind}\t{queries[k]}\t{names[truth[k] - 1]}\t{found[k] and names[int(found[k][1:])]}")


def casebook(folder, rows):
    import os

    os.environ["XDG_STATE_HOME"] = str(pathlib.Path(folder) / "state")
    os.environ["BOZGASHT_CHEAP_KDF"] = "1"
    book = create(folder)
    path = pathlib.Path(folder) / "people.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, ["ref", *rows[0][1]])
        out.writeheader()
        for ref, fields in rows:
            out.writerow({"ref": ref, **fields})
    must(on(book, "admin", "--quiet", "import", "people", path, timeout=3000))
    return book


def search_each(book, script):
    """The first ref of each search. One that finds nothing prints nothing, so the list of users marks each end."""
    found = [None]
    for line in must(on(book, "admin", "run", stdin=script.replace("\n", "\nuser list\n"), timeout=3000)).lines():
        if "roles" in line:
            found.append(None)
        else:
            found[-1] = line["ref"]
    return found


def programme(seed, show):
    """Registrations of one person found among the registrations of 12,000 people."""
    rng = random.Random(seed + 3)
    humans, rows = invented.programme(12000, rng)
    truth = {r[:7] for r, _ in rows if r.endswith("B")}
    by_ref = dict(rows)
    with tempfile.TemporaryDirectory() as folder:
        book = casebook(folder, rows)
        lines = must(on(book, "admin", "duplicates", "--min-score", 0, timeout=3000)).lines()
    print(f"{len(humans)} people, {len(rows)} registrations, {len(truth)} of them doubles")
    right = lambda x: x["a"][:7] == x["b"][:7]  # noqa: E731
    print(f"  compared {len(lines)} pairs; candidate recall {share(len({x['a'][:7] for x in lines if right(x)}), len(truth))}")
    for least, what in ((600, "asked about"), (900, "called same")):
        told = [x for x in lines if x["score"] >= least]
        good = sum(map(right, told))
        precision, recall = good / max(len(told), 1), good / len(truth)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"  {what} (from {least}): precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    best = max(range(0, 1001, 10), key=lambda t: f1_at(lines, t, right, len(truth)))
    print(f"  best threshold {best}: F1 {f1_at(lines, best, right, len(truth)):.4f}")
    wrong = [x for x in lines if x["verdict"] == "same" and not right(x)]
    print(f"  different people called same: {len(wrong)}")
    if show:
        for x in lines:
            if (x["score"] >= 600) != right(x):
                print(" ", x["score"], "right" if right(x) else "wrong", x["why"])
                for ref in (x["a"], x["b"]):
                    print("     ", ref, *by_ref[ref].values(), sep="\t")
    baseline(rows, truth)


def f1_at(lines, least, right, n):
    told = [x for x in lines if x["score"] >= least]
    good = sum(map(right, told))
    return 2 * good / max(len(told) + n, 1)


def baseline(rows, truth):
    """Same Soundex of the names and the same year of birth; then Jaro-Winkler within those of one year."""
    keyed, years = collections.defaultdict(list), collections.defaultdict(list)
    for ref, f in rows:
        name = f"{f['family_name']} {f['given_name']}"
        keyed[soundex_key(name), f["birth_date"][:4]].append(ref)
        years[f["birth_date"][:4]].append((ref, sorted_plain(name)))

    def tell(what, met):
        good = sum(a[:7] == b[:7] for a, b in met)
        precision, recall = good / max(len(met), 1), good / len(truth)
        print(f"  {what}: precision {precision:.4f}, recall {recall:.4f}, "
              f"F1 {2 * precision * recall / max(precision + recall, 1e-9):.4f}")

    tell("Soundex and year", [(a, b) for g in keyed.values() for i, a in enumerate(g) for b in g[i + 1 :]])
    met = []
    for group in years.values():
        group = group[:400]
        met += [(a, b) for i, (a, x) in enumerate(group) for b, y in group[i + 1 :]
                if abs(len(x) - len(y)) < 6 and x[0] == y[0] and jaro_winkler(x, y) > 0.92]
    tell("Jaro-Winkler above 0.92 and year", met)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    parts = {"pairs": pairs, "list": short_list, "long": long_list, "people": programme}
    for name in options.parts or ("pairs", "list", "people"):
        parts[name](options.seed, options.show)
        sys.stdout.flush()


main()
