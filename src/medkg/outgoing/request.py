"""One request to an allowed endpoint: the address checked is the address connected to, and nothing is without bound."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urljoin

from medkg import __version__
from medkg.outgoing.endpoints import Endpoint

#: Seconds from the first connection to the last byte, redirections included.
MOST_SECONDS: Final = 30.0
#: Bytes of an answer; it is taken whole, so that what the engine sees is never the part of one.
MOST_BYTES: Final = 16 * 1024 * 1024
_HOPS: Final = 3
_PIECE: Final = 64 * 1024
_REDIRECTS: Final = frozenset([301, 302, 307, 308])
TYPES: Final = frozenset(["application/sparql-results+json", "application/sparql-results+xml"])
_HEADERS: Final = {
    "Accept": "application/sparql-results+json, application/sparql-results+xml;q=0.9",
    "Accept-Encoding": "identity",
    "Content-Type": "application/sparql-query",
    "User-Agent": f"medkg/{__version__}",
    "Connection": "close",
}

#: Gives the network addresses of a host and port.
Resolve = Callable[[str, int], Sequence[str]]


class CallFailedError(Exception):
    """An endpoint was not asked, or gave no whole answer; the text says why and is fit for strangers."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: its media type, one of :data:`TYPES`, and its bytes."""

    type: str
    body: bytes


def resolve(host: str, port: int) -> Sequence[str]:
    """Give the network addresses that the system knows for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Asks allowed endpoints, and no others; whoever answers."""

    allowed: Sequence[Endpoint]
    seconds: float = MOST_SECONDS
    most_bytes: int = MOST_BYTES
    resolve: Resolve = resolve
    trusted: ssl.SSLContext | None = None

    def ask(self, endpoint: Endpoint, query: bytes) -> Reply:
        """Give the answer of an endpoint to a query.

        A redirection is followed where its target is itself allowed. No credentials, cookies or proxies of the server
        are used.

        Raises:
            CallFailedError: there is no connection to a permitted address, or no whole answer in time.
        """
        with contextlib.ExitStack() as until:
            clock = _Clock(self.seconds)
            until.callback(clock.stop)
            for _ in range(_HOPS):
                reply = self._exchange(endpoint, query, clock)
                if isinstance(reply, Reply):
                    return reply
                endpoint = reply
        raise CallFailedError("it redirects too often")

    def _exchange(self, endpoint: Endpoint, query: bytes, clock: _Clock) -> Reply | Endpoint:
        """Give the answer, or the endpoint that it sends us to."""
        try:
            with self._connected(endpoint, clock) as connection:
                connection.request("POST", endpoint.target, body=query, headers=_HEADERS)
                with connection.getresponse() as response:
                    if clock.struck:  # the headers ended with it
                        raise TimeoutError
                    if response.status in _REDIRECTS:
                        return self._target(endpoint, response.getheader("Location", ""))
                    return Reply(_checked_type(response), self._body(response, clock))
        except socket.gaierror as error:
            raise CallFailedError("its name is not known") from error
        except ssl.SSLCertVerificationError as error:
            raise CallFailedError(f"its certificate is not good: {error.verify_message}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = f"it took longer than {self.seconds:g} s" if clock.struck else "the connection failed"
            raise CallFailedError(reason) from error

    def _target(self, endpoint: Endpoint, location: str) -> Endpoint:
        iri = urljoin(endpoint.iri, location)
        found = next((allowed for allowed in self.allowed if allowed.iri == iri), None)
        if found is None:
            raise CallFailedError("it redirects to an address that is not allowed")
        return found

    def _body(self, response: http.client.HTTPResponse, clock: _Clock) -> bytes:
        """Give all bytes of an answer. An end that came early looks like any other to the one who reads."""
        pieces, size = [], 0
        while piece := response.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > self.most_bytes:
                raise CallFailedError(f"its answer has more than {self.most_bytes:,} bytes")
        if clock.struck or response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(pieces)

    @contextlib.contextmanager
    def _connected(self, endpoint: Endpoint, clock: _Clock) -> Iterator[http.client.HTTPConnection]:
        plain = self._socket(endpoint)
        clock.watch(plain)
        kind = http.client.HTTPSConnection if endpoint.secure else http.client.HTTPConnection
        connection = kind(endpoint.host, endpoint.port)
        with contextlib.closing(connection):
            connection.auto_open = 0
            connection.sock = plain
            if endpoint.secure:
                trusted = self.trusted or _authorities()
                connection.sock = trusted.wrap_socket(plain, server_hostname=endpoint.host)
            yield connection

    def _socket(self, endpoint: Endpoint) -> socket.socket:
        """Give a socket connected to one of the endpoint's addresses; what is checked is a number, not a name."""
        found = list(dict.fromkeys(self.resolve(endpoint.host, endpoint.port)))
        permitted = [address for address in found if endpoint.may_be_at(address)]
        if found and not permitted:
            raise CallFailedError(
                "its name stands for no public address; the operator may allow a private one by its number"
            )
        for address in permitted:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, endpoint.port), timeout=self.seconds / len(permitted))
        raise OSError("no address answers")


class _Clock:
    """Breaks the connections it watches when the time is up: a timeout for each read would let a slow one go on."""

    def __init__(self, seconds: float) -> None:
        self.struck = False
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, connection: socket.socket) -> None:
        with self._lock:
            self._watched.append(connection.dup())
        if self.struck:
            self._strike()

    def stop(self) -> None:
        self._timer.cancel()
        with self._lock:
            for connection in self._watched:
                connection.close()
            self._watched.clear()

    def _strike(self) -> None:
        self.struck = True
        with self._lock:
            for connection in self._watched:
                with contextlib.suppress(OSError):  # it has ended by itself
                    connection.shutdown(socket.SHUT_RDWR)


@cache
def _authorities() -> ssl.SSLContext:
    """Give the authorities that the system trusts; reading them takes longer than most calls."""
    return ssl.create_default_context()


def _checked_type(response: http.client.HTTPResponse) -> str:
    if response.status != http.HTTPStatus.OK:
        raise CallFailedError(f"it answered with status {response.status}")
    if response.getheader("Content-Encoding", "identity").strip().lower() != "identity":
        raise CallFailedError("its answer is compressed, though that was not asked for")
    found = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    if found not in TYPES:
        raise CallFailedError("its answer is no SPARQL result in JSON or XML")
    return found
