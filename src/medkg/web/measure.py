"""How long pages take on the server and what they weigh: distinct entities and label searches, without the network."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask

from medkg.web.generation import GenerationView
from medkg.web.links import ENTITY_KINDS, kind_of, page_path
from medkg.web.services import EXTENSION

_HEADERS = {"Accept": "text/html", "Accept-Language": "en"}
#: Asked before the clock starts, so that what a generation makes once is not counted as a page.
_WARM_UP = ("/", "/search?q=a", "/ontology")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: how many distinct pages, their times in milliseconds, the bytes of the heaviest one."""

    what: str
    pages: int
    median_ms: float
    p95_ms: float
    longest_ms: float
    longest: str
    heaviest_bytes: int
    heaviest_packed: int
    heaviest: str


def measure_pages(app: Flask, count: int = 1000) -> tuple[Measured, ...]:
    """Ask for the pages of distinct entities, then for searches of distinct names, and give their times."""
    client = app.test_client(use_cookies=False)

    def ask(path: str) -> bytes:
        with client.get(path, headers=_HEADERS) as answer:
            if answer.status_code != 200:
                raise ValueError(f"{path} answered {answer.status_code}")
            body: bytes = answer.data
            return body

    for path in _WARM_UP:
        ask(path)
    view: GenerationView = app.extensions[EXTENSION].view()
    entities = spread((iri for iri in view.labels if kind_of(iri) in ENTITY_KINDS), count)
    names = spread((view.labels.choose(iri, "en").text for iri in view.labels), count)
    searches = [f"/search?{urlencode({'q': name[:60]})}" for name in names]
    return _measured("entity pages", [page_path(iri) or "/" for iri in entities], ask), _measured(
        "searches", searches, ask
    )


def spread(items: Iterable[str], count: int) -> list[str]:
    """Give up to ``count`` distinct items, evenly spread over their order."""
    ordered = sorted(set(items))
    if len(ordered) <= count:
        return ordered
    return [ordered[number * len(ordered) // count] for number in range(count)]


def _measured(what: str, paths: list[str], ask: Callable[[str], bytes]) -> Measured:
    times, heaviest, body = [], "", b""
    for path in paths:
        start = time.perf_counter()
        found = ask(path)
        times.append((time.perf_counter() - start) * 1000)
        heaviest, body = (path, found) if len(found) > len(body) else (heaviest, body)
    longest = max(range(len(times)), key=times.__getitem__)
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    weights = len(body), len(gzip.compress(body)), heaviest
    return Measured(what, len(times), statistics.median(times), p95, times[longest], paths[longest], *weights)
