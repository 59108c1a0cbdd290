"""The body of an answer as it is read: within bounds, and put right where a product has its own ways."""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from medkg.errors import LimitExceeded

MIB: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
TABLES: Final[Mapping[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
}
GRAPHS: Final[Mapping[str, ox.RdfFormat]] = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
#: How Virtuoso names blank nodes. Within a JSON string the quotes would have backslashes before them.
_OWN_NODE: Final = re.compile(rb'("type": ?"bnode", ?"value": ?")nodeID://')
#: How Virtuoso writes stored truth values.
_OWN_TRUTH: Final = re.compile(rb'("datatype": ?"http://www\.w3\.org/2001/XMLSchema#boolean", ?"value": ?")([01])"')
#: More bytes than either of these takes.
_HELD_BACK: Final = 128


class Body(io.RawIOBase):
    """The bytes of an answer, piece by piece. A body that is shorter than announced is an error, not an end."""

    def __init__(self, response: http.client.HTTPResponse, most_mib: float | None, *, own_json: bool) -> None:
        self._response = response
        self._most_mib = most_mib
        self._own_json = own_json
        self._held = b""
        self._ended = False
        self.taken = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Give the next bytes.

        Raises:
            LimitExceeded: there are more than allowed.
            OSError, http.client.HTTPException: the connection broke.
        """
        while not self._ended and not self._free:
            self._take_in()
        size = min(len(buffer), self._free)
        buffer[:size], self._held = self._held[:size], self._held[size:]
        return size

    @property
    def _free(self) -> int:
        """Give how many bytes may go: what could be the beginning of such a thing waits for its rest."""
        return max(0, len(self._held) - (0 if self._ended or not self._own_json else _HELD_BACK))

    def _take_in(self) -> None:
        piece = self._response.read(_PIECE)
        self.taken += len(piece)
        self._ended = not piece
        if self._ended and self._response.length:
            # The library ends here without a word.
            raise http.client.IncompleteRead(b"", self._response.length)
        if self._most_mib is not None and self.taken > self._most_mib * MIB:
            remedy = "Ask for less."
            message = "the answer of the service behind this one is too large"
            raise LimitExceeded(message, limit="result_mib", value=self._most_mib, unit="MiB", remedy=remedy)
        self._held += piece
        if self._own_json:
            self._held = _OWN_TRUTH.sub(_truth, _OWN_NODE.sub(rb"\1", self._held))


def _truth(match: re.Match[bytes]) -> bytes:
    return match[1] + (b'true"' if match[2] == b"1" else b'false"')


def media_type(response: http.client.HTTPResponse) -> str:
    """Give the media type of an answer, without its parameters."""
    return response.headers.get_content_type()
