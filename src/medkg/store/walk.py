"""What tells two engines apart, found by going through both in step, without sorting and without holding either."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from threading import Thread

from pyoxigraph import DefaultGraph, Quad, RdfFormat
from pyoxigraph import Store as Engine

from medkg.errors import StoreError
from medkg.store.patch import Graph, Operation
from medkg.store.statements import from_lines

_READ = 1 << 18
#: Bytes compared at first; what is equal doubles them.
_STEP = 1 << 8


def differences(old: Engine, new: Engine, graph: Graph) -> Iterator[tuple[Operation, bytes]]:
    """Give the lines of one graph, as N-Quads, that ``old`` has and ``new`` has not (D), and the other way round (A).

    Both engines are copies of one store: what they have in common they give in the same order. So where the next
    lines differ, either the old one is not in ``new`` (deleted), or it comes later there, and the new one is not in
    ``old``. The engines write their lines at the same time, each in a thread of its own.
    """
    named = b".\n" if isinstance(graph, DefaultGraph) else f"{graph} .\n".encode()
    with Dump(old, graph) as before, Dump(new, graph) as after:
        for operation, line in _in_step(_Lines(before), _Lines(after), lambda line: _quad(line, graph) in new):
            yield operation, line.removesuffix(b".\n") + named


def _in_step(olds: _Lines, news: _Lines, is_kept: Callable[[bytes], bool]) -> Iterator[tuple[Operation, bytes]]:
    kept: bytes | None = None
    while True:
        if kept is None:
            _skip_common(olds, news)
        left, right = olds.peek(), news.peek()
        if left and left == right:
            kept = None
            olds.take()
            news.take()
        elif left and left != kept and not is_kept(left):
            yield "D", olds.take()
        elif right:
            kept = left
            yield "A", news.take()
        elif left:
            raise StoreError("two copies of one store do not give their statements in one order")
        else:
            return


def _quad(line: bytes, graph: Graph) -> Quad:
    triple = next(from_lines(line))
    return Quad(triple.subject, triple.predicate, triple.object, graph)


class Dump:
    """The triples of a graph as lines, written by a thread of their own while they are read; a context manager."""

    def __init__(self, engine: Engine, graph: Graph) -> None:
        self._engine = engine
        self._graph = graph
        self._failure: Exception | None = None
        source, target = os.pipe()
        self._source = os.fdopen(source, "rb", buffering=0)
        self._target = os.fdopen(target, "wb", buffering=_READ)
        self._thread = Thread(target=self._write, name="dump", daemon=True)

    def read(self) -> bytes:
        """Give what was written meanwhile; nothing at the end.

        Raises:
            OSError: the engine failed.
        """
        piece = self._source.read(_READ)
        if not piece and self._failure:
            raise self._failure
        return piece

    def blocks(self) -> Iterator[bytes]:
        """Give all lines, some whole ones at a time.

        Raises:
            OSError: the engine failed.
        """
        rest = b""
        while piece := self.read():
            whole, end, last = (rest + piece).rpartition(b"\n")
            rest = last
            if end:
                yield whole + end

    def __enter__(self) -> Dump:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Where nobody reads to the end, the thread ends at its next write.
        self._source.close()
        self._thread.join()
        del self._engine

    def _write(self) -> None:
        try:
            with self._target:
                self._engine.dump(self._target, RdfFormat.N_TRIPLES, from_graph=self._graph)
        except Exception as error:  # handed to the other thread, which raises it
            self._failure = error.with_traceback(None)


class _Lines:
    """Lines of a stream, of which the common beginning with another one can be skipped at once."""

    def __init__(self, source: Dump) -> None:
        self._source = source
        self._ended = False
        self.held = b""
        self.at = 0

    def peek(self) -> bytes:
        """Give the next line with its end; nothing at the end of the stream."""
        end = self.held.find(b"\n", self.at)
        while end < 0 and not self._ended:
            self.fill()
            end = self.held.find(b"\n", self.at)
        return self.held[self.at : end + 1]

    def take(self) -> bytes:
        """Give the next line and go on to the one behind it."""
        line = self.peek()
        self.at += len(line)
        return line

    def fill(self) -> None:
        """Read more, and forget what was taken."""
        piece = self._source.read()
        self._ended = not piece
        self.held, self.at = self.held[self.at :] + piece, 0


def _skip_common(left: _Lines, right: _Lines) -> None:
    """Skip whole lines that both have next, by comparing blocks that grow as long as they are equal."""
    step = _STEP
    while True:
        mine = left.held[left.at : left.at + step]
        if not mine or mine != right.held[right.at : right.at + len(mine)]:
            return
        whole = mine.rfind(b"\n") + 1
        if not whole:
            return
        left.at += whole
        right.at += whole
        step = min(step * 2, _READ)
