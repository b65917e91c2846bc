# SPDX-License-Identifier: GPL-3.0-or-later
"""Invented people with the truth about them: who they are, and how else they were written down."""
import random

import stock
import variants

VOWELS = "аеёиӣоуӯыэюя"


def soviet(stem, woman):
    ending = "ев" if stem[-1] in VOWELS + "й" else "ов"
    base = stem[:-1] + "и" if stem.endswith("ӣ") else stem.removesuffix("й")
    return base + ending + ("а" if woman else "")


def reformed(stem, rng):
    kind = rng.choice(["зода", "зода", "ӣ", "", "зод", "иён"])
    if kind in ("ӣ", "иён"):
        return stem + ("ён" if kind == "иён" and stem[-1] == "ӣ" else kind) if stem[-1] not in VOWELS else stem + "зода"
    return stem + kind


def patronymic(father, woman):
    base = father[:-1] + "и" if father.endswith("ӣ") else father.removesuffix("й")
    return base + ("ев" if father[-1] in VOWELS + "й" else "ов") + ("на" if woman else "ич")


class Human:
    """One person: what stands in the identity card, and the parts that other spellings are made of."""

    def __init__(self, rng, n):
        self.ref = f"P{n:06d}"
        self.woman = rng.random() < 0.45
        kind = rng.random()
        self.russian = kind < 0.03
        if self.russian:
            self.stem = rng.choice(stock.RUSSIAN_STEMS)
            self.given = rng.choice(stock.RUSSIAN_WOMEN if self.woman else stock.RUSSIAN_MEN)
            self.father = rng.choice(stock.RUSSIAN_MEN[:3])
        else:
            self.stem = rng.choice(stock.STEMS)
            self.given = rng.choice(stock.WOMEN if self.woman else stock.MEN)
            self.father = rng.choice(stock.MEN)
        self.is_reformed = not self.russian and rng.random() < 0.3
        self.family = reformed(self.stem, rng) if self.is_reformed else soviet(self.stem, self.woman)
        self.patronymic = self.father if self.is_reformed else patronymic(self.father, self.woman)
        if rng.random() < 0.25:
            self.patronymic = ""
        year = int(min(2004, max(1945, rng.gauss(1984, 12))))
        if rng.random() < 0.12:
            self.birth = f"{year}-01-01"
        elif rng.random() < 0.1:
            self.birth = f"{year}"
        else:
            self.birth = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        self.region = rng.choice(list(stock.DISTRICTS))
        self.district = rng.randint(1, stock.DISTRICTS[self.region])
        self.phone = f"9{rng.choice('12358')}{rng.randint(1000000, 9999999)}" if rng.random() < 0.75 else ""
        self.document = f"A{rng.randint(1000000, 9999999)}" if rng.random() < 0.5 else ""
        self.household = ""

    def name(self):
        return " ".join(p for p in (self.family, self.given, self.patronymic) if p)


def other_script(name, rng):
    """The same letters in another office."""
    way = rng.random()
    if way < 0.25:
        return variants.russian(name, rng)
    if way < 0.35:
        return variants.cased(variants.spell)(name, variants.NO_TAJIK_KEYS)
    if way < 0.40:
        return variants.cased(variants.spell)(name, variants.OLD_FONT)
    which = rng.choice(list(variants.OFFICE))
    out = variants.office(name, rng, which)
    return variants.loose_hand(out, rng) if rng.random() < 0.4 and which in ("tajik passport", "by ear", "dj") else out


def again(human, rng):
    """The same person at another desk: fields as they come out there."""
    stem_family = human.family
    if not human.russian and rng.random() < 0.2:
        stem_family = soviet(human.stem, human.woman) if human.is_reformed else reformed(human.stem, rng)
    given, father = human.given, human.patronymic
    if rng.random() < 0.25:
        father = ""
    elif father and rng.random() < 0.15:
        father = human.father
    if rng.random() < 0.06 and not human.russian:
        given += "ҷон" if not human.woman else rng.choice(["хон", "ой"])
    if rng.random() < 0.75:
        whole = other_script("|".join((stem_family, given, father)).replace("|", " ; "), rng)
        stem_family, given, father = (p.strip() for p in (whole.split(";") + ["", ""])[:3])
        given, father = given[:1].upper() + given[1:], father[:1].upper() + father[1:]
    if rng.random() < 0.12:
        if rng.random() < 0.5:
            stem_family = variants.typo(stem_family, rng)
        else:
            given = variants.typo(given, rng)
    if rng.random() < 0.05:
        stem_family, given = given, stem_family
    if father and rng.random() < 0.1:
        father = variants.initial(father)
    birth = human.birth
    slip = rng.random()
    if slip < 0.06:
        year = int(birth[:4]) + rng.choice([-2, -1, 1, 1, 10])
        birth = str(year) + birth[4:]
    elif slip < 0.12:
        birth = birth[:4] + "-01-01"
    elif slip < 0.18:
        birth = birth[:4]
    elif slip < 0.21 and len(birth) == 10 and int(birth[8:]) <= 12:
        birth = f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"
    elif slip < 0.24:
        birth = ""
    phone = human.phone
    if rng.random() < 0.35:
        phone = f"9{rng.choice('12358')}{rng.randint(1000000, 9999999)}" if rng.random() < 0.6 else ""
    elif phone and rng.random() < 0.4:
        phone = "+992 " + phone
    document = human.document if rng.random() < 0.6 else ""
    district = human.district if rng.random() < 0.85 else rng.randint(1, stock.DISTRICTS[human.region])
    return dict(family_name=stem_family, given_name=given, patronymic=father, birth_date=birth, phone=phone,
                document_no=document, region=human.region, district=f"{human.region}-{district:02d}",
                sex="F" if human.woman else "M", household_ref=human.household)


def first(human):
    return dict(family_name=human.family, given_name=human.given, patronymic=human.patronymic, birth_date=human.birth,
                phone=human.phone, document_no=human.document, region=human.region,
                district=f"{human.region}-{human.district:02d}", sex="F" if human.woman else "M",
                household_ref=human.household)


def relative(human, rng, n):
    """Somebody of the same house: a brother, a sister, a twin, a child. Never the same person."""
    other = Human(rng, n)
    while other.given == human.given or other.russian != human.russian:
        other = Human(rng, n)
    other.region, other.district = human.region, human.district
    if rng.random() < 0.3:
        other.phone = human.phone
    other.household = human.household = human.household or f"H{human.ref[1:]}"
    other.stem, other.is_reformed = human.stem, human.is_reformed
    other.family = human.family if other.is_reformed else soviet(human.stem, other.woman)
    if rng.random() < 0.3:
        other.birth = human.birth
    other.father = human.father
    if human.patronymic:
        other.patronymic = human.father if human.is_reformed else patronymic(human.father, other.woman)
    return other


def namesake(human, rng, n):
    """Somebody else of the very same name."""
    other = Human(rng, n)
    while other.birth[:4] == human.birth[:4]:
        other = Human(rng, n)
    other.woman, other.family, other.given, other.stem = human.woman, human.family, human.given, human.stem
    other.is_reformed, other.russian, other.patronymic, other.father = human.is_reformed, human.russian, "", other.father
    if not human.russian:
        other.patronymic = patronymic(other.father, other.woman)
    return other


def programme(people, rng):
    """Rows of people.csv: (ref, fields). Two refs with the same first seven characters are one person."""
    rows, humans = [], []
    n = 0
    while len(humans) < people:
        human = Human(rng, n)
        humans.append(human)
        n += 1
        if rng.random() < 0.12:
            humans.append(relative(human, rng, n))
            n += 1
        if rng.random() < 0.03:
            humans.append(namesake(human, rng, n))
            n += 1
    for human in humans:
        rows.append((human.ref + "A", first(human)))
        if rng.random() < 0.15:
            rows.append((human.ref + "B", again(human, rng)))
    rng.shuffle(rows)
    return humans, rows


def dari_pairs():
    return [(tajik, arabic, "dari") for arabic, tajik in stock.DARI]


def uzbek_pairs(rng, count):
    out = []
    for _ in range(count):
        woman = rng.random() < 0.4
        given = rng.choice(stock.UZBEK_WOMEN if woman else stock.UZBEK_MEN)
        family = rng.choice(stock.UZBEK_MEN)
        a = "a" if woman else ""
        e = "ye" if family[1][-1] in VOWELS + "й" else "o"
        latin = f"{family[0].removesuffix('y')}{e}v{a} {given[0]}"
        cyrillic = f"{family[1].removesuffix('й')}{'е' if e == 'ye' else 'о'}в{'а' if woman else ''} {given[1]}"
        plain = latin.replace("ʻ", rng.choice(["'", "’", "`", ""]))
        russian = variants.spell(cyrillic.lower(), {"ў": "у", "қ": "к", "ғ": "г", "ҳ": "х", "йў": "ю"}).title()
        out.append((cyrillic, rng.choice([latin, plain, russian, variants.office(russian.lower(), rng, "mvd")]), "uzbek"))
    return out


def spelling_pairs(count, rng):
    """(official, other spelling, kind): family and given name, one of the two misspelled or in other letters."""
    out = dari_pairs() + uzbek_pairs(rng, count // 10)
    while len(out) < count:
        human = Human(rng, 0)
        official = f"{human.family} {human.given}"
        kind = rng.choice(["script"] * 7 + ["reform", "swap", "typo", "title"])
        other = official
        if kind == "reform" and not human.russian:
            family = soviet(human.stem, human.woman) if human.is_reformed else reformed(human.stem, rng)
            other = f"{family} {human.given}"
        elif kind == "swap":
            other = f"{human.given} {human.family}"
        elif kind == "title" and not human.russian:
            other = official + (rng.choice(["ҷон", "бек"]) if not human.woman else rng.choice(["хон", "ой", "бӣ"]))
            if rng.random() < 0.3:
                other = rng.choice(["Мулло", "Усто", "Ҳоҷӣ", "Домулло"]) + " " + official
        if kind != "title":
            other = other_script(other, rng)
        if kind == "typo":
            other = variants.typo(other, rng)
        if other != official:
            out.append((official, other, kind))
    return out


def query_of(human, rng):
    """What somebody types to find a person of a long list: (text, kind)."""
    kind = rng.choice(["typo", "initials", "reform", "script"])
    family, given, father = human.family, human.given, human.patronymic
    if kind == "typo":
        return variants.typo(human.name(), rng), kind
    if kind == "initials":
        if father:
            return f"{family} {given} {variants.initial(father)}", kind
        return f"{given} {family}", kind
    if kind == "reform" and not human.russian:
        family = soviet(human.stem, human.woman) if human.is_reformed else reformed(human.stem, rng)
        return " ".join(p for p in (family, given, father) if p), kind
    return other_script(human.name(), rng), "script"
