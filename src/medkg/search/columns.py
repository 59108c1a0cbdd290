"""Columns: which values of a facet each document has, and counting them among any set of documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from medkg.search.lexicon import Array, Lexicon, LexiconDraft

#: A value of more documents than one in so many is counted by its bits, a rarer one by its list.
_DENSE: Final = 64
#: Where fewer documents than one in so many are counted among, it is done document by document.
_FEW: Final = 32


class Documents:
    """A set of documents, as a truth value for each."""

    def __init__(self, truths: Array) -> None:
        self.truths = truths

    @cached_property
    def numbers(self) -> Array:
        """Give the numbers of those in the set."""
        return np.flatnonzero(self.truths)

    @cached_property
    def bits(self) -> Array:
        """Give the truth values as bits, in words of 64."""
        packed = np.packbits(self.truths)
        return np.pad(packed, (0, -packed.size % 8)).view(np.uint64)


class Column:
    """One facet of all documents. Its values are the keys of a lexicon."""

    def __init__(self, arrays: Mapping[str, Array], documents: int) -> None:
        self._lexicon = Lexicon(arrays)
        self._starts, self._docs = arrays["starts"], arrays["docs"]
        self._held, self._held_at = arrays["held"], arrays["held-at"]
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

    def of(self, document: int) -> list[str]:
        """Give the values of a document, in order."""
        numbers = self._held[self._held_at[document] : self._held_at[document + 1]]
        return [self._lexicon.key(int(number)) for number in numbers]

    def counts(self, among: Documents) -> dict[str, int]:
        """Give each value with how many of the documents have it, where there are any."""
        few = among.numbers.size * _FEW < self._documents
        told = self._one_by_one(among.numbers) if few else self._by_value(among)
        keys = list(self.values)
        return {keys[number]: int(told[number]) for number in np.flatnonzero(told).tolist()}

    def _one_by_one(self, numbers: Array) -> Array:
        first = self._held_at[numbers].astype(np.int64)
        many = self._held_at[numbers + 1] - first
        # Where the values of each document are: a run of places for each, behind one another.
        places = np.repeat(first - np.cumsum(many) + many, many) + np.arange(many.sum())
        return np.bincount(self._held[places], minlength=len(self._lexicon))

    def _by_value(self, among: Documents) -> Array:
        told = np.zeros(len(self._lexicon), dtype=np.int64)
        dense, bits = self._dense
        if dense.size:
            told[dense] = np.bitwise_count(bits & among.bits).sum(axis=1, dtype=np.int64)
        rare, places, docs = self._rare
        if rare.size:
            told[rare] = np.add.reduceat(among.truths[docs], places, dtype=np.int64)
        return told

    @cached_property
    def _sizes(self) -> Array:
        return np.diff(self._starts)

    @cached_property
    def _dense(self) -> tuple[Array, Array]:
        """Give the numbers of frequent values and the bits of each."""
        numbers = np.flatnonzero(self._sizes * _DENSE > self._documents)
        return numbers, np.array([Documents(self._holders(int(number))).bits for number in numbers])

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


def column_arrays(values: Sequence[Iterable[str]]) -> dict[str, Array]:
    """Give what a :class:`Column` is made of, from the values of each document."""
    draft = LexiconDraft()
    for doc, own in enumerate(values):
        draft.add(doc, sorted(set(own)))
    found = draft.arrays()
    numbers = np.repeat(np.arange(len(found["starts"]) - 1, dtype=np.uint32), np.diff(found["starts"]))
    held = np.cumsum(np.bincount(found["docs"], minlength=len(values)))
    ends = np.concatenate(([0], held)).astype(np.uint32)
    return {**found, "held": numbers[np.argsort(found["docs"], kind="stable")], "held-at": ends}
