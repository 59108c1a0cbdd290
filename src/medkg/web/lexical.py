"""What a term of anybody's data says, as plain values: None where it says nothing of the kind. No I/O."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

#: Numbers that readers are shown as their language writes them; longer ones, and special values, stay as they stand.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER: Final = 28
_WHOLE: Final = re.compile(r"\+?[0-9]{1,15}")


def number_in(text: str) -> Decimal | None:
    """Give the number that a text writes, if it can be written out within the digits of decimal arithmetic."""
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    digits = len(number.as_tuple().digits)
    exponent = number.adjusted()
    return number if max(digits, exponent, digits - exponent) <= _LONGEST_NUMBER else None


def number_of(term: object) -> Decimal | None:
    """Give the number that a literal writes."""
    return number_in(term.value) if isinstance(term, ox.Literal) else None


def whole_of(term: object) -> int | None:
    """Give the whole number, zero or more, that a literal writes: a line, a place in an order."""
    return whole_in(term.value) if isinstance(term, ox.Literal) else None


def whole_in(text: str) -> int | None:
    """Give the whole number, zero or more, that a text writes."""
    return int(text) if _WHOLE.fullmatch(text) else None


def iri_of(term: object) -> str | None:
    """Give the IRI of a named thing."""
    return term.value if isinstance(term, ox.NamedNode) else None


def text_of(term: object) -> str:
    """Give the text of a literal; empty for everything else."""
    return term.value if isinstance(term, ox.Literal) else ""
