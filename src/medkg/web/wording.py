"""Sentences put together from the catalogue of a language, with the names from the data kept apart in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from babel.lists import format_list

from medkg.web.display import Display, Shown
from medkg.web.heads import Sentence
from medkg.web.i18n.catalogues import read_translations

_HELD: Final = re.compile("\x00([0-9]+)\x00")
#: What turns the direction of the text behind it: no part of a name, and unsafe where nothing isolates it.
_TURNS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
#: Characters of a sentence, or of a name in it, where it stands as plain text.
LONGEST_PLAIN: Final = 300


class Wording:
    """Makes one sentence in one language: clauses are texts in which places are held for names."""

    def __init__(self, display: Display) -> None:
        self.display = display
        self.texts = read_translations(display.language)
        self._held: list[Shown] = []

    def hold(self, name: Shown) -> str:
        """Give what stands for a name until the sentence is whole."""
        self._held.append(name)
        return f"\x00{len(self._held) - 1}\x00"

    def hold_all(self, names: Sequence[Shown]) -> str:
        """Give what stands for several names, listed as the language lists things."""
        return self.listed([self.hold(name) for name in names])

    def listed(self, items: Sequence[str]) -> str:
        """Give clauses as a list: commas, and the language's word for "and"."""
        return str(format_list(items, locale=self.display.locale))

    def sentence(self, text: str) -> Sentence:
        """Give the whole sentence with its names in their places."""
        pieces = _HELD.split(text)
        return Sentence(
            tuple(self._held[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces) if piece)
        )


def plain(text: str, longest: int = LONGEST_PLAIN) -> str:
    """Give a text of anybody's data as one line that turns no direction, and no longer than is told here."""
    calm = " ".join(_CONTROLS.sub(" ", _TURNS.sub("", text[: 4 * longest])).split())
    return calm if len(calm) <= longest else f"{calm[: longest - 1].rstrip()}…"
