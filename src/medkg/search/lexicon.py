"""A dictionary of folded keys, each with the documents that have it: arrays in which a prefix is one slice."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
#: Stands behind every character that a folded key can have.
_BEHIND: Final = "\x7f"
_LETTERS: Final = {ord(letter): number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789 ")}
#: Words this long may differ in two places, shorter ones in one, the shortest in none.
_TWO_SLIPS, _ONE_SLIP = 8, 4


class LexiconDraft:
    """Collects which document has which keys; documents come in order."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._keys = array("I")
        self._docs = array("I")

    def add(self, doc: int, keys: Iterable[str]) -> None:
        """Note the keys of a document, all different."""
        for key in keys:
            self._keys.append(self._numbers.setdefault(key, len(self._numbers)))
            self._docs.append(doc)

    def arrays(self) -> dict[str, Array]:
        """Give what a :class:`Lexicon` is made of: the keys sorted, and behind each other the documents of each."""
        ordered = sorted(self._numbers)
        places = np.empty(len(ordered), dtype=np.uint32)
        places[np.fromiter((self._numbers[key] for key in ordered), np.int64, len(ordered))] = np.arange(len(ordered))
        found = places[np.frombuffer(self._keys, dtype=np.uint32)]
        docs = np.frombuffer(self._docs, dtype=np.uint32)[np.argsort(found, kind="stable")]
        starts = np.concatenate(([0], np.cumsum(np.bincount(found, minlength=len(ordered))))).astype(np.int64)
        return {**packed([key.encode() for key in ordered], "keys"), "starts": starts, "docs": docs}


def packed(items: Sequence[bytes], name: str) -> dict[str, Array]:
    """Give texts as one array of bytes and one of where each begins."""
    ends = np.cumsum(np.fromiter(map(len, items), np.int64, len(items)))
    return {name: np.frombuffer(b"".join(items), np.uint8), f"{name}-at": np.concatenate(([0], ends)).astype(np.int64)}


class Lexicon:
    """Keys in order with the documents of each; what is asked are folded texts."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._keys, self._at = arrays["keys"], arrays["keys-at"]
        self._starts, self._docs = arrays["starts"], arrays["docs"]

    def __len__(self) -> int:
        return len(self._at) - 1

    def key(self, number: int) -> str:
        """Give the key of a number."""
        return self._keys[self._at[number] : self._at[number + 1]].tobytes().decode()

    def exactly(self, text: str) -> Array:
        """Give the documents that have a key; where it is none, no documents."""
        number = self._place(text)
        known = number < len(self) and self.key(number) == text
        return self._docs[self._starts[number] : self._starts[number + 1]] if known else self._docs[:0]

    def beginning(self, text: str) -> Array:
        """Give the documents that have a key with this beginning, one as often as it has such keys."""
        first, last = self._place(text), self._place(text + _BEHIND)
        return self._docs[self._starts[first] : self._starts[last]]

    def completions(self, text: str) -> range:
        """Give the numbers of the keys with this beginning."""
        return range(self._place(text), self._place(text + _BEHIND))

    def of_keys(self, numbers: Iterable[int]) -> Array:
        """Give the documents of several keys."""
        parts = [self._docs[self._starts[number] : self._starts[number + 1]] for number in numbers]
        return np.concatenate(parts) if parts else self._docs[:0]

    def uses(self, number: int) -> int:
        """Give how many documents have the key of a number."""
        return int(self._starts[number + 1] - self._starts[number])

    def near(self, word: str) -> list[int]:
        """Give the keys that differ from a word by a slip or two: a letter more, less, other, or two exchanged.

        The nearest come first, among them those with most documents.
        """
        most = 2 if len(word) >= _TWO_SLIPS else 1 if len(word) >= _ONE_SLIP else 0
        if not most or not len(self):
            return []
        letters = np.uint64(_letters(word.encode()))
        alike = np.bitwise_count(self._letters ^ letters) <= 2 * most
        candidates = np.flatnonzero(alike & (np.abs(self._lengths - len(word)) <= most))
        distances = self._distances(word.encode(), candidates, most)
        held = (distances > 0) & (distances <= most)
        near = zip(distances[held].tolist(), candidates[held].tolist(), strict=True)
        return [number for _, number in sorted(near, key=lambda item: (item[0], -self.uses(item[1]), item[1]))]

    def _distances(self, word: bytes, numbers: Array, most: int) -> Array:
        """Give for each key how many slips lead from a word to it; where it is more than so many, any larger number."""
        length = len(word) + most
        places = np.minimum(self._at[numbers] + np.arange(length)[:, None], self._keys.size - 1)
        letters = self._keys[places]
        far = np.full(numbers.size, most + 1, dtype=np.uint8)
        earlier, before = [far] * (length + 1), [far] * (length + 1)
        row = [np.full(numbers.size, min(j, most + 1), dtype=np.uint8) for j in range(length + 1)]
        for i, left in enumerate(word, 1):
            earlier, before, row = before, row, [np.full(numbers.size, min(i, most + 1), np.uint8), *[far] * length]
            for j in range(max(1, i - most), min(length, i + most) + 1):
                one = np.minimum(before[j - 1] + (letters[j - 1] != left), np.minimum(before[j], row[j - 1]) + 1)
                if i > 1 and j > 1:
                    exchanged = (letters[j - 2] == left) & (letters[j - 1] == word[i - 2])
                    one = np.where(exchanged, np.minimum(one, earlier[j - 2] + 1), one)
                row[j] = one
        found: Array = np.array(row)[self._lengths[numbers], np.arange(numbers.size)]
        return found

    def holding(self, text: str, most: int) -> list[int]:
        """Give the numbers of at most so many keys that have a text somewhere inside."""
        found: list[int] = []
        whole, place = self._whole, -1
        while len(found) < most and (place := whole.find(text.encode(), place + 1)) >= 0:
            number = int(np.searchsorted(self._at, place, side="right")) - 1
            if place + len(text) <= self._at[number + 1] and (not found or found[-1] != number):
                found.append(number)
        return found

    def _place(self, text: str) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.key(middle) < text:
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def _whole(self) -> bytes:
        return self._keys.tobytes()

    @cached_property
    def _lengths(self) -> Array:
        return np.diff(self._at)

    @cached_property
    def _letters(self) -> Array:
        """Give a bit for each letter that a key has."""
        table = np.zeros(256, dtype=np.uint64)
        for letter, number in _LETTERS.items():
            table[letter] = np.uint64(1 << number)
        if not len(self):
            return np.zeros(0, dtype=np.uint64)
        # One more at the end: reduceat wants every place to begin at to exist.
        bits = np.append(table[self._keys], np.uint64(0))
        return np.where(self._lengths > 0, np.bitwise_or.reduceat(bits, self._at[:-1]), np.uint64(0))


def _letters(word: bytes) -> int:
    found = 0
    for letter in word:
        found |= 1 << _LETTERS.get(letter, 63)
    return found


@lru_cache(maxsize=8192)
def slips(one: str, other: str) -> int:
    """Give how many letters to put in, take out, replace or exchange with a neighbour lead from one word to another."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
    return row[-1]
