"""Bulk loading of a stream of N-Quads: one thread makes them, another loads them."""

from __future__ import annotations

from pathlib import Path
from queue import Full, Queue
from threading import Thread
from types import TracebackType
from typing import IO, cast

from pyoxigraph import RdfFormat
from pyoxigraph import Store as Engine

from medkg.store.statements import parsed

#: Blocks that wait for the engine; a block is some thousand lines.
WAITING = 8
_PATIENCE = 0.2


class _AbandonedError(OSError):
    """The stream will not be completed."""


class _Stream:
    """A file that another thread fills."""

    def __init__(self) -> None:
        self.blocks: Queue[bytes | _AbandonedError | None] = Queue(WAITING)
        self._rest = b""
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        if not self._rest and not self._ended:
            block = self.blocks.get()
            if isinstance(block, _AbandonedError):
                raise block
            self._ended = block is None
            self._rest = block or b""
        piece = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(piece) :]
        return piece


class BulkLoad:
    """Loads blocks of N-Quads into an engine while they are made; a context manager, complete when it ends.

    The engine works without Python's lock, so that two processors share the work. It loads all or, where the context
    ends with an error, nothing. Blank nodes keep their labels: lines that may hold one wait in the file ``spool``, for
    the engine's own reading of files would rename them.
    """

    def __init__(self, engine: Engine, spool: Path) -> None:
        self._engine = engine
        self._stream = _Stream()
        self._spool = spool.open("w+b")
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._load, name="bulk-load", daemon=True)

    def add(self, block: bytes) -> None:
        """Take whole lines, each with its line end; wait while the engine is behind.

        Raises:
            OSError: the engine failed.
        """
        if b"_:" in block:
            lines = block.splitlines(keepends=True)
            self._spool.writelines(line for line in lines if b"_:" in line)
            block = b"".join(line for line in lines if b"_:" not in line)
        if block:
            self._send(block)

    def __enter__(self) -> BulkLoad:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with self._spool:
            try:
                if self._thread.is_alive():
                    self._send(None if kind is None else _AbandonedError("the stream broke off"))
                self._thread.join()
                if kind is None:
                    self._check()
                    self._spool.seek(0)
                    self._engine.bulk_extend(parsed(self._spool))
            finally:
                # An error that is on its way must not keep the engine, and with it the engine's lock.
                del self._engine
        Path(self._spool.name).unlink()

    def _send(self, block: bytes | _AbandonedError | None) -> None:
        while self._thread.is_alive():
            try:
                self._stream.blocks.put(block, timeout=_PATIENCE)
            except Full:
                continue
            return
        if not isinstance(block, _AbandonedError):
            self._check()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _load(self) -> None:
        try:
            self._engine.bulk_load(cast("IO[bytes]", self._stream), RdfFormat.N_QUADS)
        except BaseException as error:  # handed to the other thread, which raises it
            self._failure = error.with_traceback(None)
