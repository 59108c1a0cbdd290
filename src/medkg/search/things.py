"""What is known of a thing before it is indexed: its names, texts and facet values, gathered by named queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from medkg.query.asking import NamedQueries
from medkg.search.facets import Facet, facets
from medkg.search.folding import fold
from medkg.search.kinds import kind_of, weight


@dataclass(slots=True)
class Thing:
    """A thing to be found: names and texts with their languages, and the values of each facet."""

    iri: str
    names: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    values: dict[str, set[str]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, int, str]:
        """Give where it stands among things that match alike: by kind, the shortest name first, then by IRI."""
        return weight(kind_of(self.iri)), min(len(fold(name)) for name, _ in self.names), self.iri


def gathered(asked: NamedQueries) -> list[Thing]:
    """Give all named things of a generation, in the order in which the index numbers them."""
    found: dict[str, Thing] = {}
    for iri, name, language in _texts(asked, "names"):
        found.setdefault(iri, Thing(iri)).names.append((name, language))
    for iri, text, language in _texts(asked, "texts-of-things"):
        if iri in found:
            found[iri].texts.append((text, language))
    for facet in facets():
        _fill(facet, facet.rows(asked), found)
    return in_order(found.values())


def in_order(things: Iterable[Thing]) -> list[Thing]:
    """Give things in the order in which the index numbers them, with their texts in an order of their own."""
    for thing in things:
        thing.names = sorted(set(thing.names))
        thing.texts = sorted(set(thing.texts))
        thing.values["kind"] = {kind_of(thing.iri)}
    return sorted(things, key=lambda thing: thing.place)


def _fill(facet: Facet, rows: Iterable[tuple[str, str]], things: dict[str, Thing]) -> None:
    for iri, value in rows:
        if iri in things:
            things[iri].values.setdefault(facet.name, set()).add(value)


def _texts(asked: NamedQueries, query: str) -> Iterator[tuple[str, str, str]]:
    """Answer a named query of things and texts: IRI, text, language. What is no text names nothing."""
    for row in asked.rows(query):
        thing, text = row["thing"], row[1]
        if isinstance(text, ox.Literal):
            yield thing.value, text.value, text.language or ""
