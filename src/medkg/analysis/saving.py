"""Proposed meta-clusters that are kept, with what proposed them.

Each has a graph of its own, which no build replaces. Here its statements are made; medkg.changes.saving writes them.
Everything in such a graph is said by the registry: by a run of the analysis, or by who follows the pilot; by no source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.definition import definitions
from medkg.analysis.facts import mk, ordered
from medkg.analysis.metaclusters import FEWEST_COUNTRIES, WEIGHTS
from medkg.analysis.milestones import STATES, Statements, activity, state, with_milestone
from medkg.analysis.report import Report, Row
from medkg.errors import BadParameter
from medkg.namespaces import PROV, RDF, SAVED, SKOS, XSD, compact
from medkg.query.asking import NamedQueries
from medkg.settings import LANGUAGES
from medkg.terms import entity_iri, hash_terms

Node = ox.NamedNode
ANALYSIS: Final = "meta-cluster-proposals"
_TYPE: Final = Node(RDF + "type")
_CLASSES: Final = ("MetaCluster", "TransnationalMetaCluster", "CollaborativeStructure")
_HASH: Final = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    """The clusters of a proposal that are to be kept, each in its own country; ``points`` are those of the proposal."""

    chain: Node
    members: tuple[Node, ...]
    countries: tuple[Node, ...]
    points: Mapping[str, Decimal]

    @property
    def slug(self) -> str:
        """Give its name in IRIs: the same value chain and members have the same, whenever they are saved."""
        mark = hash_terms(self.chain.value, *(member.value for member in self.members))[:_HASH]
        return f"meta-cluster-{self.chain.value.rpartition('/')[2]}-{mark}"


def choose(report: Report, chain: Node, wanted: Collection[Node] = ()) -> Chosen:
    """Choose clusters of the proposal for a value chain; all of them where none is named.

    Raises:
        BadParameter: there is no such proposal, a cluster is none of its, two are in one country, or they are in fewer
            than two countries.
    """
    row = next((row for row in report.table("proposals").rows if row.cells["chain"] == chain), None)
    if row is None:
        remedy = f"See medkg analyse {ANALYSIS}."
        raise BadParameter("no meta-cluster is proposed for this value chain", subject=chain.value, remedy=remedy)
    places = {cast(Node, found.cells["cluster"]): found for found in report.table("clusters").rows if _of(found, chain)}
    if strange := ordered(set(wanted) - places.keys()):
        remedy = f"There are: {_listed(places)}."
        raise BadParameter("it is no cluster of the proposal", subject=strange[0].value, remedy=remedy)
    members = ordered(wanted or places)
    countries = _own_countries({member: _countries(places[member]) for member in members})
    return Chosen(chain, members, countries, _points(row))


def saved(chosen: Chosen, named: Mapping[str, str], generation: int, on: ox.Literal) -> Statements:
    """Give the statements of a proposed meta-cluster: ``named`` by language, the generation, and the day of saving."""
    own, run = structure(chosen.slug), activity(chosen.slug, "run")
    said: list[tuple[Node, Node, Node | ox.Literal]] = [
        *((own, _TYPE, mk(name)) for name in _CLASSES),
        *((own, Node(SKOS + "prefLabel"), ox.Literal(name, language=language)) for language, name in named.items()),
        *((own, mk("hasMemberCluster"), member) for member in chosen.members),
        *((own, mk("memberCountry"), country) for country in chosen.countries),
        (own, mk("sharesValueChain"), chosen.chain),
        (own, mk("oneClusterPerCountry"), ox.Literal(True)),
        (own, Node(PROV + "wasGeneratedBy"), run),
        (run, _TYPE, mk("AnalysisRun")),
        (run, mk("analysisName"), ox.Literal(ANALYSIS)),
        (run, mk("givenParameter"), ox.Literal(f"chain={chosen.chain.value}")),
        (run, mk("onGeneration"), ox.Literal(generation)),
        *(
            (run, mk("proposalScore" if name == "score" else f"{name}Score"), _decimal(points))
            for name, points in chosen.points.items()
        ),
    ]
    return with_milestone(frozenset(ox.Triple(*one) for one in said), own, state(STATES[0]), on)


def structure(slug: str) -> Node:
    """Give the IRI of a saved meta-cluster."""
    return Node(entity_iri("structure", slug))


def graph(slug: str) -> Node:
    """Give the graph of a saved meta-cluster."""
    return Node(SAVED + slug)


def _own_countries(found: Mapping[Node, tuple[Node, ...]]) -> tuple[Node, ...]:
    """Give the countries of clusters, each in its own.

    Raises:
        BadParameter: two share one, or there are fewer than two countries.
    """
    taken: dict[Node, Node] = {}
    for member, countries in found.items():
        for country in countries:
            if other := taken.get(country):
                both = f"{other.value} and {member.value} are in one country"
                remedy = "The method wants each cluster in its own: name those to keep, one for each country."
                raise BadParameter(both, subject=country.value, remedy=remedy)
            taken[country] = member
    if len(taken) < FEWEST_COUNTRIES:
        raise BadParameter("a meta-cluster takes clusters of two countries or more", remedy="Name more of them.")
    return ordered(taken)


def _points(row: Row) -> Mapping[str, Decimal]:
    """Give the score and its terms; none for a term that could not be judged."""
    held = {name: cast("Decimal | None", row.cells[name]) for name in (*WEIGHTS, "score")}
    return {name: points for name, points in held.items() if points is not None}


def _of(row: Row, chain: Node) -> bool:
    return row.cells["chain"] == chain


def _countries(row: Row) -> tuple[Node, ...]:
    return cast("tuple[Node, ...]", row.cells["country"])


def _listed(things: Iterable[Node]) -> str:
    return ", ".join(thing.value for thing in ordered(things))


def _decimal(points: Decimal) -> ox.Literal:
    return ox.Literal(f"{points:f}", datatype=Node(XSD + "decimal"))


def names(asked: NamedQueries, chosen: Chosen) -> Mapping[str, str]:
    """Give the name of a meta-cluster in each language: its value chain and countries."""
    things = [chosen.chain, *chosen.countries]
    found: dict[str, dict[str, str]] = {thing.value: {} for thing in things}
    for row in asked.rows_for_many("names-of-things", "thing", sorted(found)):
        found[row["thing"].value][row["name"].language or ""] = row["name"].value
    note = definitions()[ANALYSIS].notes["saved-name"]
    return {language: _name(note[language], language, things, found) for language in LANGUAGES}


def _name(text: str, language: str, things: list[ox.NamedNode], found: Mapping[str, Mapping[str, str]]) -> str:
    names = [
        found[thing.value].get(language) or found[thing.value].get("en") or compact(thing.value) for thing in things
    ]
    return text.format(chain=names[0], countries=("، " if language == "ar" else ", ").join(names[1:]))
