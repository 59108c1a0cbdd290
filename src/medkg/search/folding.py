"""What names and texts are compared by: without case, accents, punctuation and script. No I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from anyascii import anyascii

#: The longest query that is looked at; nobody's name is longer.
LONGEST_QUERY: Final = 200
#: Characters of a word, and of a whole name, by which they are found.
LONGEST_WORD: Final = 60
_NO_WORD: Final = re.compile(r"[^0-9a-z]+")
_VOWELS: Final = re.compile(r"[aeiouy']")
#: Letters of scripts that leave vowels out: Hebrew and Arabic, with their presentation forms.
_ABJAD: Final = re.compile(r"[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Give a text without case, accents, punctuation and script: what names are compared by."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        text = anyascii("".join(mark for mark in plain if not unicodedata.combining(mark)))
    return _NO_WORD.sub(" ", text.casefold()).strip()


def skeleton(folded: str) -> str:
    """Give the consonants of a folded text: Arabic and Hebrew write no short vowels, so names meet here."""
    return " ".join(word for word in (_VOWELS.sub("", item) for item in folded.split()) if len(word) > 2)


def without_vowels(text: str) -> bool:
    """Say whether a text has letters of a script that leaves vowels out."""
    return _ABJAD.search(text) is not None


def holds(name: str, text: str) -> bool:
    """Say whether a name holds every word of a text, both folded."""
    key = fold(name)
    return all(word in key for word in fold(text).split())


def run_together(words: Sequence[str]) -> set[str]:
    """Give a name's neighbouring words written as one, and all of them, as far as such a word is not too long."""
    pairs = {first + second for first, second in pairwise(words)}
    return {word[:LONGEST_WORD] for word in (*pairs, *(["".join(words)] if len(words) > 1 else []))}
