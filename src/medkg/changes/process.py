"""One process for one change: told what to do, listened to, and ended where it takes too long."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from medkg.access.limits import Limits
from medkg.changes.forks import Child, Forks
from medkg.changes.wire import Order, Outcome, pack_order, unpack_error, unpack_outcome
from medkg.errors import BadQuery, LimitExceeded, MedkgError, StoreBusy, Unavailable
from medkg.store.log import log

#: Seconds beyond the waiting for other writers within which a child must have begun: with the first change the nursery
#: starts, which reads shapes and checks before it forks any.
_START: Final = 30.0
_TAIL: Final = 2_000
#: How often a change is given to a child where nurseries die before it begins.
_ATTEMPTS: Final = 3
_FLATTER: Final = "Write it flatter: fewer braces and brackets within one another, or send it in several requests."
_LESS: Final = "Change less at a time, or raise the limit of this role."


class ChangeProcess:
    """A child that carries out one change.

    It says ``begun`` when it is its turn, ``publishing`` when nothing can be refused any more, and in the end what came
    of it. Until ``publishing`` it may be ended at any moment and everything is as it was; then it is left alone.
    """

    def __init__(self, order: Order, limits: Limits, forks: Forks) -> None:
        self._order = order
        self._limits = limits
        self._forks = forks
        self._child: Child | None = None
        self._abandoned = False
        self._began: float | None = None
        self.publishing = False

    async def run(self) -> Outcome:
        """Give what came of the change.

        Raises:
            MedkgError: the child refused it, or was ended; nothing has changed.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._tried()
            except Unavailable:
                if not self._orphaned:
                    raise
        return await self._tried()

    async def _tried(self) -> Outcome:
        child = self._child = await self._forks.child()
        if self._abandoned:
            self._kill(child)
        listening = asyncio.ensure_future(_tail(child.errors))
        try:
            return await self._converse(child)
        finally:
            self._kill(child)
            await child.ended
            await listening
            child.close()

    @property
    def _orphaned(self) -> bool:
        """Say whether the nursery died before the change began, which is not the change's fault."""
        ended = self._child is not None and self._child.ended.done() and self._child.ended.result() is None
        return ended and self._began is None and not self._abandoned

    @property
    def seconds(self) -> float:
        """How long the change has been at work, by the clock; what it waited for others does not count."""
        return 0.0 if self._began is None else monotonic() - self._began

    def end(self) -> None:
        """End the child unless it is publishing; safe at any time."""
        self._abandoned = True
        if self._child is not None:
            self._kill(self._child)

    def _kill(self, child: Child) -> None:
        if not self.publishing:
            self._forks.kill(child)

    async def _converse(self, child: Child) -> Outcome:
        child.writer.write(pack_order(self._order))
        if not await self._bounded(child, self._order.wait + _START):
            raise StoreBusy("another change has not ended yet", remedy="Send it again later.")
        self._began = monotonic()
        said = await self._bounded(child, self._limits.seconds)
        if said is None:
            raise self._too_slow()
        if said.get("event") == "publishing":
            self.publishing = True
            said = await self._next(child)
            # What comes after its last word is its own exit.
            self.publishing = False
        if "error" in said:
            raise unpack_error(said["error"])
        return unpack_outcome(said)

    async def _bounded(self, child: Child, seconds: float) -> dict[str, Any] | None:
        """Give what the child says next; None where it has said nothing in time."""
        try:
            return await asyncio.wait_for(self._next(child), seconds)
        except TimeoutError:
            return None

    async def _next(self, child: Child) -> dict[str, Any]:
        line = await _line(child.reader)
        if line.endswith(b"\n"):
            said: dict[str, Any] = json.loads(line)
            if said.get("event") == "begun" or "error" not in said:
                return said
            raise unpack_error(said["error"])
        raise self._died(await child.ended)

    def _died(self, status: int | None) -> MedkgError:
        if self._abandoned:
            return Unavailable("the client went away", remedy="Nothing was changed.")
        if self.publishing:
            remedy = "Ask for the number of the generation served before sending it again."
            return Unavailable("the process ended while it was publishing", remedy=remedy)
        if status is None:
            return Unavailable(
                "the processes that carry out changes ended", remedy="Nothing was changed; send it again."
            )
        if status == -signal.SIGSEGV:
            return BadQuery("too deeply nested", remedy=_FLATTER)
        if status in (-signal.SIGABRT, -signal.SIGKILL):
            memory = self._limits.memory_mib
            message = f"the change needs more than {memory} MiB of memory"
            return LimitExceeded(message, limit="memory_mib", value=memory, unit="MiB", remedy=_LESS)
        return Unavailable(f"the process of the change ended ({status})", remedy="Tell the operator, with the request.")

    def _too_slow(self) -> LimitExceeded:
        seconds = self._limits.seconds
        message = f"the change was stopped after {seconds:g} seconds; nothing was changed"
        return LimitExceeded(message, limit="seconds", value=seconds, unit="s", remedy=_LESS)


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Give what a child says next; something incomplete where it has ended."""
    try:
        return await reader.readline()
    except ConnectionError:
        return b""


async def _tail(errors: asyncio.StreamReader) -> None:
    """Read what a child writes to standard error, and log the end of it."""
    kept = b""
    with suppress(ConnectionError):  # a way to say that it has ended
        while piece := await errors.read(1 << 16):
            kept = (kept + piece)[-_TAIL:]
    if kept:
        log(__name__).warning("change-process", said=kept.decode(errors="replace"))
