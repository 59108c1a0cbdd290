"""Enough children ready: started ahead, told of each new generation, replaced when they end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Final

from medkg.errors import Unavailable
from medkg.outgoing.broker import Broker
from medkg.outgoing.endpoints import read_endpoints
from medkg.settings import Settings
from medkg.store.log import log
from medkg.workers.forking import ForkServer
from medkg.workers.link import Link, Owner
from medkg.workers.walls import Walls

#: Seconds that a child may take to start; seconds before the next attempt after none, one, two … failed.
_START: Final = 30.0
_PAUSES: Final = (0.0, 0.1, 0.5, 2.0, 5.0)
#: From so many attempts on nobody is left waiting for a child.
_HOPELESS: Final = 3


class Herd:
    """The children of one pool, and the nursery that forks them."""

    def __init__(self, settings: Settings, owner: Owner) -> None:
        self._owner = owner
        endpoints = read_endpoints(settings.services)
        self._broker = Broker(endpoints) if endpoints else None
        arguments = (str(settings.home.absolute()), settings.default_graph, settings.services)
        self._forks = ForkServer("medkg.workers.nursery", arguments, self._ended, self._orphaned)
        self._links: dict[int, Link] = {}
        self._ready: list[Link] = []
        self._connecting: set[asyncio.Task[None]] = set()
        self._need = self._number = self._starting = self._failures = 0
        self._generation: int | None = None
        self._later: asyncio.TimerHandle | None = None
        self._first: asyncio.Future[None] | None = None
        self._closed = False
        self.walls: Walls | None = None

    async def start(self, need: int) -> None:
        """Start the nursery and children; returns when one is ready.

        Raises:
            Unavailable: none was, in half a minute.
        """
        self._first = asyncio.get_running_loop().create_future()
        self._forks.start()
        self.keep(need)
        try:
            await asyncio.wait_for(self._first, _START)
        except TimeoutError as error:
            await self.close()
            raise Unavailable("no process for queries could be started") from error

    async def close(self) -> None:
        """End all children and the nursery; returns when they have ended."""
        self._closed = True
        if self._later is not None:
            self._later.cancel()
        for link in list(self._links.values()):
            link.stop(Unavailable("the server is stopping", remedy="Try again."))
        await asyncio.gather(*self._connecting, return_exceptions=True)
        await self._forks.close()

    @property
    def links(self) -> list[Link]:
        """All children that have not ended."""
        return list(self._links.values())

    @property
    def ready(self) -> bool:
        """Say whether a child is free."""
        return bool(self._ready)

    @property
    def starting(self) -> bool:
        """Say whether a child is on its way."""
        return self._starting > 0

    @property
    def expected(self) -> int:
        """Children that are free, or will be as soon as they have started."""
        return len(self._ready) + self._starting

    @property
    def hopeless(self) -> bool:
        """Say whether children fail to start again and again."""
        return self._failures >= _HOPELESS

    def take(self) -> Link:
        """Give a free child: the one that was busy last, whose memory is warm."""
        return self._ready.pop()

    def put_back(self, link: Link) -> None:
        """Take in a child that is free again, or for the first time."""
        if not link.gone:
            link.open(self._generation)
            self._ready.append(link)

    def keep(self, need: int) -> None:
        """Have so many children free or starting from now on."""
        self._need = need
        self._refill()

    def turn_to(self, generation: int) -> None:
        """Have the free children, and all later ones, open a generation before they are asked for it."""
        if generation != self._generation:
            self._generation = generation
            for link in self._ready:
                link.open(generation)

    def joined(self, link: Link, walls: Walls) -> None:
        """Take in that a child has started, behind which walls; where one is missing that is logged once."""
        if walls != self.walls:
            self.walls = walls
            _report(walls)
        self._failures = 0
        self._starting -= 1
        if self._first is not None and not self._first.done():
            self._first.set_result(None)
        self.put_back(link)

    def left(self, link: Link) -> None:
        """Take in that a child is gone."""
        if link in self._ready:
            self._ready.remove(link)
        if not link.started:
            self._failures += 1
            self._starting -= 1
        self._refill()

    def kill(self, number: int) -> None:
        """Kill a child. Where the nursery does not listen it is ended, and with it the child."""
        with suppress(Unavailable):
            self._forks.kill(number)

    def renice(self, number: int) -> None:
        """Let a child step back behind the others; where that fails it goes on as it is."""
        with suppress(Unavailable):
            self._forks.renice(number)

    def look_after(self) -> None:
        """Kill children that take too long to start."""
        for link in self.links:
            if not link.started and monotonic() - link.since > _START:
                link.stop(Unavailable("it did not start"))

    def _refill(self) -> None:
        missing = self._need - self.expected
        if missing <= 0 or self._later is not None or self._closed:
            return
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        # Also without a pause: not from within the call that lost a child, which may be about to lose more.
        self._later = asyncio.get_running_loop().call_later(pause, self._start_missing)

    def _start_missing(self) -> None:
        self._later = None
        for _ in range(self._need - self.expected):
            self._number += 1
            self._starting += 1
            link = Link(self._number, self._owner)
            self._links[self._number] = link
            task = asyncio.get_running_loop().create_task(self._connect(link))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self, link: Link) -> None:
        try:
            end, *far = self._forks.fork(link.number, 1 if self._broker is None else 2)
        except Unavailable:
            self._links.pop(link.number, None)
            link.ended(None)
            link.connection_lost(None)
            return
        link.born = True
        if self._broker is not None:
            self._broker.attach(far[0])
        await asyncio.get_running_loop().create_unix_connection(lambda: link, sock=end)

    def _ended(self, number: int, status: int) -> None:
        link = self._links.pop(number)
        if not link.started:
            log(__name__).error("child-did-not-start", child=number, status=status)
        link.ended(status)

    def _orphaned(self) -> None:
        """Take in that the nursery ended, and all children with it: start another."""
        links = [link for link in self.links if link.born]
        self._links = {number: link for number, link in self._links.items() if not link.born}
        if self._closed:
            return
        log(__name__).error("nursery-ended", children=len(links))
        self._forks.start()
        for link in links:
            link.ended(None)
        self._refill()


def _report(walls: Walls) -> None:
    if not walls.offline:
        log(__name__).error("children-reach-the-network", refused=walls.refused)
    elif walls.refused:
        log(__name__).warning("a-wall-is-missing", refused=walls.refused)
