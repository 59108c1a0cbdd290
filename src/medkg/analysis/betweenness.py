"""Freeman's betweenness by the algorithm of Brandes (2001), in which nodes with the same neighbours are one.

Nodes that are linked with each other and with the same others are alike: no shortest way leads over one of them to
another, and where it leads over one of them it may lead over each. So they are gone through as one block of their
number. Bodies that share a single project are such nodes, and most bodies are in one project only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The block of each node, and of each block its number of nodes and the blocks that it is linked with."""

    of: Mapping[int, int]
    sizes: tuple[int, ...]
    linked: tuple[tuple[int, ...], ...]

    @classmethod
    def among(cls, neighbours: Mapping[int, Collection[int]]) -> _Blocks:
        """Put nodes together; the first of each block stands for it."""
        first: dict[frozenset[int], int] = {}
        alike = {node: first.setdefault(frozenset((node, *linked)), node) for node, linked in neighbours.items()}
        sizes = Counter(alike.values())
        numbers = {node: number for number, node in enumerate(sizes)}
        linked = (sorted({numbers[alike[other]] for other in neighbours[node]} - {numbers[node]}) for node in sizes)
        of = {node: numbers[chosen] for node, chosen in alike.items()}
        return cls(of, tuple(sizes.values()), tuple(map(tuple, linked)))


@dataclass(frozen=True, slots=True)
class _Ways:
    """The shortest ways from one node: its block, those reached in that order, how far, and how many ways to a node."""

    order: list[int]
    distance: list[int]
    count: list[float]


def dependencies(neighbours: Mapping[int, Collection[int]], sources: Iterable[int]) -> Mapping[int, float]:
    """Give for each node, summed over sources and all targets, the part of their shortest ways that lead over it.

    Over all nodes as sources, this is twice Freeman's betweenness. Links have no direction. Costs, for each block of
    sources that are alike, what the links between blocks are.
    """
    blocks = _Blocks.among(neighbours)
    sums = [0.0] * len(blocks.sizes)
    for start, times in sorted(Counter(blocks.of[source] for source in sources).items()):
        ways = _ways(blocks, start)
        lent = _lent(blocks, ways)
        for block in ways.order[1:]:
            sums[block] += times * lent[block]
    return {node: sums[block] for node, block in blocks.of.items()}


def _ways(blocks: _Blocks, start: int) -> _Ways:
    order, distance, count = [start], [-1] * len(blocks.sizes), [0.0] * len(blocks.sizes)
    distance[start], count[start] = 0, 1.0
    for block in order:
        further = distance[block] + 1
        leaving = count[block] * (1 if block == start else blocks.sizes[block])
        for other in blocks.linked[block]:
            if distance[other] < 0:
                distance[other] = further
                order.append(other)
            if distance[other] == further:
                count[other] += leaving
    return _Ways(order, distance, count)


def _lent(blocks: _Blocks, ways: _Ways) -> list[float]:
    """Give for one node of each block the part of the ways that lead over it to all nodes behind it."""
    lent = [0.0] * len(blocks.sizes)
    distance, count = ways.distance, ways.count
    for block in reversed(ways.order[1:]):
        before = distance[block] - 1
        share = blocks.sizes[block] * (1 + lent[block]) / count[block]
        for other in blocks.linked[block]:
            if distance[other] == before:
                lent[other] += count[other] * share
    return lent
