"""Whose turn it is: so many strangers' queries at once are sent on, no caller more than its share of them."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from typing import Final

from medkg.access.limits import Limits
from medkg.workers.failures import too_many

#: Queries of all callers together that wait in one server process.
MOST_WAITING: Final = 256
#: Seconds after which one who was refused may try again: about what a query takes.
_RETRY_AFTER: Final = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    caller: str
    limits: Limits
    turn: asyncio.Future[None]


class Turns:
    """The places of one server process, given in the order of asking to callers that may have one more."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._running: Counter[str] = Counter()
        self._waiting: deque[_Waiting] = deque()

    async def take(self, caller: str, limits: Limits) -> None:
        """Wait for a place, for as long as a query may take. Whoever has one gives it back with :meth:`give_back`.

        Raises:
            LimitExceeded: the caller has too many waiting, all callers have, or no place came.
        """
        waiting = sum(1 for item in self._waiting if item.caller == caller)
        place = _Waiting(caller, limits, asyncio.get_running_loop().create_future())
        if waiting >= max(1, limits.queue) or len(self._waiting) >= MOST_WAITING:
            raise too_many(limits, _RETRY_AFTER, f"{waiting} queries are waiting before this one")
        self._waiting.append(place)
        self._give_out()
        if not place.turn.done() and limits.queue < 1:
            self._waiting.remove(place)
            raise too_many(limits, _RETRY_AFTER, "others are running", running=self._running[caller])
        await self._patiently(place)

    def give_back(self, caller: str) -> None:
        """Give a place back."""
        self._free += 1
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        self._give_out()

    async def _patiently(self, place: _Waiting) -> None:
        try:
            async with asyncio.timeout(place.limits.seconds):
                await place.turn
        except BaseException as error:
            if place in self._waiting:
                self._waiting.remove(place)
            elif place.turn.done() and not place.turn.cancelled():
                self.give_back(place.caller)
            if isinstance(error, TimeoutError):
                running = self._running[place.caller]
                message = f"no turn came within {place.limits.seconds:g} seconds"
                raise too_many(place.limits, _RETRY_AFTER, message, running=running) from error
            raise

    def _give_out(self) -> None:
        for place in list(self._waiting):
            if not self._free:
                return
            if place.turn.done():
                self._waiting.remove(place)
            elif self._running[place.caller] < place.limits.concurrent:
                self._waiting.remove(place)
                self._free -= 1
                self._running[place.caller] += 1
                place.turn.set_result(None)
