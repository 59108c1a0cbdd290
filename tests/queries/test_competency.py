"""The competency questions, answered on the shipped facts: every row, and the rows that the ontology brief names.

``competency/<case>.csv`` holds all rows of one case; ``competency/cases.toml`` names the cases: the query, its
parameters, and under ``named`` and ``groups`` what was written by hand from the question itself. A change of the facts
that changes an answer changes a file here, which is how it gets read. ``MEDKG_RECORD=1`` writes the files anew; then
the hand-written rows still decide.
"""

from __future__ import annotations

import csv
import os
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from medkg.namespaces import compact
from medkg.query.catalogue import load_catalogue
from medkg.query.parameters import bind
from medkg.settings import Settings
from medkg.store.reader import Reader

FOLDER = Path(__file__).parent / "competency"
CASES: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))
QUERIES = load_catalogue(Settings().queries)

Row = tuple[str, ...]


@pytest.fixture(scope="session")
def reader(shipped_home: Path) -> Reader:
    return Reader(shipped_home)


def shown(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    if isinstance(term, ox.Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    return "" if term is None else str(term)


def answer(reader: Reader, case: dict[str, Any]) -> tuple[Row, list[Row]]:
    rows = reader.query(bind(QUERIES[case["query"]], case.get("parameters", {})))
    assert isinstance(rows, ox.QuerySolutions)
    return tuple(variable.value for variable in rows.variables), [tuple(shown(term) for term in row) for row in rows]


def recorded(name: str) -> tuple[Row, list[Row]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return tuple(head), [tuple(row) for row in rows]


def record(name: str, head: Row, rows: list[Row]) -> None:
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.get("recorded", True)])
def test_a_question_is_answered_with_the_expected_rows(reader: Reader, name: str) -> None:
    head, rows = answer(reader, CASES[name])
    if os.environ.get("MEDKG_RECORD"):
        record(name, head, rows)
    assert (head, Counter(rows)) == (recorded(name)[0], Counter(recorded(name)[1]))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.get("named")])
def test_the_rows_the_question_names_are_among_them(reader: Reader, name: str) -> None:
    head, rows = answer(reader, CASES[name])
    for wanted in CASES[name]["named"]:
        matching = [row for row in rows if all(row[head.index(key)] == value for key, value in wanted.items())]
        assert matching, f"no row has {wanted}"


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "groups" in case])
def test_there_are_as_many_rows_as_the_question_says(reader: Reader, name: str) -> None:
    head, rows = answer(reader, CASES[name])
    for group in CASES[name]["groups"]:
        wanted = {key: value for key, value in group.items() if key != "count"}
        matching = {row for row in rows if all(row[head.index(key)] == value for key, value in wanted.items())}
        assert len(matching) == group["count"], f"rows with {wanted}"


def test_the_data_set_is_described_with_the_sizes_the_store_counted(reader: Reader) -> None:
    head, rows = answer(reader, CASES["dataset-description"])
    told = {row[head.index("graph")]: int(row[head.index("triples")]) for row in rows}
    assert told == {compact(graph): quads for graph, quads in reader.graphs.items()}


def test_every_question_has_a_case() -> None:
    asked = {question for case in CASES.values() for question in QUERIES[case["query"]].answers}
    assert asked == {f"CQ-{number:02}" for number in range(1, 33)}
