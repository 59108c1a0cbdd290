"""A named query is put for one thing, for many, or for all; what is not given leaves nothing out."""

from __future__ import annotations

import pyoxigraph as ox

from medkg.query.asking import NamedQueries
from medkg.query.catalogue import load_catalogue
from medkg.settings import Settings
from tests.analysis.small_registry import Memory

PREFIX = "https://w3id.org/medkg/"
GRAPH = ox.NamedNode(f"{PREFIX}graph/external/test")


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIX + name)


def asked() -> NamedQueries:
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = [
        quad
        for project, group in (("p", "g"), ("p", "h"), ("q", "h"))
        for quad in (
            ox.Quad(thing(f"id/project/{project}"), kind, thing("ontology/Project"), GRAPH),
            ox.Quad(thing(f"id/project/{project}"), thing("ontology/targets"), thing(f"id/group/{group}"), GRAPH),
        )
    ]
    return NamedQueries(Memory(quads), load_catalogue(Settings().queries))


def pairs(rows: object) -> set[tuple[str, str]]:
    return {(row["project"].value[-1], row["group"].value[-1]) for row in rows}  # type: ignore[attr-defined]


def test_a_query_of_two_parameters_is_asked_for_many_values_of_either() -> None:
    name = "target-groups-of-projects"
    assert pairs(asked().rows(name)) == {("p", "g"), ("p", "h"), ("q", "h")}
    assert pairs(asked().rows_for_many(name, "project", [thing("id/project/p").value])) == {("p", "g"), ("p", "h")}
    groups = [thing(f"id/group/{group}").value for group in "hx"]
    assert pairs(asked().rows_for_many(name, "group", groups)) == {("p", "h"), ("q", "h")}
