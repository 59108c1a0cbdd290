"""Content codings: which one an answer is sent in, packing it piece by piece, unpacking bodies up to a bound."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import brotli
import zstandard

from medkg.endpoint.negotiation import best_coding
from medkg.endpoint.problems import refusal

#: The codings on offer, best liked first where the client likes them alike.
CODINGS: Final = ("zstd", "br", "gzip")
#: Answers below this many bytes are sent as they are: packing would gain nothing.
LEAST: Final = 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
#: Quick levels: the answers are made once for one reader, mostly.
_GZIP_LEVEL: Final = 3
_BROTLI_QUALITY: Final = 3
_ZSTD_LEVEL: Final = 3
#: A piece of a packed body that is unpacked at once. A few bytes of zstd may stand for 128 KiB, so pieces are small.
_PIECE: Final = 256
_UNPACKED_PIECE: Final = 256 * 1024
#: The window a packed body may ask for, as RFC 8878 recommends to decoders.
_ZSTD_WINDOW: Final = 8 * 1024 * 1024


class Packer(Protocol):
    """Packs an answer piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """Give what is ready after some more data."""

    def flush(self) -> bytes:
        """Give the rest."""


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=_BROTLI_QUALITY)

    def compress(self, data: bytes, /) -> bytes:
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


def packer(coding: str) -> Packer:
    """Give a packer of a coding that :data:`CODINGS` names."""
    if coding == "gzip":
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    if coding == "br":
        return _Brotli()
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()


def packed(body: bytes, coding: str) -> bytes:
    """Give a whole body in a coding."""
    made = packer(coding)
    return made.compress(body) + made.flush()


def coding_for(accept_encoding: str) -> str:
    """Give the coding for an Accept-Encoding header; empty where none is wanted."""
    return best_coding(accept_encoding, CODINGS) if accept_encoding else ""


class Unpacker:
    """Unpacks a request body as it comes in.

    Raises:
        Refused: 415 where the coding is unknown, 400 where the body is not in it.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding.strip().lower()
        self._done, self._unpack = _unpacking(self._coding)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Give what some more packed data stand for, in pieces of a bounded size, so that the caller can stop."""
        try:
            yield from self._unpack(data)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise refusal(400, f"the body is not in the coding {self._coding}: {error}") from error

    def finish(self) -> None:
        """Refuse a body that ends before its coding does."""
        if not self._done():
            raise refusal(400, f"the body ends in the middle of its coding {self._coding}")


def _unpacking(coding: str) -> tuple[Callable[[], bool], Callable[[bytes], Iterator[bytes]]]:
    if coding in {"", "identity"}:
        return (lambda: True), lambda data: iter((data,))
    if coding in {"gzip", "x-gzip", "deflate"}:
        return _gzip_unpacking(zlib.MAX_WBITS if coding == "deflate" else _GZIP)
    if coding == "br":
        return _brotli_unpacking()
    if coding == "zstd":
        return _zstd_unpacking()
    offered = ", ".join(CODINGS)
    detail = f"bodies in the coding {coding[:40]!r} are not read"
    raise refusal(415, detail, f"Use one of {offered}.", Accept_Encoding=offered)


def _gzip_unpacking(bits: int) -> tuple[Callable[[], bool], Callable[[bytes], Iterator[bytes]]]:
    made = zlib.decompressobj(bits)

    def unpack(data: bytes) -> Iterator[bytes]:
        while data and not made.eof:
            yield made.decompress(data, _UNPACKED_PIECE)
            data = made.unconsumed_tail
        if data or made.unused_data:
            raise zlib.error("something follows its end")

    return (lambda: made.eof), unpack


def _brotli_unpacking() -> tuple[Callable[[], bool], Callable[[bytes], Iterator[bytes]]]:
    made = brotli.Decompressor()

    def unpack(data: bytes) -> Iterator[bytes]:
        if data and made.is_finished():
            raise brotli.error("something follows its end")
        while piece := bytes(made.process(data, output_buffer_limit=_UNPACKED_PIECE)):
            data = b""
            yield piece

    return (lambda: bool(made.is_finished())), unpack


def _zstd_unpacking() -> tuple[Callable[[], bool], Callable[[bytes], Iterator[bytes]]]:
    made = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()

    def unpack(data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _PIECE):
            yield made.decompress(data[start : start + _PIECE])

    return (lambda: bool(made.eof)), unpack
