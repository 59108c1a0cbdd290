"""The children of one server process: who gets one, who waits, and what becomes of a child that breaks a limit.

There are as many places as the setting ``children`` says. A query that still runs after :data:`LONG` seconds gives up
its place, so that small ones need not wait for it; of such long ones there may be :data:`LONG_PER_CHILD` times as many
as places. One that works for :data:`STEP_BACK` seconds and gives few bytes meanwhile gets the processor only when
nobody else wants it much (nice); one that gives :data:`STEADY` bytes a second soon ends, or reaches its limit of bytes.
As many children as there are places are held ready besides, so that a kill delays nobody. A child that has stepped
back cannot step forth again, so it is replaced after its query, and so is one whose memory has grown.

The clock of a query runs from the moment its child begins. While a reader takes nothing and the child has to wait for
it the clock stands, but no longer than the limit itself: a slow reader holds a child for twice ``seconds`` at most.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Final

from medkg.access.limits import Limits
from medkg.errors import Unavailable
from medkg.settings import Settings
from medkg.workers.answer import Answer, Head, Outcome
from medkg.workers.asked import Asked
from medkg.workers.failures import too_slow
from medkg.workers.herd import Herd
from medkg.workers.lanes import Lanes
from medkg.workers.link import Link
from medkg.workers.walls import Walls
from medkg.workers.wire import pack_question

__all__ = ["Answer", "Head", "Outcome", "Pool"]

LONG: Final = 0.25
STEP_BACK: Final = 1.0
STEADY: Final = 512 * 1024
LONG_PER_CHILD: Final = 2
#: Seconds between two looks at the clocks of the queries that run.
_TICK: Final = 0.1
_ATTEMPTS: Final = 3
#: How much the last query counts in the mean of their seconds.
_WEIGHT: Final = 0.05


class Pool:
    """The children of one server process. All methods belong to the loop that started it."""

    def __init__(self, settings: Settings) -> None:
        self._places = settings.children
        self._herd = Herd(settings, self)
        self._lanes = Lanes()
        self._short = self._long = 0
        self._mean = 0.1
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Start the fork server and the first children; returns when one of them is ready.

        Raises:
            Unavailable: none could be started.
        """
        self._loop = asyncio.get_running_loop()
        await self._herd.start(2 * self._places)

    async def close(self) -> None:
        """End all children and the fork server; answers that still run fail."""
        self._lanes.fail(Unavailable("the server is stopping", remedy="Try again."))
        await self._herd.close()
        if self._clock is not None:
            self._clock.cancel()

    @property
    def running(self) -> int:
        """Queries that run now."""
        return self._short + self._long

    @property
    def waiting(self) -> int:
        """Queries that wait for their turn."""
        return self._lanes.waiting

    @property
    def walls(self) -> Walls | None:
        """What keeps the children from the network and from growing, as they told it; None before one has started."""
        return self._herd.walls

    @property
    def processes(self) -> int:
        """Children alive or starting."""
        return len(self._herd.links)

    async def answer(self, asked: Asked, limits: Limits, caller: str = "") -> Answer:
        """Give the answer to a query as soon as its head is known.

        ``caller`` is whose ``limits.concurrent`` and ``limits.queue`` count: a token's id, a client's address.

        Raises:
            BadQuery: it is not valid SPARQL, is nested too deeply, or calls a function nobody knows.
            LimitExceeded: it broke a limit, or there are too many before it.
            Unavailable: the generation cannot be opened, or the child failed.
        """
        question = pack_question(asked, limits)
        self._herd.turn_to(asked.generation)
        # A child that ended with its nursery is not the query's fault: another one takes its place.
        for _ in range(_ATTEMPTS):
            link = self._enter(caller, limits) or await self._turn(caller, limits, len(question))
            answer = None if link.gone else await self._begun(link, link.ask(question, asked, limits))
            if answer is not None:
                return answer
        raise Unavailable("the processes for queries ended again and again", remedy="Try again.")

    async def _begun(self, link: Link, answer: Answer) -> Answer | None:
        """Give an answer whose head is known; None where the child ended with its nursery before that."""
        self._watch()
        try:
            await answer.begin()
        except Unavailable:
            if not link.orphaned:
                raise
            return None
        return answer

    def _enter(self, caller: str, limits: Limits) -> Link | None:
        """Give a free child where the caller may have one at once."""
        if self._short < self._places and self._herd.ready and self._lanes.enter(caller, limits):
            return self._occupied(caller)
        return None

    async def _turn(self, caller: str, limits: Limits, size: int) -> Link:
        if self._herd.hopeless:
            raise Unavailable("no process for queries can be started", remedy="Try again later.")
        turn = self._lanes.wait(caller, limits, size, self._retry_after())
        # Those who were before this one may have given up meanwhile, which nobody is told.
        self._grant()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.free(turn.result(), retire=False)
            raise

    def _occupied(self, caller: str) -> Link:
        link = self._herd.take()
        link.caller, link.since = caller, monotonic()
        self._short += 1
        return link

    def _grant(self) -> None:
        """Give free places to those who wait, and keep children ready for the places that stay free."""
        while self._short < self._places and self._herd.ready and (turn := self._lanes.next()):
            turn[1].set_result(self._occupied(turn[0]))
        self._herd.keep(self._needed)

    @property
    def _needed(self) -> int:
        return 2 * self._places - self._short

    def _retry_after(self) -> float:
        """Guess the seconds until those who wait now have had their turn."""
        return float(round(max(1.0, (self._lanes.waiting + 1) * self._mean / self._places)))

    def _watch(self) -> None:
        if self._clock is None and self._loop is not None:
            self._clock = self._loop.call_later(_TICK, self._tick)

    def _tick(self) -> None:
        self._clock = None
        now = monotonic()
        for link in self._herd.links:
            if link.answer is not None:
                self._look_at(link, link.answer, now - link.since)
        self._herd.look_after()
        if self.running or self._herd.starting:
            self._watch()

    def _look_at(self, link: Link, answer: Answer, elapsed: float) -> None:
        seconds = link.limits.seconds
        if elapsed - min(answer.waited(), seconds) >= seconds:
            link.stop(too_slow(link.limits))
        elif elapsed >= LONG and not link.long and self._long < LONG_PER_CHILD * self._places:
            link.long = True
            self._short -= 1
            self._long += 1
            self._grant()
        if not link.reniced and is_slow(link, answer, elapsed):
            link.reniced = True
            self._herd.renice(link.number)

    def _vacate(self, link: Link) -> None:
        """Count a query as over."""
        if link.caller is None:
            return
        self._lanes.leave(link.caller)
        link.caller = None
        self._mean += _WEIGHT * (monotonic() - link.since - self._mean)
        if link.long:
            link.long = False
            self._long -= 1
        else:
            self._short -= 1

    def ready(self, link: Link, walls: Walls) -> None:
        """Take in a child that has started."""
        self._herd.joined(link, walls)
        self._grant()

    def free(self, link: Link, retire: bool) -> None:
        """Take in a child that has answered."""
        self._vacate(link)
        # A long query has had another child take its place.
        if retire or link.reniced or self._herd.expected >= self._needed:
            link.stop(Unavailable("it is replaced"))
        else:
            self._herd.put_back(link)
            self._grant()

    def gone(self, link: Link) -> None:
        """Take in a child that has ended."""
        self._vacate(link)
        self._herd.left(link)
        if self._herd.hopeless:
            self._lanes.fail(Unavailable("no process for queries can be started", remedy="Try again later."))
        self._grant()

    def kill(self, number: int) -> None:
        """Kill a child."""
        self._herd.kill(number)


def is_slow(link: Link, answer: Answer, elapsed: float) -> bool:
    """Say whether the last :data:`STEP_BACK` seconds of a query brought few bytes; the next look is at those after."""
    worked = elapsed - answer.waited()
    since, before = link.pace
    if worked - since < STEP_BACK:
        return False
    link.pace = (worked, answer.taken)
    return answer.taken - before < STEADY * (worked - since)
