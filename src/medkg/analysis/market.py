"""Who offers and who needs which resource stream, where they are, and the matches between them, the nearest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, in_order, mk, node, nodes, ordered
from medkg.analysis.streams import Fit, Streams

Node = ox.NamedNode
#: How near two bodies are, the nearest first: in one city, region or country, in different countries, or not known.
LEVELS: Final = ("city", "region", "country", "abroad", "unknown")
_LEVEL_OF: Final = {mk("City"): "city", mk("Region"): "region", mk("Country"): "country"}
_OFFERS: Final = mk("offersStream")
_PROVIDER: Final = mk("exchangeProvider")
_STREAM: Final = mk("exchangedStream")
#: Where those are filed who are in some country, in none that is known, and all.
_PLACED, _UNPLACED, _ALL = "placed", "unplaced", "all"
#: Stream → body → the statements that say that it offers, or needs, the stream.
Side = Mapping[Node, Mapping[Node, tuple[ox.Triple, ...]]]


@dataclass(slots=True)
class Whereabouts:
    """The places of a body, each with the statement that it is there."""

    at: dict[str, dict[Node, ox.Triple]] = field(default_factory=lambda: {name: {} for name in LEVELS[:3]})

    @property
    def placed(self) -> bool:
        """Tell whether a country is known."""
        return bool(self.at["country"])

    def nearness(self, other: Whereabouts) -> str:
        """Give how near another body is."""
        shared = next((name for name in LEVELS[:3] if self.shared(other, name)), None)
        return shared or ("abroad" if self.placed and other.placed else "unknown")

    def shared(self, other: Whereabouts, level: str) -> tuple[Node, ...]:
        """Give the places of a level where both are; where they are in different countries, these."""
        if level == "abroad":
            return ordered({*self.at["country"], *other.at["country"]})
        return ordered(self.at.get(level, {}).keys() & other.at.get(level, {}).keys())


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is known to pass between bodies; either side may not be known."""

    iri: Node
    stream: Node
    givers: frozenset[Node]
    takers: frozenset[Node]

    def evidence(self) -> Iterator[ox.Triple]:
        """Give the statements that say so."""
        yield ox.Triple(self.iri, _STREAM, self.stream)
        yield from (ox.Triple(self.iri, _PROVIDER, body) for body in ordered(self.givers))
        yield from (ox.Triple(self.iri, mk("exchangeReceiver"), body) for body in ordered(self.takers))


@dataclass(frozen=True, slots=True)
class Match:
    """A body that offers what another needs."""

    level: str
    fit: Fit
    giver: Node
    taker: Node

    @property
    def offered(self) -> Node:
        """Give the stream that is offered."""
        return self.fit.path[0]

    @property
    def needed(self) -> Node:
        """Give the stream that is needed."""
        return self.fit.path[-1]


class Market:
    """All offers, needs and exchanges that are known."""

    def __init__(self, facts: Facts, streams: Streams) -> None:
        self.streams = streams
        self.offers: dict[Node, dict[Node, tuple[ox.Triple, ...]]] = defaultdict(dict)
        self.needs: dict[Node, dict[Node, tuple[ox.Triple, ...]]] = defaultdict(dict)
        self.exchanges = self._read(facts)
        self.bodies = frozenset(body for side in (self.offers, self.needs) for found in side.values() for body in found)
        self.places: dict[Node, Whereabouts] = defaultdict(Whereabouts)
        # The places of all bodies cost less to read than those of some hundred, named one by one.
        rows = facts.rows("places-of-bodies") if self.bodies else ()
        for row in in_order((row for row in rows if row["body"] in self.bodies), "place", "property"):
            body, place = node(row, "body"), node(row, "place")
            statement = ox.Triple(body, node(row, "property"), place)
            self.places[body].at[_LEVEL_OF[node(row, "kind")]].setdefault(place, statement)

    def ranked(self, fits: Collection[Fit], asked: Collection[Node] | None = None) -> Iterator[Match]:
        """Give all matches over some fits: the nearest first, then the best fit, then in the order of IRIs.

        Of ``asked``, if given, one body at least takes part in each. The cost grows with the offers and needs and with
        the matches that are taken, not with all pairs: at each level only those are met who are near enough.
        """
        best = sorted(fits, key=lambda fit: (*fit.rank, fit.path[0].value, fit.path[-1].value))
        takers = {stream: _Takers(found, self.places, asked) for stream, found in self.needs.items()}
        for level in LEVELS:
            for fit in best:
                for giver in ordered(self.offers[fit.path[0]]):
                    anybody = asked is None or giver in asked
                    for taker in takers[fit.path[-1]].near(self.places[giver], level, anybody):
                        if taker != giver and self.places[giver].nearness(self.places[taker]) == level:
                            yield Match(level, fit, giver, taker)

    def fits(self) -> list[Fit]:
        """Give how each offered stream fits each needed one."""
        return [
            fit
            for offered in ordered(self.offers)
            for needed, fit in self.streams.fits(offered).items()
            if needed in self.needs
        ]

    def exchanged(self, match: Match) -> tuple[Exchange, ...]:
        """Give the exchanges between the two bodies of a match, of one of the streams on the way."""
        return tuple(
            one
            for one in self.exchanges
            if match.giver in one.givers and match.taker in one.takers and one.stream in match.fit.path
        )

    def _read(self, facts: Facts) -> tuple[Exchange, ...]:
        """Take offers and needs; an exchange of which one side is known only is an offer or a need too."""
        sides: dict[tuple[Node, Node], dict[bool, set[Node]]] = defaultdict(lambda: {True: set(), False: set()})
        for row in in_order(facts.rows("holders-of-streams"), "property", "exchange"):
            (exchange,) = nodes(row, "exchange")
            stream, body, prop = node(row, "stream"), node(row, "body"), node(row, "property")
            if exchange is None:
                side = self.offers if prop == _OFFERS else self.needs
                side[stream][body] = (*side[stream].get(body, ()), ox.Triple(body, prop, stream))
            else:
                sides[exchange, stream][prop == _PROVIDER].add(body)
        found = [Exchange(*key, frozenset(held[True]), frozenset(held[False])) for key, held in sides.items()]
        for one in found:
            self._open(one)
        return tuple(sorted(found, key=lambda one: (one.iri.value, one.stream.value)))

    def _open(self, one: Exchange) -> None:
        if one.givers and one.takers:
            return
        side = self.offers if one.givers else self.needs
        for body in one.givers | one.takers:
            side[one.stream][body] = (*side[one.stream].get(body, ()), *one.evidence())


class _Takers:
    """Those who need one stream, filed by place; those who are asked for apart from all."""

    def __init__(self, found: Iterable[Node], places: Mapping[Node, Whereabouts], asked: Collection[Node] | None):
        self._filed: dict[tuple[bool, str], list[Node]] = defaultdict(list)
        for body in ordered(found):
            for key in (_ALL, *_keys_of(places[body])):
                self._filed[True, key].append(body)
                if asked is not None and body in asked:
                    self._filed[False, key].append(body)

    def near(self, giver: Whereabouts, level: str, anybody: bool) -> tuple[Node, ...]:
        """Give those who may be at a level from a giver: among all, or among those who are asked for."""
        return ordered({body for key in _keys_for(giver, level) for body in self._filed.get((anybody, key), ())})


def _keys_of(body: Whereabouts) -> Iterator[str]:
    yield _PLACED if body.placed else _UNPLACED
    yield from (place.value for found in body.at.values() for place in found)


def _keys_for(giver: Whereabouts, level: str) -> tuple[str, ...]:
    if level == "unknown":
        return (_UNPLACED if giver.placed else _ALL,)
    if level == "abroad":
        return (_PLACED,) if giver.placed else ()
    return tuple(place.value for place in giver.at[level])
