"""The children of changes, as the server process has them: forked by a nursery that starts with the first change."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from medkg.errors import Unavailable
from medkg.settings import Settings
from medkg.workers.forking import ForkServer

#: A report of a validation can be long.
_LONGEST_LINE: Final = 64 << 20
_SOCKETS: Final = 2


@dataclass(frozen=True, slots=True)
class Child:
    """One child: the streams to it, what it writes to standard error, and how it will have ended.

    ``ended`` gives its exit code, below 0 the number of a signal; None where the nursery ended, and the child with it.
    """

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    errors: asyncio.StreamReader
    errors_writer: asyncio.StreamWriter
    ended: asyncio.Future[int | None]

    def close(self) -> None:
        """Let go of the sockets."""
        self.writer.close()
        self.errors_writer.close()


class Forks:
    """The nursery of changes of one server process, started when it is first needed and whenever it has ended."""

    def __init__(self, settings: Settings) -> None:
        arguments = (str(settings.home.absolute()), str(settings.ontology.absolute()))
        self._server = ForkServer("medkg.changes.nursery", arguments, self._child_ended, self._lost)
        self._living: dict[int, asyncio.Future[int | None]] = {}
        self._running = False
        self._number = 0

    async def child(self) -> Child:
        """Give a new child.

        Raises:
            Unavailable: none can be had.
        """
        try:
            return await self._connected(*self._forked())
        except Unavailable:
            # It may have ended a moment ago, and nobody heard of it yet.
            await self.close()
            return await self._connected(*self._forked())

    def kill(self, child: Child) -> None:
        """Kill a child; nothing happens where it has ended."""
        if not child.ended.done():
            with suppress(Unavailable):  # where the nursery does not listen it is ended, and with it the child
                self._server.kill(child.number)

    async def close(self) -> None:
        """End the nursery and its children."""
        await self._server.close()
        self._lost()

    def _forked(self) -> tuple[int, list[socket.socket], asyncio.Future[int | None]]:
        if not self._running:
            self._server.start()
            self._running = True
        self._number += 1
        sockets = self._server.fork(self._number, _SOCKETS)
        ended = self._living[self._number] = asyncio.get_running_loop().create_future()
        return self._number, sockets, ended

    async def _connected(self, number: int, sockets: list[socket.socket], ended: asyncio.Future[int | None]) -> Child:
        talk, errors = sockets
        reader, writer = await asyncio.open_unix_connection(sock=talk, limit=_LONGEST_LINE)
        said, said_writer = await asyncio.open_unix_connection(sock=errors)
        return Child(number, reader, writer, said, said_writer, ended)

    def _child_ended(self, number: int, status: int) -> None:
        ended = self._living.pop(number, None)
        if ended is not None and not ended.done():
            ended.set_result(os.waitstatus_to_exitcode(status))

    def _lost(self) -> None:
        """Take in that the nursery ended, and all children with it."""
        self._running = False
        living, self._living = self._living, {}
        for ended in living.values():
            if not ended.done():
                ended.set_result(None)
