"""The server process's side of SERVICE: takes children's calls from a socket, goes out for them, hands back answers.

A call is the endpoint's number and the query; an answer is a media type and a body, or the reason why there is none.
Each number of bytes is checked before anything is read: what a child sends is a stranger's word.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from struct import Struct
from typing import Final

from medkg.outgoing.endpoints import Endpoint
from medkg.outgoing.request import Caller, CallFailedError, Reply

#: Number of the endpoint, bytes of the query.
CALL: Final = Struct("!HI")
#: Whether it succeeded, bytes of the media type or the reason, bytes of the body.
ANSWER: Final = Struct("!?HI")
MOST_QUERY: Final = 1024 * 1024


class Broker:
    """Goes out for the children of one server process, each in a thread of its own."""

    def __init__(self, endpoints: Sequence[Endpoint], caller: Caller | None = None) -> None:
        self._endpoints = endpoints
        self._caller = caller or Caller(allowed=endpoints)

    def attach(self, end: socket.socket) -> None:
        """Serve the child at the other end of a stream socket until it goes away. The socket is the broker's now."""
        threading.Thread(target=self._serve, args=(end,), name="outgoing", daemon=True).start()

    def _serve(self, end: socket.socket) -> None:
        with end:
            end.setblocking(True)
            while (call := _read_call(end)) is not None:
                try:
                    end.sendall(self._answer(*call))
                except OSError:
                    return  # the child is gone

    def _answer(self, number: int, query: bytes) -> bytes:
        if number >= len(self._endpoints):
            return _failure("there is no such endpoint")
        try:
            return _packed(self._caller.ask(self._endpoints[number], query))
        except CallFailedError as error:
            return _failure(f"<{self._endpoints[number].iri}> cannot be asked: {error}")


def _read_call(end: socket.socket) -> tuple[int, bytes] | None:
    """Give the next call; None where the child is gone or sends more than a query can be."""
    head = read_exactly(end, CALL.size)
    if head is None:
        return None
    number, size = CALL.unpack(head)
    query = read_exactly(end, size) if size <= MOST_QUERY else None
    return None if query is None else (number, query)


def read_exactly(end: socket.socket, size: int) -> bytes | None:
    """Give so many bytes from a stream; None where it ends or breaks before."""
    pieces = bytearray()
    while len(pieces) < size:
        try:
            piece = end.recv(min(size - len(pieces), 1024 * 1024))
        except OSError:
            return None
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


def _packed(reply: Reply) -> bytes:
    kind = reply.type.encode()
    return ANSWER.pack(True, len(kind), len(reply.body)) + kind + reply.body


def _failure(reason: str) -> bytes:
    text = reason.encode()[:0xFFFF]
    return ANSWER.pack(False, len(text), 0) + text
