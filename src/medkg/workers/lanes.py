"""Whose turn it is: each caller's queries that run and that wait, served in turn, one caller after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medkg.access.limits import Limits
from medkg.errors import LimitExceeded
from medkg.workers.failures import too_many

if TYPE_CHECKING:
    from medkg.errors import QueryError
    from medkg.workers.link import Link

#: Queries of all callers together that wait in one server process, and their bytes.
MOST_WAITING: Final = 1_024
MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Waiting:
    turn: asyncio.Future[Link]
    limits: Limits
    size: int


@dataclass(slots=True)
class _Lane:
    running: int = 0
    waiting: deque[_Waiting] = field(default_factory=deque)


class Lanes:
    """Callers with anything running or waiting; others take no room."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        #: Queries that wait, and their bytes; of those whose callers gave up, some may still be counted.
        self.waiting = 0
        self.bytes = 0

    def enter(self, caller: str, limits: Limits) -> bool:
        """Count a query as running, if the caller may have one more and nobody waits; say whether it was."""
        lane = self._lanes.get(caller)
        if lane is None:
            lane = self._lanes[caller] = _Lane()
        if lane.waiting or lane.running >= limits.concurrent:
            return False
        lane.running += 1
        return True

    def leave(self, caller: str) -> None:
        """Count a query as no longer running."""
        lane = self._lanes[caller]
        lane.running -= 1
        self._tidy(caller, lane)

    def wait(self, caller: str, limits: Limits, size: int, retry_after: float) -> asyncio.Future[Link]:
        """Give what will be the child of a query of so many bytes; where nobody gives one for ``seconds``, it fails.

        Raises:
            LimitExceeded: ``queue`` where the caller, or all callers together, have too many waiting; ``concurrent``
                where none of a caller may wait, and as many as may run do. The error that ends the waiting tells the
                same apart: ``concurrent`` where only the caller's own queries were in its way.
        """
        lane = self._lanes.setdefault(caller, _Lane())
        for gone in [one for one in lane.waiting if one.turn.done()]:
            lane.waiting.remove(gone)
            self._forget(gone)
        if refused := self._refused(lane, limits, size, retry_after):
            self._tidy(caller, lane)
            raise refused
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Link] = loop.create_future()
        lane.waiting.append(_Waiting(turn, limits, size))
        self.waiting += 1
        self.bytes += size
        patience = loop.call_later(limits.seconds, _give_up, turn, lane, limits, retry_after)
        turn.add_done_callback(lambda _: patience.cancel())
        return turn

    def next(self) -> tuple[str, asyncio.Future[Link]] | None:
        """Give the caller whose turn it is and what waits there, counted as running; None where nobody may run."""
        if not self.waiting:
            return None
        for caller, lane in list(self._lanes.items()):
            while lane.waiting and lane.waiting[0].turn.done():
                self._forget(lane.waiting.popleft())
            if not lane.waiting:
                self._tidy(caller, lane)
            elif lane.running < lane.waiting[0].limits.concurrent:
                first = lane.waiting.popleft()
                self._forget(first)
                lane.running += 1
                # To the end of the order: the other callers come first now.
                self._lanes[caller] = self._lanes.pop(caller)
                return caller, first.turn
        return None

    def fail(self, error: QueryError) -> None:
        """Let nobody wait any longer."""
        for lane in self._lanes.values():
            for one in lane.waiting:
                if not one.turn.done():
                    one.turn.set_exception(error)

    def _refused(self, lane: _Lane, limits: Limits, size: int, retry_after: float) -> LimitExceeded | None:
        """Give why one more may not wait; None where it may."""
        if len(lane.waiting) >= limits.queue:
            if not lane.waiting:
                told = "as many queries as may be are running, and none may wait"
                return too_many(limits, retry_after, told, running=lane.running)
            return too_many(limits, retry_after, f"{len(lane.waiting)} queries are waiting before this one")
        if self.waiting >= MOST_WAITING or self.bytes + size > MOST_BYTES:
            return _crowded(self.waiting, retry_after)
        return None

    def _forget(self, one: _Waiting) -> None:
        self.waiting -= 1
        self.bytes -= one.size

    def _tidy(self, caller: str, lane: _Lane) -> None:
        if not lane.running and not lane.waiting:
            del self._lanes[caller]


def _give_up(turn: asyncio.Future[Link], lane: _Lane, limits: Limits, retry_after: float) -> None:
    if not turn.done():
        told = f"no turn came within {limits.seconds:g} seconds"
        turn.set_exception(too_many(limits, retry_after, told, running=lane.running))


def _crowded(waiting: int, retry_after: float) -> LimitExceeded:
    """Give the error for a query before which too many of all callers are waiting, whoever sends it."""
    message = f"{waiting:,} queries of all callers are waiting before this one"
    remedy = "Send it again later."
    return LimitExceeded(message, limit="queue", value=MOST_WAITING, retry_after=retry_after, remedy=remedy)
