"""Columns: for each value of a facet the documents that have it; counting among any set of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from medkg.search.lexicon import Array, Lexicon, LexiconDraft

#: A value of more documents than one in so many is counted by its bits, a rarer one by its list.
_DENSE: Final = 64


class Column:
    """One facet of all documents. Its values are the keys of a lexicon."""

    def __init__(self, arrays: Mapping[str, Array], documents: int) -> None:
        self._lexicon = Lexicon(arrays)
        self._starts, self._docs = arrays["starts"], arrays["docs"]
        self._documents = documents

    @cached_property
    def values(self) -> Mapping[str, int]:
        """Give each value with its number."""
        return {self._lexicon.key(number): number for number in range(len(self._lexicon))}

    def having(self, values: Iterable[str]) -> Array:
        """Give a truth value for each document: whether it has any of some values; unknown ones nobody has."""
        found = np.zeros(self._documents, dtype=bool)
        for value in values:
            if value in self.values:
                found[self._lexicon.exactly(value)] = True
        return found

    def counts(self, among: Array) -> dict[str, int]:
        """Give each value with how many of the documents have it, where there are any."""
        told = np.zeros(len(self._lexicon), dtype=np.int64)
        dense, bits = self._dense
        if dense.size:
            told[dense] = np.bitwise_count(bits & _packed(among)).sum(axis=1, dtype=np.int64)
        rare, places, docs = self._rare
        if rare.size:
            told[rare] = np.add.reduceat(among[docs], places, dtype=np.int64)
        return {value: int(told[number]) for value, number in self.values.items() if told[number]}

    def by_document(self) -> Callable[[int], list[str]]:
        """Give what gives the values of a document. Made anew each time: it takes as long as all values are many."""
        order = np.argsort(self._docs, kind="stable")
        numbers = np.repeat(np.arange(len(self._lexicon)), self._sizes)[order]
        places = np.searchsorted(self._docs[order], np.arange(self._documents + 1))
        keys = list(self.values)
        return lambda document: [keys[number] for number in numbers[places[document] : places[document + 1]]]

    @cached_property
    def _sizes(self) -> Array:
        return np.diff(self._starts)

    @cached_property
    def _dense(self) -> tuple[Array, Array]:
        """Give the numbers of frequent values and the bits of each."""
        numbers = np.flatnonzero(self._sizes * _DENSE > self._documents)
        return numbers, np.array([_packed(self._holders(int(number))) for number in numbers])

    @cached_property
    def _rare(self) -> tuple[Array, Array, Array]:
        """Give the numbers of rare values, where the documents of each begin, and these documents."""
        numbers = np.flatnonzero((self._sizes * _DENSE <= self._documents) & (self._sizes > 0))
        places = np.concatenate(([0], np.cumsum(self._sizes[numbers])))[:-1].astype(np.int64)
        return numbers, places, self._lexicon.of_keys(numbers.tolist())

    def _holders(self, number: int) -> Array:
        found = np.zeros(self._documents, dtype=bool)
        found[self._docs[self._starts[number] : self._starts[number + 1]]] = True
        return found


def _packed(truths: Array) -> Array:
    """Give truth values as bits, in words of 64."""
    packed = np.packbits(truths)
    return np.pad(packed, (0, -packed.size % 8)).view(np.uint64)


def column_arrays(values: Sequence[Iterable[str]]) -> dict[str, Array]:
    """Give what a :class:`Column` is made of, from the values of each document."""
    draft = LexiconDraft()
    for doc, own in enumerate(values):
        draft.add(doc, sorted(set(own)))
    return draft.arrays()
