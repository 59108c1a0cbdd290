"""One request to the other service through SPARQLWrapper, which can be broken off from another thread."""

from __future__ import annotations

import functools
import http.client
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterable
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self
from urllib.error import URLError

from SPARQLWrapper import BASIC, GET, POST, SPARQLWrapper

from medkg import __version__
from medkg.errors import Unavailable
from medkg.remote.address import Address

#: Longer requests are sent as a form: addresses of more than some thousand bytes are cut or refused on the way.
LONGEST_ADDRESS: Final = 2_000
_ACCEPT: Final = {
    "SELECT": "application/sparql-results+json, application/sparql-results+xml;q=0.5",
    "ASK": "application/sparql-results+json, application/sparql-results+xml;q=0.5",
    "CONSTRUCT": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
    "DESCRIBE": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
}
#: What timers may be early by, in seconds.
_INSTANT: Final = 0.01
_FAILURES: Final = (OSError, http.client.HTTPException, URLError)


class Call:
    """One request and its answer. Use it as a context manager; :meth:`abort` may come from any thread at any time."""

    def __init__(self, address: Address, seconds: float, waited: Callable[[], float] = lambda: 0.0) -> None:
        self.address = address
        self._waited = waited
        self._seconds = seconds
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = self._timed(seconds)
        self._done = False
        self.aborted = False
        self.expired = False
        self.began = monotonic()
        self.response: http.client.HTTPResponse

    @property
    def elapsed(self) -> float:
        """Seconds since the request was made."""
        return monotonic() - self.began

    @property
    def late(self) -> bool:
        """Whether the other side was reached and its time was over: by our clock, or by that of the socket."""
        return self.expired or (self._socket is not None and self.elapsed - self._waited() >= self._seconds)

    def send(self, text: str, form: str, parameters: Iterable[tuple[str, str]] = ()) -> http.client.HTTPResponse:
        """Send a query of a form (SELECT, ASK, CONSTRUCT, DESCRIBE); give the answer, whatever its status.

        Raises:
            Unavailable: the service cannot be reached, or broke off; look at :attr:`late` for the reason.
        """
        self.began = monotonic()
        self._timer.start()
        try:
            self.response = _Client(self, self.address, text, form, (*self.address.parameters, *parameters)).send()
        except _FAILURES as error:
            reason = getattr(error, "reason", None) or error
            remedy = "See that it runs, and that the setting store names it."
            raise Unavailable(f"cannot be reached: {reason}", subject=self.address.url, remedy=remedy) from error
        return self.response

    def attach(self, opened: socket.socket) -> None:
        """Know the socket, so that it can be shut."""
        with self._lock:
            self._socket = opened
            if self.aborted:
                _shut(opened)

    def abort(self) -> None:
        """Break the request off: whoever waits for its answer fails at once, and the other side sees us go."""
        with self._lock:
            self.aborted = True
            if self._socket is not None:
                _shut(self._socket)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done = True
        self._timer.cancel()
        if hasattr(self, "response"):
            self.response.close()

    def open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a request without proxies and without following redirects; an error's answer is an answer, too."""
        opener = urllib.request.OpenerDirector()
        opener.add_handler(_Plain(self))
        opener.add_handler(_Secure(self))
        found: http.client.HTTPResponse = opener.open(request, timeout=self._seconds)
        return found

    def _timed(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        return timer

    def _expire(self) -> None:
        """Break off, unless some of the time was spent waiting for a slow reader: that is given once more, at most."""
        left = self._seconds - (self.elapsed - min(self._waited(), self._seconds))
        if left <= _INSTANT:
            self.expired = True
            self.abort()
        elif not self._done:
            self._timer = self._timed(left)
            self._timer.start()


class _Client(SPARQLWrapper):
    """SPARQLWrapper with our own way out.

    Its guess of a query's form is an expression that takes forever on some texts, and the one opener it knows is the
    process's: with redirects and proxies, and nothing to break off by.
    """

    def __init__(
        self, call: Call, address: Address, text: str, form: str, parameters: Iterable[tuple[str, str]]
    ) -> None:
        super().__init__(address.url, agent=f"medkg/{__version__}")
        self._call = call
        self.queryString, self.queryType = text, form
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", _ACCEPT[form])
        for name, value in parameters:
            self.addParameter(name, value)
        length = len(self._getRequestEncodedParameters(("query", text)))
        self.setMethod(POST if length > LONGEST_ADDRESS else GET)
        if address.user:
            self.setHTTPAuth(BASIC)
            self.setCredentials(address.user, address.password)

    def send(self) -> http.client.HTTPResponse:
        found: http.client.HTTPResponse = self.query().response
        return found

    def _query(self) -> tuple[http.client.HTTPResponse, str]:
        return self._call.open(self._createRequest()), self.returnFormat


class _Known(http.client.HTTPConnection):
    """A connection whose socket is made known to its call."""

    def __init__(self, call: Call, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._call = call

    def connect(self) -> None:
        super().connect()
        self._call.attach(self.sock)


class _Secured(_Known, http.client.HTTPSConnection):
    """The same over TLS: what is made known is the socket that encrypts."""


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(functools.partial(_Known, self._call), req)


class _Secure(urllib.request.HTTPSHandler):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        context = ssl.create_default_context()
        return self.do_open(functools.partial(_Secured, self._call), req, context=context)


def _shut(opened: socket.socket) -> None:
    try:
        opened.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker
