"""What a picture needs to speak: names, numbers, amounts and words in one language. The pages give it."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

import pyoxigraph as ox

from medkg.analysis.report import Value


class Wording(Protocol):
    """Texts for one picture in one language; whatever it gives may be long or strange."""

    @property
    def language(self) -> str:
        """The language of the page."""

    @property
    def direction(self) -> str:
        """The direction of that language: ``ltr`` or ``rtl``."""

    def text(self, value: Value) -> str:
        """Give the value of a cell as a text: a thing by its name, a note as its sentence."""

    def address(self, thing: ox.NamedNode) -> str:
        """Give where a thing has its page."""

    def number(self, value: int | Decimal) -> str:
        """Give a number as the language writes it."""

    def share(self, value: Decimal) -> str:
        """Give a share between 0 and 1 in per cent."""

    def money(self, amount: Decimal, currency: str) -> str:
        """Give an amount in few characters: 3.1 million euros, not every cent."""

    def word(self, key: str, **values: str) -> str:
        """Give a word or sentence of the picture's definition, with values in it."""
