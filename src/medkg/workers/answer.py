"""An answer as it comes from a child: its head, its bytes piece by piece, and what it took."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, Self

from medkg.errors import QueryError, Unavailable

#: An answer of which so many bytes wait for their reader is read no further, and its child waits. What is smaller
#: frees its child however slowly it is read.
READ_AHEAD: Final = 1024 * 1024
_READ_ON: Final = READ_AHEAD // 2
#: Pieces that wait together are given as one of at most so many bytes, unless one alone has more.
_LARGEST_PIECE: Final = 256 * 1024
_SPENT: Final = "engine_seconds"


@dataclass(frozen=True, slots=True)
class Head:
    """What is known before the first byte: the query's form, and the short name of the format really used."""

    form: str
    format: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer took.

    ``seconds`` is the processor time of the child; of a query that was stopped, the time by the clock, without what it
    spent waiting for its reader. ``rows`` is None where nobody counted: rows of a SELECT.
    """

    seconds: float
    bytes: int
    rows: int | None
    complete: bool


def seconds_spent(error: BaseException) -> float | None:
    """Give what a query took that ended with an error, as :class:`Outcome` counts it; None where none was begun.

    The cancellation of a task that waited for an answer's head counts as one, too.
    """
    spent: float | None = vars(error).get(_SPENT)
    return spent


class Answer:
    """The bytes of an answer, to be read once with ``async for``; :meth:`close` it where you stop before the end.

    Reading raises what broke the answer off: LimitExceeded, BadQuery or Unavailable. It never just ends too early.
    """

    def __init__(self, pause: Callable[[bool], None], abandon: Callable[[QueryError], None]) -> None:
        self.outcome: Outcome | None = None
        self.began = monotonic()
        self._pause, self._abandon = pause, abandon
        self._head: Head | None = None
        self._error: QueryError | None = None
        self._pieces: deque[bytes] = deque()
        self._waiting: asyncio.Future[None] | None = None
        self._held = self._taken = 0
        self._paused_at: float | None = None
        self._paused = 0.0

    @property
    def head(self) -> Head:
        """Form and format; an answer that :class:`medkg.workers.pool.Pool` gave has them."""
        if self._head is None:
            raise RuntimeError("the answer has not begun")
        return self._head

    @property
    def whole(self) -> bytes | None:
        """The bytes that are left where the child has sent its last, so that their number is known; else None."""
        if self.outcome is None or not self.outcome.complete:
            return None
        rest = b"".join(self._pieces)
        self._pieces.clear()
        self._pieces.append(rest)
        return rest

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._pieces:
            if self._error is not None:
                raise self._error
            if self.outcome is not None:
                raise StopAsyncIteration
            await self._news()
        return self._piece()

    async def close(self) -> None:
        """End the answer; a child that is still at it is killed. After the end it does nothing."""
        self._pieces.clear()
        if self.outcome is None:
            self._abandon(Unavailable("the answer was closed before its end"))

    @property
    def taken(self) -> int:
        """Bytes that have come from the child."""
        return self._taken

    def waited(self) -> float:
        """Give the seconds in which the child could not go on because nobody read."""
        return self._paused + (monotonic() - self._paused_at if self._paused_at is not None else 0.0)

    async def begin(self) -> None:
        """Wait until the head is known; raise what kept it from coming. Cancelling this closes the answer."""
        try:
            while self._head is None:
                if self._error is not None:
                    raise self._error
                await self._news()
        except asyncio.CancelledError as error:
            await self.close()
            if self.outcome is not None:
                vars(error)[_SPENT] = self.outcome.seconds
            raise

    def start(self, head: Head) -> None:
        """Take in the head."""
        self._head = head
        self._tell()

    def add(self, piece: bytes) -> None:
        """Take in bytes."""
        self._pieces.append(piece)
        self._held += len(piece)
        self._taken += len(piece)
        if self._held >= READ_AHEAD and self._paused_at is None:
            self._paused_at = monotonic()
            self._pause(True)
        self._tell()

    def end(self, seconds: float, rows: int | None) -> None:
        """Take in that the child has sent its last byte."""
        self.outcome = Outcome(seconds, self._taken, rows, True)
        self._go_on()
        self._tell()

    def fail(self, error: QueryError, seconds: float | None = None) -> None:
        """Take in that there is no more, and why."""
        if self.outcome is None:
            spent = monotonic() - self.began - self.waited() if seconds is None else seconds
            self.outcome = Outcome(spent, self._taken, None, False)
            self._error = error
            vars(error)[_SPENT] = spent
            self._go_on()
            self._tell()

    def _piece(self) -> bytes:
        piece = self._pieces.popleft()
        if self._pieces:
            parts, size = [piece], len(piece)
            while self._pieces and size + len(self._pieces[0]) <= _LARGEST_PIECE:
                parts.append(self._pieces.popleft())
                size += len(parts[-1])
            piece = b"".join(parts)
        self._held -= len(piece)
        if self._held < _READ_ON:
            self._go_on()
        return piece

    def _go_on(self) -> None:
        if self._paused_at is not None:
            self._paused += monotonic() - self._paused_at
            self._paused_at = None
            self._pause(False)

    async def _news(self) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None

    def _tell(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
