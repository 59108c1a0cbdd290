"""The tables of the five founding documents, as the tests of this folder read them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "data" / "sources" / "founding"
ONTOLOGY: Final = FOLDER.parents[2] / "ontology"

#: document -> (lines of the file, numbered statements, those that must not be published)
DOCUMENTS: Final = {
    "000_df5791b21548eaf6": (37, 78, frozenset[int]()),
    "001_c8205de2c6c7776e": (18, 54, frozenset({50})),
    "002_345e746b155f8866": (46, 91, frozenset({91})),
    "003_397d1635e8fc1cea": (67, 79, frozenset({79})),
    "004_1d8ddbaa309d656f": (13, 38, frozenset[int]()),
}
#: Lines of document 001 that name a person or say how to reach one.
PERSONAL_LINES: Final = frozenset({11, 12, 17, 18})

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    """Give the rows of a table of the founding documents."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def statements() -> tuple[Row, ...]:
    """Give the statements."""
    return table("statements.csv")


def triples() -> tuple[Row, ...]:
    """Give the triples."""
    return table("triples.csv")


def publishable() -> Iterator[str]:
    """Give the ids of all statements that must be published."""
    for document, (_, count, excluded) in DOCUMENTS.items():
        yield from (statement_id(document, number) for number in range(1, count + 1) if number not in excluded)


def excluded() -> set[str]:
    """Give the ids of the statements that must not be published."""
    return {statement_id(document, number) for document, (_, _, numbers) in DOCUMENTS.items() for number in numbers}


def statement_id(document: str, number: int) -> str:
    """Give the id of a document's statement, such as s002-057."""
    return f"s{document[:3]}-{number:03}"


def said_by(document: str, **cells: str) -> list[Row]:
    """Give the triples of a document (by its three digits) that have these cells."""
    return [
        row
        for row in triples()
        if row["statement"].startswith(f"s{document}-") and all(row[name] == cell for name, cell in cells.items())
    ]


def value(document: str, subject: str, predicate: str) -> str:
    """Give the one object a document has for a subject and predicate."""
    (row,) = said_by(document, subject=subject, predicate=predicate)
    return row["object"]


def objects(document: str, subject: str, predicate: str) -> list[str]:
    """Give the objects a document has for a subject and predicate, in the order of the table."""
    return [row["object"] for row in said_by(document, subject=subject, predicate=predicate)]
