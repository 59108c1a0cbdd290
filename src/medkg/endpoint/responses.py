"""Answers as they are sent: whole ones, and streams that break visibly where they cannot be ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Final

from medkg.endpoint.asgi import Headers, Send
from medkg.endpoint.compression import LEAST, Packer, packed, packer

#: On every answer of the server, pages included.
SECURITY: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: Headers of answers that pages of any origin may read; no credentials are involved.
EXPOSED: Final = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Generation"
OPEN: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
_BODYLESS: Final = frozenset({204, 304})


def encoded(pairs: Iterable[tuple[str, str]]) -> Headers:
    """Give headers as they go over the wire."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in pairs]


_COMMON: Final = tuple(encoded((*SECURITY.items(), *OPEN.items())))


@dataclass(slots=True)
class Reply:
    """A whole answer. Its headers lack the common ones, Content-Length and Content-Encoding.

    Of one that is not ``sized`` nobody has counted the bytes; it answers HEAD.
    """

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    sized: bool = True


@dataclass(slots=True)
class Stream:
    """An answer too large to wait for: what has come of it, and what comes. ``rest`` is closed whatever happens."""

    headers: list[tuple[str, str]]
    first: bytes
    rest: AsyncGenerator[bytes, None]
    coding: str = ""


def wire_headers(reply: Reply, coding: str = "") -> tuple[Headers, bytes]:
    """Give the headers and the body of a whole answer as they are sent, packed where that is worth while."""
    headers = encoded(reply.headers)
    headers += _COMMON
    body = reply.body
    if coding and len(body) >= LEAST:
        body = packed(body, coding)
        headers.append((b"content-encoding", coding.encode()))
    if reply.sized and reply.status not in _BODYLESS:
        headers.append((b"content-length", str(len(body)).encode()))
    return headers, body


async def send_head(send: Send, pairs: Iterable[tuple[str, str]]) -> None:
    """Send the headers of a stream alone, in answer to HEAD; its length is not known."""
    await send_wire(send, 200, [*encoded(pairs), *_COMMON], b"")


async def send_reply(send: Send, reply: Reply, coding: str = "", head: bool = False) -> None:
    """Send a whole answer; of the answer to HEAD the headers alone."""
    headers, body = wire_headers(reply, coding)
    await send_wire(send, reply.status, headers, b"" if head or reply.status in _BODYLESS else body)


async def send_wire(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send an answer that is ready for the wire."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_stream(send: Send, stream: Stream) -> int:
    """Send an answer as it comes, and give the bytes sent. The status goes out with the first of them.

    Raises:
        Exception: whatever ``rest`` raises. Where the status is out by then, the caller lets the server break the
            connection: no client can take what came for the whole answer.
    """
    made = packer(stream.coding) if stream.coding else None
    sent = 0
    async for data in _packed(stream, made):
        if not sent:
            await send({"type": "http.response.start", "status": 200, "headers": _stream_headers(stream)})
        await send({"type": "http.response.body", "body": data, "more_body": True})
        sent += len(data)
    rest = made.flush() if made else b""
    if not sent:
        await send({"type": "http.response.start", "status": 200, "headers": _stream_headers(stream)})
    await send({"type": "http.response.body", "body": rest})
    return sent + len(rest)


def _stream_headers(stream: Stream) -> Headers:
    coding = [(b"content-encoding", stream.coding.encode())] if stream.coding else []
    return [*encoded(stream.headers), *_COMMON, *coding]


async def _packed(stream: Stream, made: Packer | None) -> AsyncIterator[bytes]:
    """Give what there is to send; packing happens in a thread, so that others are answered meanwhile."""
    async for piece in _all(stream):
        data = piece if made is None else await asyncio.to_thread(made.compress, piece)
        if data:
            yield data


async def _all(stream: Stream) -> AsyncIterator[bytes]:
    yield stream.first
    async for piece in stream.rest:
        yield piece
