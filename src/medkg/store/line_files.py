"""Files of N-Quads or N-Triples, read as blocks of whole lines."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import IO, NoReturn, Self, TypeVar, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from medkg.errors import Place, SourceError
from medkg.store.intake import Digest, Graph, Incoming, open_incoming, read_quads, reading
from medkg.store.statements import has_blank

AnyTerm = TypeVar("AnyTerm", bound=NamedNode | BlankNode | Literal | Triple | DefaultGraph)
_BLOCK_BYTES = 1 << 19


class LineFiles:
    """Files whose statements are a line each; those without a graph go to ``graph``, or are refused if None."""

    def __init__(self, items: Sequence[Incoming], graph: NamedNode | DefaultGraph | None, lines: RdfFormat) -> None:
        self._items = items
        self._salt = b""
        self.graph = graph
        self.format = lines
        #: SHA-256 of what was read of each file, as far as ``blocks`` has come.
        self.digests = [Digest() for _ in items]

    @classmethod
    def of(cls, items: Sequence[Incoming], graph: Graph | None) -> Self | None:
        """Give it where all files are of one such format and can be read twice, else None."""
        if isinstance(graph, BlankNode) or not all(item.path for item in items):
            return None
        formats = {item.format for item in items}
        if formats == {RdfFormat.N_QUADS} and not isinstance(graph, NamedNode):
            return cls(items, graph, RdfFormat.N_QUADS)
        return cls(items, graph, RdfFormat.N_TRIPLES) if formats == {RdfFormat.N_TRIPLES} and graph else None

    def blocks(self) -> Iterator[bytes]:
        """Give the files in order in blocks of about half a mebibyte, each line with its end.

        Raises:
            SourceError: a file cannot be opened or unpacked.
        """
        for item, digest in zip(self._items, self.digests, strict=True):
            self._salt = secrets.token_bytes(16)
            with reading(item), open_incoming(item, digest) as file:
                yield from _whole_lines(file)

    def quads(self, lines: bytes) -> Iterator[Quad]:
        """Parse lines of the file that ``blocks`` is at; blank nodes get new labels, the same in the whole file.

        Raises:
            SyntaxError: a line is not right; ``explain`` says where.
        """
        for quad in parse(lines, self.format):
            named = quad
            if quad.graph_name == DefaultGraph():
                if self.graph is None:
                    raise SyntaxError("a statement names no graph")
                named = Quad(quad.subject, quad.predicate, quad.object, self.graph)
            yield self._renamed(named) if has_blank(named) else named

    def explain(self) -> NoReturn:
        """Read once more and say what is wrong, and where.

        Raises:
            SourceError: always.
        """
        for item in self._items:
            deque(read_quads(item, self.graph, None, Digest()), maxlen=0)
        remedy = "Load it again when nothing writes to it."
        raise SourceError("the file changed while it was read", place=Place(self._items[0].name), remedy=remedy)

    def _renamed(self, quad: Quad) -> Quad:
        return Quad(self._fresh(quad.subject), quad.predicate, self._fresh(quad.object), self._fresh(quad.graph_name))

    def _fresh(self, term: AnyTerm) -> AnyTerm:
        if isinstance(term, Triple):
            return cast("AnyTerm", Triple(self._fresh(term.subject), term.predicate, self._fresh(term.object)))
        if isinstance(term, BlankNode):
            # As long as the labels the engine makes itself, which it keeps as numbers.
            label = blake2b(term.value.encode(), digest_size=16, key=self._salt).hexdigest()
            return cast("AnyTerm", BlankNode(label))
        return term


def _whole_lines(file: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while piece := file.read(_BLOCK_BYTES):
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
        if end:
            yield rest + piece[:end]
            rest = piece[end:]
        else:
            rest += piece
    if rest:
        yield rest + b"\n"
