# SPDX-License-Identifier: GPL-3.0-or-later
"""How one name comes to be spelled in many ways: offices, languages, keyboards, haste. Each habit is a table of
its own, written from the habit and not from the matcher."""
import random
import re

TAJIK_IN_RUSSIAN = {"ғ": "г", "ӣ": "и", "қ": "к", "ӯ": "у", "ҳ": "х", "ҷ": "дж", "ъ": ""}
NO_TAJIK_KEYS = {"ғ": "г", "ӣ": "и", "қ": "к", "ӯ": "у", "ҳ": "х", "ҷ": "ч"}
OLD_FONT = {"ҳ": "њ", "ҷ": "љ", "ғ": "ѓ", "қ": "ќ", "ӣ": "ї", "ӯ": "ў"}

_PLAIN = dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufye"))
OFFICE = {
    "tajik passport": _PLAIN | {"ғ": "gh", "ё": "yo", "ж": "zh", "ӣ": "i", "й": "y", "қ": "q", "ӯ": "u", "х": "kh", "ҳ": "h",
                                "ц": "ts", "ч": "ch", "ҷ": "j", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"},
    "bgn": _PLAIN | {"ғ": "gh", "ё": "yo", "ж": "zh", "ӣ": "í", "й": "y", "қ": "q", "ӯ": "ŭ", "х": "kh", "ҳ": "h", "ц": "ts",
                     "ч": "ch", "ҷ": "j", "ш": "sh", "щ": "shch", "ъ": "’", "ь": "", "ю": "yu", "я": "ya"},
    "icao": _PLAIN | {"ё": "e", "ж": "zh", "й": "i", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie",
                      "ь": "", "ю": "iu", "я": "ia"},
    "mvd": _PLAIN | {"ё": "ye", "ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "'",
                     "ю": "yu", "я": "ya"},
    "soviet french": _PLAIN | {"у": "ou", "ё": "e", "ж": "j", "й": "i", "х": "kh", "ц": "ts", "ч": "tch", "ш": "ch", "щ": "chtch",
                               "ъ": "", "ь": "", "ю": "iou", "я": "ia"},
    "german": _PLAIN | {"в": "w", "ё": "jo", "ж": "sch", "з": "s", "й": "j", "х": "ch", "ц": "z", "ч": "tsch", "ш": "sch",
                        "щ": "schtsch", "ъ": "", "ь": "", "ы": "y", "ю": "ju", "я": "ja", "дж": "dsch"},
    "turkish": _PLAIN | {"ғ": "ğ", "ё": "yo", "ж": "j", "ӣ": "i", "й": "y", "қ": "k", "ӯ": "ü", "х": "h", "ҳ": "h", "ц": "ts",
                         "ч": "ç", "ҷ": "c", "ш": "ş", "щ": "ş", "ъ": "", "ь": "", "ы": "ı", "ю": "yu", "я": "ya"},
    "by ear": _PLAIN | {"ғ": "g", "ё": "yo", "ж": "zh", "ӣ": "i", "й": "y", "қ": "k", "ӯ": "u", "х": "h", "ҳ": "h", "ц": "ts",
                        "ч": "ch", "ҷ": "j", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "yu", "я": "ya"},
    "dj": _PLAIN | {"ғ": "gh", "ё": "yo", "ж": "zh", "ӣ": "i", "й": "y", "қ": "k", "ӯ": "u", "х": "kh", "ҳ": "kh", "ц": "ts",
                    "ч": "ch", "ҷ": "dj", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "yu", "я": "ya"},
    "uzbek": _PLAIN | {"ғ": "gʻ", "ё": "yo", "ж": "j", "ӣ": "i", "й": "y", "қ": "q", "ӯ": "oʻ", "х": "x", "ҳ": "h", "ц": "ts",
                       "ч": "ch", "ҷ": "j", "ш": "sh", "щ": "sh", "ъ": "ʼ", "ь": "", "ю": "yu", "я": "ya"},
}
# These read the Russian form of a name, the others the Tajik one.
FROM_RUSSIAN = {"icao", "mvd", "soviet french", "german"}


def cased(rewrite):
    """Keeps capitals at the beginning of words."""

    def wrapped(name, *rest):
        return " ".join(w[:1].upper() + w[1:] for w in rewrite(name.lower(), *rest).split(" "))

    return wrapped


def spell(text, table):
    out = ""
    while text:
        two = text[:2]
        if len(two) == 2 and two in table:
            out, text = out + table[two], text[2:]
        else:
            out, text = out + table.get(text[0], text[0]), text[1:]
    return out


@cased
def russian(name, rng):
    """Tajik into Russian papers: о of the long a becomes а in many words, ҳ sometimes г."""
    out = spell(name, TAJIK_IN_RUSSIAN)
    words = []
    for word in out.split(" "):
        tail = re.search(r"(ов|ова|ович|овна|зода)$", word)
        stem, ending = (word[: tail.start()], tail[0]) if tail else (word, "")
        if rng.random() < 0.5:
            stem = re.sub(r"(?<=[^аоуеияюё])о(?=[^аоуеияюё])", "а", stem)
        if rng.random() < 0.1:
            stem = stem.replace("рохим", "рагим").replace("хамад", "гамед")
        if rng.random() < 0.4:
            stem = stem.replace("мед", "мад") if rng.random() < 0.5 else stem.replace("хмад", "хмед")
        if rng.random() < 0.15:
            stem = stem.replace("л", "ль", 1) if re.search(r"л[^ьлаеиоуяюё]", stem) else stem
        if rng.random() < 0.2:
            stem = stem.replace("ё", "е")
        words.append(stem + ending)
    return " ".join(words)


@cased
def office(name, rng, which):
    text = russian(name, rng).lower() if which in FROM_RUSSIAN else name
    out = spell(text, OFFICE[which])
    if which in ("tajik passport", "mvd", "bgn"):
        out = re.sub(r"\be", "ye", out)
        out = re.sub(r"(?<=[aeiou])e(?=v)", "ye", out)
    if which == "soviet french":
        out = re.sub(r"g(?=[ei])", "gu", out)
    return out


@cased
def loose_hand(name, rng):
    """The small freedoms people take with Latin letters."""
    for pattern, to in rng.sample(LIBERTIES, 3):
        if rng.random() < 0.6:
            name = re.sub(pattern, to, name, count=1)
    return name


LIBERTIES = [
    (r"kh", "h"), (r"kh", "x"), (r"gh", "g"), (r"q", "k"), (r"iy|yi", "i"), (r"(?<=[aeiou])y(?=[aeiou])", ""),
    (r"ov\b", "off"), (r"ev\b", "eff"), (r"u", "oo"), (r"i", "ee"), (r"o", "a"), (r"a", "o"), (r"e", "i"), (r"i", "e"),
    (r"([bdlmnrstz])(?=[aeiou])", r"\1\1"), (r"([bdlmnrst])\1", r"\1"), (r"j", "dzh"), (r"j", "zh"), (r"ay", "ai"),
    (r"ei", "ey"), (r"yu", "iu"), (r"ya", "ia"), (r"h\b", ""), (r"f\b", "v"), (r"d\b", "t"), (r"z\b", "s"), (r"v", "w"),
]

KEYS = ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm"]


def typo(name, rng):
    """One slip of a finger: a letter lost, doubled, exchanged with its neighbour in the word or on the keyboard."""
    spots = [i for i, c in enumerate(name) if c.isalpha() and i > 0 and name[i - 1].isalpha()]
    if not spots:
        return name
    i = rng.choice(spots)
    kind = rng.randrange(4)
    if kind == 0:
        return name[:i] + name[i + 1 :]
    if kind == 1:
        return name[:i] + name[i] + name[i:]
    if kind == 2:
        return name[: i - 1] + name[i] + name[i - 1] + name[i + 1 :]
    for row in KEYS:
        at = row.find(name[i].lower())
        if at >= 0:
            near = row[at - 1] if at and rng.random() < 0.5 else row[min(at + 1, len(row) - 1)]
            return name[:i] + near + name[i + 1 :]
    return name


SOUNDING = re.compile(r"^(Дж|Dzh|Dj|Sh|Kh|Gh|Zh|Ch|Yu|Ya|Yo|.)")


def initial(word):
    return SOUNDING.match(word)[0] + "."
