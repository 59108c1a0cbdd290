"""Load on a server: by wrk where it is installed, which takes little of the machine for itself, else from Python."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import cycle
from statistics import quantiles

from medkg.errors import StoreError

_MEASURED = re.compile(r"^measured (.*)$", re.MULTILINE)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """What a load measured. ``failed`` counts answers of status 400 and above, and connections that broke."""

    requests: int
    seconds: float
    failed: int
    p50_ms: float
    p99_ms: float
    longest_ms: float

    @property
    def rate(self) -> float:
        """Give the requests answered each second."""
        return self.requests / self.seconds


def generator() -> str:
    """Give what makes the load: ``wrk``, or ``python`` where that is not installed."""
    return "wrk" if shutil.which("wrk") else "python"


def drive(port: int, targets: Sequence[str], connections: int, seconds: float, accept: str) -> Load:
    """Ask for the targets in their order, over so many connections at once, for so long.

    Raises:
        StoreError: wrk failed, or nothing was answered.
    """
    if generator() == "wrk":
        return _by_wrk(port, targets, connections, seconds, accept)
    return asyncio.run(_Crowd(port, targets, accept).load(connections, seconds))


def _by_wrk(port: int, targets: Sequence[str], connections: int, seconds: float, accept: str) -> Load:
    script = files("medkg.bench") / "requests.lua"
    with tempfile.NamedTemporaryFile("w", prefix="medkg-targets-", encoding="utf-8") as file, as_file(script) as lua:
        file.write("\n".join(targets))
        file.flush()
        address = f"http://127.0.0.1:{port}/"
        options = ["--threads", "1", "--connections", str(connections), "--duration", f"{max(1, round(seconds))}s"]
        command = ["wrk", *options, "--timeout", "60s", "--script", str(lua), address, "--", file.name, accept]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = _MEASURED.search(done.stdout)
    if found is None:
        raise StoreError(f"wrk failed: {done.stdout}{done.stderr}", subject=address)
    return Load(**json.loads(found[1]))


class _Crowd:
    """Connections that ask one question after the other."""

    def __init__(self, port: int, targets: Sequence[str], accept: str) -> None:
        self._port = port
        head = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n"
        self._requests = cycle([f"GET {target}{head}".encode() for target in targets])
        self._times: list[float] = []
        self._failed = 0

    async def load(self, connections: int, seconds: float) -> Load:
        """Ask for so long; give what was measured."""
        started = time.perf_counter()
        await asyncio.gather(*(self._ask(started + seconds) for _ in range(connections)))
        spent = time.perf_counter() - started
        if len(self._times) < 2:
            raise StoreError("fewer than two questions were answered", subject=f"port {self._port}")
        cuts = quantiles(self._times, n=100)
        return Load(len(self._times), spent, self._failed, cuts[49] * 1e3, cuts[98] * 1e3, max(self._times) * 1e3)

    async def _ask(self, end: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while (started := time.perf_counter()) < end:
            writer.write(next(self._requests))
            status = await _read_answer(reader)
            self._times.append(time.perf_counter() - started)
            self._failed += status >= 400
        writer.close()
        await writer.wait_closed()


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    if length := _LENGTH.search(head):
        await reader.readexactly(int(length[1]))
    elif _CHUNKED.search(head):
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head[9:12])
