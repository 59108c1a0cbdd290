"""Uploads: streamed to files under the home, never held in memory; several parts of a form each to its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import IO, Final

from medkg.access.limits import Limits, unit_of
from medkg.changes.requests import Upload
from medkg.endpoint.problems import Refused, refusal
from medkg.endpoint.requests import MIB, Call
from medkg.endpoint.spool import require_room
from medkg.errors import LimitExceeded
from medkg.store.layout import file_errors

MULTIPART: Final = "multipart/form-data"
#: Media type → the format's name for the store.
TRIPLES: Final[Mapping[str, str]] = {
    "text/turtle": "ttl",
    "application/x-turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
QUADS: Final[Mapping[str, str]] = {
    "application/trig": "trig",
    "application/x-trig": "trig",
    "application/n-quads": "nq",
    "text/x-nquads": "nq",
}
MEDIA_TYPES: Final = {**TRIPLES, **QUADS}
_MOST_PARTS: Final = 100
_LONGEST_HEAD: Final = 8 * 1024
_LINE_END: Final = b"\r\n"
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{1,70}")


async def receive_uploads(call: Call, folder: Path, base: str | None, limits: Limits) -> tuple[Upload, ...]:
    """Give the files that a request brings; relative IRIs in them are relative to ``base``.

    Raises:
        LimitExceeded: they are larger than ``upload_mib``.
        Refused: 415 for a type nobody reads, 400 for a broken form.
        StoreError: the disk has no room for them.
    """
    try:
        require_room(folder, min(_declared(call), limits.upload_mib * MIB))
        if call.media_type == MULTIPART:
            return await _receive_form(call, folder, base, limits)
        call.require_utf8()
        wanted = format_of(call.media_type)
        path = folder / "0"
        with path.open("wb") as file:
            async for piece in call.body(limits.upload_mib * MIB):
                await _write(file, piece)
        return (Upload(file=path, format=wanted, base=base),)
    except Refused as refused:
        raise _limit_of(refused, limits) from refused


def format_of(media_type: str) -> str:
    """Give the name of the format that a media type means.

    Raises:
        Refused: 415.
    """
    try:
        return MEDIA_TYPES[media_type]
    except KeyError:
        offered = ", ".join(sorted({*MEDIA_TYPES, MULTIPART}))
        shown = f"{media_type[:80]!r} is not read here" if media_type else "the request does not say its Content-Type"
        raise refusal(415, shown, f"Use one of {offered}.", Accept_Post=offered) from None


def _limit_of(refused: Refused, limits: Limits) -> Exception:
    if refused.problem.status != 413:
        return refused
    limit, most = "upload_mib", limits.upload_mib
    remedy = "Send it in parts, or ask the operator for a token with a higher limit."
    return LimitExceeded("the body is too large", limit=limit, value=most, unit=unit_of(limit), remedy=remedy)


def _declared(call: Call) -> int:
    length = call.header(b"content-length")
    return int(length) if length.isdecimal() else 0


async def _write(file: IO[bytes], piece: bytes) -> None:
    await asyncio.to_thread(_put, file, piece)


def _put(file: IO[bytes], piece: bytes) -> None:
    folder = Path(file.name).parent
    require_room(folder, len(piece))
    with file_errors(folder):
        file.write(piece)


async def _receive_form(call: Call, folder: Path, base: str | None, limits: Limits) -> tuple[Upload, ...]:
    boundary = call.parameter("boundary")
    if not _BOUNDARY.fullmatch(boundary):
        raise refusal(400, "the form names no usable boundary")
    uploads: list[Upload] = []
    file: IO[bytes] | None = None
    try:
        async for head, data in parts(call.body(limits.upload_mib * MIB), boundary.encode()):
            if head is not None:
                _close(file)
                if len(uploads) >= _MOST_PARTS:
                    raise refusal(400, f"the form has more than {_MOST_PARTS} parts")
                upload = _begun(head, folder, len(uploads), base)
                uploads.append(upload)
                file = upload.file.open("wb")
            if file is not None and data:
                await _write(file, data)
    finally:
        _close(file)
    if not uploads:
        raise refusal(400, "the form has no parts")
    return tuple(uploads)


def _close(file: IO[bytes] | None) -> None:
    if file is not None:
        file.close()


def _begun(head: bytes, folder: Path, number: int, base: str | None) -> Upload:
    headers = dict(_headers(head))
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    named = re.search(r'name="([^"]*)"', headers.get("content-disposition", ""))
    name = f"the part {named[1][:80]!r}" if named else f"part {number + 1}"
    return Upload(file=folder / str(number), format=format_of(media_type), base=base, name=name)


def _headers(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


async def parts(body: AsyncIterator[bytes], boundary: bytes) -> AsyncIterator[tuple[bytes | None, bytes]]:
    """Give the parts of a form as they come: the head of each with its first bytes, then None with more of them.

    Raises:
        Refused: 400, it is no such form.
    """
    delimiter = b"\r\n--" + boundary
    held = b"\r\n"
    reader = _Parts(delimiter)
    async for piece in body:
        held += piece
        for item in reader.feed(held):
            yield item
        held = reader.rest
    if not reader.ended:
        raise refusal(400, "the form ends before its last boundary")


class _Parts:
    """A form read piece by piece; ``rest`` is what cannot be judged yet."""

    def __init__(self, delimiter: bytes) -> None:
        self._delimiter = delimiter
        self._in_part = self._fresh = False
        self.ended = False
        self.rest = b""

    def feed(self, held: bytes) -> Iterator[tuple[bytes | None, bytes]]:
        """Give what is complete of the bytes held."""
        while not self.ended:
            cut = held.find(self._delimiter)
            if self._in_part:
                safe = cut if cut >= 0 else max(0, len(held) - len(self._delimiter))
                # The head ends in an empty line. An empty part has its next boundary directly behind the head's last.
                if safe >= len(_LINE_END) or not self._fresh:
                    yield None, held[len(_LINE_END) if self._fresh else 0 : safe]
                    held, self._fresh = held[safe:], False
                if cut < 0:
                    break
                self._in_part = False
                continue
            if cut < 0:
                held = held[-len(self._delimiter) :]
                break
            after = held[cut + len(self._delimiter) :]
            if after.startswith(b"--"):
                self.ended = True
                held = b""
                break
            end = after.find(b"\r\n\r\n")
            if end < 0:
                if len(after) > _LONGEST_HEAD:
                    raise refusal(400, "a part of the form has a head without end")
                held = held[cut:]
                break
            held = after[end + len(_LINE_END) :]
            self._in_part = self._fresh = True
            yield after[:end], b""
        self.rest = held
