"""The server process's side of the nursery: start it, let it fork and kill, hear of children that ended."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Final

from medkg.errors import Unavailable
from medkg.workers.breeding import ENDED, FORK, KILL, ORDER, RENICE

_PATIENCE: Final = 5.0
#: What a socket to a child holds on its way: with less, large answers would need more turns.
_BUFFER: Final = 512 * 1024


class ForkServer:
    """One nursery. ``ended`` is told number and status of each child that ended, ``lost`` that the nursery did.

    ``module`` is what runs as the nursery; it is given the number of its socket's descriptor, and ``arguments``.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], ended: Callable[[int, int], None], lost: Callable[[], None]
    ) -> None:
        self._module, self._arguments = module, arguments
        self._ended, self._lost = ended, lost
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the nursery; orders may follow at once."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", "-m", self._module, str(theirs.fileno()), *self._arguments]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        ours.setblocking(False)
        self._control = ours
        asyncio.get_running_loop().add_reader(ours, self._hear)

    def fork(self, number: int, sockets: int = 1) -> list[socket.socket]:
        """Give our ends of the sockets to a new child.

        Raises:
            Unavailable: the nursery is gone or does not listen.
        """
        with ExitStack() as theirs, ExitStack() as ours:
            pairs = [socket.socketpair() for _ in range(sockets)]
            ends = [theirs.enter_context(pair[1]) for pair in pairs]
            kept = [ours.enter_context(pair[0]) for pair in pairs]
            for end in (ends[0], kept[0]):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            self._order(FORK, number, ends)
            ours.pop_all()
        kept[0].setblocking(False)
        return kept

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

    def _order(self, what: int, number: int, ends: Sequence[socket.socket] = ()) -> None:
        if self._control is None:
            raise Unavailable("the processes that answer are being restarted", remedy="Try again.")
        try:
            socket.send_fds(self._control, [ORDER.pack(what, number)], [end.fileno() for end in ends])
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
