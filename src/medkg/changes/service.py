"""Changes of one server process: they queue, each is tried in a process of its own, and every one is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from medkg.access.caller import Caller
from medkg.access.limits import Limits
from medkg.access.record import Record, Write
from medkg.access.roles import Action, may
from medkg.changes.forks import Forks
from medkg.changes.process import ChangeProcess
from medkg.changes.requests import ALL, DEFAULT, Change, Delete, Done, Post, Put, Update
from medkg.changes.wire import Order, Outcome, kind_of
from medkg.errors import (
    AccessRefused,
    BadQuery,
    LimitExceeded,
    MedkgError,
    SourceError,
    StoreBusy,
    StoreError,
    ValidationError,
)
from medkg.settings import Settings
from medkg.store.log import log

#: Seconds that a change waits for those of this server process, and again for those of others.
WAIT: Final = 30.0
#: How the record calls what came of a change, by the error; the words are those of the metrics.
_OUTCOMES: Final[Mapping[type[BaseException], str]] = {
    asyncio.CancelledError: "gone",
    ValidationError: "invalid",
    BadQuery: "bad-request",
    SourceError: "bad-request",
    AccessRefused: "refused",
    LimitExceeded: "limit",
    StoreBusy: "busy",
}
Spent = Callable[[float], None]
_ACTIONS: Final = {Put: Action.CHANGE, Post: Action.ADD, Delete: Action.CHANGE}


def _count_nothing(_: float) -> None:
    """Do nothing, for who does not count."""


class Changes:
    """Carries out what callers ask for, one change at a time. Belongs to one event loop."""

    def __init__(self, settings: Settings, *, wait: float = WAIT) -> None:
        self._settings = settings
        self._wait = wait
        self._record = Record(settings.home)
        self._forks = Forks(settings)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._running: set[asyncio.Task[Done]] = set()

    async def apply(self, change: Change, caller: Caller, limits: Limits, spent: Spent = _count_nothing) -> Done:
        """Carry out a change and publish it as the next generation, or change nothing.

        A change without an effect publishes nothing. Where the task is cancelled (the client went away), the change
        is ended, unless it is being published: then it goes on, and the record tells of it. ``spent`` is told the
        seconds that it took by the clock, however it ended; what it waited for others does not count.

        Raises:
            AccessRefused: the caller may not do that, or not to a graph that it would change (``subject``).
            BadQuery: the update is no SPARQL, asks for what is refused, or fails; the base or a graph is no IRI.
            SourceError: an upload cannot be read; ``place`` is the upload's name, line and column.
            ValidationError: it would break a shape; ``report`` holds what is new.
            LimitExceeded: it took more than ``limits`` allow, or too many changes wait already.
            StoreBusy: other changes have not ended in time.
            StoreError: the store cannot be written, or a graph belongs to the build.
            Unavailable: the process ended for another reason.
        """
        task = asyncio.ensure_future(self._recorded(change, caller, limits, spent))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await _through(task)

    async def close(self) -> None:
        """Wait for what is under way, so that nothing goes unrecorded, and end the processes."""
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._forks.close()

    async def _recorded(self, change: Change, caller: Caller, limits: Limits, spent: Spent) -> Done:
        try:
            outcome = await self._carried_out(change, caller, limits, spent)
        except (MedkgError, asyncio.CancelledError) as error:
            await self._note(caller, _failure(change, error))
            raise
        await self._note(caller, _success(change, outcome))
        return outcome.done

    async def _carried_out(self, change: Change, caller: Caller, limits: Limits, spent: Spent) -> Outcome:
        _require(change, caller)
        order = Order.of(change, caller, self._settings, limits.memory_mib, self._wait)
        async with self._in_turn(limits):
            process = ChangeProcess(order, limits, self._forks)
            work = asyncio.ensure_future(process.run())
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                process.end()
                if process.publishing:
                    return await work
                await asyncio.wait([work])
                raise
            finally:
                spent(process.seconds)

    @asynccontextmanager
    async def _in_turn(self, limits: Limits) -> AsyncIterator[None]:
        """Wait for the changes that came before.

        Raises:
            LimitExceeded: too many wait.
            StoreBusy: they have not ended in time.
        """
        if self._waiting > limits.queue:
            raise _crowded(limits, self._wait)
        self._waiting += 1
        try:
            await asyncio.wait_for(self._turn.acquire(), self._wait)
        except TimeoutError as error:
            raise StoreBusy("other changes have not ended yet", remedy="Send it again later.") from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    async def _note(self, caller: Caller, write: Write) -> None:
        try:
            await asyncio.to_thread(self._record.add, caller, write)
        except StoreError as error:
            # What was published is published: the caller must not hear that it was not.
            log(__name__).error("write-not-recorded", token=caller.id, outcome=write.outcome, error=str(error))


async def _through(task: asyncio.Task[Done]) -> Done:
    """Give what a task gives; where the one who waits goes away, tell the task once and leave it to end by itself."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        raise


def _require(change: Change, caller: Caller) -> None:
    """Refuse at once what needs no look at the data.

    Raises:
        AccessRefused: the caller may not write at all, not to the target, or not to the data set as a whole.
    """
    if isinstance(change, Update):
        if not may(caller.role, Action.ADD):
            caller.require(Action.ADD)
    elif change.target == ALL:
        caller.require(Action.WHOLE)
    else:
        caller.require(_ACTIONS[type(change)], None if change.target == DEFAULT else change.target)


def _success(change: Change, outcome: Outcome) -> Write:
    done = outcome.done
    return Write(
        operation=kind_of(change),
        outcome="done" if done.changed else "unchanged",
        graphs=outcome.graphs,
        added=done.added,
        deleted=done.deleted,
        generation=done.generation if done.changed else None,
    )


def _failure(change: Change, error: BaseException) -> Write:
    refused = isinstance(error, MedkgError)
    outcome = next((word for kind, word in _OUTCOMES.items() if isinstance(error, kind)), "failed")
    reason = type(error).__name__ if refused else "client went away"
    if isinstance(error, LimitExceeded):
        reason = f"LimitExceeded {error.limit}"
    return Write(operation=kind_of(change), outcome=outcome, graphs=_meant(change), reason=reason)


def _meant(change: Change) -> tuple[str | None, ...]:
    if isinstance(change, Update) or change.target == ALL:
        return ()
    return (None if change.target == DEFAULT else change.target,)


def _crowded(limits: Limits, wait: float) -> LimitExceeded:
    remedy = "Send it again later."
    message = f"{limits.queue} changes wait already"
    return LimitExceeded(message, limit="queue", value=limits.queue, retry_after=wait, remedy=remedy)
