"""What stands above or below what, however far, and what goes round in a circle: groups of a scheme, or projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import pyoxigraph as ox

from medkg.analysis.facts import Facts, node, ordered
from medkg.namespaces import SCHEME

Node = ox.NamedNode
Links = Mapping[Node, Collection[Node]]


class Hierarchy:
    """Things with those directly above them. Circles are survived: each of their members is above and below itself."""

    def __init__(self, pairs: Iterable[tuple[Node, Node]]) -> None:
        self.up: dict[Node, set[Node]] = defaultdict(set)
        self.down: dict[Node, set[Node]] = defaultdict(set)
        for below, above in pairs:
            self.up[below].add(above)
            self.down[above].add(below)

    @property
    def things(self) -> frozenset[Node]:
        """Give everything that stands above or below something."""
        return frozenset(self.up) | frozenset(self.down)

    def above(self, thing: Node) -> frozenset[Node]:
        """Give what stands above a thing, however far; the thing itself only where it is in a circle."""
        return _reached(thing, self.up)

    def below(self, thing: Node) -> frozenset[Node]:
        """Give what stands below a thing, however far; the thing itself only where it is in a circle."""
        return _reached(thing, self.down)

    def circles(self) -> tuple[tuple[Node, ...], ...]:
        """Give the circles, each as all that can be reached from one another, by their first member."""
        found: dict[Node, frozenset[Node]] = {}
        for thing in ordered(self._not_peeled()):
            if thing not in found and thing in (above := self.above(thing)):
                members = above & self.below(thing)
                found |= dict.fromkeys(members, members)
        return tuple(sorted(map(ordered, set(found.values())), key=lambda members: members[0].value))

    def generations(self) -> Mapping[Node, int]:
        """Give the number of things on the longest way down to each thing, itself included: 1 where nothing is above.

        What goes round in a circle has one generation.
        """
        one = {thing: members[0] for members in self.circles() for thing in members}
        merged = Hierarchy(
            (one.get(below, below), one.get(above, above))
            for below, held in self.up.items()
            for above in held
            if one.get(below, below) != one.get(above, above)
        )
        found = merged._longest()
        return {thing: found.get(one.get(thing, thing), 1) for thing in self.things}

    def families(self) -> tuple[tuple[Node, ...], ...]:
        """Give the things that hang together, in whatever direction; by their first member."""
        around = {thing: self.up.get(thing, set()) | self.down.get(thing, set()) for thing in self.things}
        seen: set[Node] = set()
        found = []
        for thing in ordered(around):
            if thing not in seen:
                members = _reached(thing, around)
                seen |= members
                found.append(ordered(members))
        return tuple(found)

    def _longest(self) -> Mapping[Node, int]:
        waiting = {thing: len(self.up.get(thing, ())) for thing in self.things}
        ready = [thing for thing, open_ in waiting.items() if not open_]
        found = dict.fromkeys(ready, 1)
        while ready:
            thing = ready.pop()
            for below in self.down.get(thing, ()):
                found[below] = max(found.get(below, 1), found[thing] + 1)
                waiting[below] -= 1
                if not waiting[below]:
                    ready.append(below)
        return found

    def _not_peeled(self) -> frozenset[Node]:
        """Give what remains when tops and bottoms are taken away again and again: circles and what lies between."""
        return _peeled(self.things, self.up, self.down) & _peeled(self.things, self.down, self.up)


def read_hierarchy(facts: Facts, *schemes: str) -> Hierarchy:
    """Give what is broader than what in some schemes."""
    rows = facts.rows_for_many("broader-concepts", "scheme", [Node(SCHEME + name) for name in schemes])
    return Hierarchy((node(row, "concept"), node(row, "broader")) for row in rows)


def _peeled(things: Collection[Node], towards: Links, away: Links) -> frozenset[Node]:
    waiting = {thing: len(towards.get(thing, ())) for thing in things}
    ready = [thing for thing, open_ in waiting.items() if not open_]
    while ready:
        for following in away.get(ready.pop(), ()):
            waiting[following] -= 1
            if not waiting[following]:
                ready.append(following)
    return frozenset(thing for thing, open_ in waiting.items() if open_)


def _reached(start: Node, links: Links) -> frozenset[Node]:
    seen: set[Node] = set()
    waiting = list(links.get(start, ()))
    while waiting:
        thing = waiting.pop()
        if thing not in seen:
            seen.add(thing)
            waiting += links.get(thing, ())
    return frozenset(seen)
