"""All clusters that work on value chains: where each is, what it takes part in, and whom and what it brings along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, nodes, ordered

_ON_CHAIN: Final = mk("worksOnValueChain")
_ON_STAGE: Final = mk("worksOnStage")
_HAS_STAGE: Final = mk("hasStage")
_COUNTRY: Final = mk("country")
_IN_HELIX: Final = mk("inHelix")
Node = ox.NamedNode


@dataclass(slots=True)
class Cluster:
    """What is known of a cluster; each statement is kept as evidence.

    ``helices`` holds for each helix the statement that brings one body of it, the first by IRI: one shows enough.
    """

    iri: Node
    countries: set[Node] = field(default_factory=set)
    chains: set[Node] = field(default_factory=set)
    stages: dict[Node, set[Node]] = field(default_factory=dict)
    projects: dict[Node, Node] = field(default_factory=dict)
    knowledge: dict[Node, list[ox.Triple]] = field(default_factory=dict)
    helices: dict[Node, ox.Triple] = field(default_factory=dict)

    def stages_of(self, chain: Node) -> Collection[Node]:
        """Give the stages of a value chain on which a source says that it works."""
        return self.stages.get(chain, frozenset())

    def evidence(self, chain: Node) -> Iterable[ox.Triple]:
        """Give what makes it a part of a proposal; the same statement may come twice."""
        yield ox.Triple(self.iri, _ON_CHAIN, chain)
        yield from (ox.Triple(self.iri, _COUNTRY, country) for country in ordered(self.countries))
        yield from (statement for body in ordered(self.knowledge) for statement in self.knowledge[body])
        for helix in ordered(self.helices):
            yield from (self.helices[helix], ox.Triple(_body(self.helices[helix]), _IN_HELIX, helix))
        for stage in ordered(self.stages_of(chain)):
            yield from (ox.Triple(self.iri, _ON_STAGE, stage), ox.Triple(chain, _HAS_STAGE, stage))

    def bring(self, helix: Node, statement: ox.Triple) -> None:
        """Take a body of a helix in; the first by IRI stays, whatever the order in which they come."""
        held = self.helices.setdefault(helix, statement)
        self.helices[helix] = min(held, statement, key=_rank)


@dataclass(frozen=True, slots=True)
class Clusters:
    """All clusters on value chains, the countries they are in, and the stages that each value chain has."""

    by_iri: Mapping[Node, Cluster]
    stages: Mapping[Node, Collection[Node]]

    @classmethod
    def read(cls, facts: Facts) -> Clusters:
        """Read all of them."""
        found = _on_chains(facts)
        _take_projects(facts, found)
        _take_bodies(facts, found)
        return cls(found, _take_stages(facts, found))

    @property
    def countries(self) -> frozenset[Node]:
        """Give the countries with a known cluster."""
        return frozenset(country for cluster in self.by_iri.values() for country in cluster.countries)


def _on_chains(facts: Facts) -> dict[Node, Cluster]:
    found: dict[Node, Cluster] = {}
    for row in facts.rows("clusters-of-value-chains"):
        cluster = found.setdefault(node(row, "cluster"), Cluster(node(row, "cluster")))
        cluster.chains.add(node(row, "chain"))
        if (country := next(nodes(row, "country"))) is not None:
            cluster.countries.add(country)
    return found


def _take_projects(facts: Facts, found: Mapping[Node, Cluster]) -> None:
    for row in facts.rows("projects-of-clusters"):
        if (known := found.get(node(row, "cluster"))) is not None:
            known.projects.setdefault(node(row, "project"), node(row, "property"))


def _take_bodies(facts: Facts, found: Mapping[Node, Cluster]) -> None:
    for row in facts.rows("knowledge-bodies-of-clusters"):
        if (known := found.get(node(row, "cluster"))) is not None:
            known.knowledge.setdefault(node(row, "body"), []).append(_told(row))
    for row in facts.rows("helices-of-clusters"):
        if (known := found.get(node(row, "cluster"))) is not None:
            known.bring(node(row, "helix"), _told(row))


def _take_stages(facts: Facts, found: Mapping[Node, Cluster]) -> Mapping[Node, Collection[Node]]:
    """Let clusters have their stages, and give all stages of each value chain."""
    stages: dict[Node, set[Node]] = defaultdict(set)
    for row in facts.rows("stages-of-value-chains"):
        chain, stage, cluster = node(row, "chain"), node(row, "stage"), next(nodes(row, "cluster"))
        stages[chain].add(stage)
        if cluster is not None and (known := found.get(cluster)) is not None:
            known.stages.setdefault(chain, set()).add(stage)
    return stages


def _told(row: ox.QuerySolution) -> ox.Triple:
    return ox.Triple(node(row, "subject"), node(row, "property"), node(row, "body"))


def _body(statement: ox.Triple) -> Node:
    return cast(Node, statement.object)


def _rank(statement: ox.Triple) -> tuple[str, str]:
    return _body(statement).value, str(statement.subject)
