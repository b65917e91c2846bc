# SPDX-License-Identifier: GPL-3.0-or-later
"""A small invented programme whose report turns out wrong: 132 people, some of whom were helped in one quarter."""
import csv

from harness import create, must, on

DISTRICTS = ("TJ-SU-13", "TJ-SU-04", "TJ-KT-03", "TJ-RA-04")


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    return path


def people(numbers):
    return [{"ref": f"P-{n:03}", "family_name": f"Невстандов{n}", "given_name": "Озмоиш", "sex": "FM"[n % 2],
             "birth_date": f"{1970 + n % 30}-05-05", "region": DISTRICTS[n % 4][:5], "district": DISTRICTS[n % 4],
             "case_category": "returned_migrant", "consent_service": "yes", "registered": "2025-01-02"} for n in numbers]


def support(numbers, day, cost="300"):
    return [{"person": f"P-{n:03}", "service": "ECO13", "delivered": day, "cost": cost, "currency": "TJS"}
            for n in numbers]


def book_of(folder, numbers):
    """All are registered; those of @numbers were helped."""
    book = create(folder)
    must(on(book, "admin", "import", "people", write(folder / "people.csv", people(range(132)))))
    enter(book, folder, support(numbers, "2025-02-03"))
    return book


def enter(book, folder, rows):
    told = must(on(book, "admin", "import", "support", write(folder / "support.csv", rows))).lines()[-1]
    assert told["summary"]["new"] == len(rows), told
