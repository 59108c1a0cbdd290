"""What the service counts about itself, for Prometheus; right over all server processes together.

Names, labels and their values are described in docs/deployment.md. Every label has few values, whatever is asked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from medkg.access.record import OUTCOMES as WRITES
from medkg.endpoint.metrics_folder import VARIABLE, reserve
from medkg.workers.walls import Walls

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
OUTCOMES: Final = ("done", "not-modified", "bad-query", "limit", "busy", "refused", "gone", "unavailable", "failed")
FORMS: Final = ("select", "ask", "construct", "describe")
KILLED: Final = ("seconds", "memory_mib", "result_mib", "gone", "crashed")
#: How the gauges of several processes become one: only those of living processes count.
_Mode = Literal["livesum", "livemin", "livemostrecent"]
_OTHER: Final = "other"
#: A cached answer takes a tenth of a millisecond; the longest limit is an hour.
_BUCKETS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_GAUGE_FILE: Final = re.compile(r"gauge_live[a-z]*_(\d+)\.db")


class Metrics:
    """The metrics of one server process. One object a process: it counts in the shared folder where there is one.

    Measured: ``query`` takes 5 microseconds, the others 1 to 2.
    """

    def __init__(self) -> None:
        own = CollectorRegistry()
        self._registry = own
        self._folder = os.environ.get(VARIABLE)
        _count_in(self._folder)
        if self._folder:
            reserve(Path(self._folder))
        self._queries = Counter("medkg_queries", "Queries answered.", ["outcome", "form"], registry=own)
        self._seconds = Histogram("medkg_query_seconds", "Time of queries.", buckets=_BUCKETS, registry=own)
        self._bytes = Counter("medkg_answer_bytes", "Bytes of answers before compression.", registry=own)
        self._cache = Counter("medkg_cache_requests", "Looks into the answer cache.", ["result"], registry=own)
        self._killed = Counter("medkg_children_killed", "Children ended by the service.", ["reason"], registry=own)
        self._writes = Counter("medkg_writes", "Changes asked for.", ["outcome"], registry=own)
        self._pages = Counter("medkg_pages", "Answers of pages and data.", ["status"], registry=own)
        self._queue = _gauge("medkg_queue_length", "Queries that wait for a child.", own)
        self._alive = _gauge("medkg_children_alive", "Children that run.", own)
        self._busy = _gauge("medkg_children_busy", "Children that work on a query.", own)
        self._walls = _gauge("medkg_children_walls", "Walls that keep all children in.", own, "livemin", ["wall"])
        self._cached = _gauge("medkg_cache_bytes", "Bytes kept in the answer caches.", own)
        self._generation = _gauge("medkg_generation", "The generation served.", own, "livemostrecent")

    def query(self, *, outcome: str, form: str, seconds: float, sent: int) -> None:
        """Count a query, whether a child, the server process or the cache answered it; ``sent`` in bytes."""
        self._queries.labels(_one_of(OUTCOMES, outcome), _one_of(FORMS, form)).inc()
        self._seconds.observe(seconds)
        self._bytes.inc(sent)

    def cache(self, *, hit: bool) -> None:
        """Count a look into the answer cache."""
        self._cache.labels("hit" if hit else "miss").inc()

    def cache_bytes(self, kept: int) -> None:
        """Say how much this process keeps in its cache."""
        self._cached.set(kept)

    def queue(self, length: int) -> None:
        """Say how many queries of this process wait."""
        self._queue.set(length)

    def children(self, *, alive: int, busy: int) -> None:
        """Say how many children this process has, and how many of them work."""
        self._alive.set(alive)
        self._busy.set(busy)

    def walls(self, walls: Walls) -> None:
        """Say which walls stand around the children of this process; over all processes the weakest counts."""
        self._walls.labels("namespace").set(walls.namespace)
        self._walls.labels("seccomp").set(walls.filtered)

    def killed(self, reason: str) -> None:
        """Count a child that was ended, or ended itself: one of ``KILLED``."""
        self._killed.labels(_one_of(KILLED, reason)).inc()

    def write(self, outcome: str) -> None:
        """Count a change: one of ``WRITES``."""
        self._writes.labels(_one_of(WRITES, outcome)).inc()

    def page(self, status: int) -> None:
        """Count an answer that is no SPARQL answer, by its status."""
        self._pages.labels(str(status) if 100 <= status < 600 else _OTHER).inc()

    def generation(self, number: int) -> None:
        """Say which generation this process serves."""
        self._generation.set(number)

    def render(self) -> bytes:
        """Give all metrics of all server processes in Prometheus' text format (``CONTENT_TYPE``)."""
        if not self._folder:
            return generate_latest(self._registry)
        _forget_dead(Path(self._folder))
        shared = CollectorRegistry()
        MultiProcessCollector(shared, self._folder)  # type: ignore[no-untyped-call]
        return generate_latest(shared)


def _count_in(folder: str | None) -> None:
    """Have the library count in the folder: it looks for one when it is imported, which may have been before it was."""
    shared = bool(getattr(values.ValueClass, "_multiprocess", False))
    if bool(folder) != shared:
        make: Callable[[], type] = values.MultiProcessValue if folder else lambda: values.MutexValue
        values.ValueClass = make()


def _gauge(
    name: str, help_text: str, registry: CollectorRegistry, mode: _Mode = "livesum", labels: Sequence[str] = ()
) -> Gauge:
    return Gauge(name, help_text, labels, registry=registry, multiprocess_mode=mode)


def _one_of(known: Collection[str], value: str) -> str:
    return value if value in known else _OTHER


def _forget_dead(folder: Path) -> None:
    """Leave out what processes that have ended said of their present state; what they counted stays."""
    for path in folder.glob("gauge_live*.db"):
        found = _GAUGE_FILE.fullmatch(path.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            mark_process_dead(int(found[1]), str(folder))  # type: ignore[no-untyped-call]
