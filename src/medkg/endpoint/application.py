"""The ASGI application: which part answers which address, errors as problem documents, clients that go away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Final

import structlog
from a2wsgi import WSGIMiddleware

from medkg.endpoint import graphstore, health, updating
from medkg.endpoint.asgi import Application, Receive, Scope, Send, Wsgi
from medkg.endpoint.cache import Kept
from medkg.endpoint.exchange import QUERY_PATHS, Exchange, Handler
from medkg.endpoint.languages import split_path
from medkg.endpoint.pages import Lent, hand_over
from medkg.endpoint.querying import quickly, request_key
from medkg.endpoint.requests import Call
from medkg.endpoint.responses import Reply, send_wire
from medkg.endpoint.service import Answers, Service, StoreReader
from medkg.errors import MedkgError
from medkg.settings import Settings
from medkg.store.reader import Reader
from medkg.workers.pool import Pool

#: Threads for pages. They wait for the disk and for slow readers, never for strangers' queries.
PAGE_THREADS: Final = 16
_SENT_DIFFERENTLY: Final = frozenset({b"authorization", b"if-none-match"})
log = structlog.get_logger("medkg.endpoint")


def create(
    settings: Settings,
    pages: Wsgi,
    *,
    reader: StoreReader | None = None,
    answers: Answers | None = None,
    lent: Lent | None = None,
) -> Endpoint:
    """Give the ASGI application; ``pages`` answers what is no protocol.

    ``reader`` and ``answers`` stand for the store of the home and its children where another service is behind it.

    Raises:
        StoreError: nothing has been published, or it cannot be opened.
        SettingsError: the limits cannot be used.
    """
    reader = reader or Reader(settings.home, settings.default_graph)
    service = Service(settings, reader, answers or Pool(settings), lent or Lent())
    return Endpoint(service, WSGIMiddleware(pages, workers=PAGE_THREADS))  # type: ignore[arg-type]


class Endpoint:
    """The ASGI application of one server process."""

    def __init__(self, service: Service, pages: Application) -> None:
        self.service = service
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the server's own questions."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"{scope['type']} is not spoken here")
        path = scope["path"]
        if split_path(path)[1] in QUERY_PATHS:
            call = Call(scope, receive)
            kept = self._at_once(call)
            if kept is not None:
                await self._send_kept(call, send, kept)
                return
        handled = _route(path)
        if handled is None:
            await hand_over(self._pages, scope, receive, send)
        else:
            await Exchange(self.service, self._pages, Call(scope, receive), send).run(*handled)

    def _at_once(self, call: Call) -> Kept | None:
        """Give an answer that needs nobody else: kept of the very same request, or by the quick door."""
        if not call.reads or not _SENT_DIFFERENTLY.isdisjoint(call.headers):
            return None
        served = self.service.serving()
        if served is None:
            return None
        kept = self.service.cache.by_request(request_key(call))
        self.service.metrics.cache(hit=kept is not None)
        if kept is not None:
            return kept
        try:
            return quickly(self.service, call, served)
        except MedkgError:
            return None  # the long way answers the same request, and says what is wrong

    async def _send_kept(self, call: Call, send: Send, kept: Kept) -> None:
        seconds = perf_counter() - call.arrived
        self.service.metrics.query(outcome="done", form=kept.form, seconds=seconds, sent=len(kept.body))
        await send_wire(send, 200, kept.headers, b"" if call.method == "HEAD" else kept.body)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            try:
                await (self.service.start() if message["type"] == "lifespan.startup" else self.service.close())
            except MedkgError as error:
                log.error("cannot-start", error=str(error))
                await send({"type": f"{message['type']}.failed", "message": str(error)})
                return
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def is_protocol(path: str) -> bool:
    """Say whether the endpoint answers an address, be it by handing it over to the pages."""
    return _route(path) is not None


def _route(path: str) -> tuple[str, Handler | None] | None:
    """Give the methods of an address and what answers it, None where the pages do. /sparql has no plain handler.

    It alone has pages, and so a language before it.
    """
    if split_path(path)[1] in QUERY_PATHS:
        return "GET, HEAD, POST, OPTIONS", None
    bare = path.removesuffix("/") or "/"
    if bare in _SIMPLE:
        return _SIMPLE[bare]
    if path.startswith("/store/"):
        return graphstore.METHODS, graphstore.store
    return None


def _watcher(answer: Callable[[Service], Reply]) -> Handler:
    async def handle(service: Service, call: Call) -> Reply:
        return answer(service)

    return handle


_SIMPLE: Final[Mapping[str, tuple[str, Handler]]] = {
    "/update": (updating.METHODS, updating.update),
    "/store": (graphstore.METHODS, graphstore.store),
    "/health": ("GET, HEAD, OPTIONS", _watcher(health.health)),
    "/ready": ("GET, HEAD, OPTIONS", _watcher(health.ready)),
    "/metrics": ("GET, HEAD, OPTIONS", _watcher(health.metrics)),
}
