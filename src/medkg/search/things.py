"""What is known of a thing before it is indexed: its names, texts and facet values, gathered by named queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox

from medkg.query.asking import NamedQueries
from medkg.search.facets import bounds, facets
from medkg.search.folding import fold
from medkg.search.kinds import kind_of, weight
from medkg.search.naming import chosen


@dataclass(slots=True)
class Thing:
    """A thing to be found: names and texts with their languages, names to show by language, values of each facet.

    ``labels`` are empty where no name was chosen; ``budget`` is the greatest total that is stated.
    """

    iri: str
    names: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)
    budget: Decimal | None = None

    @property
    def place(self) -> tuple[int, int, str]:
        """Give where it stands among things that match alike: by kind, the shortest name first, then by IRI."""
        return weight(kind_of(self.iri)), min(len(fold(name)) for name, _ in self.names), self.iri

    def shown(self, language: str) -> str:
        """Give the name that readers of a language see."""
        return self.labels[chosen(self.labels, language)] if self.labels else self.iri

    @property
    def latest(self) -> int:
        """Give the last year it is known to belong to; 0 where none is."""
        return max(map(int, self.values.get("period", ())), default=0)


def gathered(asked: NamedQueries) -> list[Thing]:
    """Give all named things of a generation, in the order in which the index numbers them."""
    found: dict[str, Thing] = {}
    for iri, name, language in _texts(asked, "names"):
        found.setdefault(iri, Thing(iri)).names.append((name, language))
    for iri, label, language in _texts(asked, "labels"):
        if iri in found:
            found[iri].labels[language] = label
    for iri, text, language in _texts(asked, "texts-of-things"):
        if iri in found:
            found[iri].texts.append((text, language))
    for facet in facets():
        for iri, value in facet.rows(asked):
            if iri in found:
                found[iri].values.setdefault(facet.name, set()).add(value)
    _budgets(asked, found)
    return in_order(found.values())


def in_order(things: Iterable[Thing]) -> list[Thing]:
    """Give things in the order in which the index numbers them, with their texts in an order of their own."""
    every = list(things)
    for thing in every:
        thing.names = sorted(set(thing.names))
        thing.texts = sorted(set(thing.texts))
        thing.values["kind"] = {kind_of(thing.iri)}
    return sorted(every, key=lambda thing: thing.place)


def _budgets(asked: NamedQueries, things: Mapping[str, Thing]) -> None:
    for row in asked.rows("facet-budgets"):
        low, high = bounds(row)
        amount = low if high is None else high
        thing = things.get(row["thing"].value)
        if thing is not None and amount is not None:
            thing.budget = max(amount, thing.budget or amount)


def _texts(asked: NamedQueries, query: str) -> Iterator[tuple[str, str, str]]:
    """Answer a named query of things and texts: IRI, text, language. What is no text names nothing."""
    for row in asked.rows(query):
        thing, text = row["thing"], row[1]
        if isinstance(text, ox.Literal):
            yield thing.value, text.value, text.language or ""
