"""Requests byte by byte: what no HTTP library would send, and what came back, whole or not."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

#: In a list of expected statuses: the connection was closed without an answer.
CLOSED = 0
#: The answer began with 200 and visibly ended before its end.
BROKEN = -1
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where the requests go. ``token`` is an administrator's; ``elsewhere`` a port nobody may connect to."""

    host: str
    port: int
    token: str
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ``status`` is :data:`CLOSED` or :data:`BROKEN` where there was no whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile request: its bytes, and the statuses that are right for it."""

    name: str
    raw: Callable[[Site], bytes]
    expected: frozenset[int]


def send(site: Site, raw: bytes, *, method: str = "GET", patience: float = PATIENCE) -> Reply:
    """Send the bytes and read one answer."""
    with socket.create_connection((site.host, site.port), timeout=patience) as connection:
        # The server may refuse before it has read all; the answer, if there is one, can still be read.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(raw)
        return receive(connection, method)


def receive(connection: socket.socket, method: str = "GET") -> Reply:
    """Read one answer."""
    with http.client.HTTPResponse(connection, method=method) as response:
        try:
            response.begin()
        except (http.client.HTTPException, ConnectionError, ValueError):
            return Reply(CLOSED, {}, b"")
        headers = {name.lower(): value for name, value in response.getheaders()}
        try:
            return Reply(response.status, headers, response.read())
        except http.client.IncompleteRead as cut:
            return Reply(BROKEN, headers, cut.partial)
        except ConnectionError:
            return Reply(BROKEN, headers, b"")


def request(method: str, target: str, body: bytes = b"", headers: Iterable[str] = ()) -> bytes:
    """Give the bytes of a request that is well formed as HTTP."""
    lines = [f"{method} {target} HTTP/1.1", "Host: registry.example", "Connection: close", *headers]
    if body or method in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def query(name: str, text: str | bytes, *expected: int) -> Hostile:
    """Give a query sent as the body of a POST; ``ELSEWHERE`` in it becomes the forbidden port."""
    return posted(name, "/sparql", "application/sparql-query", text, *expected, token=False)


def update(name: str, text: str | bytes, *expected: int) -> Hostile:
    """Give an update sent with an administrator's token."""
    return posted(name, "/update", "application/sparql-update", text, *expected)


def upload(name: str, media_type: str, body: str | bytes, *expected: int, headers: Iterable[str] = ()) -> Hostile:
    """Give an upload to a graph with an administrator's token."""
    target = "/store?graph=" + quote("http://example.org/uploaded", safe="")
    return posted(name, target, media_type, body, *expected, method="PUT", headers=headers)


def posted(
    name: str,
    target: str,
    media_type: str,
    body: str | bytes,
    *expected: int,
    method: str = "POST",
    token: bool = True,
    headers: Iterable[str] = (),
) -> Hostile:
    """Give a request with a body."""
    content = body.encode() if isinstance(body, str) else body

    def raw(site: Site) -> bytes:
        own = [f"Content-Type: {media_type}", *headers, *([f"Authorization: Bearer {site.token}"] if token else [])]
        return request(method, target, content.replace(b"ELSEWHERE", str(site.elsewhere).encode()), own)

    return Hostile(name, raw, frozenset(expected))


def got(name: str, target: str, *expected: int, method: str = "GET", headers: Iterable[str] = ()) -> Hostile:
    """Give a request without a body; the target goes out as it stands."""
    return Hostile(name, lambda _: request(method, target, headers=headers), frozenset(expected))


def bare(name: str, raw: bytes, *expected: int) -> Hostile:
    """Give bytes that are no well-formed request."""
    return Hostile(name, lambda _: raw, frozenset(expected))
