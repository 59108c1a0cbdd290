"""Bulk loading of a stream of N-Quads: Python makes or checks them while the engine loads them."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from types import TracebackType

from pyoxigraph import RdfFormat
from pyoxigraph import Store as Engine

from medkg.store.patch import Graph
from medkg.store.statements import parsed

#: Blocks of half a mebibyte that wait for the engine.
BLOCKS_WAITING = 64


class BulkLoad:
    """Loads lines into an engine while they are made; a context manager, complete when it ends.

    The lines go through a pipe that the engine reads as a file: only then does it work without Python's lock, so that
    two processors share the work. Where the context ends with an error, part may have been loaded: throw the engine's
    folder away. Blank nodes keep their labels: lines that may hold one wait in the file ``spool``, for the engine's
    own reading of files would rename them. Lines are N-Quads, or N-Triples for the graph ``to``.
    """

    def __init__(
        self, engine: Engine, spool: Path, lines: RdfFormat = RdfFormat.N_QUADS, to: Graph | None = None
    ) -> None:
        self._engine = engine
        self._spool = spool.open("w+b")
        self._format = lines
        self._graph = to if lines == RdfFormat.N_TRIPLES else None
        self._failure: Exception | None = None
        self._source, target = os.pipe()
        self._pipe = os.fdopen(target, "wb", buffering=0)
        # The engine reads in bursts and sorts between them; meanwhile blocks wait here rather than in the small pipe.
        self._waiting: Queue[bytes | None] = Queue(BLOCKS_WAITING)
        self._feeder = Thread(target=self._feed, name="bulk-feed", daemon=True)
        self._thread = Thread(target=self._load, name="bulk-load", daemon=True)

    def add(self, block: bytes) -> None:
        """Take whole lines, each with its line end, except those with blank nodes; wait while the engine is behind.

        Raises:
            OSError, SyntaxError: the engine failed, or refused a line.
        """
        if self._failure is not None:
            self._finish()
        self._waiting.put(b"".join(_parted(block)[0]) if b"_:" in block else block)

    def keep(self, block: bytes) -> None:
        """Take those lines of N-Quads that may hold blank nodes."""
        if b"_:" in block:
            self._spool.writelines(_parted(block)[1])

    def __enter__(self) -> BulkLoad:
        self._thread.start()
        self._feeder.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with ExitStack() as closing:
            # An error that is on its way must not keep the engine, and with it the engine's lock.
            closing.callback(delattr, self, "_engine")
            closing.callback(Path(self._spool.name).unlink)
            closing.callback(self._spool.close)
            if kind is None:
                self._finish()
                self._spool.seek(0)
                self._engine.bulk_extend(parsed(self._spool))
            else:
                self._end()

    def _finish(self) -> None:
        self._end()
        if self._failure is not None:
            raise self._failure

    def _end(self) -> None:
        self._waiting.put(None)
        self._feeder.join()
        self._thread.join()

    def _feed(self) -> None:
        """Write what waits into the pipe; where the engine has failed, take it and throw it away."""
        with self._pipe:
            for block in iter(self._waiting.get, None):
                with suppress(BrokenPipeError):
                    rest = memoryview(block)
                    while rest:
                        rest = rest[self._pipe.write(rest) or 0 :]

    def _load(self) -> None:
        try:
            self._engine.bulk_load(path=f"/dev/fd/{self._source}", format=self._format, to_graph=self._graph)
        except Exception as error:  # handed to the other thread, which raises it
            self._failure = error.with_traceback(None)
        finally:
            os.close(self._source)


def _parted(block: bytes) -> tuple[list[bytes], list[bytes]]:
    """Give the lines without blank nodes, and those that may hold one."""
    lines = block.splitlines(keepends=True)
    return [line for line in lines if b"_:" not in line], [line for line in lines if b"_:" in line]
