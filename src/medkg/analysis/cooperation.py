"""The network of co-operation: bodies, two of them linked by each project in which both take part."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from medkg.analysis.betweenness import dependencies
from medkg.analysis.facts import ordered

if TYPE_CHECKING:
    import networkx as nx

Node = ox.NamedNode
#: What chooses where an algorithm draws lots: the same lots each time.
SEED: Final = 1
#: Bodies times links up to which betweenness is exact: above, so many bodies are drawn that the work stays within it.
MOST_STEPS: Final = 20_000_000
#: Digits of betweenness.
SHARE_DIGITS: Final = Decimal("0.00001")


@dataclass(frozen=True)
class Network:
    """Bodies in the order of their IRIs, and the places in that order of the bodies of each project."""

    bodies: tuple[Node, ...]
    projects: Mapping[Node, tuple[int, ...]]

    @classmethod
    def of(cls, met: Mapping[Node, Collection[Node]]) -> Network:
        """Make it of the bodies of each project; the order in which they come says nothing."""
        bodies = ordered({body for together in met.values() for body in together})
        places = {body: place for place, body in enumerate(bodies)}
        return cls(bodies, {project: tuple(sorted(places[body] for body in met[project])) for project in ordered(met)})

    @cached_property
    def graph(self) -> nx.Graph[int]:
        """Give it for the library: numbers instead of bodies, since the order of texts in sets is never the same."""
        # Imported here: it takes longer than all else that a command needs to start.
        import networkx

        found: nx.Graph[int] = networkx.Graph()
        found.add_nodes_from(range(len(self.bodies)))
        weights = Counter(pair for together in self.projects.values() for pair in combinations(together, 2))
        found.add_weighted_edges_from((*pair, weights[pair]) for pair in sorted(weights))
        return found

    @property
    def links(self) -> Iterable[tuple[int, int]]:
        """Give the pairs of bodies with a project in common."""
        return self.graph.edges

    @property
    def density(self) -> float:
        """Give the part of all pairs that are linked."""
        pairs = len(self.bodies) * (len(self.bodies) - 1) / 2
        return self.graph.number_of_edges() / pairs if pairs else 0.0

    @property
    def components(self) -> Sequence[int]:
        """Give how many bodies each part has that no link joins to another, the largest first."""
        import networkx

        return sorted(map(len, networkx.connected_components(self.graph)), reverse=True)

    def communities(self) -> Sequence[tuple[int, ...]]:
        """Give communities by the method of Louvain (Blondel and others, 2008), the largest first, then by IRI."""
        import networkx

        found = networkx.community.louvain_communities(self.graph, weight="weight", seed=SEED)
        return sorted((tuple(sorted(one)) for one in found), key=lambda one: (-len(one), one))

    def modularity(self, communities: Iterable[Collection[int]]) -> float | None:
        """Give the modularity (Newman and Girvan, 2004) of a division into communities; None without links."""
        import networkx

        if not self.graph.number_of_edges():
            return None
        return float(networkx.community.modularity(self.graph, map(set, communities), weight="weight"))

    @property
    def drawn(self) -> int | None:
        """Give how many bodies betweenness is estimated from; None where it is exact."""
        links = self.graph.number_of_edges()
        return None if len(self.bodies) * links <= MOST_STEPS else max(2, MOST_STEPS // links)

    @cached_property
    def neighbours(self) -> Mapping[int, frozenset[int]]:
        """Give those that each body is linked with."""
        return {place: frozenset(linked) for place, linked in self.graph.adjacency()}

    def betweenness(self) -> Mapping[int, Decimal]:
        """Give Freeman's betweenness (1977): the part of all pairs of other bodies whose shortest ways lead over one.

        Of several shortest ways each counts for its part. Links count alike. Exact by the algorithm of Brandes (2001),
        or estimated from bodies drawn by lot (Brandes and Pich, 2007), see :attr:`drawn`.
        """
        places = range(len(self.bodies))
        chance = random.Random(SEED)  # noqa: S311 - the same lots each time, no secret
        sources = set(places if self.drawn is None else chance.sample(places, self.drawn))
        found = dependencies(self.neighbours, sources)
        # Of the ways from a body none counts for itself: one that was drawn has one source less.
        pairs = {place: (len(sources) - (place in sources)) * (len(places) - 2) for place in places}
        return {place: _share(found[place], pairs[place]) for place in places}


def _share(part: float, whole: int) -> Decimal:
    return Decimal(part / whole if whole > 0 else 0).quantize(SHARE_DIGITS)
