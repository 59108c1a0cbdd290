"""The way of an answer from the thread that reads it to the loop that sends it: bounded, and closed from either end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Final

from medkg.errors import QueryError
from medkg.workers.answer import Answer
from medkg.workers.frames import DATA, HEAD, Channel, Unframer
from medkg.workers.wire import unpack_head

#: Pieces of 64 KiB on the way to the loop. It takes them in at once, unless it is busy or holds the thread back.
_ON_THE_WAY: Final = 16


class ClientGone(Exception):  # noqa: N818 - what the client did, and it never leaves the thread
    """Nobody reads the answer any more."""


class Pipe(Channel):
    """A channel whose frames go to an answer in the loop. The thread writes, ends and fails; the loop does the rest."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._unframer = Unframer()
        self._room = threading.Semaphore(_ON_THE_WAY)
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self._closed = False
        self._answer: Answer | None = None

    def feed(self, answer: Answer) -> None:
        """Name the answer that takes in what is written."""
        self._answer = answer

    def hold(self, paused: bool) -> None:
        """Hold the thread back, or let it go on."""
        if paused and not self._closed:
            self._may_go_on.clear()
        else:
            self._may_go_on.set()

    def close(self) -> None:
        """Let the thread find out that nobody reads."""
        self._closed = True
        self._may_go_on.set()
        self._room.release(_ON_THE_WAY)

    def write(self, frames: bytes) -> None:
        """Pass frames on; waits while nobody reads.

        Raises:
            ClientGone: nobody will.
        """
        self._room.acquire()
        self._may_go_on.wait()
        if not self._tell(lambda answer: self._take_in(answer, frames)):
            raise ClientGone

    def end(self, seconds: float, rows: int | None) -> None:
        """Say that all is written."""
        self._tell(lambda answer: answer.end(seconds, rows))

    def fail(self, error: QueryError) -> None:
        """Say that no more comes, and why."""
        self._tell(lambda answer: answer.fail(error))

    def _tell(self, what: Callable[[Answer], None]) -> bool:
        """Say whether anybody is there to be told."""
        if self._closed or self._answer is None:
            return False
        try:
            self._loop.call_soon_threadsafe(self._told, what, self._answer)
        except RuntimeError:
            return False  # the loop has ended
        return True

    def _told(self, what: Callable[[Answer], None], answer: Answer) -> None:
        if not self._closed:
            what(answer)

    def _take_in(self, answer: Answer, frames: bytes) -> None:
        self._room.release()
        for kind, content in self._unframer.feed(frames):
            if kind == HEAD:
                answer.start(unpack_head(content))
            elif kind == DATA:
                answer.add(content)
