"""Queries that never end: what small ones suffer from them, how soon they are stopped, and what they leave behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from statistics import median

from medkg.bench.driving import drive
from medkg.bench.processes import Memory, Served
from medkg.bench.questions import JSON, points, question, target
from medkg.errors import StoreError

ENDLESS = 4
SMALL = ("statements", "join")


@dataclass(frozen=True, slots=True)
class Disturbed:
    """Milliseconds of small queries over one connection, without and with queries that never end."""

    server: str
    question: str
    quiet_p50_ms: float
    quiet_p99_ms: float
    disturbed_p50_ms: float
    disturbed_p99_ms: float
    failed: int

    @property
    def ratio(self) -> float:
        """Give how many times longer p99 became."""
        return self.disturbed_p99_ms / self.quiet_p99_ms


@dataclass(frozen=True, slots=True)
class Kills:
    """Queries stopped at their limit: how late in seconds, and memory before and after."""

    limit_seconds: float
    killed: int
    late_median: float
    late_most: float
    before: Memory
    after: Memory


def disturbance(served: Served, quads: int, seconds: float) -> Iterator[Disturbed]:
    """Measure small queries, each asked once, alone and beside :data:`ENDLESS` queries that never end."""
    for kind in SMALL:
        asked = list(points(served.path, quads, (kind,)))
        half = len(asked) // 2
        quiet = drive(served.port, asked[:half], 1, seconds, JSON)
        with _endless(served):
            time.sleep(1)
            disturbed = drive(served.port, asked[half:], 1, seconds, JSON)
        failed = quiet.failed + disturbed.failed
        times = (quiet.p50_ms, quiet.p99_ms, disturbed.p50_ms, disturbed.p99_ms)
        yield Disturbed(served.name, kind, *times, failed)


def kills(served: Served, limit_seconds: float, number: int) -> Kills:
    """Ask queries that never end, two at a time, until so many were stopped.

    Raises:
        StoreError: one of them was answered otherwise than with 503.
    """
    _stopped(served, 20)
    before = served.memory()
    times = _stopped(served, number)
    time.sleep(2)
    late = [seconds - limit_seconds for seconds in times]
    return Kills(limit_seconds, len(late), median(late), max(late), before, served.memory())


def _stopped(served: Served, number: int) -> Sequence[float]:
    with ThreadPoolExecutor(2) as crowd:
        return list(crowd.map(lambda _: _stop(served), range(number)))


def _stop(served: Served) -> float:
    with closing(HTTPConnection("127.0.0.1", served.port, timeout=120)) as connection:
        started = time.perf_counter()
        connection.request("GET", target(served.path, question("endless")))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 503:
            raise StoreError(f"an endless query was answered with {answer.status}: {body[:300]!r}", subject=served.name)
        return time.perf_counter() - started


@contextmanager
def _endless(served: Served) -> Iterator[None]:
    """Keep :data:`ENDLESS` queries running; one that is stopped is asked again."""
    ended = threading.Event()
    open_now: list[HTTPConnection] = []

    def ask() -> None:
        while not ended.is_set():
            connection = HTTPConnection("127.0.0.1", served.port, timeout=600)
            open_now.append(connection)
            with suppress(OSError, HTTPException), closing(connection):
                connection.request("GET", target(served.path, question("endless")))
                connection.getresponse().read()

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(ENDLESS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for connection in open_now:
            _hang_up(connection)
        for thread in threads:
            thread.join(timeout=10)


def _hang_up(connection: HTTPConnection) -> None:
    """End a connection that another thread reads from."""
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(2)
