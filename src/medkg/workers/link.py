"""The server process's end of one child: what it is at, and what comes from it."""

from __future__ import annotations

import asyncio
import struct
from time import monotonic
from typing import Protocol, cast

from medkg.access.limits import Limits
from medkg.errors import QueryError, Unavailable
from medkg.store.log import log
from medkg.workers.answer import Answer
from medkg.workers.asked import Asked
from medkg.workers.failures import OURS, died, told, too_large
from medkg.workers.frames import DATA, END, FAILED, HEAD, READY, Unframer
from medkg.workers.walls import Walls
from medkg.workers.wire import MIB, pack_open, unpack_end, unpack_failure, unpack_head, unpack_ready


class Owner(Protocol):
    """Who is told what becomes of a child."""

    def ready(self, link: Link, walls: Walls) -> None:
        """It has started, behind these walls."""

    def free(self, link: Link, retire: bool) -> None:
        """It has answered; ``retire`` says that it should answer no more."""

    def gone(self, link: Link) -> None:
        """It has ended, or its end was ordered: it answers no more."""

    def kill(self, number: int) -> None:
        """Kill the child of that number."""


class Link(asyncio.Protocol):
    """One child. It is starting, then ready or busy in turn, then gone."""

    def __init__(self, number: int, owner: Owner) -> None:
        self.number = number
        self.started = False
        self.gone = False
        #: Whose query runs, if one does; whether it runs as a long one; since when the child starts or is at it.
        self.caller: str | None = None
        self.long = False
        #: Whether it has stepped back behind the others; seconds at work and bytes when its pace was last looked at.
        self.reniced = False
        self.pace = (0.0, 0)
        #: The nursery has forked it; the nursery ended, and the child with it.
        self.born = False
        self.orphaned = False
        self.since = monotonic()
        self.answer: Answer | None = None
        self._owner = owner
        self._unframer = Unframer()
        self._transport: asyncio.Transport | None = None
        self._asked: Asked | None = None
        self._generation: int | None = None
        self._limits: Limits | None = None
        self._closed = False
        self._status: int | None = None
        self._ended = False

    @property
    def limits(self) -> Limits:
        """The limits of the query that runs."""
        if self._limits is None:
            raise RuntimeError("no query runs")
        return self._limits

    def open(self, generation: int | None) -> None:
        """Let the child open a generation before it is asked for it."""
        if generation is not None and generation != self._generation and self._transport is not None:
            self._generation = generation
            self._transport.write(pack_open(generation))

    def ask(self, question: bytes, asked: Asked, limits: Limits) -> Answer:
        """Send a question; the child must be ready."""
        if self._transport is None or self.answer is not None:
            raise RuntimeError("the child is not free")
        self._asked, self._limits, self._generation = asked, limits, asked.generation
        answer = self.answer = Answer(self._hold, self.stop)
        self.since, self.pace = answer.began, (0.0, 0)
        self._transport.write(question)
        return answer

    def stop(self, error: QueryError) -> None:
        """Kill the child; an answer that it has not ended fails with an error."""
        answer, self.answer = self.answer, None
        if answer is not None:
            answer.fail(error)
        if not self.gone:
            self._owner.kill(self.number)
        self._leave()

    def ended(self, status: int | None) -> None:
        """Take in how the child ended; what it had sent before may still be on its way."""
        self._status, self._ended, self.orphaned = status, True, status is None
        if self.answer is None:
            self._leave()
        self._conclude()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take in the socket."""
        self._transport = cast(asyncio.Transport, transport)
        if self.gone:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take in what the child sends."""
        try:
            for kind, content in self._unframer.feed(data):
                self._hear(kind, content)
        except (ValueError, struct.error) as error:  # no child of ours sends that
            log(__name__).error("child-failed", child=self.number, error=f"it sends what cannot be read: {error}")
            self.stop(Unavailable("the engine failed", remedy="Try again; tell the operator if it stays so."))

    def connection_lost(self, exc: Exception | None) -> None:
        """Take in that nothing more comes. Why is known when the nursery has told."""
        self._closed = True
        self._conclude()

    def _hear(self, kind: int, content: bytes) -> None:
        if kind == READY:
            self.started = True
            self._owner.ready(self, unpack_ready(content))
        elif self.answer is not None:
            self._take(self.answer, kind, content)

    def _take(self, answer: Answer, kind: int, content: bytes) -> None:
        if kind == DATA:
            answer.add(content)
            if answer.taken > self.limits.result_mib * MIB:  # the child keeps this limit, as long as it is itself
                self.stop(too_large(self.limits.result_mib))
        elif kind == HEAD:
            answer.start(unpack_head(content))
        elif kind == END:
            seconds, rows, retire = unpack_end(content)
            self.answer = None
            answer.end(seconds, rows)
            self._owner.free(self, retire)
        elif kind == FAILED:
            failure = unpack_failure(content)
            self.answer = None
            error = told(failure.kind, failure.message, self.limits)
            self._fail(answer, error, failure.seconds, ours=failure.kind in OURS)
            self._owner.free(self, failure.retire)

    def _fail(self, answer: Answer, error: QueryError, seconds: float | None = None, *, ours: bool = True) -> None:
        """End an answer with what the child told or how it died; what is nobody's fault but ours goes to the log."""
        if ours and isinstance(error, Unavailable):
            log(__name__).error("child-failed", child=self.number, error=str(error))
        answer.fail(error, seconds)

    def _hold(self, paused: bool) -> None:
        if self._transport is not None and not (self._closed or self.gone):
            if paused:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def _conclude(self) -> None:
        """Once the child has ended and all that it sent was read: fail what it left unfinished."""
        if not (self._closed and self._ended):
            return
        answer, self.answer = self.answer, None
        if answer is not None and self._asked is not None:
            self._fail(answer, died(self._status, self._asked, self.limits))
        self._leave()

    def _leave(self) -> None:
        if not self.gone:
            self.gone = True
            if self._transport is not None:
                self._transport.abort()
            self._owner.gone(self)
