"""The fork server: a process of one thread that has imported what children need, and forks one where it is told to.

The server process has threads, in which fork is not safe. It sends :data:`FORK` with the child's ends of one or two
socket pairs, :data:`KILL` and :data:`RENICE`, each with the child's number; it is told :data:`ENDED` with the status of
each child that ended. Only the nursery knows process ids, so that none is signalled after the system gave it to
somebody else.

When the server process goes away, however it does, the nursery ends, and with it all its children.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from struct import Struct
from typing import Final, Never

from medkg.workers.isolation import die_with, leave_network

#: An order: what, and the number of the child.
ORDER: Final = Struct("!BI")
FORK: Final = ord("F")
KILL: Final = ord("K")
RENICE: Final = ord("N")
#: A report: the number of the child, and the status as waitpid gives it.
ENDED: Final = Struct("!Ii")
#: Sockets that a child can be given.
MOST_SOCKETS: Final = 2
#: Status of a child that the system did not let begin.
NOT_BORN: Final = 255 << 8
#: Children of long queries get the processor when nobody else wants it much.
NICE: Final = 10
_EVERYTHING_ENDS: Final = "500"

#: What a child does with its sockets, until it has done it.
Live = Callable[[list[socket.socket]], object]
Prepare = Callable[[], bool]


class Nursery:
    """The children alive, and the socket to the server process.

    ``prepare`` is called before the first order, and again whenever no child is left. What it reads all later children
    have; it says whether that is more than before.
    """

    def __init__(self, control: socket.socket, live: Live, prepare: Prepare) -> None:
        self._control, self._live, self._prepare = control, live, prepare
        self._children: dict[int, tuple[int, int]] = {}
        self._selector = DefaultSelector()
        self._selector.register(control, EVENT_READ, None)

    def run(self) -> None:
        """Obey until the server process goes away."""
        gc.freeze()
        self._make_ready()
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    if not self._obey():
                        return
                else:
                    self._reap(key.data)

    def end(self) -> None:
        """Kill and reap all children."""
        for number in list(self._children):
            self._kill(number)
            os.waitpid(self._children.pop(number)[0], 0)

    def _make_ready(self) -> None:
        if self._prepare():
            # Else the first look of a child's collector at what they share would copy it.
            gc.freeze()

    def _obey(self) -> bool:
        message, ends, _, _ = socket.recv_fds(self._control, ORDER.size, MOST_SOCKETS)
        if not message:
            return False
        what, number = ORDER.unpack(message)
        if what == FORK:
            self._fork(number, ends)
        elif number in self._children:
            self._kill(number) if what == KILL else self._renice(number)
        return True

    def _fork(self, number: int, ends: list[int]) -> None:
        own = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            _close(ends)
            self._control.send(ENDED.pack(number, NOT_BORN))
            return
        if pid == 0:
            self._be_child(ends, own)
        _close(ends)
        watched = os.pidfd_open(pid)
        self._children[number] = (pid, watched)
        self._selector.register(watched, EVENT_READ, number)

    def _be_child(self, ends: list[int], parent: int) -> Never:
        try:
            die_with(parent)
            _offer_to_end()
            _close_all_but(ends)
            self._live([socket.socket(fileno=end) for end in ends])
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def _kill(self, number: int) -> None:
        os.kill(self._children[number][0], signal.SIGKILL)

    def _renice(self, number: int) -> None:
        """Let all threads of a child step back; the system knows nice values of threads, not of processes."""
        with suppress(OSError):  # it may end at any moment
            for task in Path(f"/proc/{self._children[number][0]}/task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(task.name), NICE)

    def _reap(self, number: int) -> None:
        pid, watched = self._children.pop(number)
        self._selector.unregister(watched)
        os.close(watched)
        status = os.waitpid(pid, 0)[1]
        self._control.send(ENDED.pack(number, status))
        if not self._children:
            self._make_ready()


def _offer_to_end() -> None:
    """Have the system choose this process first where memory runs out."""
    with suppress(OSError):  # a wish; some systems do not grant it
        Path("/proc/self/oom_score_adj").write_text(_EVERYTHING_ENDS, encoding="ascii")


def _close_all_but(ends: list[int]) -> None:
    """Close what the nursery has open: its control socket above all, and the watches of other children."""
    found = [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]
    _close([number for number in found if number > 2 and number not in ends])


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        with suppress(OSError):  # a list of descriptors names the one it was read through, too
            os.close(descriptor)


def breed(descriptor: int, live: Live, prepare: Prepare = lambda: False) -> None:
    """Be a nursery at the end of a socket to the server process, until that goes away."""
    # The terminal and the service manager signal everybody; the server process ends what it started when it is done.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    leave_network()
    with socket.socket(fileno=descriptor) as control:
        nursery = Nursery(control, live, prepare)
        with suppress(ConnectionError):  # the server process went away while it was being told something
            nursery.run()
        nursery.end()
