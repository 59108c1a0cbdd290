"""Where a thing matched: the name that did, or a piece of a text with the words marked. Looked for in hits shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from medkg.search.folding import LONGEST_QUERY, fold, skeleton
from medkg.search.lexicon import slips

#: Characters told before and after the first word that matched.
_BEFORE, _BEHIND = 60, 140
#: Characters of a text that are looked through.
_LOOKED_THROUGH: Final = 20_000
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MOST_SLIPS: Final = 2


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text in its language: parts with whether they matched; whether more stands before and after it."""

    parts: Sequence[tuple[str, bool]]
    language: str


def best_name(names: Iterable[tuple[str, str]], text: str) -> tuple[str, str]:
    """Give the name, with its language, that a text matches best; among equal ones the shortest."""
    key = fold(text[:LONGEST_QUERY])
    return min(names, key=lambda name: (_distance(fold(name[0]), key), len(name[0]), name))


def _distance(name: str, key: str) -> tuple[int, int]:
    words, own = key.split(), name.split()
    if name == key:
        return 0, 0
    if name.startswith(key):
        return 1, 0
    if "".join(own).startswith(key.replace(" ", "")):
        return 2, 0
    missing = [word for word in words if not any(mine.startswith(word) for mine in own)]
    return 3, sum(_missed(word, own) for word in missing)


def _missed(word: str, own: Sequence[str]) -> int:
    """Give how badly a word is missed: it may be inside another, have a slip, or meet another by its consonants."""
    if any(word in mine for mine in own):
        return 1
    if any(_alike(word, mine) and slips(word, mine) <= _MOST_SLIPS for mine in own):
        return 2
    bones = skeleton(word)
    return 3 if bones and any(skeleton(mine).startswith(bones) for mine in own) else 4


def _alike(word: str, other: str) -> bool:
    """Say whether two words may be so few slips apart: a slip changes the length by one letter, and two at most."""
    return abs(len(other) - len(word)) <= _MOST_SLIPS and len(set(word) ^ set(other)) <= 2 * _MOST_SLIPS


def snippet_of(texts: Iterable[tuple[str, str]], text: str) -> Snippet | None:
    """Give a piece of the text that has most of the words asked for, the first of those that have as many; or None."""
    words = fold(text[:LONGEST_QUERY]).split()
    best: tuple[int, Snippet] | None = None
    for candidate, language in texts:
        marks = _marks(candidate[:_LOOKED_THROUGH], words)
        told = len({word for _, _, word in marks})
        if told and (best is None or told > best[0]):
            best = told, Snippet(_piece(candidate, [(start, end) for start, end, _ in marks]), language)
    return best[1] if best else None


def _marks(text: str, words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Give where words of a text begin like those asked for, and with which of them."""
    found = []
    for match in _WORD.finditer(text):
        folded = fold(match[0]).split()
        hit = next((word for word in words if any(part.startswith(word) for part in folded)), None)
        if hit is not None:
            found.append((match.start(), match.end(), hit))
    return found


def _piece(text: str, marks: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Give the parts of the piece around the first mark, cut between words."""
    start = _cut(text, marks[0][0] - _BEFORE, forward=True)
    end = max(_cut(text, marks[0][1] + _BEHIND, forward=False), marks[0][1])
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    place = start
    for first, last in marks:
        if last <= end:
            parts += [(text[place:first], False), (text[first:last], True)]
            place = last
    parts += [(text[place:end], False), (" …" if end < len(text) else "", False)]
    return tuple((part, marked) for part, marked in parts if part)


def _cut(text: str, place: int, *, forward: bool) -> int:
    """Give the nearest place between words, or the end of the text."""
    if place <= 0:
        return 0
    if place >= len(text):
        return len(text)
    found = text.find(" ", place) + 1 if forward else text.rfind(" ", 0, place)
    return found if found > 0 else place
