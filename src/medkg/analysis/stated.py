"""What sources state of indicators: each value with the bounds its qualifier leaves, and sums of such bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Final

import pyoxigraph as ox

from medkg.analysis.report import Note
from medkg.namespaces import SCHEME

_ENDLESS: Final = Decimal("Infinity")


def comparator(name: str) -> ox.NamedNode:
    """Give a qualifier of the scheme."""
    return ox.NamedNode(f"{SCHEME}comparator/{name}")


EXACTLY: Final = comparator("exactly")
AT_LEAST: Final = comparator("at-least")
MORE_THAN: Final = comparator("more-than")
AT_MOST: Final = comparator("at-most")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a number lies: from ``low`` (itself excluded where ``above``) to ``high``, which may be endless."""

    low: Decimal
    high: Decimal = _ENDLESS
    above: bool = False

    @classmethod
    def of(cls, qualifier: ox.NamedNode | None, value: Decimal) -> Bounds:
        """Give what a printed number says.

        What is counted is never below nothing, unless the number itself is. "About", and a number whose qualifier is
        not stated, bound nothing.
        """
        least = Decimal(0) if value >= 0 else -_ENDLESS
        if qualifier == EXACTLY:
            return cls(value, value)
        if qualifier in (AT_LEAST, MORE_THAN):
            return cls(value, above=qualifier == MORE_THAN)
        return cls(least, value if qualifier == AT_MOST else _ENDLESS)

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(self.low + other.low, self.high + other.high, self.above or other.above)

    def __and__(self, other: Bounds) -> Bounds:
        low, above = max((self.low, self.above), (other.low, other.above))
        return Bounds(low, min(self.high, other.high), above)

    @property
    def empty(self) -> bool:
        """Tell whether no number lies within."""
        return self.low > self.high or (self.low == self.high and self.above)

    def reaches(self, value: Decimal, strictly: bool) -> bool | None:
        """Tell whether the number is at least ``value`` (above it where ``strictly``); None where it may be or not."""
        if self.low > value or (self.low == value and (self.above or not strictly)):
            return True
        if self.high < value or (self.high == value and strictly):
            return False
        return None

    def note(self) -> Note:
        """Give them as a sentence of the definition's."""
        low, high = plain(self.low), plain(self.high)
        if low == high:
            return Note("bounds-exactly", {"low": low})
        if high.is_finite():
            if low <= 0 and not self.above:
                return Note("bounds-at-most", {"high": high})
            return Note("bounds-above" if self.above else "bounds-between", {"low": low, "high": high})
        if self.above:
            return Note("bounds-more-than", {"low": low})
        return Note("bounds-at-least", {"low": low}) if low > 0 else Note("bounds-none")


def agreed(found: Collection[Bounds]) -> Bounds:
    """Give what several sources say of one number: what all leave, or where they contradict each other all they span.

    Either holds the true number where one source at least is right. At least one must be given.
    """
    narrowest = reduce(and_, found)
    return spanned(found) if narrowest.empty else narrowest


def spanned(found: Collection[Bounds]) -> Bounds:
    """Give the bounds that hold all given ones."""
    low, above = min((one.low, one.above) for one in found)
    return Bounds(low, max(one.high for one in found), above)


def total(found: Iterable[Bounds]) -> Bounds:
    """Give where the sum of several numbers lies."""
    return sum(found, Bounds(Decimal(0), Decimal(0)))


def plain(value: Decimal) -> Decimal:
    """Give a number without the digits after the point that say nothing."""
    if not value.is_finite():
        return value
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()
