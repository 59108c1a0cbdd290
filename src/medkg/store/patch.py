"""RDF Patch: what one generation added to its parent and deleted from it, as compressed lines.

A header (``H``), ``TX``, lines ``D`` and ``A`` with the terms of N-Quads, ``TC``. Blank nodes carry the labels they
have in the store. All deletions stand before all additions; no line is without effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Literal as Choice

import zstandard
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from medkg.errors import StoreError
from medkg.store.layout import file_errors
from medkg.store.nesting import refuse_deep
from medkg.store.statements import parsed

Operation = Choice["A", "D"]
Graph = NamedNode | BlankNode | DefaultGraph
#: Above this many additions the engine's bulk route is the quicker one.
BULK = 20_000


class PatchWriter:
    """Writes one patch; the file is complete when the context ends without an error."""

    def __init__(self, path: Path, generation: int, parent: int | None) -> None:
        self._raw = path.open("wb")
        self._file = zstandard.ZstdCompressor(level=3).stream_writer(self._raw, closefd=False)
        before = "" if parent is None else f'H parent "{parent}" .\n'
        self._file.write(f'H generation "{generation}" .\n{before}TX .\n'.encode())

    def add(self, operation: Operation, block: bytes) -> None:
        """Write a block of N-Quads lines, each with its line end.

        Raises:
            SourceError: what is to be added is nested deeper than everybody who reads it could follow.
        """
        if operation == "A":
            refuse_deep(block)
        if block:
            mark = operation.encode() + b" "
            self._file.write(mark + block[:-1].replace(b"\n", b"\n" + mark) + b"\n")

    def __enter__(self) -> PatchWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with closing(self._raw), closing(self._file):
            if kind is None:
                self._file.write(b"TC .\n")


def patch_lines(path: Path) -> Iterator[tuple[Operation, bytes]]:
    """Give the operations of a patch in order, each with its N-Quads line.

    Raises:
        StoreError: the file cannot be read, holds something else, or ends before its ``TC``.
    """
    closed = False
    with file_errors(path), path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
        for line in _lines(stream):
            if line.startswith(b"A "):
                yield "A", line[2:]
            elif line.startswith(b"D "):
                yield "D", line[2:]
            elif not line.startswith((b"H ", b"TX", b"TC")):
                raise StoreError(f"not a line of RDF Patch: {line[:80]!r}", subject=str(path))
            closed = line.startswith(b"TC")
    if not closed:
        raise StoreError("the patch is cut: it has no TC at its end", subject=str(path))


def _lines(stream: zstandard.ZstdDecompressionReader) -> Iterator[bytes]:
    rest = b""
    while chunk := _read(stream):
        whole = (rest + chunk).split(b"\n")
        rest = whole.pop()
        yield from whole
    if rest:
        yield rest


def _read(stream: zstandard.ZstdDecompressionReader) -> bytes:
    try:
        return stream.read(1 << 20)
    except zstandard.ZstdError as error:
        raise OSError(f"the compressed file is broken: {error}") from error


def patch_quads(path: Path, operation: Operation) -> Iterator[Quad]:
    """Give the quads that a patch deletes, or adds, in order."""
    return parsed(line for kind, line in patch_lines(path) if kind == operation)


def apply_patch(store: Store, path: Path) -> None:
    """Make the next generation out of a store that holds the parent.

    The store is left in between where this fails; the caller throws it away then.
    """
    emptied = remove_quads(store, patch_quads(path, "D"))
    additions = patch_quads(path, "A")
    first = list(islice(additions, BULK))
    if len(first) < BULK:
        store.extend(first)
    else:
        store.bulk_extend(chain(first, additions))
    drop_empty(store, emptied)


def remove_quads(store: Store, quads: Iterable[Quad]) -> set[Graph]:
    """Remove quads; give the graphs they were in."""
    touched = set()
    for quad in quads:
        store.remove(quad)
        touched.add(quad.graph_name)
    return touched


def drop_empty(store: Store, graphs: Iterable[Graph]) -> None:
    """Remove those of the graphs that have become empty: the engine keeps the name of a graph without quads."""
    for graph in graphs:
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)
