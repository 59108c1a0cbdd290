"""A wording without a registry: things are called by the ends of their IRIs, or as a test says."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox

from medkg.analysis.report import Note, Value
from medkg.pictures.definition import definitions


@dataclass
class PlainWording:
    """Gives names, numbers and words as they are."""

    picture: str
    language: str = "en"
    direction: str = "ltr"
    names: dict[str, str] = field(default_factory=dict)

    def text(self, value: Value) -> str:
        if isinstance(value, ox.NamedNode):
            return self.names.get(value.value, value.value.rpartition("/")[2])
        if isinstance(value, ox.Literal):
            return value.value
        return value.id if isinstance(value, Note) else str(value)

    def address(self, thing: ox.NamedNode) -> str:
        return f"/place/{thing.value.rpartition('/')[2]}"

    def number(self, value: int | Decimal) -> str:
        return str(value)

    def share(self, value: Decimal) -> str:
        return f"{value:.1%}"

    def money(self, amount: Decimal, currency: str) -> str:
        return f"{amount:.0f} {currency}"

    def word(self, key: str, **values: str) -> str:
        return definitions()[self.picture].word(key, self.language, **values)
