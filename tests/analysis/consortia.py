"""Consortia for tests: made up at random, as our values and as a graph that a SHACL processor reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from hypothesis import strategies as st
from rdflib import DCTERMS, RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node as Term

from medkg.analysis.consortium import PUBLIC, Body, Consortium, Money
from medkg.analysis.helix import HELICES
from medkg.analysis.rules import Area
from medkg.namespaces import BASE, MK, SCHEME
from tests.analysis.small_registry import thing

FOLDER = Path(__file__).parents[2] / "ontology" / "shapes" / "eligibility"
INSIDE = tuple(thing(f"place/{name}") for name in ("france", "greece", "italy"))
OUTSIDE = tuple(thing(f"place/{name}") for name in ("egypt", "jordan", "tunisia"))
#: Belgium is in the Union and Libya is not; neither takes part in any programme.
STRANGE = (thing("place/belgium"), thing("place/libya"))
CONSORTIUM = URIRef(f"{BASE}id/project/consortium")


def area() -> Area:
    """Give an area of three countries on each side."""
    return Area(frozenset(INSIDE + OUTSIDE), frozenset({*INSIDE, STRANGE[0]}), frozenset({*OUTSIDE, STRANGE[1]}))


def bodies(countries: tuple[ox.NamedNode, ...], *, unknown: bool, most: int = 6) -> st.SearchStrategy[tuple[Body, ...]]:
    """Give consortia's bodies from some countries; where ``unknown``, of some of them something is not known."""
    least = 0 if unknown else 1
    country = st.sets(st.sampled_from(countries), min_size=least, max_size=1).map(frozenset)
    helix = st.sets(st.sampled_from(HELICES), min_size=least, max_size=2).map(frozenset)
    public = st.sampled_from((True, False, None) if unknown else (True, False))
    drawn = st.lists(st.tuples(country, helix, public), max_size=most)
    return drawn.map(lambda found: tuple(Body(thing(f"actor/b{number}"), *facts) for number, facts in enumerate(found)))


@st.composite
def consortia(
    draw: st.DrawFn, countries: tuple[ox.NamedNode, ...], *, unknown: bool = False, most: int = 6
) -> Consortium:
    """Give consortia with or without a lead, and with money and day where all is known."""
    found = draw(bodies(countries, unknown=unknown, most=most))
    lead = draw(st.sampled_from((None, *found)))
    if unknown:
        return Consortium(found, lead)
    total = draw(st.integers(400_000, 4_500_000))
    asked = draw(st.integers(total * 3 // 4, total))
    day = draw(st.dates(date(2015, 1, 1), date(2024, 12, 31)))
    return Consortium(found, lead, Money(Decimal(total), Decimal(asked), day.isoformat()))


def as_graph(consortium: Consortium, where: Area) -> Graph:
    """Give the graph of a consortium as docs/analyses/eligibility.md describes it."""
    graph = Graph()

    def mk(name: str) -> URIRef:
        return URIRef(MK + name)

    def say(subject: Term, predicate: URIRef, *values: Term) -> None:
        for value in values:
            graph.add((subject, predicate, value))

    say(CONSORTIUM, RDF.type, mk("ProjectProposal"))
    for body in consortium.bodies:
        assert body.iri is not None
        iri, part = URIRef(body.iri.value), BNode()
        say(CONSORTIUM, mk("hasParticipation"), part)
        say(part, mk("participant"), iri)
        say(part, mk("participantRole"), URIRef(f"{SCHEME}role/{'lead' if body == consortium.lead else 'partner'}"))
        say(iri, mk("country"), *(URIRef(country.value) for country in body.countries))
        say(iri, mk("inHelix"), *(URIRef(helix.value) for helix in body.helices))
        say(iri, mk("legalStatus"), *([URIRef(PUBLIC.value)] if body.public else []))
        for country in body.countries:
            say(URIRef(country.value), mk("euMember"), Literal(country in where.union))
    money = consortium.money
    if money.total and money.contribution:
        figure = BNode()
        say(CONSORTIUM, mk("hasBudgetFigure"), figure)
        say(figure, mk("figureType"), URIRef(f"{SCHEME}figure-type/eu-contribution"))
        say(figure, mk("amountExact"), Literal(money.contribution, datatype=XSD.decimal))
        say(CONSORTIUM, mk("euCofinancingRate"), Literal(money.contribution * 100 / money.total, datatype=XSD.decimal))
    if money.on:
        say(CONSORTIUM, DCTERMS.dateSubmitted, Literal(money.on, datatype=XSD.date))
    return graph


def broken_shapes(consortium: Graph, shapes: Graph) -> set[str]:
    """Give the rules that a SHACL processor finds broken."""
    _, results, _ = pyshacl.validate(consortium, shacl_graph=shapes, inference="none")
    # What a shape that is asked by another finds stands in the report too, as a detail.
    told = {str(results.value(found, SH.sourceShape)) for found in results.objects(None, SH.result)}
    return {rule for rule in told if not rule.endswith("/eligible-country")}


def shapes_of(*owners: str) -> Graph:
    """Give the shape files of programmes and calls as one graph."""
    graph = Graph()
    for owner in owners:
        graph.parse(FOLDER / f"{owner}.ttl")
    return graph
