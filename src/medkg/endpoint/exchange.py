"""One request that a protocol answers: its answer or its problem sent, whatever happens counted and logged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final
from urllib.parse import quote

import structlog

from medkg.endpoint.asgi import Application, Send
from medkg.endpoint.cache import Kept
from medkg.endpoint.compression import coding_for
from medkg.endpoint.negotiation import NotAcceptable, accept_of
from medkg.endpoint.pages import Failure, Note, Result, hand_note
from medkg.endpoint.problems import (
    PROBLEM_TYPE,
    Problem,
    Refused,
    document,
    json_bytes,
    of_error,
    of_formats,
    of_status,
    refusal,
)
from medkg.endpoint.querying import query
from medkg.endpoint.requests import Call, Disconnected, while_connected
from medkg.endpoint.responses import Reply, Stream, send_head, send_reply, send_stream, send_wire
from medkg.endpoint.service import Service
from medkg.endpoint.tags import VARY_LANGUAGE
from medkg.endpoint.watching import Watched, outcome_of
from medkg.errors import LimitExceeded, MedkgError

_MAX_AGE: Final = "86400"
_SENT_HEADERS: Final = "Accept, Authorization, Content-Type, If-None-Match"
QUERY_PATHS: Final = frozenset({"/sparql", "/sparql/"})
log = structlog.get_logger("medkg.endpoint")

Handler = Callable[[Service, Call], Awaitable[Reply | Stream]]


class BrokenOff(Exception):  # noqa: N818 - what is done to the connection
    """The answer cannot be ended; raised to the server, so that it breaks the connection."""

    def __init__(self, path: str, error: Exception) -> None:
        super().__init__(f"an answer of {path} was broken off")
        self.outcome = outcome_of(error)


class Exchange:
    """One request that a protocol answers."""

    def __init__(self, service: Service, pages: Application, call: Call, send: Send) -> None:
        self.service = service
        self.pages = pages
        self.call = call
        self._send = send
        self.started = False
        self.watched = Watched()

    async def run(self, methods: str, handler: Handler | None) -> None:
        """Answer, whatever happens; count and log it when it is over."""
        outcome, limit = "failed", None
        try:
            outcome, limit = await self._answered(methods, handler)
        except asyncio.CancelledError:
            outcome = "gone"
            raise
        except BrokenOff as broken:
            outcome, limit = broken.outcome
            raise
        finally:
            self.call.unwatch()
            self.watched.end(self.service.metrics, self.service.log, outcome, limit)

    async def _answered(self, methods: str, handler: Handler | None) -> tuple[str, str | None]:
        try:
            return await self._try(methods, handler), None
        except Disconnected:
            if not self.started:
                # A body that the server cannot read ends like one whose sender has left; who is still there is told.
                await self._send_problem(refusal(400, "the request broke off before its end").problem)
            return "gone", None
        except (Refused, NotAcceptable, MedkgError) as error:
            if self.started:
                log.warning("broken-off", path=self.call.path, reason=type(error).__name__, limit=outcome_of(error)[1])
                raise BrokenOff(self.call.path, error) from None
            await self._send_problem(_problem_of(error, self.call.path))
            return outcome_of(error)
        except Exception as error:
            log.exception("unforeseen error", path=self.call.path, exc_info=error)
            if self.started:
                raise BrokenOff(self.call.path, error) from None
            await self._send_problem(of_status(500, self.call.path))
            return "failed", None

    async def _try(self, methods: str, handler: Handler | None) -> str:
        call = self.call
        if call.method == "OPTIONS":
            await self._send_reply(_preflight(methods))
            return "done"
        if call.method not in methods.split(", "):
            raise refusal(405, f"{call.method[:20]} is not taken here", f"Use one of {methods}.", Allow=methods)
        if handler is None:
            return await self._send_found(await query(self.service, call, self.watched))
        return await self._send_found(await handler(self.service, call))

    async def _send_found(self, found: Reply | Stream | Kept | Result | None) -> str:
        if isinstance(found, Stream):
            await self._send_stream(found)
        elif isinstance(found, Kept):
            self.watched.sent = len(found.body)
            body = b"" if self.call.method == "HEAD" else found.body
            await send_wire(self.send, 200, found.headers, body)
        elif isinstance(found, Reply):
            await self._send_reply(found)
            return "not-modified" if found.status == 304 else "done"
        else:
            await self._hand(found)
        return "done"

    async def _send_stream(self, stream: Stream) -> None:
        async with aclosing(stream.rest):
            if self.call.method == "HEAD":
                await send_head(self.send, stream.headers)
                return
            self.watched.sent = await while_connected(self.call, send_stream(self.send, stream))

    async def _send_reply(self, reply: Reply) -> None:
        if self.watched.text is None:
            self.service.metrics.page(reply.status)
        number = self._number()
        if number is not None and not any(name == "X-Generation" for name, _ in reply.headers):
            reply.headers.append(("X-Generation", str(number)))
        self.watched.sent = len(reply.body)
        coding = coding_for(self.call.header(b"accept-encoding"))
        await send_reply(self.send, reply, coding, head=self.call.method == "HEAD")

    async def _hand(self, note: Note | None) -> None:
        await hand_note(self.pages, self.call.scope, self.send, note)

    async def send(self, message: Any) -> None:
        """Send a message, and know from then on that the status is out."""
        self.started = True
        await self._send(message)

    async def _send_problem(self, problem: Problem) -> None:
        """Send a problem: as a page to readers who prefer one."""
        if self.call.path in QUERY_PATHS and self._wants_page():
            await self._hand(Failure(problem, self.watched.text or "", self.watched.arguments))
            return
        lent, call = self.service.lent, self.call
        language = lent.languages(call.languages, "", call.header(b"accept-language")).page
        told = document(problem, quote(call.path, safe="/:@!$&'()*+,;=~"), lent.title(problem.slug, language))
        headers = [*problem.headers, ("Content-Type", PROBLEM_TYPE), ("Cache-Control", "no-store")]
        headers += [("Content-Language", language), ("Vary", f"{VARY_LANGUAGE}, Accept-Encoding")]
        await self._send_reply(Reply(problem.status, headers, json_bytes(told)))

    def _number(self) -> int | None:
        try:
            return self.service.served().number
        except Exception as error:  # whatever is wrong with the store, the answer that says so must go out
            log.debug("no generation", error=str(error))
            return None

    def _wants_page(self) -> bool:
        accept = accept_of(self.call.header(b"accept"))
        return accept.quality("text/html") > accept.quality("application/json")


def _problem_of(error: Refused | NotAcceptable | MedkgError, path: str) -> Problem:
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, NotAcceptable):
        return of_formats(error)
    problem = of_error(error)
    if problem.status >= 500 and not isinstance(error, LimitExceeded):
        log.error("request failed", path=path, error=str(error))
    return problem


def _preflight(methods: str) -> Reply:
    """Answer what may be asked here, of other origins too."""
    return Reply(
        204,
        [
            ("Allow", methods),
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Headers", _SENT_HEADERS),
            ("Access-Control-Max-Age", _MAX_AGE),
        ],
    )
