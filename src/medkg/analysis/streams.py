"""Resource streams as a graph: what is a kind of what, what becomes what, and which offered stream fits which need."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node
from medkg.analysis.hierarchies import Hierarchy
from medkg.namespaces import SKOS

Node = ox.NamedNode
#: How an offered stream fits a needed one, the best first: it is the same; it is a kind of the needed one; it becomes
#: the needed one, or a kind of it; the needed one is a kind of it, so that part of what is offered may fit.
FITS: Final = ("same", "kind", "made", "part")
_BECOMES: Final = mk("becomes")
_BROADER: Final = ox.NamedNode(f"{SKOS}broader")
_NARROWER: Final = ox.NamedNode(f"{SKOS}narrower")
#: From a stream to others, each with the statement that leads there.
Steps = Mapping[Node, Mapping[Node, ox.Triple]]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a stream fits another: the streams on the way, both ends included, and the statements that lead along it."""

    kind: str
    path: tuple[Node, ...]
    evidence: tuple[ox.Triple, ...] = ()

    @property
    def rank(self) -> tuple[int, int]:
        """Give what orders fits, the best first."""
        return FITS.index(self.kind), len(self.path)

    def on(self, other: Node, statement: ox.Triple, kind: str) -> Fit:
        """Give the way one step further."""
        return Fit(kind, (*self.path, other), (*self.evidence, statement))


class Streams:
    """The links between resource streams; they may lead in circles."""

    def __init__(self, links: Iterable[ox.Triple]) -> None:
        self._above: dict[Node, dict[Node, ox.Triple]] = defaultdict(dict)
        self._below: dict[Node, dict[Node, ox.Triple]] = defaultdict(dict)
        self._made: dict[Node, dict[Node, ox.Triple]] = defaultdict(dict)
        for link in links:
            self._add(link)

    @classmethod
    def of(cls, facts: Facts) -> Streams:
        """Read the links of all streams."""
        rows = facts.rows("links-of-streams")
        return cls(ox.Triple(node(row, "stream"), node(row, "property"), node(row, "other")) for row in rows)

    def fits(self, offered: Node) -> Mapping[Node, Fit]:
        """Give all streams that an offered one fits, each with the best fit and the shortest way of that kind."""
        found: dict[Node, Fit] = {}
        ways = _walk(Fit("kind", (offered,)), self._up), _walk(Fit("part", (offered,)), self._down)
        for fit in chain(*ways):
            held = found.get(fit.path[-1])
            if held is None or fit.rank < held.rank:
                found[fit.path[-1]] = fit
        # A way that leads back to where it began makes nothing new.
        return {**found, offered: Fit("same", (offered,))}

    def becomes(self, stream: Node) -> Mapping[Node, ox.Triple]:
        """Give what is made from a stream."""
        return self._made.get(stream, {})

    def sources(self) -> Collection[Node]:
        """Give the streams from which anything is made."""
        return self._made.keys()

    def circles(self) -> tuple[tuple[str, tuple[Node, ...]], ...]:
        """Give the streams that lead back to themselves.

        ``kind``: each is a kind of the others, which cannot be. ``made``: material comes back to what it was made from.
        """
        wrong = [("kind", circle) for circle in _circles(self._above)]
        within = {stream for _, circle in wrong for stream in circle}
        both = {stream: {**self._above.get(stream, {}), **self._made.get(stream, {})} for stream in self._all()}
        made = [("made", circle) for circle in _circles(both) if not within.issuperset(circle)]
        return (*wrong, *made)

    def links_within(self, streams: Collection[Node]) -> tuple[ox.Triple, ...]:
        """Give the statements that join some streams with each other."""
        return tuple(
            statement
            for stream in streams
            for steps in (self._above, self._made)
            for other, statement in steps.get(stream, {}).items()
            if other in streams
        )

    def _add(self, link: ox.Triple) -> None:
        subject, other = link.subject, link.object
        if not isinstance(subject, Node) or not isinstance(other, Node):
            return
        if link.predicate == _BECOMES:
            self._made[subject].setdefault(other, link)
            return
        lower, upper = (other, subject) if link.predicate == _NARROWER else (subject, other)
        self._above[lower].setdefault(upper, link)
        self._below[upper].setdefault(lower, link)

    def _all(self) -> set[Node]:
        return {*self._above, *self._made}

    def _up(self, fit: Fit) -> Iterator[Fit]:
        """Give the steps to what a stream is a kind of, and to what it becomes; after the latter it stays made."""
        for other, statement in _sorted(self._above, fit.path[-1]):
            yield fit.on(other, statement, fit.kind)
        for other, statement in _sorted(self._made, fit.path[-1]):
            yield fit.on(other, statement, "made")

    def _down(self, fit: Fit) -> Iterator[Fit]:
        for other, statement in _sorted(self._below, fit.path[-1]):
            yield fit.on(other, statement, "part")


def _sorted(steps: Steps, stream: Node) -> list[tuple[Node, ox.Triple]]:
    return sorted(steps.get(stream, {}).items(), key=lambda item: item[0].value)


def _walk(start: Fit, step: Callable[[Fit], Iterable[Fit]]) -> Iterator[Fit]:
    """Give the shortest ways from a stream, one for each stream and kind of way, so that circles come to an end."""
    waiting, seen = deque([start]), {(start.kind, start.path[-1])}
    while waiting:
        fit = waiting.popleft()
        yield fit
        for further in step(fit):
            if (key := (further.kind, further.path[-1])) not in seen:
                seen.add(key)
                waiting.append(further)


def _circles(steps: Steps) -> tuple[tuple[Node, ...], ...]:
    return Hierarchy((lower, upper) for lower, found in steps.items() for upper in found).circles()
