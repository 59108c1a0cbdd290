"""Targets and reports as sources state them, who promised or reported them, and which of them count in a sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple, cast

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, nodes
from medkg.analysis.stated import Bounds

Node = ox.NamedNode
TARGET: Final = mk("hasIndicatorTarget")
_INSIDE_PROJECT: Final = frozenset({mk("hasActivity"), mk("hasResult")})


class Said(NamedTuple):
    """What is said, whoever says it. Two sources that say the same say it once."""

    owner: Node
    indicator: Node
    unit: Node | None
    comparator: Node | None
    value: Decimal
    on: ox.Literal | None

    @property
    def bounds(self) -> Bounds:
        """Give where the number lies."""
        return Bounds.of(self.comparator, self.value)

    @property
    def order(self) -> tuple[str, ...]:
        """Give a key that puts what is said in one order, whatever order it was read in."""
        named = (self.owner, self.indicator, self.unit, self.comparator)
        return (*(item.value if item else "" for item in named), f"{self.value:060f}", self.on.value if self.on else "")


Evidence = Mapping[Said, tuple[ox.Triple, ...]]


@dataclass(frozen=True, slots=True)
class Wholes:
    """What is part of what: activities and results of projects, these of priorities and programmes."""

    owners: Mapping[Node, frozenset[Node]]
    above: Mapping[Node, frozenset[Node]]

    @classmethod
    def of(cls, facts: Facts) -> Wholes:
        """Read all of them."""
        owners: dict[Node, set[Node]] = defaultdict(set)
        above: dict[Node, set[Node]] = defaultdict(set)
        for row in facts.rows("wholes-of-parts"):
            found = owners if node(row, "link") in _INSIDE_PROJECT else above
            found[node(row, "part")].add(node(row, "whole"))
        every = {part: frozenset(_reached(part, above)) for part in tuple(above)}
        return cls({part: frozenset(whole) for part, whole in owners.items()}, every)

    def owner(self, holder: Node) -> Node:
        """Give whose value it is: of an activity or result its project's, the first by IRI of several."""
        return min(self.owners.get(holder, (holder,)), key=lambda item: item.value)

    def within(self, owner: Node, whole: Node) -> bool:
        """Tell whether something is a thing or part of it."""
        return owner == whole or whole in self.above.get(owner, ())

    def counted_with(self, owner: Node, holders: Collection[Node]) -> Node:
        """Give the holder whose value takes in that of ``owner``: the widest of which it is part, or itself.

        Where parts go round in a circle the first by IRI stands for all.
        """
        wider = [one for one in holders if self._covers(one, owner)]
        widest = [one for one in wider if not any(self._covers(other, one) for other in holders)]
        return min(widest, key=lambda item: item.value, default=owner)

    def _covers(self, whole: Node, part: Node) -> bool:
        if whole == part or not self.within(part, whole):
            return False
        return not self.within(whole, part) or whole.value < part.value


def _reached(start: Node, above: Mapping[Node, Collection[Node]]) -> Iterator[Node]:
    seen: set[Node] = set()
    waiting = list(above.get(start, ()))
    while waiting:
        found = waiting.pop()
        if found not in seen:
            seen.add(found)
            waiting += above.get(found, ())
    yield from seen


def stated(facts: Facts, wholes: Wholes) -> tuple[Evidence, Evidence]:
    """Give all targets and all reports, each with the statements of all sources that say it.

    A value that hangs on several holders is taken for that of the first by IRI, so that it counts once.
    """
    rows = facts.rows("indicator-values")
    owners: dict[Node, set[Node]] = defaultdict(set)
    for row in rows:
        owners[node(row, "stated")].add(wholes.owner(node(row, "holder")))
    targets: dict[Said, set[ox.Triple]] = defaultdict(set)
    reports: dict[Said, set[ox.Triple]] = defaultdict(set)
    for row in rows:
        owner = _one(owners[node(row, "stated")], wholes)
        found = targets if node(row, "link") == TARGET else reports
        found[_said(row, owner)].update(_evidence(row))
    return _ordered(targets), _ordered(reports)


def _one(owners: Collection[Node], wholes: Wholes) -> Node:
    """Give the owner a value counts for: the widest, then the first by IRI."""
    return wholes.counted_with(min(owners, key=lambda item: item.value), owners)


def _said(row: ox.QuerySolution, owner: Node) -> Said:
    own, usual, comparator = nodes(row, "unit", "usual", "comparator")
    value = Decimal(cast(ox.Literal, row["value"]).value)
    on = row["on"]
    return Said(
        owner, node(row, "indicator"), own or usual, comparator, value, on if isinstance(on, ox.Literal) else None
    )


def _evidence(row: ox.QuerySolution) -> Iterable[ox.Triple]:
    said, indicator = node(row, "stated"), node(row, "indicator")
    own, usual, comparator = nodes(row, "unit", "usual", "comparator")
    yield ox.Triple(node(row, "holder"), node(row, "link"), said)
    yield ox.Triple(said, mk("forIndicator"), indicator)
    yield ox.Triple(said, node(row, "property"), row["value"])
    if comparator is not None:
        yield ox.Triple(said, mk("comparator"), comparator)
    if own is not None:
        yield ox.Triple(said, mk("targetUnit"), own)
    elif usual is not None:
        yield ox.Triple(indicator, mk("targetUnit"), usual)
    if isinstance(row["on"], ox.Literal):
        yield ox.Triple(said, mk("achievedOn"), row["on"])


def _ordered(found: Mapping[Said, Collection[ox.Triple]]) -> Evidence:
    return {said: tuple(sorted(found[said], key=str)) for said in sorted(found, key=lambda item: item.order)}
