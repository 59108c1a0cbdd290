"""Meta-clusters that could be: clusters of different countries on one value chain, scored, with the weak point of each.

The method is the second step of the Meta-Cluster method (Med-MCI): gather clusters of Mediterranean countries that work
on the same value chain, each in its own country. Its first step, the scientific representation of each cluster, is one
of the terms of the score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, mk, node, nodes, ordered
from medkg.analysis.report import Note, Report, Row, Table, Value

#: Term → the most points it can give.
WEIGHTS: Final[Mapping[str, int]] = {"reach": 4, "science": 3, "complementarity": 2, "cooperation": 1}
#: Fewer countries than these make no meta-cluster.
FEWEST_COUNTRIES: Final = 2
_DIGITS: Final = Decimal("0.001")
_ON_CHAIN: Final = mk("worksOnValueChain")
_COUNTRY: Final = mk("country")
Node = ox.NamedNode


@dataclass(slots=True)
class Cluster:
    """What is known of a cluster; each statement is kept as evidence."""

    iri: Node
    countries: set[Node] = field(default_factory=set)
    chains: set[Node] = field(default_factory=set)
    projects: dict[Node, Node] = field(default_factory=dict)
    knowledge: dict[Node, list[ox.Triple]] = field(default_factory=dict)

    def evidence(self, chain: Node) -> Iterable[ox.Triple]:
        """Give what makes it a part of a proposal."""
        yield ox.Triple(self.iri, _ON_CHAIN, chain)
        yield from (ox.Triple(self.iri, _COUNTRY, country) for country in ordered(self.countries))
        yield from (statement for body in ordered(self.knowledge) for statement in self.knowledge[body])


@dataclass(frozen=True, slots=True)
class Proposal:
    """Clusters of one value chain in two countries or more; ``terms`` are points, their sum is the score."""

    chain: Node
    clusters: tuple[Cluster, ...]
    countries: tuple[Node, ...]
    terms: Mapping[str, Decimal]

    @property
    def score(self) -> Decimal:
        """Give the sum of the terms."""
        return sum(self.terms.values(), Decimal(0))

    @property
    def weak_point(self) -> str:
        """Give the term that reaches the least part of what it could give; the one with more weight where equal."""
        return min(WEIGHTS, key=lambda name: (self.terms[name] / WEIGHTS[name], -WEIGHTS[name]))


def report(facts: Facts, given: Given) -> Report:
    """Give all proposals, those with most points first, then by the IRI of the value chain.

    Raises:
        BadParameter: nothing is known of the value chain.
    """
    wanted = asked_for(given, "chain")
    if wanted is not None:
        facts.require(wanted, "chain")
    clusters = read_clusters(facts)
    found = sorted(proposals(clusters, countries_of(clusters)), key=lambda one: (-one.score, one.chain.value))
    chosen = [one for one in found if wanted in (None, one.chain)]
    tables = (_proposals_table(chosen), _clusters_table(chosen), _apart(clusters))
    return Report(tables, _notes(chosen, clusters), bool(chosen))


def read_clusters(facts: Facts) -> dict[Node, Cluster]:
    """Give all clusters that work on a value chain."""
    found: dict[Node, Cluster] = {}
    for row in facts.rows("clusters-of-value-chains"):
        cluster = found.setdefault(node(row, "cluster"), Cluster(node(row, "cluster")))
        cluster.chains.add(node(row, "chain"))
        if (country := next(nodes(row, "country"))) is not None:
            cluster.countries.add(country)
    for row in facts.rows("projects-of-clusters"):
        if (known := found.get(node(row, "cluster"))) is not None:
            known.projects.setdefault(node(row, "project"), node(row, "property"))
    for row in facts.rows("knowledge-bodies-of-clusters"):
        if (known := found.get(node(row, "cluster"))) is not None:
            statement = ox.Triple(node(row, "subject"), node(row, "property"), node(row, "body"))
            known.knowledge.setdefault(node(row, "body"), []).append(statement)
    return found


def countries_of(clusters: Mapping[Node, Cluster]) -> frozenset[Node]:
    """Give the countries of clusters."""
    return frozenset(country for cluster in clusters.values() for country in cluster.countries)


def proposals(clusters: Mapping[Node, Cluster], everywhere: Collection[Node]) -> Iterable[Proposal]:
    """Give one proposal for each value chain with clusters in enough countries, of all that have clusters."""
    by_chain: dict[Node, list[Cluster]] = defaultdict(list)
    for iri in ordered(clusters):
        for chain in clusters[iri].chains if clusters[iri].countries else ():
            by_chain[chain].append(clusters[iri])
    for chain, members in by_chain.items():
        countries = ordered({country for cluster in members for country in cluster.countries})
        if len(countries) >= FEWEST_COUNTRIES:
            parts = _parts(chain, members, len(countries) / len(everywhere))
            terms = {name: (Decimal(parts[name]) * WEIGHTS[name]).quantize(_DIGITS) for name in WEIGHTS}
            yield Proposal(chain, tuple(members), countries, terms)


def _parts(chain: Node, members: Sequence[Cluster], reach: float) -> Mapping[str, float]:
    """Give what part of each term's points a proposal reaches, from 0 to 1.

    Reach: its countries among all that have clusters. Science: its clusters with a known knowledge body.
    Complementarity: the other value chains that only one of its clusters works on, among all its other chains.
    Cooperation: its pairs of clusters with a project in common, among all pairs.
    """
    others: dict[Node, int] = defaultdict(int)
    for cluster in members:
        for other in cluster.chains - {chain}:
            others[other] += 1
    alone = sum(count == 1 for count in others.values())
    pairs = len(members) * (len(members) - 1) / 2
    return {
        "reach": reach,
        "science": sum(bool(cluster.knowledge) for cluster in members) / len(members),
        "complementarity": alone / len(others) if others else 0.0,
        "cooperation": len(_met(members)) / pairs if pairs else 0.0,
    }


def _met(members: Sequence[Cluster]) -> set[tuple[str, str]]:
    """Give the pairs of clusters with a project in common. Costs what the projects cost, not all pairs."""
    by_project: dict[Node, list[str]] = defaultdict(list)
    for cluster in members:
        for project in cluster.projects:
            by_project[project].append(cluster.iri.value)
    return {pair for met in by_project.values() for pair in combinations(sorted(met), 2)}


def _proposals_table(chosen: Sequence[Proposal]) -> Table:
    return Table("proposals", tuple(map(_proposal_row, chosen)))


def _proposal_row(one: Proposal) -> Row:
    cells: dict[str, Value] = {
        "chain": one.chain,
        "countries": one.countries,
        "clusters": len(one.clusters),
        **one.terms,
        "score": one.score,
        "weak": Note(f"weak-{one.weak_point}"),
    }
    return Row(cells, tuple(statement for cluster in one.clusters for statement in _joined(cluster, one.chain)))


def _joined(cluster: Cluster, chain: Node) -> Iterable[ox.Triple]:
    yield from cluster.evidence(chain)
    yield from (ox.Triple(cluster.iri, cluster.projects[project], project) for project in ordered(cluster.projects))


def _clusters_table(chosen: Sequence[Proposal]) -> Table:
    rows = [_cluster_row(one.chain, cluster) for one in chosen for cluster in one.clusters]
    return Table("clusters", tuple(rows))


def _cluster_row(chain: Node, cluster: Cluster) -> Row:
    cells: dict[str, Value] = {
        "chain": chain,
        "country": ordered(cluster.countries),
        "cluster": cluster.iri,
        "knowledge": ordered(cluster.knowledge),
        "projects": ordered(cluster.projects),
    }
    return Row(cells, tuple(_joined(cluster, chain)))


def _apart(clusters: Mapping[Node, Cluster]) -> Table:
    """Give the clusters that no proposal can take in: their country is not stated."""
    rows = [
        Row({"cluster": iri, "chains": ordered(clusters[iri].chains)}, tuple(clusters[iri].evidence(chain)))
        for iri in ordered(clusters)
        if not clusters[iri].countries
        for chain in ordered(clusters[iri].chains)[:1]
    ]
    return Table("apart", tuple(rows))


def _notes(chosen: Sequence[Proposal], clusters: Mapping[Node, Cluster]) -> tuple[Note, ...]:
    found = [] if chosen else [Note("no-proposal")]
    several = sum(_several(one) for one in chosen)
    if several:
        found.append(Note("choice", {"chains": several}))
    silent = sum(not cluster.knowledge for cluster in clusters.values())
    if silent:
        found.append(Note("no-members", {"silent": silent, "clusters": len(clusters)}))
    return (*found, Note("no-steps"))


def _several(one: Proposal) -> bool:
    """Tell whether a country has more than one of a proposal's clusters, so that one is to be chosen."""
    taken = [country for cluster in one.clusters for country in cluster.countries]
    return len(taken) > len(set(taken))
