"""A registry of a few statements, made up for tests, asked as the real one is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from medkg.analysis.report import Report
from medkg.analysis.running import analyse
from medkg.namespaces import BASE, MK, PREFIXES, RDF, SCHEME, expand
from medkg.query.asking import NamedQueries
from medkg.query.catalogue import load_catalogue
from medkg.store.base import Answer

QUERIES = Path(__file__).parents[2] / "queries"
#: Read once: hundreds of small registries are asked the same queries.
NAMED = load_catalogue(QUERIES)
SOURCE = ox.NamedNode(f"{BASE}graph/external/test")
PROJECT = ox.NamedNode(f"{BASE}id/project/p")
HELICES = ("academia", "business", "government", "civil-society")


class Memory:
    """An engine in memory that offers what a generation offers to named queries."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.generation = 1
        self.graphs = {SOURCE.value: 1}
        self._engine = ox.Store()
        self._engine.extend(quads)

    def query(self, text: str, **options: Any) -> Answer:
        """Answer a query."""
        return self._engine.query(text, **options)


def thing(name: str) -> ox.NamedNode:
    """Give an IRI from ``actor/a``, or from a short form such as ``mk:Actor``."""
    known = name.partition(":")[0] in PREFIXES
    return ox.NamedNode(expand(name) if known else f"{BASE}id/{name}")


def helix(name: str) -> ox.NamedNode:
    """Give a helix."""
    return ox.NamedNode(f"{SCHEME}helix/{name}")


def said(subject: str, predicate: str, value: str | ox.NamedNode) -> ox.Quad:
    """Give a statement of the one source."""
    found = thing(value) if isinstance(value, str) else value
    return ox.Quad(thing(subject), ox.NamedNode(MK + predicate), found, SOURCE)


def partner(name: str, *helices: str, of: str = "project/p") -> list[ox.Quad]:
    """Give the statements about a partner of a project."""
    kind = ox.Quad(thing(name), ox.NamedNode(RDF + "type"), ox.NamedNode(f"{MK}Actor"), SOURCE)
    return [kind, said(of, "hasPartner", name), *(said(name, "inHelix", helix(one)) for one in helices)]


def registry(quads: Iterable[ox.Quad]) -> NamedQueries:
    """Give a registry of some statements; the project P is there in any case."""
    project = ox.Quad(PROJECT, ox.NamedNode(RDF + "type"), ox.NamedNode(f"{MK}Project"), SOURCE)
    return NamedQueries(Memory([project, *quads]), NAMED)


def judged(name: str, quads: Iterable[ox.Quad], **given: str) -> Report:
    """Give the report of an analysis over some statements."""
    return analyse(registry(quads), name, given)
