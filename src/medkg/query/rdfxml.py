"""RDF/XML that every reader takes: what it cannot carry is refused, since the engine writes it all the same."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.parsers import expat

import pyoxigraph as ox

from medkg.errors import BadQuery
from medkg.namespaces import PREFIXES

_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_PROBED: Final = ox.NamedNode("urn:subject")
_EMPTY: Final = ox.Literal("")
#: Characters that no XML 1.0 document holds, not even as references.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: In the message itself, which is all that a child tells.
_OTHERS: Final = "; Turtle, N-Triples and JSON-LD can"

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def carried(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Give triples one by one, as long as RDF/XML can carry them. Blank nodes get labels that are XML names.

    Raises:
        BadQuery: it cannot: a predicate or class does not end in an XML name, or a text holds a control character.
    """
    names: set[tuple[ox.NamedNode, Term | None]] = set()
    for triple in triples:
        yield _checked(triple, names)


def written(triples: Iterable[ox.Triple]) -> bytes:
    """Give triples as RDF/XML.

    Raises:
        BadQuery: as :func:`carried`.
    """
    out = io.BytesIO()
    ox.serialize(carried(triples), out, format=ox.RdfFormat.RDF_XML, prefixes=dict(PREFIXES))
    # The engine writes carriage returns as they are, which XML reads as line ends.
    return out.getvalue().replace(b"\r", b"&#13;")


def _checked(triple: ox.Triple, names: set[tuple[ox.NamedNode, Term | None]]) -> ox.Triple:
    subject, predicate, found = triple.subject, triple.predicate, triple.object
    name = (predicate, found if predicate == _TYPE and isinstance(found, ox.NamedNode) else None)
    if name not in names:
        if not _is_written_right(predicate, name[1] or _EMPTY):
            told = predicate if name[1] is None else found
            raise BadQuery(f"RDF/XML cannot carry {told}, which does not end in an XML name{_OTHERS}")
        names.add(name)
    changed = _changed(found, names)
    if changed is found and not isinstance(subject, ox.BlankNode):
        return triple
    return ox.Triple(_renamed(subject) if isinstance(subject, ox.BlankNode) else subject, predicate, changed)


def _changed(term: Term, names: set[tuple[ox.NamedNode, Term | None]]) -> Term:
    if isinstance(term, ox.BlankNode):
        return _renamed(term)
    if isinstance(term, ox.Triple):
        return _checked(term, names)
    if isinstance(term, ox.Literal) and (unwritable := _UNWRITABLE.search(term.value)):
        code = f"U+{ord(unwritable[0]):04X}"
        raise BadQuery(f"RDF/XML cannot carry the character {code}, which a text holds{_OTHERS}")
    return term


def _renamed(node: ox.BlankNode) -> ox.BlankNode:
    """Give a blank node whose label can be an XML name: the engine's labels may begin with a digit."""
    return ox.BlankNode(
        "b" + "".join(char if char.isascii() and char.isalnum() else f"_{ord(char):x}_" for char in node.value)
    )


def _is_written_right(predicate: ox.NamedNode, found: Term) -> bool:
    """Say whether what the engine writes for a predicate, or a class, is read back as the same."""
    probe, out = ox.Triple(_PROBED, predicate, found), io.BytesIO()
    try:
        ox.serialize([probe], out, format=ox.RdfFormat.RDF_XML, prefixes=dict(PREFIXES))
        expat.ParserCreate(namespace_separator=" ").Parse(out.getvalue(), True)
        return [quad.triple for quad in ox.parse(out.getvalue(), format=ox.RdfFormat.RDF_XML)] == [probe]
    except (expat.ExpatError, OSError, SyntaxError):
        return False
