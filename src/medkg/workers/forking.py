"""The server process's side of the nursery: start it, let it fork and kill, hear of children that ended."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from medkg.errors import Unavailable
from medkg.workers.nursery import ENDED, FORK, KILL, ORDER, RENICE

_PATIENCE: Final = 5.0
#: What a socket to a child holds on its way: with less, large answers would need more turns.
_BUFFER: Final = 512 * 1024


class ForkServer:
    """One nursery. ``ended`` is told number and status of each child that ended, ``lost`` that the nursery did."""

    def __init__(
        self, home: Path, default_graph: str, ended: Callable[[int, int], None], lost: Callable[[], None]
    ) -> None:
        self._arguments = (str(home), default_graph)
        self._ended, self._lost = ended, lost
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the nursery; orders may follow at once."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "medkg.workers.nursery", str(theirs.fileno()), *self._arguments]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        ours.setblocking(False)
        self._control = ours
        asyncio.get_running_loop().add_reader(ours, self._hear)

    def fork(self, number: int) -> socket.socket:
        """Give the socket to a new child.

        Raises:
            Unavailable: the nursery is gone or does not listen.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            for end in (ours, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            try:
                self._order(FORK, number, theirs)
            except Unavailable:
                ours.close()
                raise
        ours.setblocking(False)
        return ours

    def kill(self, number: int) -> None:
        """Kill a child; nothing happens where it has ended."""
        self._order(KILL, number)

    def renice(self, number: int) -> None:
        """Let a child step back behind the others."""
        self._order(RENICE, number)

    async def close(self) -> None:
        """End the nursery and its children; returns when they have ended."""
        self._drop()
        process, self._process = self._process, None
        if process is None:
            return
        try:
            await asyncio.to_thread(process.wait, _PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)

    def _order(self, what: int, number: int, end: socket.socket | None = None) -> None:
        if self._control is None:
            raise Unavailable("the processes that answer are being restarted", remedy="Try again.")
        try:
            socket.send_fds(self._control, [ORDER.pack(what, number)], [end.fileno()] if end else [])
        except OSError as error:
            # It is dead, or it has not listened for hundreds of orders: then its end is what helps.
            if self._process is not None:
                self._process.kill()
            raise Unavailable(f"no process that answers: {error}", remedy="Try again.") from error

    def _hear(self) -> None:
        """Take in what the nursery reports, and that it ended."""
        try:
            while self._control is not None and (message := self._control.recv(ENDED.size)):
                self._ended(*ENDED.unpack(message))
        except BlockingIOError:
            return
        except ConnectionError:
            pass  # as if it had closed its end
        if self._control is not None:
            self._drop()
            self._bury()
            self._lost()

    def _bury(self) -> None:
        """Take a nursery that has closed its end from the system's table; it takes no time any more."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _drop(self) -> None:
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            self._control = None
