"""Clusters, meta-clusters and networks: their value chains and countries, their members, and their project partners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, nodes, ordered
from medkg.namespaces import RDF

Node = ox.NamedNode
_TYPE: Final = Node(RDF + "type")
_CLUSTER: Final = mk("Cluster")
_PARTNER: Final = mk("hasPartner")
_PART: Final = mk("hasMemberCluster")
#: What counts as a structure's own value chains and countries; where it has none, those of its members do.
_CHAINS: Final = (frozenset({mk("worksOnValueChain"), mk("sharesValueChain")}), frozenset({mk("reachesValueChain")}))
_COUNTRIES: Final = (frozenset({mk("country")}), frozenset({mk("memberCountry")}))
#: These lead from the structure to a project, all other ties from the project to the structure.
_TO_PROJECT: Final = frozenset({mk("participatesIn"), mk("partnerIn")})
Held = dict[Node, list[ox.Triple]]


@dataclass(slots=True)
class Bodies:
    """Members and project partners, each with the statements that make it one."""

    members: Held = field(default_factory=lambda: defaultdict(list))
    partners: Held = field(default_factory=lambda: defaultdict(list))

    @property
    def every(self) -> tuple[Node, ...]:
        """Give all of them; one that is both counts once."""
        return ordered(self.members.keys() | self.partners.keys())

    def evidence(self, bodies: Iterable[Node]) -> tuple[ox.Triple, ...]:
        """Give the statements that make some bodies members or project partners, each once."""
        told = (item for body in bodies for held in (self.members, self.partners) for item in held.get(body, ()))
        return tuple(dict.fromkeys(told))

    def take(self, row: ox.QuerySolution, whole: Node) -> None:
        """Take a body in, of a structure itself or of a cluster that is part of it."""
        holder, body, link = node(row, "structure"), node(row, "body"), node(row, "link")
        project = next(nodes(row, "project"))
        part = () if holder == whole else (ox.Triple(whole, _PART, holder),)
        if project is None:
            self.members[body] += [*part, ox.Triple(holder, link, body)]
            return
        tie = ox.Triple(holder, link, project) if link in _TO_PROJECT else ox.Triple(project, link, holder)
        self.partners[body] += [*part, tie, ox.Triple(project, _PARTNER, body)]


@dataclass(slots=True)
class Structure:
    """What is known of a structure."""

    iri: Node
    bodies: Bodies = field(default_factory=Bodies)
    _said: list[tuple[Node, Node]] = field(default_factory=list)

    @classmethod
    def of(cls, facts: Facts, iri: Node) -> Structure:
        """Read one structure. A meta-cluster has the bodies of its member clusters, and these are none of them."""
        rows = facts.rows("held-parts", thing=iri)
        own = {iri, *(node(row, "part") for row in rows if node(row, "property") == _PART)}
        found = cls(iri)
        for row in facts.rows("topics-of-structures", structure=iri):
            found.take_topic(row)
        for row in facts.rows_for_many("bodies-of-structures", "structure", own):
            if node(row, "body") not in own:
                found.bodies.take(row, iri)
        return found

    @property
    def chains(self) -> tuple[Node, ...]:
        """Give the value chains it works on."""
        return ordered({topic for _, topic in self._first(_CHAINS)})

    @property
    def countries(self) -> tuple[Node, ...]:
        """Give the countries it is in."""
        return ordered({topic for _, topic in self._first(_COUNTRIES)})

    @property
    def topics(self) -> tuple[ox.Triple, ...]:
        """Give the statements that say where it is and what it works on."""
        return tuple(ox.Triple(self.iri, *said) for said in (*self._first(_COUNTRIES), *self._first(_CHAINS)))

    @property
    def is_cluster(self) -> bool:
        """Tell whether it is a cluster."""
        return (_TYPE, _CLUSTER) in self._said

    def take_topic(self, row: ox.QuerySolution) -> None:
        """Take a class, value chain or country in."""
        self._said.append((node(row, "property"), node(row, "topic")))

    def _first(self, tiers: Iterable[Collection[Node]]) -> list[tuple[Node, Node]]:
        found = ([said for said in self._said if said[0] in tier] for tier in tiers)
        return next((said for said in found if said), [])


def clusters(facts: Facts) -> tuple[Structure, ...]:
    """Read all clusters, in the order of their IRIs."""
    found: dict[Node, Structure] = {}
    for row in facts.rows("topics-of-structures"):
        found.setdefault(node(row, "structure"), Structure(node(row, "structure"))).take_topic(row)
    for row in facts.rows("bodies-of-structures"):
        found[node(row, "structure")].bodies.take(row, node(row, "structure"))
    return tuple(found[iri] for iri in ordered(found) if found[iri].is_cluster)


def together(found: Iterable[Structure]) -> Bodies:
    """Give the bodies of several structures as if they were one."""
    whole = Bodies()
    for one in found:
        for body, told in one.bodies.members.items():
            whole.members[body] += told
        for body, told in one.bodies.partners.items():
            whole.partners[body] += told
    return whole
