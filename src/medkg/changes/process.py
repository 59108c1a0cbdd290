"""One process for one change: started, told what to do, listened to, and ended where it takes too long."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import Any, Final, cast

from medkg.access.limits import Limits
from medkg.changes.wire import Order, Outcome, pack_order, unpack_error, unpack_outcome
from medkg.errors import BadQuery, LimitExceeded, MedkgError, StoreBusy, Unavailable
from medkg.store.log import log

#: Seconds beyond the waiting for other writers within which a child must have begun: starting Python is part of it.
_START: Final = 30.0
#: A report of a validation can be long.
_LONGEST_LINE: Final = 64 << 20
_TAIL: Final = 2_000
_FLATTER: Final = "Write it flatter: fewer braces and brackets within one another, or send it in several requests."
_LESS: Final = "Change less at a time, or raise the limit of this role."


class ChangeProcess:
    """A child that carries out one change.

    It says ``begun`` when it is its turn, ``publishing`` when nothing can be refused any more, and in the end what came
    of it. Until ``publishing`` it may be ended at any moment and everything is as it was; then it is left alone.
    """

    def __init__(self, order: Order, limits: Limits) -> None:
        self._order = order
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        self._abandoned = False
        self.publishing = False

    async def run(self) -> Outcome:
        """Give what came of the change.

        Raises:
            MedkgError: the child refused it, or was ended; nothing has changed.
        """
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "medkg.changes.child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        if self._abandoned:
            self.end()
        listening = asyncio.ensure_future(_tail(self._process))
        try:
            return await self._converse(self._process)
        finally:
            self.end()
            await self._process.wait()
            await listening

    def end(self) -> None:
        """End the child unless it is publishing; safe at any time."""
        self._abandoned = True
        if self._process is not None and self._process.returncode is None and not self.publishing:
            self._process.kill()

    async def _converse(self, process: asyncio.subprocess.Process) -> Outcome:
        stdin = cast("asyncio.StreamWriter", process.stdin)
        stdin.write(pack_order(self._order))
        stdin.close()
        if not await self._bounded(process, self._order.wait + _START):
            raise StoreBusy("another change has not ended yet", remedy="Send it again later.")
        said = await self._bounded(process, self._limits.seconds)
        if said is None:
            raise self._too_slow()
        if said.get("event") == "publishing":
            self.publishing = True
            said = await self._next(process)
            # What comes after its last word is its own exit.
            self.publishing = False
        if "error" in said:
            raise unpack_error(said["error"])
        return unpack_outcome(said)

    async def _bounded(self, process: asyncio.subprocess.Process, seconds: float) -> dict[str, Any] | None:
        """Give what the child says next; None where it has said nothing in time."""
        try:
            return await asyncio.wait_for(self._next(process), seconds)
        except TimeoutError:
            return None

    async def _next(self, process: asyncio.subprocess.Process) -> dict[str, Any]:
        line = await cast("asyncio.StreamReader", process.stdout).readline()
        if line.endswith(b"\n"):
            said: dict[str, Any] = json.loads(line)
            if said.get("event") == "begun" or "error" not in said:
                return said
            raise unpack_error(said["error"])
        await process.wait()
        raise self._died(process.returncode or 0)

    def _died(self, status: int) -> MedkgError:
        if self._abandoned:
            return Unavailable("the client went away", remedy="Nothing was changed.")
        if self.publishing:
            remedy = "Ask for the number of the generation served before sending it again."
            return Unavailable("the process ended while it was publishing", remedy=remedy)
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


async def _tail(process: asyncio.subprocess.Process) -> None:
    """Read what a child writes to standard error, and log the end of it."""
    stderr = cast("asyncio.StreamReader", process.stderr)
    kept = b""
    while piece := await stderr.read(1 << 16):
        kept = (kept + piece)[-_TAIL:]
    if kept:
        log(__name__).warning("change-process", said=kept.decode(errors="replace"))
