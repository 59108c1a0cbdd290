"""A search as it is asked and as it is answered: text, choices in facets, order, page; hits and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from medkg.search.columns import Documents
from medkg.search.folding import fold
from medkg.search.index import NOT_FOUND, SearchIndex
from medkg.search.lexicon import Array

#: Things that are looked at together where hits are sought in an order.
_STRETCH: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked: a text, and for each facet the values of which any will do. An empty text finds everything."""

    text: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Found:
    """What a search found in an index: how many things, which stand where, and how many have which value."""

    def __init__(self, index: SearchIndex, search: Search) -> None:
        self._index = index
        self._search = search
        self._ranks = index.ranks(search.text) if fold(search.text) else np.zeros(len(index), dtype=np.uint8)
        self._matching = self._ranks != NOT_FOUND
        others = self._matching & ~index.helpers
        # Helpers are told of where somebody asks for them, and where there is nothing else.
        self._usual = others if others.any() else self._matching
        masks = {name: index.columns[name].having(values) for name, values in search.chosen.items() if values}
        self._masks = masks
        self._sets: dict[str, Documents] = {}
        self._hits = self._narrowed("")

    @property
    def total(self) -> int:
        """Give how many things were found."""
        return int(self._hits.numbers.size)

    def numbers(self, start: int = 0, most: int | None = None, order: str = "") -> list[int]:
        """Give the numbers of the things found, or a page of them: the best first, or in an order of the index."""
        total = self.total
        wanted = total if most is None else min(start + most, total)
        ordered = self._ordered(self._index.order(order), wanted) if order else self._best(wanted)
        return [int(number) for number in ordered[start:wanted]]

    def _best(self, wanted: int) -> Array:
        """Give at least so many of the hits, the best first."""
        hits = self._hits.numbers
        ranks = self._ranks[hits]
        parts: list[Array] = [hits[:0]]
        for rank in np.flatnonzero(np.bincount(ranks)):
            if sum(part.size for part in parts) >= wanted:
                break
            parts.append(hits[ranks == rank])
        return np.concatenate(parts)

    def _ordered(self, order: Array, wanted: int) -> Array:
        """Give at least so many of the hits, in an order of all things; it is gone through as far as needed."""
        parts: list[Array] = [order[:0]]
        for start in range(0, order.size, _STRETCH):
            if sum(part.size for part in parts) >= wanted:
                break
            stretch = order[start : start + _STRETCH]
            parts.append(stretch[self._hits.truths[stretch]])
        return np.concatenate(parts)

    def counts(self, facet: str) -> dict[str, int]:
        """Give each value of a facet with how many things would be found with it: its own choices do not count."""
        return self._index.columns[facet].counts(self._narrowed(facet))

    def rank(self, number: int) -> int:
        """Give how well a thing matches."""
        return int(self._ranks[number])

    def _narrowed(self, besides: str) -> Documents:
        """Give the things that the choices leave, those in one facet besides."""
        by_kind = besides == "kind" or "kind" in self._masks
        alike = besides if besides == "kind" or besides in self._masks else ""
        if alike not in self._sets:
            found: Array = (self._matching if by_kind else self._usual).copy()
            for name, mask in self._masks.items():
                if name != besides:
                    found &= mask
            self._sets[alike] = Documents(found)
        return self._sets[alike]
