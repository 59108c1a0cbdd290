"""JSON-LD 1.1 knows no triple terms: they are refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import pyoxigraph as ox

from medkg.errors import BadQuery

Statement = TypeVar("Statement", ox.Triple, ox.Quad)


def carried(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Give triples or quads one by one, as long as JSON-LD can carry them.

    Raises:
        BadQuery: one speaks of a triple.
    """
    for statement in statements:
        if isinstance(statement.object, ox.Triple):
            raise BadQuery(f"JSON-LD cannot carry the triple term {statement.object}; Turtle and N-Triples can")
        yield statement
