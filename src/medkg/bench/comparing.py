"""Rates of small queries: medkg beside other servers, over one connection and many, each question once or one often."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

from medkg.bench.driving import Load, drive
from medkg.bench.processes import Served
from medkg.bench.questions import JSON, points

CONNECTIONS = (1, 8, 64)


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast one server answered: the median over the rounds, and the worst of them for p99."""

    server: str
    what: str
    connections: int
    rate: float
    p50_ms: float
    p99_ms: float
    failed: int
    #: Whether more was asked than there are distinct questions, so that some came twice.
    repeated: bool


class Questions:
    """Distinct questions for one server, each given out once as long as they last."""

    def __init__(self, path: str, quads: int) -> None:
        found = list(points(path, quads))
        # The same order for each server; shuffled, so that one kind of question does not follow the other.
        random.Random(quads).shuffle(found)  # noqa: S311 - an order, no secret
        self._all = found
        self._next = 0

    def take(self, number: int) -> tuple[list[str], bool]:
        """Give so many questions, and whether any of them was given out before."""
        begin, self._next = self._next, self._next + number
        chosen = [self._all[place % len(self._all)] for place in range(begin, self._next)]
        return chosen, self._next > len(self._all)


def distinct(servers: Sequence[Served], quads: int, seconds: float, rounds: int) -> Iterator[Rate]:
    """Measure distinct point queries on each server in turn."""
    asked = {served.name: Questions(served.path, quads) for served in servers}
    for connections in CONNECTIONS:
        loads: dict[str, list[Load]] = {served.name: [] for served in servers}
        twice = dict.fromkeys(loads, False)
        for turn in range(rounds):
            for served in _in_turn(servers, turn):
                questions, again = asked[served.name].take(round(20_000 * seconds))
                load = drive(served.port, questions, connections, seconds, JSON)
                loads[served.name].append(load)
                twice[served.name] |= again or load.requests > len(questions)
        yield from (_rate(name, "distinct", connections, found, twice[name]) for name, found in loads.items())


def repeated(servers: Sequence[Served], quads: int, seconds: float, rounds: int) -> Iterator[Rate]:
    """Measure ten questions that are asked again and again."""
    for connections in CONNECTIONS:
        loads: dict[str, list[Load]] = {served.name: [] for served in servers}
        for turn in range(rounds):
            for served in _in_turn(servers, turn):
                questions = list(islice(points(served.path, quads), 10))
                loads[served.name].append(drive(served.port, questions, connections, seconds, JSON))
        yield from (_rate(name, "repeated", connections, found, True) for name, found in loads.items())


def pages(served: Served, addresses: Sequence[str], seconds: float) -> Iterator[Rate]:
    """Measure pages of entities."""
    for connections in CONNECTIONS:
        load = drive(served.port, addresses, connections, seconds, "text/html")
        yield _rate(served.name, "entity pages", connections, [load], load.requests > len(addresses))


def _in_turn(servers: Sequence[Served], turn: int) -> Sequence[Served]:
    """Give the servers, first one ahead and then the other: a busy minute shall not always meet the same one."""
    return servers if turn % 2 == 0 else servers[::-1]


def _rate(server: str, what: str, connections: int, loads: Sequence[Load], again: bool) -> Rate:
    return Rate(
        server,
        what,
        connections,
        median(load.rate for load in loads),
        median(load.p50_ms for load in loads),
        max(load.p99_ms for load in loads),
        sum(load.failed for load in loads),
        again,
    )
