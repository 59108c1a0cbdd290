"""A generation, or one of its graphs, as a file."""

from __future__ import annotations

import gzip
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from medkg.errors import StoreError
from medkg.namespaces import PREFIXES, Graphs
from medkg.store.canonical import canonical_labels
from medkg.store.intake import FORMATS
from medkg.store.reader import Snapshot
from medkg.store.sorting import sorted_unique
from medkg.store.statements import graph_of, graph_term, lines, parsed

#: Between the graph and the line while lines are sorted by graph; it occurs in no line of N-Quads.
_MARK = b"\x00"
_XML_NAME = re.compile(r"[^\W\d][\w.-]*$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_dump(snapshot: Snapshot, target: str, format_name: str | None = None, graph: str | None = None) -> None:
    """Write a generation to the file ``target``, or to standard output (``-``).

    N-Quads and N-Triples are canonical: blank nodes named by RDFC-1.0, lines sorted by code point, so that equal data
    give equal bytes. Formats without graphs hold the union of all graphs but the shapes, or the one ``graph``. An
    existing file is replaced only by a complete one.

    Raises:
        StoreError: the format is not known, cannot hold the data, or the graph does not occur; nothing was written.
    """
    chosen = _format(target, format_name)
    if graph is not None and graph not in snapshot.graphs:
        raise StoreError("there is no such graph", subject=graph, remedy="See medkg stats for the graphs.")
    with _output(target) as (file, folder):
        content = _quads(snapshot, graph, with_graphs=chosen.supports_datasets)
        named = canonical_labels(lines(content))
        blocks = chosen in (RdfFormat.TRIG, RdfFormat.JSON_LD)
        ordered = _by_graph(named, folder) if blocks else sorted_unique(named, folder)
        if chosen in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES):
            file.writelines(line + b"\n" for line in ordered)
        else:
            _serialize(ordered, file, chosen, target)


def _format(target: str, format_name: str | None) -> RdfFormat:
    ending = format_name or Path(target.removesuffix(".gz")).suffix.removeprefix(".")
    if ending in FORMATS:
        return FORMATS[ending]
    remedy = f"Name the format with --format or the file's ending: {', '.join(FORMATS)}, each also with .gz."
    raise StoreError(f"no format is called {ending!r}", subject=target, remedy=remedy)


def _quads(snapshot: Snapshot, graph: str | None, *, with_graphs: bool) -> Iterator[Quad]:
    if graph is not None:
        found = snapshot.engine.quads_for_pattern(None, None, None, graph_term(graph))
    else:
        found = snapshot.quads()
    if with_graphs:
        return found
    shapes = NamedNode(Graphs.SHAPES)
    return (Quad(*quad.triple) for quad in found if graph is not None or quad.graph_name != shapes)


def _by_graph(statements: Iterator[bytes], folder: Path) -> Iterator[bytes]:
    """Sort lines so that those of one graph stand together, as formats that write a graph as a block need it."""
    keyed = (graph_of(line) + _MARK + line for line in statements)
    return (line.partition(_MARK)[2] for line in sorted_unique(keyed, folder))


def _serialize(statements: Iterator[bytes], file: BinaryIO, chosen: RdfFormat, target: str) -> None:
    quads = parsed(statements)
    if chosen == RdfFormat.RDF_XML:
        quads = _fit_for_xml(quads, target)
    content = quads if chosen.supports_datasets else (quad.triple for quad in quads)
    serialize(content, cast("IO[bytes]", file), chosen, prefixes=dict(PREFIXES))


def _fit_for_xml(quads: Iterator[Quad], target: str) -> Iterator[Quad]:
    """Refuse what the engine would write as broken XML: properties without a name, characters XML does not have."""
    for quad in quads:
        wrong = None if _XML_NAME.search(quad.predicate.value) else quad.predicate.value
        if isinstance(quad.object, Literal) and _NOT_XML.search(quad.object.value):
            wrong = quad.object.value
        if wrong is not None:
            remedy = "Choose Turtle or N-Triples."
            raise StoreError(f"RDF/XML cannot hold {wrong!r}", subject=target, remedy=remedy)
        yield quad


@contextmanager
def _output(target: str) -> Iterator[tuple[BinaryIO, Path]]:
    """Give the file to write to and a folder for what does not fit in memory."""
    if target == "-":
        with tempfile.TemporaryDirectory(prefix="medkg-") as folder:
            yield sys.stdout.buffer, Path(folder)
            sys.stdout.buffer.flush()
        return
    path = Path(target)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
            draft = Path(folder) / path.name
            with _compressed(draft) as file:
                yield file, Path(folder)
            draft.replace(path)
    except OSError as error:
        remedy = "The file, if there was one, is as it was."
        raise StoreError(f"cannot be written: {error}", subject=target, remedy=remedy) from error


@contextmanager
def _compressed(path: Path) -> Iterator[BinaryIO]:
    with path.open("wb") as raw:
        if path.name.endswith(".gz"):
            # No name and no time in the header: equal data give equal bytes.
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        else:
            yield raw
        raw.flush()
        os.fsync(raw.fileno())
