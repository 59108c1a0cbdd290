"""What the protocols share in one server process: the generation served, who asks, children, cache, counts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from medkg.access.accounts import Accounts, client_address
from medkg.access.budget import Budget
from medkg.access.caller import Caller, anonymous
from medkg.access.limits import Limits, limits_for
from medkg.access.roles import Role
from medkg.access.tokens import Tokens
from medkg.changes.service import Changes
from medkg.endpoint.cache import AnswerCache
from medkg.endpoint.logs import QueryLog
from medkg.endpoint.metrics import Metrics
from medkg.endpoint.pages import Lent
from medkg.endpoint.requests import MIB, Call
from medkg.endpoint.spool import Spool
from medkg.endpoint.tags import generation_tag
from medkg.errors import MedkgError
from medkg.settings import Settings
from medkg.store.base import State
from medkg.workers.answer import Answer
from medkg.workers.asked import Asked
from medkg.workers.pool import Pool
from medkg.workers.walls import Walls


class StoreReader(Protocol):
    """Gives the generation served now."""

    @property
    def problem(self) -> MedkgError | None:
        """Why the generation published last is not the one that answers; None where it is.

        Unavailable, where another service is behind and does not answer at all.
        """

    def snapshot(self) -> State:
        """Give the open generation served now; it stays usable when another takes its place."""


class Answers(Protocol):
    """Answers strangers' queries: children of this process, or another service."""

    async def start(self) -> None:
        """Make ready; called once, in the loop that asks."""

    async def close(self) -> None:
        """End everything."""

    async def answer(self, asked: Asked, limits: Limits, caller: str = "") -> Answer:
        """Give the answer to a query as soon as its head is known."""


@dataclass(frozen=True, slots=True)
class Served:
    """The generation that a request is answered from."""

    snapshot: State
    number: int
    tag: str


class Service:
    """One server process. Everything here belongs to one event loop."""

    def __init__(self, settings: Settings, reader: StoreReader, answers: Answers, lent: Lent) -> None:
        self.settings = settings
        self.reader = reader
        self.answers = answers
        self.lent = lent
        self.union = settings.default_graph == "union"
        self.allowed = tuple(settings.services.split())
        self.cache = AnswerCache(settings.answer_cache_mib * MIB)
        self.metrics = Metrics()
        self.log = QueryLog(settings.slow_query_seconds)
        self.tokens = Tokens(settings.home)
        self.changes = Changes(settings)
        self.spool = Spool(settings.home)
        self._accounts = Accounts(settings.home)
        self._budget: Budget | None = None
        self._served: Served | None = None
        self._starting: asyncio.Task[None] | None = None
        self._walls: Walls | None = None
        limits_for(settings, Role.ANONYMOUS)

    async def start(self) -> None:
        """Start the children, once; whoever comes meanwhile waits until they are there."""
        if self._starting is None or (self._starting.done() and self._starting.exception()):
            self._starting = asyncio.ensure_future(self._start_answers())
        await asyncio.shield(self._starting)

    async def _start_answers(self) -> None:
        await asyncio.to_thread(self.spool.clear)
        await self.answers.start()
        self.gauge()

    async def close(self) -> None:
        """Wait for changes that are under way, end the children and let the files go."""
        await self.changes.close()
        if self._starting is not None:
            await self.answers.close()
        if self._budget is not None:
            self._budget.close()
            self._budget = None

    @property
    def budget(self) -> Budget:
        """The engine time of all callers."""
        if self._budget is None:
            self._budget = Budget(self.settings.home)
        return self._budget

    def served(self) -> Served:
        """Give the generation served now.

        Raises:
            StoreError: none can be.
        """
        snapshot = self.reader.snapshot()
        found = self._served
        if found is None or found.snapshot is not snapshot:
            found = Served(snapshot, snapshot.generation, generation_tag(snapshot.manifest))
            self._served = found
            self.cache.serve(snapshot)
            self.metrics.generation(found.number)
        return found

    def serving(self) -> Served | None:
        """Give the generation served now, or None where there is none: the long way says why."""
        try:
            return self.served()
        except Exception:  # a reader of another service may raise anything
            return None

    def address_of(self, call: Call) -> str:
        """Give the client's address."""
        client = call.scope.get("client")
        peer = str(client[0]) if client else ""
        behind = bool(self.settings.public_url)
        return client_address(peer, call.header(b"x-forwarded-for"), behind_proxy=behind)

    def gauge(self) -> None:
        """Tell the metrics how busy the children are."""
        pool = self.answers
        if isinstance(pool, Pool):
            self.metrics.children(alive=pool.processes, busy=pool.running)
            self.metrics.queue(pool.waiting)
            walls = pool.walls
            if walls is not None and walls is not self._walls:
                self._walls = walls
                self.metrics.walls(walls)

    @property
    def walls(self) -> Walls | None:
        """What keeps the children in, as the last that started told; None without children."""
        return self.answers.walls if isinstance(self.answers, Pool) else None

    def caller(self, call: Call) -> Caller:
        """Give who asks: the bearer of the request's token, or where it has none an address.

        Raises:
            AccessRefused: the token is no good.
        """
        secret = bearer(call)
        if secret is not None:
            return self.tokens.identify(secret)
        return anonymous(self._accounts.of(self.address_of(call)))

    def writer(self, call: Call) -> Caller:
        """Give who asks for a change.

        Raises:
            AccessRefused: there is no token, or it is no good.
        """
        return self.tokens.identify(bearer(call))

    def limits(self, caller: Caller) -> Limits:
        """Give the limits of a caller."""
        return limits_for(self.settings, caller.role)


def bearer(call: Call) -> str | None:
    """Give the token of a request's Authorization header; None without it, or where it is meant for somebody else."""
    scheme, _, secret = call.header(b"authorization").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None
