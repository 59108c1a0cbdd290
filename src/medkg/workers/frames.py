"""Frames between a server process and a child: one byte of kind, four of length, the content. Nothing is unpickled."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from struct import Struct
from typing import Final

HEADER: Final = Struct("!BI")
_LENGTH: Final = Struct("!I")
_READ: Final = 256 * 1024
#: What a child may put into one frame that is no data.
LARGEST: Final = 64 * 1024

#: To the child: open a generation; answer a query.
OPEN: Final = ord("O")
QUERY: Final = ord("Q")
#: From the child: a generation is open; form and format of an answer; a piece of it; its end; why there is none.
READY: Final = ord("R")
HEAD: Final = ord("H")
DATA: Final = ord("D")
END: Final = ord("E")
FAILED: Final = ord("F")


def frame(kind: int, content: bytes) -> bytes:
    """Give the bytes of a frame."""
    return HEADER.pack(kind, len(content)) + content


def pack_texts(*texts: str) -> bytes:
    """Give texts as bytes that :func:`unpack_texts` reads.

    Raises:
        UnicodeEncodeError: a text holds half a surrogate pair.
    """
    encoded = [text.encode() for text in texts]
    return b"".join([part for one in encoded for part in (_LENGTH.pack(len(one)), one)])


def unpack_texts(content: bytes, start: int = 0) -> list[str]:
    """Give the texts that stand in a content from ``start`` to its end."""
    texts = []
    while start < len(content):
        (length,) = _LENGTH.unpack_from(content, start)
        start += _LENGTH.size + length
        texts.append(content[start - length : start].decode())
    return texts


class Unframer:
    """Frames out of a stream of bytes. A piece of data is passed on as it comes; other frames wait until whole."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._data_left = 0

    def feed(self, received: bytes) -> Iterator[tuple[int, bytes]]:
        """Give kind and content of what is complete with these bytes.

        Raises:
            ValueError: a frame is larger than any that a child has reason to send.
        """
        stream, at = received, 0
        if self._held:
            self._held += received
            if len(self._held) < _length_of(self._held):
                return
            stream = bytes(self._held)
            self._held.clear()
        while at < len(stream):
            if self._data_left:
                piece = stream[at : at + self._data_left]
                self._data_left -= len(piece)
                at += len(piece)
                yield DATA, piece
                continue
            end = at + _length_of(stream, at)
            if end > len(stream):
                self._held += stream[at:]
                return
            kind, length = HEADER.unpack_from(stream, at)
            if kind == DATA:
                self._data_left = length
            else:
                yield kind, stream[at + HEADER.size : end]
            at = end


def _length_of(stream: bytes | bytearray, at: int = 0) -> int:
    """Give the bytes that are needed to go on with a frame: its header, and the content of one that is no data."""
    if len(stream) - at < HEADER.size:
        return HEADER.size
    kind, length = HEADER.unpack_from(stream, at)
    if kind == DATA:
        return HEADER.size
    if length > LARGEST:
        raise ValueError(f"a frame of {length:,} bytes, of at most {LARGEST:,}")
    return HEADER.size + int(length)


class Channel:
    """The child's end of the socket: blocking, one frame at a time."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._held = bytearray()

    def read(self) -> tuple[int, bytes] | None:
        """Give the next frame; None where the server process has closed its end."""
        if not self._fill(HEADER.size):
            return None
        kind, length = HEADER.unpack_from(self._held)
        if not self._fill(HEADER.size + length):
            return None
        content = bytes(self._held[HEADER.size : HEADER.size + length])
        del self._held[: HEADER.size + length]
        return kind, content

    def write(self, frames: bytes) -> None:
        """Send frames; waits for as long as nobody takes them.

        Raises:
            OSError: the server process has closed its end.
        """
        self._end.sendall(frames)

    def _fill(self, size: int) -> bool:
        while len(self._held) < size:
            received = self._end.recv(_READ)
            if not received:
                return False
            self._held += received
        return True
