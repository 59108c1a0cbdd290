"""The way of an answer out of a child: pieces of 64 KiB, repaired where the engine writes what XML cannot hold."""

from __future__ import annotations

from typing import Final

from medkg.workers.answer import Head
from medkg.workers.frames import DATA, HEADER, Channel
from medkg.workers.wire import pack_head

#: The head is held back until so much is there or the query has ended: most errors are decided by then.
PIECE: Final = 64 * 1024
#: Characters that XML 1.0 cannot hold and the engine writes as they stand.
_CONTROLS: Final = bytes(number for number in range(32) if number not in {9, 10, 13})
_NONCHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())


class ResultTooLarge(Exception):  # noqa: N818 - no error of the program, and it never leaves the child
    """The answer has more bytes than its limit."""


class Stream:
    """A file for the engine to write an answer to, which sends it on."""

    def __init__(self, channel: Channel, head: Head, most: int) -> None:
        self._channel, self._head, self._most = channel, head, most
        self._xml = head.format in {"xml", "rdf"}
        self._parts: list[bytes] = []
        self._size = self._sent = 0
        self._begun = False

    def write(self, part: bytes) -> int:
        """Take bytes from the engine.

        Raises:
            ResultTooLarge: they are more than the limit.
            OSError: the server process is gone.
        """
        self._parts.append(part)
        self._size += len(part)
        if self._size >= PIECE:
            self._channel.write(self._pending(final=False))
        return len(part)

    def flush(self) -> None:
        """Do nothing; the engine wants it to be there."""

    def end(self, closing: bytes) -> None:
        """Send what is left, and the frame that closes the answer, in one go."""
        self._channel.write(self._pending(final=True) + closing)

    def _pending(self, *, final: bool) -> bytes:
        """Give the frames of what has gathered: the head before the first."""
        parts, self._parts = self._parts, []
        if self._xml:
            parts = [self._repaired(b"".join(parts), final)]
        size = sum(map(len, parts))
        self._size = sum(map(len, self._parts))
        self._sent += size
        if self._sent > self._most:
            raise ResultTooLarge
        head = b"" if self._begun else pack_head(self._head)
        self._begun = True
        return b"".join([head, HEADER.pack(DATA, size), *parts]) if size else head

    def _repaired(self, data: bytes, final: bool) -> bytes:
        """Give XML that every reader takes; keep back what may be half a character."""
        cut = -1 if final else data.rfind(b"\xef", -2)
        if cut >= 0:
            self._parts.append(data[cut:])
            data = data[:cut]
        return repaired(data)


def repaired(data: bytes) -> bytes:
    """Leave out of XML what it cannot hold, and write carriage returns as references, which reading keeps."""
    for character in _NONCHARACTERS:
        data = data.replace(character, b"")
    return data.translate(None, _CONTROLS).replace(b"\r", b"&#13;")
