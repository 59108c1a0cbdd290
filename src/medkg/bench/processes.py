"""Servers under measurement: started, found ready, watched from outside by what the system tells, and ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from medkg.errors import StoreError

#: The longest a server may take to answer for the first time.
PATIENCE = 60.0
_MIB = 1024
#: Words in the command line of a process that answers or changes, and serves no web.
_CHILDREN = (b"medkg.workers", b"medkg.changes")


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory and open files of a server: its web processes, and all it consists of."""

    web_mib: float
    all_mib: float
    processes: int
    web_files: int


@dataclass(frozen=True)
class Served:
    """A running server and the path of its queries."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Give the address of its queries."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def memory(self) -> Memory:
        """Give the proportional set size of its processes as the system counts it now, and the files of the web."""
        known = [(pid, _words(pid)) for pid in family(self.process.pid)]
        sizes = {pid: _proportional(pid) for pid, _ in known}
        web = [pid for pid, words in known if not any(word in words for word in _CHILDREN)]
        files = sum(_open_files(pid) for pid in web)
        return Memory(sum(sizes[pid] for pid in web), sum(sizes.values()), len(known), files)


class Watch:
    """The most memory a server held while something was done, looked at every tenth of a second."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.before = self.most = served.memory()

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            now = self._served.memory()
            web, every = max(self.most.web_mib, now.web_mib), max(self.most.all_mib, now.all_mib)
            processes, files = max(self.most.processes, now.processes), max(self.most.web_files, now.web_files)
            self.most = Memory(web, every, processes, files)


@contextmanager
def serving(
    name: str,
    command: Sequence[str],
    port: int,
    path: str,
    environment: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> Iterator[Served]:
    """Run a server until the block ends; the block begins when it answers.

    Raises:
        StoreError: it does not answer in time, or ends before.
    """
    known = {**os.environ, **(environment or {})}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=known) as process:
        served = Served(name, port, path, process)
        try:
            _wait(served, patience)
            yield served
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()


def serve_medkg(home: Path, workers: int, environment: Mapping[str, str]) -> tuple[list[str], int, str, dict[str, str]]:
    """Give what :func:`serving` needs for medkg."""
    port = free_port()
    command = [sys.executable, "-m", "medkg", "--home", str(home), "serve", "--port", str(port)]
    return [*command, "--workers", str(workers)], port, "/sparql", dict(environment)


def free_port() -> int:
    """Give a port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """Give a process and all that descend from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [one for child in task.read_text().split() for one in family(int(child))]
    return found


def _wait(served: Served, patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if served.process.poll() is not None:
            raise StoreError(f"ended with {served.process.returncode} before it answered", subject=served.name)
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", served.port)) as connection:
            connection.request("GET", f"{served.path}?query=ASK%7B%7D")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise StoreError(f"does not answer within {patience:g} seconds", subject=served.name)


def _words(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _proportional(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / _MIB
    return 0.0


def _open_files(pid: int) -> int:
    with suppress(OSError):
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return 0
