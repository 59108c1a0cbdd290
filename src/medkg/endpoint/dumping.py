"""A graph, or all of them, written by the engine in a thread and read piece by piece, as fast as the client takes it.

Nothing that a stranger wrote is parsed here, and writing can be stopped at any piece; so it needs no child.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, thread_time
from traceback import format_exc
from typing import IO, Final, cast

import pyoxigraph as ox

from medkg.access.limits import Limits, unit_of
from medkg.endpoint.requests import MIB
from medkg.errors import LimitExceeded
from medkg.namespaces import PREFIXES
from medkg.query import jsonld
from medkg.query.formats import GRAPHS, Format, carried
from medkg.store.reader import Snapshot

DATASETS: Final = {
    "trig": Format("trig", "application/trig", ox.RdfFormat.TRIG, ("application/x-trig",)),
    "nq": Format("nq", "application/n-quads", ox.RdfFormat.N_QUADS, ("text/x-nquads",)),
    "jsonld": GRAPHS["jsonld"],
}
#: Prefixes belong to the formats that have them.
_WITH_PREFIXES: Final = frozenset({"ttl", "trig", "rdf"})
#: What cannot hold any statement; of data sets JSON-LD alone.
_NARROW: Final = frozenset({"rdf", "jsonld"})
_PIECE: Final = 64 * 1024
_WAITING: Final = 4
_THREADS: Final = 4
Source = ox.NamedNode | ox.DefaultGraph | None
_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="dump")


class Stopped(Exception):  # noqa: N818 - what the reader did
    """Nobody reads any more."""


class Dump:
    """The bytes of a graph (None: the default graph) or, where ``format`` holds several, of all graphs.

    Read it with :meth:`pieces`, which raises LimitExceeded where it takes too long or gets too large, and BadQuery or
    ValueError where the format cannot hold a triple.
    """

    def __init__(
        self, snapshot: Snapshot, graph: str | None, wanted: Format[ox.RdfFormat], limits: Limits, whole: bool
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(_WAITING)
        self._limits = limits
        self._xml = wanted.name == "rdf"
        self._parts: list[bytes] = []
        self._size = self._sent = 0
        self._ends = monotonic() + limits.seconds
        self._stopped = False
        #: Processor seconds it took, once it has ended.
        self.seconds = 0.0
        source = None if whole else ox.NamedNode(graph) if graph is not None else ox.DefaultGraph()
        self._running = self._loop.run_in_executor(
            _threads, self._run, partial(self._put_out, snapshot, wanted, source)
        )

    def _put_out(self, snapshot: Snapshot, wanted: Format[ox.RdfFormat], source: Source) -> None:
        """Have the engine write; None is all graphs."""
        out, prefixes = cast(IO[bytes], self), dict(PREFIXES) if wanted.name in _WITH_PREFIXES else None
        if source is None and wanted.name in _NARROW:
            ox.serialize(jsonld.carried(snapshot.quads()), out, format=wanted.engine)
        elif source is None and snapshot.manifest.mirrored:
            ox.serialize(snapshot.quads(), out, format=wanted.engine, prefixes=prefixes)
        elif wanted.name not in _NARROW:
            snapshot.engine.dump(out, wanted.engine, from_graph=source, prefixes=prefixes)
        else:
            triples = (quad.triple for quad in snapshot.engine.quads_for_pattern(None, None, None, source))
            ox.serialize(carried(triples, wanted.name), out, format=wanted.engine, prefixes=prefixes)

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Give the bytes; whoever stops before the end closes this."""
        try:
            while (piece := await self._next()) is not None:
                yield piece
        finally:
            self._stopped = True
            while not self._queue.empty():
                self._queue.get_nowait()

    async def _next(self) -> bytes | None:
        if self._stopped and self._queue.empty():
            raise self._too_late()
        piece = await self._queue.get()
        if isinstance(piece, Exception):
            raise piece
        return piece

    def write(self, part: bytes) -> int:
        """Take bytes from the engine, in its thread."""
        self._parts.append(part)
        self._size += len(part)
        if self._size >= _PIECE:
            self.flush()
        return len(part)

    def flush(self) -> None:
        """Pass on what has gathered."""
        data = b"".join(self._parts)
        self._parts, self._size = [], 0
        if self._xml:
            # The engine writes carriage returns as they are, which XML reads as line ends.
            data = data.replace(b"\r", b"&#13;")
        self._sent += len(data)
        self._check()
        if data:
            self._pass_on(data)

    def _check(self) -> None:
        most = self._limits.result_mib
        if self._sent > most * MIB:
            raise _broken("the graph is larger than an answer may be", "result_mib", most)
        if monotonic() > self._ends:
            raise self._too_late()

    def _too_late(self) -> LimitExceeded:
        return _broken("the graph was not taken in time", "seconds", self._limits.seconds)

    def _pass_on(self, item: bytes | Exception | None) -> None:
        if self._stopped:
            raise Stopped
        asyncio.run_coroutine_threadsafe(self._put(item), self._loop).result()

    async def _put(self, item: bytes | Exception | None) -> None:
        while not self._stopped:
            try:
                await asyncio.wait_for(self._queue.put(item), 1.0)
            except TimeoutError:
                if monotonic() > self._ends:
                    self._stopped = True
                    return
            else:
                return

    def _run(self, write: Callable[[], None]) -> None:
        began = thread_time()
        try:
            write()
            self.flush()
            self._pass_on(None)
        except Stopped:
            pass
        except Exception as error:
            if not self._stopped:
                # What the frames hold of the engine may be dropped in this thread alone.
                error.add_note(format_exc())
                self._pass_on(error.with_traceback(None))
        finally:
            self.seconds = thread_time() - began


def _broken(message: str, limit: str, value: float) -> LimitExceeded:
    remedy = "Ask for a part of it with a query, or for a token with a higher limit."
    return LimitExceeded(message, limit=limit, value=value, unit=unit_of(limit), remedy=remedy)
