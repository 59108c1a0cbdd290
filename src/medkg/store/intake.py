"""RDF files of all kinds, read as a stream of quads with errors that name file, line and column."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse

from medkg.errors import Place, SourceError
from medkg.store.xmlcheck import CheckedXml

FORMATS = {
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}

Graph = NamedNode | BlankNode | DefaultGraph


@dataclass(frozen=True, slots=True)
class Incoming:
    """An RDF file, possibly compressed, or standard input (``-``), and the format it is in."""

    name: str
    format: RdfFormat

    @property
    def path(self) -> Path | None:
        """The file; None for standard input."""
        return None if self.name == "-" else Path(self.name)


def incoming(name: str, format_name: str | None = None) -> Incoming:
    """Give a file with its format, taken from ``format_name`` or from the ending of its name.

    Raises:
        SourceError: there is no such file, or the format is not known.
    """
    if name != "-" and not Path(name).is_file():
        raise SourceError("there is no such file", place=Place(name))
    ending = format_name or Path(name.removesuffix(".gz")).suffix.removeprefix(".")
    known = ", ".join(FORMATS)
    if ending in FORMATS:
        return Incoming(name, FORMATS[ending])
    message = "the format is not known" if ending else "nothing says in which format it is"
    remedy = f"Name it with --format; the formats are {known}, and files may end in .gz."
    raise SourceError(message, place=Place(name), value=ending or None, remedy=remedy)


class Digest:
    """The SHA-256 of what was read of a file; whole when its last statement was given."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()


def read_quads(item: Incoming, graph: Graph | None, base: str | None, digest: Digest) -> Iterator[Quad]:
    """Give the statements of a file one by one, those without a graph in ``graph``; blank nodes get new labels.

    Raises:
        SourceError: the file cannot be read or parsed, or holds a statement without a graph where none was given.
    """
    default = DefaultGraph()
    with reading(item), open_incoming(item, digest) as file:
        stream = cast("IO[bytes]", CheckedXml(item.name, file)) if item.format == RdfFormat.RDF_XML else file
        for quad in parse(stream, item.format, base_iri=base, rename_blank_nodes=True):
            if quad.graph_name != default:
                yield quad
            elif graph is not None:
                yield Quad(quad.subject, quad.predicate, quad.object, graph)
            else:
                raise _without_graph(item, quad)


@contextmanager
def reading(item: Incoming) -> Iterator[None]:
    """Turn what parsers and unpackers raise into errors that name the file, and the line where they know it."""
    try:
        yield
    except SyntaxError as error:
        column = None if error.offset is None else str(error.offset)
        text = re.sub(r"^Parser error at .*?: (?=\S)", "", str(error.msg))
        raise SourceError(_plain(text), place=Place(item.name, error.lineno, column)) from error
    except MemoryError as error:
        # The engine keeps a statement in a buffer of fixed size and says so in this way.
        raise SourceError(f"a statement is too long to be read: {error}", place=Place(item.name)) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"the compressed file is broken: {error}", place=Place(item.name)) from error


def _plain(message: str) -> str:
    if "LoadDocumentCallback" in message:
        return (
            "it names a context that would have to be fetched; medkg fetches nothing: write the context into the file"
        )
    return message


def open_incoming(item: Incoming, digest: Digest) -> IO[bytes]:
    """Open a file for reading, unpacked; ``digest`` is told of its bytes as they lie on the disk.

    Raises:
        SourceError: it cannot be opened.
    """
    try:
        raw = item.path.open("rb", buffering=0) if item.path else io.FileIO(sys.stdin.fileno(), closefd=False)
    except OSError as error:
        raise SourceError(f"cannot be opened: {error.strerror}", place=Place(item.name)) from error
    file = io.BufferedReader(_Digested(raw, digest), 1 << 20)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if item.name.endswith(".gz") else file


class _Digested(io.RawIOBase):
    """A file that tells a digest what is read from it."""

    def __init__(self, raw: io.RawIOBase, digest: Digest) -> None:
        self._raw = raw
        self._digest = digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        size = self._raw.readinto(buffer)
        self._digest.sha256.update(memoryview(buffer)[: size or 0])
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


def _without_graph(item: Incoming, quad: Quad) -> SourceError:
    shown = f"{quad.subject} {quad.predicate}"
    remedy = "Say with --graph IRI which named graph it belongs to; nothing is kept outside one."
    return SourceError("a statement names no graph", place=Place(item.name), value=shown, remedy=remedy)
