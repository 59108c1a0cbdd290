"""A look at RDF/XML while a parser reads it: no DOCTYPE, and whole to its last closing tag."""

from __future__ import annotations

import io
import re
from typing import IO
from xml.parsers import expat

from medkg.errors import Place, SourceError

_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


class CheckedXml(io.RawIOBase):
    """A file of RDF/XML that breaks off where it is refused, before the parser has seen its end.

    A few lines of entities can expand beyond any memory. The engine takes a DOCTYPE wherever it stands, within elements
    too, so that the whole file is looked through, whatever the place means. Nor does the engine say when a file ends
    before its elements are closed; expat does.
    """

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._name = name
        self._file = file
        self._line = 1
        self._tail = b""
        self._expat = expat.ParserCreate()

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes.

        Raises:
            SourceError: there is a DOCTYPE, or the file is not well formed.
        """
        piece = self._file.read(size)
        self._refuse_doctype(piece)
        try:
            self._expat.Parse(piece, not piece)
        except expat.ExpatError as error:
            place = Place(self._name, error.lineno, str(error.offset + 1))
            raise SourceError(f"not well-formed XML: {expat.ErrorString(error.code)}", place=place) from error
        return piece

    def _refuse_doctype(self, piece: bytes) -> None:
        seen = self._tail + piece
        if found := _DOCTYPE.search(seen):
            line = self._line + seen.count(b"\n", 0, found.start())
            remedy = "Write the entities out, or convert it to Turtle; where a text speaks of one, write &lt;!DOCTYPE."
            raise SourceError("RDF/XML with a DOCTYPE is refused", place=Place(self._name, line), remedy=remedy)
        self._tail = seen[1 - len("<!DOCTYPE") :]
        self._line += seen.count(b"\n", 0, len(seen) - len(self._tail))
