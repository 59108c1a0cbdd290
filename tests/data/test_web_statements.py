"""Every statement about projects that is not of a founding document is in its table, or is covered by one that is."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache

from tests.data.founding_tables import FOLDER, Row, publishable

WEB = FOLDER.parent / "web-statements"
RELATIONS = {
    "works for value chain": 32,
    "builds on": 17,
    "has target group": 9,
    "names quadruple-helix actor": 8,
    "counts among its partners": 6,
    "has clusters with the line": 4,
    "has objective": 3,
    "applies method": 2,
    "expects result": 2,
    "has partnership of": 2,
    "has activity": 1,
    "is classified as": 1,
    "has title": 1,
    "names as partners": 1,
    "has programme reference": 1,
}


@cache
def _table(name: str) -> tuple[Row, ...]:
    with (WEB / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def test_134_of_134_statements_are_represented_or_covered() -> None:
    pages, covered = _table("web-statements.csv"), _table("covered-statements.csv")
    assert (len(pages), len(covered), len(pages) + len(covered)) == (90, 44, 134)
    contents = [(row["source"], row["about"], row["relation"], row["value"]) for row in (*pages, *covered)]
    assert len(set(contents)) == 134
    assert Counter(row["relation"] for row in pages) == RELATIONS


def test_each_page_statement_leads_to_triples() -> None:
    meant = Counter(row["statement"] for row in _table("web-triples.csv"))
    assert set(meant) == {row["id"] for row in _table("web-statements.csv")}


def test_summaries_name_statements_of_their_own_document() -> None:
    known = set(publishable())
    for row in _table("covered-statements.csv"):
        named = row["covered_by"].split(";")
        assert set(named) <= known, row
        assert {name[1:4] for name in named} == {row["source"][:3]}, row


def test_each_value_chain_row_names_a_value_chain() -> None:
    chains = {row["statement"] for row in _table("web-triples.csv") if row["predicate"] == "mk:targetsValueChain"}
    assert chains == {row["id"] for row in _table("web-statements.csv") if row["relation"] == "works for value chain"}


def test_a_project_builds_on_projects_of_the_registry_only() -> None:
    with (FOLDER.parent / "projects" / "projects.csv").open(encoding="utf-8", newline="") as file:
        projects = {f"id:project/{row['project']}" for row in csv.DictReader(file)}
    built_on = [row["object"] for row in _table("web-triples.csv") if row["predicate"] == "mk:buildsOn"]
    assert len(built_on) == 11
    assert set(built_on) <= projects


def test_sources_are_pages_with_an_entry() -> None:
    with (FOLDER.parents[1] / "sources.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["key"]: row["kind"] for row in csv.DictReader(file)}
    assert {kinds[row["source"]] for row in _table("web-statements.csv")} == {"external"}
    assert {kinds[row["source"]] for row in _table("covered-statements.csv")} == {"founding"}


def test_new_entities_have_type_and_name() -> None:
    rows = _table("web-triples.csv")
    typed = {row["subject"] for row in rows if row["predicate"] == "rdf:type"}
    named = {row["subject"] for row in rows if row["predicate"] == "rdfs:label"}
    made = {name for row in rows for name in (row["subject"], row["object"]) if re.match(r"id:(?!project|place)", name)}
    known = {f"id:result/smart-city-clusters-{number}" for number in (1, 2, 3)}
    assert made - known == typed == named
