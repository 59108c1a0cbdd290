"""Search by name: every name in every script, folded, in memory, one index per generation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from medkg.web.links import LISTED_KINDS, kind_of

#: The longest query that is looked at; nobody's name is longer.
LONGEST_QUERY: Final = 200
_NO_WORD: Final = re.compile(r"[^0-9a-z]+")
_VOWELS: Final = re.compile(r"[aeiouy']")
#: Letters of scripts that leave vowels out: Hebrew and Arabic, with their presentation forms.
_ABJAD: Final = re.compile(r"[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
#: What joins or annotates things and is named after them: found under ``kind`` when somebody asks for it.
HELPER_KINDS: Final = frozenset(
    {"gap", "participation", "membership", "relation", "figure", "count", "pattern", "record", "claim"}
)
#: How far behind a name that holds the words as they stand come names found by another key.
_RUN_TOGETHER, _CONSONANTS = 5, 10
_Rank = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found, the name that matched and its language."""

    iri: str
    name: str
    language: str


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Give a text without case, accents, punctuation and script: what names are compared by."""
    plain = unicodedata.normalize("NFKD", text)
    latin = anyascii("".join(mark for mark in plain if not unicodedata.combining(mark)))
    return _NO_WORD.sub(" ", latin.casefold()).strip()


def skeleton(folded: str) -> str:
    """Give the consonants of a folded text: Arabic and Hebrew write no short vowels, so names meet here."""
    return " ".join(word for word in (_VOWELS.sub("", item) for item in folded.split()) if len(word) > 2)


def holds(name: str, text: str) -> bool:
    """Say whether a name holds every word of a text, both folded."""
    key = fold(name)
    return all(word in key for word in fold(text).split())


class NameIndex:
    """Folded names, searched by substring, ranked by how well and what they match."""

    def __init__(self, names: Iterable[tuple[str, str, str]]) -> None:
        """Take rows of IRI, name, language."""
        rows = sorted(set(names))
        self._hits = tuple(Hit(*row) for row in rows)
        self._keys = tuple(fold(hit.name) for hit in self._hits)
        self._tight = tuple(key.replace(" ", "") for key in self._keys)
        self._bones = tuple(skeleton(key) for key in self._keys)

    def __len__(self) -> int:
        return len(self._hits)

    def search(self, text: str, kinds: frozenset[str] | None = None) -> tuple[Hit, ...]:
        """Give the things with a name that holds every word of the text, best first, each thing once.

        Names also meet where one is written in several words and the other in one, and where a script without vowels
        stands on one side.
        """
        key = fold(text[:LONGEST_QUERY])
        if not key:
            return ()
        scored = self._scored(key, self._keys, 0) + self._run_together(key)
        abjad = _ABJAD.search(text) is not None
        if (bones := skeleton(key)) and (abjad or not scored):
            scored += self._scored(bones, self._bones, _CONSONANTS, abjad_only=not abjad)
        return self._best(scored, kinds)

    def _scored(
        self, key: str, keys: tuple[str, ...], penalty: int, abjad_only: bool = False
    ) -> list[tuple[_Rank, int]]:
        words = key.split()
        numbers = [number for number, name in enumerate(keys) if all(word in name for word in words)]
        wanted = (number for number in numbers if not abjad_only or _ABJAD.search(self._hits[number].name))
        return [(self._rank(number, penalty + _closeness(key, words, keys[number])), number) for number in wanted]

    def _run_together(self, key: str) -> list[tuple[_Rank, int]]:
        """Find names without regard to separators; a match begins where a word of the name begins."""
        wanted = key.replace(" ", "")
        numbers = [number for number, name in enumerate(self._tight) if wanted in name]
        return [
            (self._rank(number, _RUN_TOGETHER + (self._tight[number] != wanted)), number)
            for number in numbers
            if _begins_word(self._keys[number], wanted)
        ]

    def _rank(self, number: int, distance: int) -> _Rank:
        iri = self._hits[number].iri
        return distance, _weight(iri), len(self._keys[number]), iri

    def _best(self, scored: list[tuple[_Rank, int]], kinds: frozenset[str] | None) -> tuple[Hit, ...]:
        best: dict[str, Hit] = {}
        for _, number in sorted(scored):
            hit = self._hits[number]
            if kinds is None or kind_of(hit.iri) in kinds:
                best.setdefault(hit.iri, hit)
        return tuple(best.values())


def of_kind(hits: Sequence[Hit], kind: str) -> Sequence[Hit]:
    """Give the hits of a kind; without one, all but the helpers, which are given where there is nothing else."""
    if kind:
        return [hit for hit in hits if kind_of(hit.iri) == kind]
    return [hit for hit in hits if kind_of(hit.iri) not in HELPER_KINDS] or hits


def kinds_of(hits: Iterable[Hit]) -> list[tuple[str, int]]:
    """Give the kinds of hits with how many of each: the most frequent first, the helpers last."""
    return sorted(
        Counter(kind_of(hit.iri) for hit in hits).items(), key=lambda item: (item[0] in HELPER_KINDS, -item[1], item[0])
    )


def _begins_word(name: str, wanted: str) -> bool:
    words = name.split()
    return any("".join(words[start:]).startswith(wanted) for start in range(len(words)))


def _closeness(key: str, words: list[str], name: str) -> int:
    if name == key:
        return 0
    if name.startswith(key):
        return 1
    padded = f" {name}"
    return 2 if all(f" {word}" in padded for word in words) else 3


def _weight(iri: str) -> int:
    kind = kind_of(iri)
    return LISTED_KINDS.index(kind) if kind in LISTED_KINDS else len(LISTED_KINDS)
