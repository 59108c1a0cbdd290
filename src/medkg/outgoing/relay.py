"""The child's side of SERVICE: the engine calls its own loopback, and what it sends there goes to the broker.

The engine can only speak HTTP to a network address. In a network namespace of its own, the one address there is is the
child's loopback; here it finds this relay, which knows no way out but the socket it inherited.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Final
from urllib.parse import urlsplit

from medkg.outgoing.broker import ANSWER, CALL, MOST_QUERY, read_exactly
from medkg.outgoing.calls import redirected
from medkg.outgoing.endpoints import Endpoint

#: Answers that the engine may be reading at the same time; one thread each.
_AT_ONCE: Final = 4
#: Calls that one query may cause; a LATERAL join can make one for each row.
MOST_CALLS: Final = 100
_STACK: Final = 1024 * 1024


class Relay:
    """Listens on the child's own loopback. To be made after ``enclose(…, calls=True)``, before the first query."""

    def __init__(self, end: socket.socket, endpoints: Sequence[Endpoint]) -> None:
        self._end = end
        self._turn = threading.Lock()
        self._calls_left = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{self._listener.getsockname()[1]}/{secrets.token_hex(8)}/"
        self._places = {endpoint.iri: f"{base}{number}/" for number, endpoint in enumerate(endpoints)}
        self._numbers = {urlsplit(place).path: number for number, place in enumerate(self._places.values())}
        before = threading.stack_size(_STACK)
        for _ in range(_AT_ONCE):
            threading.Thread(target=self._listen, name="relay", daemon=True).start()
        threading.stack_size(before)

    def query(self, text: str) -> str:
        """Give the query to run instead of a new query: its allowed calls lead here.

        Raises:
            BadQuery: it has too many calls.
        """
        self._calls_left = MOST_CALLS
        return redirected(text, self._places)

    def restored(self, text: str) -> str:
        """Give a text of the engine, such as an error, with the endpoints' own addresses in it."""
        for iri, place in self._places.items():
            text = text.replace(place, iri)
        return text

    def _listen(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            try:
                with connection, suppress(OSError):  # the engine wants no more of this answer
                    _Call(connection, self)
            except MemoryError:
                os.abort()

    def ask(self, path: str, query: bytes) -> tuple[bool, bytes, bytes]:
        """Give whether a call succeeded, the media type or the reason, and the body."""
        number = self._numbers.get(path)
        if number is None or len(query) > MOST_QUERY:
            return False, b"there is no such endpoint, or the query is too long for it", b""
        body = self.restored(query.decode()).encode()
        with self._turn:
            self._calls_left -= 1
            if self._calls_left < 0:
                return False, f"the query calls other endpoints more than {MOST_CALLS} times".encode(), b""
            try:
                self._end.sendall(CALL.pack(number, len(body)) + body)
                return self._answer()
            except (MemoryError, OSError):
                os.abort()  # as the engine does: half of an answer is left in the socket, and nobody could go on

    def _answer(self) -> tuple[bool, bytes, bytes]:
        head = read_exactly(self._end, ANSWER.size)
        if head is not None:
            succeeded, kind_size, body_size = ANSWER.unpack(head)
            kind, body = read_exactly(self._end, kind_size), read_exactly(self._end, body_size)
            if kind is not None and body is not None:
                return succeeded, kind, body
        return False, b"the server process does not answer", b""


class _Call(BaseHTTPRequestHandler):
    """One request of the engine's."""

    def __init__(self, connection: socket.socket, relay: Relay) -> None:
        self._relay = relay
        super().__init__(connection, ("", 0), None)  # type: ignore[arg-type]

    def do_POST(self) -> None:
        """Hand the query on, and give the whole answer, or 502 and the reason."""
        size = int(self.headers.get("Content-Length", 0))
        succeeded, kind, body = self._relay.ask(self.path, self.rfile.read(size))
        self.send_response_only(HTTPStatus.OK if succeeded else HTTPStatus.BAD_GATEWAY)
        self.send_header("Content-Type", kind.decode() if succeeded else "text/plain; charset=utf-8")
        content = body if succeeded else kind
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what the engine asks is told by the answer."""
