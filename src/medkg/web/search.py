"""Search by name: every name in every script, folded, in memory, one index per generation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from medkg.web.links import LISTED_KINDS, kind_of

#: The longest query that is looked at; nobody's name is longer.
LONGEST_QUERY: Final = 200
_NO_WORD: Final = re.compile(r"[^0-9a-z]+")
_VOWELS: Final = re.compile(r"[aeiouy']")


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
        self._bones = tuple(skeleton(key) for key in self._keys)

    def __len__(self) -> int:
        return len(self._hits)

    def search(self, text: str, kinds: frozenset[str] | None = None) -> tuple[Hit, ...]:
        """Give the things with a name that holds every word of the text, best first, each thing once."""
        key = fold(text[:LONGEST_QUERY])
        if not key:
            return ()
        words = key.split()
        scored = self._scored(key, words, self._keys, 0)
        bones = skeleton(key)
        if bones and not text.isascii():
            scored += self._scored(bones, bones.split(), self._bones, 10)
        elif bones and not scored:
            scored += self._scored(bones, bones.split(), self._bones, 10, other_scripts_only=True)
        return self._best(scored, kinds)

    def _scored(
        self, key: str, words: list[str], keys: tuple[str, ...], penalty: int, other_scripts_only: bool = False
    ) -> list[tuple[tuple[int, int, int, str], int]]:
        found = []
        for number, name in enumerate(keys):
            if all(word in name for word in words):
                hit = self._hits[number]
                if other_scripts_only and hit.name.isascii():
                    continue
                rank = (penalty + _closeness(key, words, name), _weight(hit.iri), len(name), hit.iri)
                found.append((rank, number))
        return found

    def _best(
        self, scored: list[tuple[tuple[int, int, int, str], int]], kinds: frozenset[str] | None
    ) -> tuple[Hit, ...]:
        best: dict[str, Hit] = {}
        for _, number in sorted(scored):
            hit = self._hits[number]
            if kinds is None or kind_of(hit.iri) in kinds:
                best.setdefault(hit.iri, hit)
        return tuple(best.values())


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
