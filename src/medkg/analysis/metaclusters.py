"""Meta-clusters that could be: clusters of different countries on one value chain, scored, with the weak point of each.

The method is the second step of the Meta-Cluster method (Med-MCI): gather clusters of Mediterranean countries that work
on the same value chain, each in its own country. Its first step, the scientific representation of each cluster, is one
of the terms of the score.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

import pyoxigraph as ox

from medkg.analysis.clusters import Cluster, Clusters
from medkg.analysis.facts import Facts, Given, asked_for, ordered
from medkg.analysis.helix import HELICES
from medkg.analysis.report import Note, Report, Row, Table, Value

#: Term → the most points it can give, in the order in which reports give them.
WEIGHTS: Final[Mapping[str, int]] = {
    "reach": 4,
    "science": 3,
    "helix": 2,
    "steps": 2,
    "complementarity": 2,
    "cooperation": 1,
}
#: Fewer countries than these make no meta-cluster.
FEWEST_COUNTRIES: Final = 2
_DIGITS: Final = Decimal("0.001")
Node = ox.NamedNode


@dataclass(frozen=True, slots=True)
class Proposal:
    """Clusters of one value chain in two countries or more.

    ``terms`` are points, None for what cannot be judged; the sum of the others is the score.
    """

    chain: Node
    clusters: tuple[Cluster, ...]
    countries: tuple[Node, ...]
    terms: Mapping[str, Decimal | None]

    @property
    def score(self) -> Decimal:
        """Give the sum of the terms that can be judged."""
        return sum(self._judged.values(), Decimal(0))

    @property
    def weak_point(self) -> str:
        """Give the term that reaches the least part of what it could give.

        The one with more weight where equal, then the first in the order of WEIGHTS. What cannot be judged is none.
        """
        judged = self._judged
        return min(judged, key=lambda name: (judged[name] / WEIGHTS[name], -WEIGHTS[name]))

    @property
    def _judged(self) -> Mapping[str, Decimal]:
        return {name: points for name, points in self.terms.items() if points is not None}


def report(facts: Facts, given: Given) -> Report:
    """Give all proposals, those with most points first, then by the IRI of the value chain.

    Raises:
        BadParameter: nothing is known of the value chain.
    """
    wanted = asked_for(given, "chain")
    if wanted is not None:
        facts.require(wanted, "chain")
    known = Clusters.read(facts)
    found = sorted(proposals(known, known.by_iri), key=lambda one: (-one.score, one.chain.value))
    chosen = [one for one in found if wanted in (None, one.chain)]
    tables = (_proposals_table(chosen), _clusters_table(chosen), _apart(known.by_iri))
    return Report(tables, tuple(_notes(chosen, known.by_iri.values())), bool(chosen))


def proposals(known: Clusters, among: Collection[Node]) -> Iterable[Proposal]:
    """Give one proposal for each value chain on which some of the known clusters work in enough countries."""
    by_chain: dict[Node, list[Cluster]] = defaultdict(list)
    for cluster in (known.by_iri[iri] for iri in ordered(among)):
        for chain in cluster.chains if cluster.countries else ():
            by_chain[chain].append(cluster)
    everywhere = len(known.countries)
    for chain, members in by_chain.items():
        countries = ordered({country for cluster in members for country in cluster.countries})
        if len(countries) >= FEWEST_COUNTRIES:
            parts = _parts(chain, members, len(known.stages.get(chain, ())))
            terms = {"reach": len(countries) / everywhere, **parts}
            yield Proposal(chain, tuple(members), countries, {name: _points(name, terms[name]) for name in WEIGHTS})


def _points(term: str, part: float | None) -> Decimal | None:
    return None if part is None else (Decimal(part) * WEIGHTS[term]).quantize(_DIGITS)


def _parts(chain: Node, members: Sequence[Cluster], stages: int) -> Mapping[str, float | None]:
    """Give what part of each term's points but those for reach the members have, from 0 to 1; None if it is not known.

    Science: the clusters with a known knowledge body. Helix: those known among their members and project
    partners. Steps: the stages they work on, of all the chain has. Cooperation: the pairs with a project in common.
    """
    pairs = len(members) * (len(members) - 1) / 2
    covered = {stage for cluster in members for stage in cluster.stages_of(chain)}
    helices = {helix for cluster in members for helix in cluster.helices}
    return {
        "science": sum(bool(cluster.knowledge) for cluster in members) / len(members),
        "helix": len(helices.intersection(HELICES)) / len(HELICES),
        "steps": len(covered) / stages if covered else None,
        "complementarity": _alone(chain, members),
        "cooperation": len(_met(members)) / pairs if pairs else 0.0,
    }


def _alone(chain: Node, members: Iterable[Cluster]) -> float:
    """Give the part of the other value chains of clusters on which one of them alone works; 0 if there is no other."""
    others = Counter(other for cluster in members for other in cluster.chains - {chain})
    return sum(count == 1 for count in others.values()) / len(others) if others else 0.0


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
    told = (statement for cluster in one.clusters for statement in _joined(cluster, one.chain))
    return Row(cells, tuple(dict.fromkeys(told)))


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
        "helices": ordered(cluster.helices),
        "steps": ordered(cluster.stages_of(chain)),
        "projects": ordered(cluster.projects),
    }
    return Row(cells, tuple(dict.fromkeys(_joined(cluster, chain))))


def _apart(clusters: Mapping[Node, Cluster]) -> Table:
    """Give the clusters that no proposal can take in: their country is not stated."""
    rows = [_apart_row(clusters[iri]) for iri in ordered(clusters) if not clusters[iri].countries]
    return Table("apart", tuple(rows))


def _apart_row(cluster: Cluster) -> Row:
    chains = ordered(cluster.chains)
    return Row({"cluster": cluster.iri, "chains": chains}, tuple(dict.fromkeys(cluster.evidence(chains[0]))))


def _notes(chosen: Sequence[Proposal], clusters: Collection[Cluster]) -> Iterable[Note]:
    if not chosen:
        yield Note("no-proposal")
    if several := sum(map(_several, chosen)):
        yield Note("choice", {"chains": several})
    if silent := sum(not cluster.knowledge for cluster in clusters):
        yield Note("no-members", {"silent": silent, "clusters": len(clusters)})
    if unknown := sum(not cluster.helices for cluster in clusters):
        yield Note("no-helix", {"unknown": unknown, "clusters": len(clusters)})
    if unjudged := sum(one.terms["steps"] is None for one in chosen):
        yield Note("no-steps", {"unjudged": unjudged, "proposals": len(chosen)})


def _several(one: Proposal) -> bool:
    """Tell whether a country has more than one of a proposal's clusters, so that one is to be chosen."""
    taken = [country for cluster in one.clusters for country in cluster.countries]
    return len(taken) > len(set(taken))
