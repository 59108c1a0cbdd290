"""Quads in the form in which the store keeps them, and as lines of N-Quads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from medkg.errors import StoreError
from medkg.namespaces import DEFAULT_GRAPH, RDF, XSD

BATCH = 8192
Item = TypeVar("Item")
RDF_TYPE = NamedNode(RDF + "type")
_STRING = XSD + "string"
#: Spellings that the engine keeps, so that it need not be asked; everything else is.
KEPT = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,15}"),
    XSD + "decimal": re.compile(r"0|-?[1-9][0-9]{0,8}|-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,6}[1-9]"),
    XSD + "date": re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"),
}
_PROBE = NamedNode("urn:medkg:probe")

Term = NamedNode | BlankNode | Literal | Triple


def stored_form() -> Callable[[Quad], Quad]:
    """Give a function that turns a quad into what the store gives back for it.

    The engine rewrites numbers, times and derived integer types (``"01"`` becomes ``1``); a record of what was added
    must say what is there, not what was sent. The engine itself is asked, once for each distinct literal.
    """
    scratch = _Scratch()
    rewritten = lru_cache(maxsize=65536)(scratch.stored)

    def stored(quad: Quad) -> Quad:
        term = quad.object
        if isinstance(term, Triple) or (isinstance(term, Literal) and _may_be_rewritten(term)):
            return Quad(quad.subject, quad.predicate, rewritten(term), quad.graph_name)
        return quad

    return stored


def graph_term(name: str) -> NamedNode | BlankNode | DefaultGraph:
    """Give the graph that a manifest counts under ``name``.

    Raises:
        StoreError: the name is no absolute IRI.
    """
    if name == DEFAULT_GRAPH:
        return DefaultGraph()
    try:
        return BlankNode(name[2:]) if name.startswith("_:") else NamedNode(name)
    except ValueError as error:
        raise StoreError(f"not an absolute IRI: {error}", subject=name) from error


def _may_be_rewritten(literal: Literal) -> bool:
    if literal.language is not None:
        return False
    kind = literal.datatype.value
    kept = KEPT.get(kind)
    return kind != _STRING and (kept is None or kept.fullmatch(literal.value) is None)


class _Scratch:
    """A store that is asked what it makes of a term. It is renewed, since it grows slower with what it has seen."""

    _RENEWED = 4096

    def __init__(self) -> None:
        self._asked = 0
        self._store = Store()

    def stored(self, term: Literal | Triple) -> Term:
        """Give what the engine keeps of a term."""
        self._asked += 1
        if self._asked % self._RENEWED == 0:
            self._store = Store()
        key = NamedNode(f"{_PROBE.value}:{self._asked}")
        self._store.add(Quad(key, _PROBE, term))
        return next(self._store.quads_for_pattern(key, None, None)).object


def has_blank(quad: Quad) -> bool:
    """Tell whether a blank node occurs anywhere in a quad."""
    return any(_is_blank(term) for term in (quad.subject, quad.object, quad.graph_name))


def _is_blank(term: object) -> bool:
    return isinstance(term, BlankNode) or (
        isinstance(term, Triple) and (_is_blank(term.subject) or _is_blank(term.object))
    )


def cut(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut a stream into lists of bounded length."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def block(quads: list[Quad]) -> bytes:
    """Give quads as lines of canonical N-Quads, one a line."""
    content = serialize(quads, format=RdfFormat.N_QUADS)
    return content or b""


def lines(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Give each quad as one line of canonical N-Quads, without its line end."""
    for batch in cut(quads):
        yield from block(batch).split(b"\n")[:-1]


def from_lines(content: bytes) -> Iterator[Quad]:
    """Read lines of N-Quads; blank nodes keep their labels."""
    return parse(content, format=RdfFormat.N_QUADS)


def parsed(statements: Iterable[bytes]) -> Iterator[Quad]:
    """Read single lines of N-Quads; blank nodes keep their labels."""
    for held in cut(statements):
        yield from from_lines(b"\n".join(held))


def graph_of(line: bytes) -> bytes:
    """Give the graph of a canonical line as it is written there; nothing for the default graph.

    Neither an IRI nor a blank node holds a quotation mark, and neither subject nor predicate a space.
    """
    head, _, last = line.removesuffix(b" .").rpartition(b" ")
    return b"" if b'"' in last or last == b")>>" or head.count(b" ") < 2 else last
