"""Brokers between groups: the roles of Gould and Fernandez (1989) that bodies have in a network without directions.

A body brokers between two others that are linked with it and not with each other. By the groups of the three it is a
coordinator (all the same), an itinerant (the two others the same, itself of another), a gatekeeper (the two others of
different groups, itself of one of them) or a liaison (all different). Without directions the gatekeeper and the
representative of the authors are one role. Of a pair with a body of unknown group nothing is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

import pyoxigraph as ox

#: The groups a body is of; blank where none is known. Bodies with a group in common are of the same.
Groups = frozenset[ox.NamedNode]
#: The roles, those first that join different groups.
ROLES: Final = ("gatekeeper", "liaison", "itinerant", "coordinator", "unknown")


def role(one: Groups, broker: Groups, other: Groups) -> str:
    """Give the role of a broker between two bodies."""
    if not (one and broker and other):
        return "unknown"
    of_one, of_other = bool(one & broker), bool(other & broker)
    if one & other:
        return "coordinator" if of_one or of_other else "itinerant"
    return "gatekeeper" if of_one or of_other else "liaison"


def roles(neighbours: Mapping[int, frozenset[int]], groups: Sequence[Groups]) -> Mapping[int, Mapping[str, int]]:
    """Give for each body the number of pairs between which it has each role.

    Pairs are counted by their groups and not one by one, then those that are linked are taken away. Costs what the
    triangles of the network cost.
    """
    return {broker: _roles(broker, linked, neighbours, groups) for broker, linked in neighbours.items()}


def _roles(
    broker: int, linked: frozenset[int], neighbours: Mapping[int, frozenset[int]], groups: Sequence[Groups]
) -> Mapping[str, int]:
    found = dict.fromkeys(ROLES, 0)
    for one, other, pairs in _pairs(Counter(groups[place] for place in linked)):
        found[role(one, groups[broker], other)] += pairs
    for place in linked:
        met = Counter(groups[third] for third in neighbours[place] & linked if third > place)
        for other, pairs in met.items():
            found[role(groups[place], groups[broker], other)] -= pairs
    return found


def _pairs(counts: Counter[Groups]) -> Iterator[tuple[Groups, Groups, int]]:
    """Give the pairs of groups with the number of pairs of their bodies."""
    for one, count in counts.items():
        yield one, one, count * (count - 1) // 2
    for (one, first), (other, second) in combinations(counts.items(), 2):
        yield one, other, first * second
