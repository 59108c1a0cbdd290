"""A real served registry with small limits, and a port on which nobody may call."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from medkg.access.roles import Role
from medkg.access.tokens import Tokens
from medkg.bench.registry import write_registry
from tests.hostile.wire import Reply, Site, request, send

QUADS = 20_000
#: Small, so that a query that never ends ends soon; the rest is large, so that one limit is met at a time.
LIMITS = {"seconds": 2, "memory_mib": 512, "result_mib": 16, "engine_seconds_per_minute": 60_000}
STRANGER = {**LIMITS, "concurrent": 16, "queue": 64}
#: A change begins with a process of its own, which a busy machine takes a second or two to start.
WRITER = {**STRANGER, "seconds": 8, "memory_mib": 2_048, "upload_mib": 16}


class Elsewhere:
    """A port of the loopback that keeps whatever connects to it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.callers: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        # Without it the thread that waits in accept() would keep the socket open.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    connection.settimeout(1)
                    with suppress(OSError):
                        self.callers.append(connection.recv(1000))


@dataclass(frozen=True)
class Registry:
    """The served registry: where it is, what its server writes, who called elsewhere."""

    site: Site
    process: subprocess.Popen[bytes]
    log: Path
    elsewhere: Elsewhere

    def ask(self, *, token: bool = False) -> tuple[Reply, float]:
        """Ask the smallest question there is, as a stranger or with the token; give answer and seconds."""
        started = time.monotonic()
        # The comment makes it a question that no cache knows.
        text = f"ASK {{}} # {time.monotonic_ns()}".encode()
        headers = ["Content-Type: application/sparql-query", "Accept: text/csv"]
        if token:
            headers.append(f"Authorization: Bearer {self.site.token}")
        reply = send(self.site, request("POST", "/sparql", text, headers))
        return reply, time.monotonic() - started


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Give a served registry of some thousand statements."""
    folder = tmp_path_factory.mktemp("hostile")
    home, log = folder / "home", folder / "log"
    write_registry(folder / "registry.nq", QUADS)
    medkg = [sys.executable, "-m", "medkg", "--home", str(home)]
    subprocess.run([*medkg, "init", "--default-graph", "union"], check=True, capture_output=True)
    subprocess.run([*medkg, "load", str(folder / "registry.nq")], check=True, capture_output=True)
    _, secret = Tokens(home).create("hostile", Role.ADMIN)
    elsewhere = Elsewhere()
    environment = {**os.environ, "MEDKG_LIMITS": json.dumps({"anonymous": STRANGER, "admin": WRITER})}
    command = [*medkg, "serve", "--port", "0", "--workers", "1"]
    environment["PYTHONUNBUFFERED"] = "1"
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file, env=environment) as process:
        try:
            site = Site("127.0.0.1", _port(log, process), secret, elsewhere.port)
            found = Registry(site, process, log, elsewhere)
            _wait(found)
            yield found
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            process.kill()
            elsewhere.close()


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = re.search(rb"http://[^/:]+:(\d+)/", log.read_bytes())
        if found:
            return int(found[1])
        assert process.poll() is None, log.read_text(errors="replace")
        time.sleep(0.05)
    raise AssertionError(f"no address in {log.read_text(errors='replace')}")


def _wait(registry: Registry) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(ConnectionError, TimeoutError):
            if registry.ask()[0].status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(registry.log.read_text(errors="replace"))
