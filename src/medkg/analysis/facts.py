"""The facts an analysis reads, each row of a named query turned into values, in an order that never changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, cast

import pyoxigraph as ox

from medkg.errors import BadParameter
from medkg.namespaces import MK
from medkg.query.asking import NamedQueries

_REMEDY: Final = "Look for it at /search, or list things with a named query; ids look like id:project/innomed-up."
#: The parameters of an analysis that are given, each as a term of its type; one that takes several things as a tuple.
Given = Mapping[str, ox.NamedNode | ox.Literal | tuple[ox.NamedNode, ...]]


class Facts:
    """One state of the data, as analyses ask it."""

    def __init__(self, asked: NamedQueries) -> None:
        self._asked = asked

    def rows(self, name: str, **given: ox.NamedNode | ox.Literal) -> list[ox.QuerySolution]:
        """Give the rows of a named query."""
        return list(self._asked.rows(name, **{key: term.value for key, term in given.items()}))

    def rows_for_many(self, name: str, parameter: str, things: Collection[ox.NamedNode]) -> list[ox.QuerySolution]:
        """Give the rows of a named query for several things at once; none for none."""
        return (
            list(self._asked.rows_for_many(name, parameter, sorted(thing.value for thing in things))) if things else []
        )

    def require(self, thing: ox.NamedNode, name: str) -> None:
        """Let a thing pass that something is known of.

        Raises:
            BadParameter: nothing is.
        """
        if not self.rows("thing-classes", thing=thing):
            raise BadParameter(f"nothing is known of {thing.value}", subject=name, remedy=_REMEDY)


def asked_for(given: Given, name: str) -> ox.NamedNode | None:
    """Give a parameter that is an IRI by its definition; None where it is left out."""
    return cast("ox.NamedNode | None", given.get(name))


def several(given: Given, name: str) -> tuple[ox.NamedNode, ...]:
    """Give a parameter that takes several things by its definition; none where it is left out."""
    return cast("tuple[ox.NamedNode, ...]", given.get(name, ()))


def text(given: Given, name: str) -> str | None:
    """Give a parameter that is no IRI by its definition, as its text; None where it is left out."""
    found = given.get(name)
    return found.value if isinstance(found, ox.Literal) else None


def mk(name: str) -> ox.NamedNode:
    """Give a term of the ontology."""
    return ox.NamedNode(MK + name)


def node(row: ox.QuerySolution, name: str) -> ox.NamedNode:
    """Give a value that the query makes sure is an IRI."""
    return cast(ox.NamedNode, row[name])


def nodes(row: ox.QuerySolution, *names: str) -> Iterator[ox.NamedNode | None]:
    """Give values that are IRIs or missing."""
    return (cast("ox.NamedNode | None", row[name]) for name in names)


def ordered(things: Iterable[ox.NamedNode]) -> tuple[ox.NamedNode, ...]:
    """Give things in the order of their IRIs."""
    return tuple(sorted(things, key=lambda thing: thing.value))


def in_order(rows: Iterable[ox.QuerySolution], *names: str) -> list[ox.QuerySolution]:
    """Give rows in the order of some of their values: far quicker than the engine where there are thousands."""
    return sorted(rows, key=lambda row: tuple(str(row[name] or "") for name in names))
