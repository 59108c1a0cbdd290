"""The facets by which things are narrowed: their names, in order, and the named query that gives each one's values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from medkg.query.asking import NamedQueries


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet and the query of its values; one without a query is read from the IRI."""

    name: str
    query: str = ""

    def rows(self, asked: NamedQueries) -> Iterator[tuple[str, str]]:
        """Give things with their values, as short keys."""
        yield from ()


_FACETS: Final = (Facet("kind"),)


def facets() -> tuple[Facet, ...]:
    """Give all facets in the order of the page."""
    return _FACETS


def queries_used() -> tuple[str, ...]:
    """Give the names of all queries that an index is made of."""
    return ("names", "texts-of-things", *(facet.query for facet in facets() if facet.query))
