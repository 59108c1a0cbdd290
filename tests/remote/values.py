"""Answers as values: what two engines write differently and mean alike is equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox

from medkg.namespaces import XSD
from medkg.store.base import Answer

NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float")}
Value = tuple[object, ...]


def value(term: object) -> Value:
    """Give a term as its value; blank nodes are alike, since engines name them as they wish."""
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        return ("number", Decimal(term.value)) if kind in NUMBERS else (term.value, term.language, kind)
    if isinstance(term, ox.BlankNode):
        return ("blank",)
    return (str(term),)


def rows(found: Answer) -> Counter[tuple[Value, ...]]:
    """Give the rows of an answer with how often each stands there; the triples of one as a set."""
    if isinstance(found, ox.QueryBoolean):
        return Counter([((str(bool(found)),),)])
    if isinstance(found, ox.QuerySolutions):
        return Counter(tuple(value(term) for term in row) for row in found)
    return Counter(triples(found))


def triples(found: Iterable[ox.Triple]) -> Iterable[tuple[Value, ...]]:
    for triple in set(found):
        yield value(triple.subject), value(triple.predicate), value(triple.object)
