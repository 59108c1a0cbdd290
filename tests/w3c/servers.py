"""The servers the suites run against: how each is started, where its doors are, and what its refusals look like."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

PATIENCE = 60.0
#: What medkg says where it understood a text and will not do what it asks.
REFUSED = re.compile(rb"LOAD is refused|custom function .* is not supported|graph .* does not exist")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by their name in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Give the type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass
class Server:
    """A running server. ``token`` goes along with every request where there is one.

    ``refusals`` finds, in the body of a 400, that the text was understood and refused for what it asks: tests of
    syntax call functions nobody defines and load documents that do not exist.
    """

    name: str
    port: int
    query: str
    refusals: re.Pattern[bytes] | None = None
    token: str = ""
    host: str = "127.0.0.1"
    update: str = "/update"
    store: str = "/store"
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)

    @property
    def origin(self) -> str:
        """Give the address without a path."""
        return f"http://{self.host}:{self.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request; names of headers are written with ``_`` for ``-``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        try:
            return self._once(method, path, body, sent)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server may close an idle connection, or one whose body it did not want to read.
            self.connection.close()
            return self._once(method, path, body, sent)

    def understood(self, answer: Answer) -> bool:
        """Tell whether a query or update was found to be good SPARQL, done or not."""
        if answer.status != 400:
            return answer.status < 400 or answer.status == 500
        return self.refusals is not None and self.refusals.search(answer.body) is not None

    def replace(self, quads: list[ox.Quad]) -> None:
        """Make these statements all there is."""
        body = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
        answer = self.ask("PUT", self.store, body, Content_Type="application/n-quads")
        assert answer.status in {200, 201, 204}, f"the data were not taken: {answer.status} {answer.body[:400]!r}"

    def dump(self) -> list[ox.Quad]:
        """Give all statements there are."""
        answer = self.ask("GET", self.store, Accept="application/n-quads")
        assert answer.status == 200, f"the data were not given: {answer.status} {answer.body[:400]!r}"
        return list(ox.parse(answer.body, format=ox.RdfFormat.N_QUADS))

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        # The library would add a Content-Type of its own to no request; a missing one is what some tests are about.
        self.connection.request(method, path, body=body, headers=headers)
        response = self.connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


@contextmanager
def serve_oxigraph() -> Iterator[Server]:
    """Run the peer, ``oxigraph serve`` in memory."""
    port = free_port()
    program = str(Path(sys.executable).with_name("oxigraph"))
    command = [program, "serve", "--bind", f"127.0.0.1:{port}"]
    with _running(command) as process:
        server = Server("oxigraph", port, "/query")
        with closing(server.connection):
            _wait(server, process)
            yield server


@contextmanager
def serve_medkg(home: Path) -> Iterator[Server]:
    """Run medkg over an empty registry in this folder whose default graph is its own, as the suites want it."""
    from medkg.access.roles import Role
    from medkg.access.tokens import Tokens

    medkg = [sys.executable, "-m", "medkg", "--home", str(home)]
    subprocess.run([*medkg, "init", "--default-graph", "own"], check=True, capture_output=True)
    _, secret = Tokens(home).create("suites", Role.ADMIN)
    port = free_port()
    limits = {"admin": {"engine_seconds_per_minute": 60_000}}
    environment = {**os.environ, "MEDKG_LIMITS": json.dumps(limits), "MEDKG_RETENTION": "1"}
    with _running([*medkg, "serve", "--port", str(port), "--workers", "1"], environment) as process:
        server = Server("medkg", port, "/sparql", REFUSED, secret)
        with closing(server.connection):
            _wait(server, process)
            yield server


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, f"{server.name} ended with {process.returncode} before it answered"
        with suppress(OSError, http.client.HTTPException):
            answer = server.ask("GET", server.query + "?query=ASK%7B%7D", Accept="application/sparql-results+json")
            if answer.status == 200:
                return
        server.connection.close()
        assert time.monotonic() < end, f"{server.name} does not answer"
        time.sleep(0.1)
