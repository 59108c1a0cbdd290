"""Many rows in one answer: how fast they come, and what memory the server holds while they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from time import perf_counter

from medkg.bench.processes import Served, Watch
from medkg.bench.questions import JSON, TSV, question, target
from medkg.errors import StoreError

FORMATS = {"json": JSON, "tsv": TSV}
_PIECE = 1 << 16
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Streamed:
    """One long answer: rows, size and seconds; memory in MiB before it and at most while it came."""

    server: str
    format: str
    rows: int
    mib: float
    first_byte_seconds: float
    seconds: float
    web_before_mib: float
    web_most_mib: float
    all_before_mib: float
    all_most_mib: float


def streams(servers: Sequence[Served], rows: int, rounds: int) -> Iterator[Streamed]:
    """Take many rows from each server in each format; of the rounds the fastest counts.

    Raises:
        StoreError: an answer was refused, cut, or not of so many rows.
    """
    for name in FORMATS:
        for served in servers:
            yield min((_stream(served, name, rows) for _ in range(rounds)), key=lambda found: found.seconds)


def _stream(served: Served, name: str, rows: int) -> Streamed:
    asked = target(served.path, question("rows", ROWS=str(rows)))
    with Watch(served) as watch, closing(HTTPConnection("127.0.0.1", served.port, timeout=600)) as connection:
        started = perf_counter()
        connection.request("GET", asked, headers={"Accept": FORMATS[name]})
        answer = connection.getresponse()
        first = perf_counter() - started
        found, size = _count(answer, name)
        seconds = perf_counter() - started
    if answer.status != 200 or found != rows:
        message = f"status {answer.status} and {found:,} of {rows:,} rows as {name}"
        raise StoreError(message, subject=served.name, remedy="Ask for fewer rows than the registry has statements.")
    before, most = watch.before, watch.most
    memory = (before.web_mib, most.web_mib, before.all_mib, most.all_mib)
    return Streamed(served.name, name, rows, size / _MIB, first, seconds, *memory)


def _count(answer: HTTPResponse, name: str) -> tuple[int, int]:
    """Read an answer to its end; give its rows and bytes. A row of JSON is told by the name of its first variable."""
    mark = b"\n" if name == "tsv" else b'"subject":'
    rows = size = 0
    kept = b""
    while piece := answer.read(_PIECE):
        size += len(piece)
        text = kept + piece
        rows += text.count(mark)
        # A mark may lie across two pieces: what could be its beginning is looked at again.
        kept = text[len(text) - len(mark) + 1 :] if len(mark) > 1 else b""
    return rows - (name == "tsv"), size
