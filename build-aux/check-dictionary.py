#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the dictionary and the migrations against each other; runs as part of the build.

Usage: check-dictionary.py SCHEMA_DIR [STAMP]

Fails on a column without a privacy class, a field without a column, a field whose section no role
may read, a sealed field with a column or an index, a code list or target that does not exist, and a
code list that is not well formed."""
import configparser
import csv
import pathlib
import sqlite3
import sys

schema = pathlib.Path(sys.argv[1])
faults = []

PRIVACY = {"direct", "quasi", "sensitive", "operational"}
SQL_TYPE = {"text": "TEXT", "multiline": "TEXT", "phone": "TEXT", "code": "TEXT", "date": "TEXT",
            "codes": "TEXT",
            "integer": "INTEGER", "number": "INTEGER", "money": "INTEGER", "id": "BLOB"}
KEYS = {"label", "type", "section", "privacy", "codes", "target", "csv", "group", "search", "help",
        "form", "required", "unique", "past", "min", "max"}
COMMON = ["created_at", "changed_at", "created_by", "revision", "voided_at", "void_reason"]


def ini(name):
    parser = configparser.RawConfigParser()
    parser.optionxform = str
    parser.read(schema / "dictionary" / f"{name}.ini", encoding="utf-8")
    return parser


database = sqlite3.connect(":memory:")
for migration in sorted(schema.glob("[0-9]*.sql")):
    database.executescript(migration.read_text(encoding="utf-8"))
tables = {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
          if not row[0].startswith("sqlite_")}
columns = {t: {r[1]: r[2] for r in database.execute(f'PRAGMA table_info("{t}")')} for t in tables}

aggregates, roles, own = ini("aggregates"), ini("roles"), ini("tables")
readable = {s for r in roles.sections() for s in roles[r].get("read", "").split(";") if s}
nameless = set(roles["me"].get("read", "").split(";"))
claimed = {t: set() for t in tables}
lists = {p.stem for p in (schema / "codelists").glob("*.csv")}

sheets = {aggregates[a]["sheet"]: a for a in aggregates.sections() if "sheet" in aggregates[a]}
for name in aggregates.sections():
    table = aggregates[name].get("table")
    if table not in tables and name not in sheets:
        faults.append(f"aggregate {name}: there is no table {table}")
        continue
    parent = aggregates[name].get("parent")
    fields = ini(name)
    if name in sheets:
        if table or parent:
            faults.append(f"aggregate {name}: a sheet has neither table nor parent")
        if {fields[f]["section"] for f in fields.sections()} != {ini(sheets[name])[f"{sheets[name]}.content"]["section"]}:
            faults.append(f"aggregate {name}: all of a sheet is of the section of what it is sealed in")
    if parent and f"{name}.{parent}" not in fields:
        faults.append(f"aggregate {name}: no field for its parent {parent}")
    for field in fields.sections():
        entry = fields[field]
        aggregate, _, column = field.partition(".")
        if aggregate != name:
            faults.append(f"{field}: stands in the file of {name}")
        for key in set(entry) - KEYS:
            faults.append(f"{field}: unknown key {key}")
        for key in ("label", "type", "section", "privacy"):
            if not entry.get(key):
                faults.append(f"{field}: no {key}")
        if entry.get("privacy") not in PRIVACY:
            faults.append(f"{field}: no privacy class")
        if entry.get("section") not in readable:
            faults.append(f"{field}: no role may read the section {entry.get('section')}")
        if (entry.get("type") in ("code", "codes")) != ("codes" in entry):
            faults.append(f"{field}: type code and a code list belong together")
        if entry.get("privacy") == "direct" and entry.get("section") in nameless:
            faults.append(f"{field}: points at a person, and monitoring would read it")
        if entry.get("type") == "multiline" and entry.get("privacy") == "sensitive" and entry.get("section") in nameless:
            faults.append(f"{field}: free text about a person, and monitoring would read it")
        if "codes" in entry and entry["codes"] not in lists:
            faults.append(f"{field}: there is no code list {entry['codes']}")
        if (entry.get("type") == "id") != ("target" in entry):
            faults.append(f"{field}: type id and a target belong together")
        if "target" in entry and entry["target"] not in aggregates:
            faults.append(f"{field}: there is no aggregate {entry['target']}")
        if name in sheets:
            if entry.get("type") == "id" or entry.get("search"):
                faults.append(f"{field}: what is sealed neither points anywhere nor is searched")
            continue
        if column not in columns[table]:
            faults.append(f"{field}: the table {table} has no such column")
        elif columns[table][column] != SQL_TYPE.get(entry.get("type")):
            faults.append(f"{field}: the column is {columns[table][column]}, not what {entry.get('type')} needs")
        claimed[table].add(column)
    for column in COMMON + ["id"] if table else []:
        if column not in columns[table]:
            faults.append(f"table {table}: no column {column}")
        claimed[table].add(column)

for table in own.sections():
    if table == "*":
        continue
    if table not in tables:
        faults.append(f"tables.ini: there is no table {table}")
        continue
    for column, privacy in own[table].items():
        if column not in columns[table]:
            faults.append(f"tables.ini: {table} has no column {column}")
        if privacy not in PRIVACY:
            faults.append(f"tables.ini: {table}.{column} has no privacy class")
        claimed[table].add(column)
for table in sorted(tables):
    for column in columns[table]:
        if column not in claimed[table]:
            faults.append(f"{table}.{column}: a column without a privacy class")
for table in tables:
    strict = database.execute("SELECT strict FROM pragma_table_list WHERE name = ?", (table,)).fetchone()
    if not strict or not strict[0]:
        faults.append(f"table {table} is not STRICT")

for name in sorted(lists):
    with open(schema / "codelists" / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    if len(set(codes)) != len(codes):
        faults.append(f"code list {name}: a code occurs twice")
    for row in rows:
        if None in row or None in row.values():
            faults.append(f"code list {name}: {row['code']} has more or fewer cells than columns")
        for key in ("code", "en", "ru", "tg"):
            if not row[key]:
                faults.append(f"code list {name}: {row['code']} has no {key}")

for fault in faults:
    print(fault, file=sys.stderr)
if faults:
    sys.exit(1)
if len(sys.argv) > 2:
    pathlib.Path(sys.argv[2]).write_text("held\n")
