"""The loop of a child: one query at a time, each from the generation it names, until the server process goes away."""

from __future__ import annotations

import os
import re
import resource
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import process_time
from typing import IO, Final, cast

import pyoxigraph as ox

from medkg.errors import BadQuery, StoreError
from medkg.keywords import keywords, resolve_escapes
from medkg.namespaces import PREFIXES
from medkg.outgoing.endpoints import Endpoint
from medkg.outgoing.relay import Relay
from medkg.query.formats import GRAPHS, TABLES, Engine, Format, carried
from medkg.settings import DEFAULT_GRAPHS
from medkg.store.base import Answer
from medkg.store.generations import Generations
from medkg.store.reader import Snapshot, open_generation
from medkg.workers.answer import Head
from medkg.workers.asked import Asked
from medkg.workers.frames import OPEN, Channel
from medkg.workers.isolation import enclose
from medkg.workers.stream import ResultTooLarge, Stream
from medkg.workers.walls import Walls
from medkg.workers.wire import (
    MIB,
    Failure,
    Question,
    pack_end,
    pack_failure,
    pack_ready,
    unpack_open,
    unpack_question,
)

#: Room for some 10,000 to 50,000 levels of nesting, as the kind of nesting is; deeper queries end the child. Pages of
#: it that are not used cost nothing.
STACK: Final = 256 * MIB
#: A child whose memory has grown by so much, although the query has ended, is replaced.
_GROWN: Final = 256 * MIB
#: Exit status of a child that had no memory left to say so.
OUT_OF_MEMORY: Final = 77
_KEPT: Final = 2
#: How the engine tells that an endpoint of SERVICE gave no answer; behind it stands what our broker said of it.
_FAR: Final = re.compile(r"Error 502\b.*? with payload:\s*(?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ways:
    """What all children of a pool share: where the generations are, the default graph, and whom SERVICE may call."""

    home: Path
    union: bool
    endpoints: tuple[Endpoint, ...] = ()


class Child:
    """What answers: the last two generations asked for, open, and the channel to the server process."""

    def __init__(self, end: socket.socket, ways: Ways, relay: Relay | None, walls: Walls) -> None:
        self._channel = Channel(end)
        self._walls = walls
        self._generations = Generations(ways.home)
        self._union = ways.union
        self._relay = relay
        self._open: dict[int, Snapshot] = {}
        self._memory = os.open("/proc/self/statm", os.O_RDONLY)
        self._page = resource.getpagesize()
        self._before = self._size()
        #: What the operator allows any process, as far as that is bounded at all; what is allowed now.
        self._most = resource.getrlimit(resource.RLIMIT_AS)[1]
        self._bound = self._most

    def serve(self) -> None:
        """Open what is served now, then answer until the server process closes the channel."""
        with suppress(StoreError):  # whoever asks is told
            self._snapshot(self._generations.served())
        self._channel.write(pack_ready(self._walls))
        while (received := self._channel.read()) is not None:
            kind, content = received
            if kind == OPEN:
                with suppress(StoreError):  # whoever asks for it is told
                    self._snapshot(unpack_open(content))
            else:
                self._answer(unpack_question(content))

    def _answer(self, question: Question) -> None:
        began = process_time()
        try:
            snapshot = self._snapshot(question.asked.generation)
            self._allow(self._before + question.memory_mib * MIB)
            stream, rows = self._write(question, snapshot)
            stream.end(pack_end(process_time() - began, rows, self._size() - self._before > _GROWN))
        except BaseException as error:  # a panic of the engine is no Exception
            self._allow(self._most)
            self._tell(error, process_time() - began)

    def _tell(self, error: BaseException, seconds: float) -> None:
        """Send why there is no answer; end where memory or the engine cannot be trusted any more."""
        kind = _kind_of(error)
        retire = kind in {"memory", "internal"}
        told = error.message if isinstance(error, BadQuery) else str(error)
        if self._relay is not None:
            told = self._relay.restored(told)
            if kind == "engine" and (far := _FAR.search(told)):
                kind, told = "far", far["reason"]
        self._channel.write(pack_failure(Failure(kind, told, seconds, retire)))
        if retire:
            raise SystemExit from error

    def _allow(self, size: int) -> None:
        """Bound the address space of this process, which the next query may change again."""
        if self._most != resource.RLIM_INFINITY:
            size = min(size, self._most)
        if size != self._bound:
            resource.setrlimit(resource.RLIMIT_AS, (size, self._most))
            self._bound = size

    def _write(self, question: Question, snapshot: Snapshot) -> tuple[Stream, int | None]:
        asked = question.asked
        result = self._result(asked, snapshot)
        if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
            ask = isinstance(result, ox.QueryBoolean)
            table = _fitting(TABLES, asked.format)
            stream = Stream(self._channel, Head("ASK" if ask else "SELECT", table.name), question.result_bytes)
            result.serialize(cast(IO[bytes], stream), format=table.engine)
            return stream, 1 if ask else None
        graph = _fitting(GRAPHS, asked.format)
        stream = Stream(self._channel, Head(_form(asked.query), graph.name), question.result_bytes)
        triples = _Once(result)
        ox.serialize(
            carried(triples, graph.name), cast(IO[bytes], stream), format=graph.engine, prefixes=dict(PREFIXES)
        )
        return stream, triples.count

    def _result(self, asked: Asked, snapshot: Snapshot) -> Answer:
        options: dict[str, object] = {"prefixes": _prefixes(asked.query), "base_iri": asked.base}
        if asked.default_graphs is not None or asked.named_graphs is not None:
            options["default_graph"] = [ox.NamedNode(iri) for iri in asked.default_graphs or ()]
            options["named_graphs"] = [ox.NamedNode(iri) for iri in asked.named_graphs or ()]
        query = asked.query if self._relay is None else self._relay.query(asked.query)
        return snapshot.query(query, **options)

    def _snapshot(self, generation: int) -> Snapshot:
        snapshot = self._open.pop(generation, None)
        if snapshot is None:
            self._allow(self._most)
            snapshot = open_generation(self._generations, generation, DEFAULT_GRAPHS[0 if self._union else 1])
            for old in [*islice(self._open, max(len(self._open) - _KEPT + 1, 0))]:
                del self._open[old]
            self._before = self._size()
        self._open[generation] = snapshot
        return snapshot

    def _size(self) -> int:
        """Give the bytes of address space in use, which is what RLIMIT_AS bounds."""
        return int(os.pread(self._memory, 100, 0).split(maxsplit=1)[0]) * self._page


class _Once:
    """Triples without repetitions, which the engine gives where a template does; counted."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = triples
        self.count = 0

    def __iter__(self) -> Iterator[ox.Triple]:
        seen = set()
        for triple in self._triples:
            if triple not in seen:
                seen.add(triple)
                self.count += 1
                yield triple


def _fitting(formats: Mapping[str, Format[Engine]], wanted: str) -> Format[Engine]:
    return formats.get(wanted) or next(iter(formats.values()))


def _prefixes(query: str) -> dict[str, str]:
    """Give the registry's prefixes that may stand in a query: for the engine, all of them are half of its work."""
    if "\\" in query:
        return dict(PREFIXES)  # an escape may stand for a letter of one
    return {name: iri for name, iri in PREFIXES.items() if f"{name}:" in query}


def _form(query: str) -> str:
    """Give the form of a query that gives triples; the engine does not tell which of the two it is."""
    words = keywords(resolve_escapes(query))
    return next((word for word in words if word in {"CONSTRUCT", "DESCRIBE"}), "CONSTRUCT")


def _kind_of(error: BaseException) -> str:
    kinds = {
        SyntaxError: "syntax",
        MemoryError: "memory",
        ResultTooLarge: "result",
        BadQuery: "query",
        StoreError: "store",
        RuntimeError: "query",
        ValueError: "query",
        OSError: "engine",
    }
    return next((kind for base, kind in kinds.items() if isinstance(error, base)), "internal")


def live(ends: list[socket.socket], ways: Ways) -> None:
    """Be a child: shut in, with a large stack, until the server process goes away. Never returns.

    ``ends`` are the socket for queries and, where endpoints may be called, the one to the broker.
    """
    walls = enclose(calls=bool(ways.endpoints))
    relay = Relay(ends[1], ways.endpoints) if walls.calls else None
    _say_nothing()
    threading.stack_size(STACK)
    thread = threading.Thread(target=_serve, args=(ends[0], ways, relay, walls))
    thread.start()
    thread.join()
    os._exit(0)


def _say_nothing() -> None:
    """Let go of the server's own output, which is its log.

    What the engine prints as it ends the process would be noise there, and the pool tells why a child ended.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for output in (1, 2):
        os.dup2(nowhere, output)
    os.close(nowhere)


def _serve(end: socket.socket, ways: Ways, relay: Relay | None, walls: Walls) -> None:
    try:
        Child(end, ways, relay, walls).serve()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError:
        # The server process is gone, or wants no more of this answer.
        os._exit(0)
