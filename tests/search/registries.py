"""Made-up registries small enough to count by hand: projects, bodies, places and what connects them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox
from hypothesis import strategies as st

from medkg.namespaces import ID, MK, RDF, RDFS, SCHEME, SKOS, XSD, Graphs
from medkg.query.asking import NamedQueries
from medkg.query.catalogue import load_catalogue
from medkg.search.index import SearchIndex, index_arrays
from medkg.search.things import gathered
from medkg.settings import Settings
from medkg.store.manifest import Manifest
from medkg.store.reader import Snapshot

QUERIES = load_catalogue(Settings().queries)
WORDS = ("Water", "Energy", "Birzeit", "Cluster", "Méditerranée", "بيرزيت", "Attikí", "up")
COUNTRIES = ("italy", "tunisia", "greece")
HELICES = ("academia", "business")
THEMES = ("water-reuse", "smart-city")
#: None, exact, with bounds in two bands, and at least so much.
AMOUNTS: Sequence[dict[str, int]] = (
    {},
    {"amountExact": 700_000},
    {"amountMin": 900_000, "amountMax": 1_100_000},
    {"amountMin": 6_000_000},
)
Facts = Sequence[tuple[str, str, ox.NamedNode | ox.Literal]]


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(ID + name)


def concept(name: str) -> ox.NamedNode:
    return ox.NamedNode(SCHEME + name)


def asked_of(facts: Facts, preferred: Facts = ()) -> NamedQueries:
    """Give the named queries over statements of one source, some of which are preferred."""
    store = ox.Store()
    for graph, rows in ((Graphs.EXTERNAL + "x", [*facts, *preferred]), (Graphs.PREFERRED, preferred)):
        for subject, predicate, value in rows:
            store.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, ox.NamedNode(graph)))
    sizes = Counter(getattr(quad.graph_name, "value", "") for quad in store)
    about: dict[str, Any] = {"quads": len(store), "added": 0, "deleted": 0, "graphs": dict(sizes)}
    manifest = Manifest(generation=1, created="2026-01-01T00:00:00+00:00", parent=None, reason="made up", **about)
    return NamedQueries(Snapshot(manifest, store), QUERIES)


def index_over(asked: NamedQueries) -> SearchIndex:
    return SearchIndex(index_arrays(gathered(asked)))


def named(*names: tuple[str, str]) -> SearchIndex:
    """Give the index of things with names: rows of short IRI (``actor/birzeit``) and name."""
    facts = [(ID + iri, RDFS + "label", ox.Literal(name)) for iri, name in names]
    return index_over(asked_of(facts))


def _fields(draw: st.DrawFn, iri: str, choices: dict[str, Sequence[ox.NamedNode]]) -> list[Any]:
    chosen = {name: draw(st.lists(st.sampled_from(values), max_size=2)) for name, values in choices.items()}
    return [(iri, MK + name, value) for name, values in chosen.items() for value in values]


@st.composite
def registries(draw: st.DrawFn) -> NamedQueries:
    """Give registries of a few projects with partners, dates and budgets."""
    facts: list[Any] = []
    preferred: list[Any] = []
    bodies = [thing(f"actor/b{number}") for number in range(draw(st.integers(0, 4)))]
    places, helices = [thing(f"place/{name}") for name in COUNTRIES], [concept(f"helix/{name}") for name in HELICES]
    for body in bodies:
        facts.append((body.value, RDFS + "label", ox.Literal(draw(_names()))))
        facts += _fields(draw, body.value, {"country": places, "inHelix": helices})
    for number in range(draw(st.integers(0, 5))):
        iri = f"{ID}project/p{number}"
        facts += [
            (iri, RDF + "type", ox.NamedNode(MK + "Project")),
            (iri, SKOS + "altLabel", ox.Literal(draw(_names()))),
        ]
        themes = [concept(f"theme/{name}") for name in THEMES]
        facts += _fields(draw, iri, {"hasTheme": themes, "statedCountry": places})
        for body in draw(st.lists(st.sampled_from(bodies), max_size=3, unique=True)) if bodies else ():
            facts += [(iri, MK + "hasPartner", body), (body.value, MK + "partnerIn", ox.NamedNode(iri))]
        preferred += draw(_dates(iri))
        figure, told = draw(_budget(iri, number))
        facts += told
        preferred += [(iri, MK + "hasBudgetFigure", figure)] if told else []
    return asked_of(facts, preferred)


def _names() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


@st.composite
def _dates(draw: st.DrawFn, iri: str) -> list[Any]:
    found = []
    for name in draw(st.sampled_from([(), ("startDate",), ("startDate", "endDate")])):
        year = ox.Literal(str(draw(st.integers(2014, 2018))), datatype=ox.NamedNode(XSD + "gYear"))
        found.append((iri, MK + name, year))
    return found


@st.composite
def _budget(draw: st.DrawFn, iri: str, number: int) -> tuple[ox.NamedNode, list[Any]]:
    figure = thing(f"figure/f{number}")
    amounts = draw(st.sampled_from(AMOUNTS))
    decimal = ox.NamedNode(XSD + "decimal")
    told: list[Any] = [
        (figure.value, MK + name, ox.Literal(str(value), datatype=decimal)) for name, value in amounts.items()
    ]
    if told:
        told += [
            (figure.value, MK + "figureType", concept("figure-type/total")),
            (figure.value, MK + "currency", concept("currency/eur")),
        ]
    return figure, told
