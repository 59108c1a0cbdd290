"""The whole service behind a WSGI door: for tests, and for servers that speak nothing else."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from a2wsgi.asgi import build_scope

from medkg.endpoint.application import Endpoint, is_protocol
from medkg.endpoint.asgi import Message, Wsgi
from medkg.endpoint.service import Service


class Bridge:
    """A WSGI application: the protocols through ASGI, in a loop with a thread of its own; the pages at once.

    Answers of the protocols are gathered whole. Loop and children are there from the first request to a protocol until
    :meth:`close`, or the end of the object.
    """

    def __init__(self, pages: Wsgi, endpoint: Endpoint) -> None:
        self.pages = pages
        self.endpoint = endpoint
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: weakref.finalize[..., Bridge] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request.

        Raises:
            BrokenOff: the answer could not be ended.
        """
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        if not is_protocol(path):
            return self.pages(environ, start_response)
        exchange = _Exchange(environ)
        asyncio.run_coroutine_threadsafe(exchange.run(self.endpoint), self._running_loop()).result()
        start_response(exchange.status, exchange.headers)
        return [bytes(exchange.body)]

    def close(self) -> None:
        """End the children and the loop, if any were needed."""
        if self._end is not None:
            self._end()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                thread = threading.Thread(target=self._loop.run_forever, name="protocols", daemon=True)
                thread.start()
                self._end = weakref.finalize(self, _finish, self._loop, thread, self.endpoint.service)
            return self._loop


class _Exchange:
    """One request through the ASGI application, its answer gathered."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.scope = dict(build_scope(environ))  # type: ignore[arg-type]
        self.scope["raw_path"] = environ.get("RAW_URI", environ.get("REQUEST_URI", "")).encode("latin-1") or None
        length = environ.get("CONTENT_LENGTH") or "0"
        self._input: bytes | None = environ["wsgi.input"].read(int(length)) if length.isdigit() else b""
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()

    async def run(self, endpoint: Endpoint) -> None:
        """Let the application answer."""
        await endpoint(self.scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if self._input is None:
            await asyncio.Event().wait()
        body, self._input = self._input, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status = HTTPStatus(message["status"])
            self.status = f"{status.value} {status.phrase}"
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            self.body += message.get("body", b"")


def _finish(loop: asyncio.AbstractEventLoop, thread: threading.Thread, service: Service) -> None:
    if not thread.is_alive():
        return  # in a fork of the process, which has the object but not its thread
    asyncio.run_coroutine_threadsafe(service.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
