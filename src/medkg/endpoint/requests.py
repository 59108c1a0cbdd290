"""A request as the protocols read it: strictly, with bounds on what is taken in, and without a framework."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from time import perf_counter
from typing import Any, Final, TypeVar

from medkg.endpoint.asgi import Receive, Scope
from medkg.endpoint.compression import Unpacker
from medkg.endpoint.fields import Fields, read_fields, text_of
from medkg.endpoint.languages import split_path
from medkg.endpoint.problems import Refused, refusal

FORM_TYPE: Final = "application/x-www-form-urlencoded"
MIB: Final = 1024 * 1024
#: The longest body of a query or an update: a text, not a data set.
LONGEST_TEXT: Final = 2 * MIB
#: Seconds a client may be silent in the middle of its body.
_SILENCE: Final = 30.0
#: Seconds for the whole body of a query or an update.
_TEXT_SECONDS: Final = 60.0
Given = TypeVar("Given")
_CHARSETS: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})


class Disconnected(Exception):  # noqa: N818 - what the client did
    """The client went away in the middle of its request."""


class Call:
    """One HTTP request: what its head says, and its body read once. ``path`` is without the ``languages`` it names."""

    __slots__ = (
        "_fields",
        "_taken",
        "_watch",
        "arrived",
        "headers",
        "languages",
        "method",
        "path",
        "query_string",
        "receive",
        "scope",
    )

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.arrived = perf_counter()
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        self.languages, self.path = split_path(scope["path"])
        self.query_string: bytes = scope["query_string"]
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            headers[name] = headers[name] + b", " + value if name in headers else value
        self.headers = headers
        self._fields: Fields | None = None
        self._taken = self.reads
        self._watch: asyncio.Task[None] | None = None

    def header(self, name: bytes) -> str:
        """Give a header by its name in lower case; empty where there is none."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def reads(self) -> bool:
        """Say whether the method only reads."""
        return self.method in {"GET", "HEAD"}

    @property
    def fields(self) -> Fields:
        """Give the fields of the query string.

        Raises:
            Refused: as :func:`read_fields`.
        """
        if self._fields is None:
            self._fields = read_fields(self.query_string)
        return self._fields

    @property
    def media_type(self) -> str:
        """Give the media type of the body in lower case, without its parameters."""
        return self.header(b"content-type").partition(";")[0].strip().lower()

    def parameter(self, name: str) -> str:
        """Give a parameter of the Content-Type header, unquoted; empty where there is none."""
        for piece in self.header(b"content-type").split(";")[1:]:
            key, _, value = piece.partition("=")
            if key.strip().lower() == name:
                return value.strip().strip('"')
        return ""

    def require_utf8(self) -> None:
        """Refuse a body whose type says that it is in another character set than UTF-8.

        Raises:
            Refused: 415.
        """
        charset = self.parameter("charset").lower()
        if charset not in _CHARSETS:
            raise refusal(415, f"a body in the character set {charset[:40]!r} is not read", "Send UTF-8.")

    async def text(self, limit: int = LONGEST_TEXT) -> str:
        """Give the body as text.

        Raises:
            Refused: it is too large, too slow, packed in a coding nobody reads, or no UTF-8.
            Disconnected: the client went away.
        """
        self.require_utf8()
        return text_of(await self.small_body(limit))

    async def form(self, limit: int = LONGEST_TEXT) -> Fields:
        """Give the fields of the body.

        Raises:
            Refused: as :meth:`text` and :func:`read_fields`.
            Disconnected: the client went away.
        """
        self.require_utf8()
        return read_fields(await self.small_body(limit))

    async def small_body(self, limit: int) -> bytes:
        """Give a body of at most ``limit`` bytes, unpacked, within a minute."""
        found = bytearray()
        try:
            async with asyncio.timeout(_TEXT_SECONDS):
                async for piece in self.body(limit):
                    found += piece
        except TimeoutError:
            raise _too_slow() from None
        return bytes(found)

    async def body(self, limit: int) -> AsyncIterator[bytes]:
        """Give the body piece by piece, unpacked.

        Raises:
            Refused: 413 beyond ``limit`` bytes, packed or unpacked; 408 where nothing comes; 415 for the coding.
            Disconnected: the client went away.
        """
        declared = self.header(b"content-length")
        if declared.isdigit() and int(declared) > limit:
            raise too_large(limit)
        unpacker = Unpacker(self.header(b"content-encoding"))
        taken = 0
        async for data in self._received():
            for piece in unpacker.pieces(data):
                taken += len(piece)
                if taken > limit:
                    raise too_large(limit)
                yield piece
        unpacker.finish()

    async def _received(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            try:
                message = await asyncio.wait_for(self.receive(), _SILENCE)
            except TimeoutError:
                raise _too_slow() from None
            if message["type"] == "http.disconnect":
                raise Disconnected
            more = message.get("more_body", False)
            self._taken = not more
            if data := message.get("body", b""):
                yield data

    def watch(self) -> asyncio.Task[None]:
        """Give what ends when the client goes away: one task for the whole request, from when its body was read.

        A server need not bear that it is asked, given up, and asked again.
        """
        if self._watch is None:
            self._watch = asyncio.ensure_future(self._gone())
        return self._watch

    def unwatch(self) -> None:
        """End the watch."""
        if self._watch is not None:
            self._watch.cancel()

    async def _gone(self) -> None:
        if not self._taken:
            await asyncio.Event().wait()
        while (await self.receive())["type"] != "http.disconnect":
            pass


def too_large(limit: int) -> Refused:
    """Give the refusal of a body above a number of bytes."""
    return refusal(413, f"the body is above {limit // MIB} MiB", "Send less.")


def _too_slow() -> Refused:
    return refusal(408, f"the body did not come within {_SILENCE:.0f} seconds", "Send it faster.")


async def while_connected(call: Call, work: Coroutine[Any, Any, Given]) -> Given:
    """Give what some work gives; cancel it as soon as the client goes away.

    Raises:
        Disconnected: the client went away.
    """
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait((working, call.watch()), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Disconnected
    finally:
        if not working.done():
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
