"""Sums and rates of amounts that are known only between bounds: what is given holds the true value, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from typing import Final

from medkg.analysis.report import Amount

#: Adds decimals of any length without rounding.
_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
#: Digits to which the bounds of a rate are rounded outwards.
RATE_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a whole: 1 is all of it. ``high`` is None where the whole may be zero or the share has no bound."""

    low: Fraction
    high: Fraction | None
    nominal: Fraction | None


def added(amounts: Sequence[Amount]) -> Amount | None:
    """Add amounts of one currency; give None for none.

    A bound or nominal amount that one addend lacks, the sum lacks too.

    Raises:
        ValueError: the amounts are of several currencies, which no sum can hold.
    """
    if not amounts:
        return None
    (currency,) = {amount.currency for amount in amounts}
    return Amount(
        _total(amount.low for amount in amounts) or Decimal(0),
        _total(amount.high for amount in amounts),
        _total(amount.nominal for amount in amounts),
        currency,
    )


def rate(part: Amount, whole: Amount) -> Rate:
    """Divide amounts whose true values are independent of one another."""
    return Rate(
        _ratio(part.low, whole.high) or Fraction(0),
        _ratio(part.high, whole.low),
        _ratio(part.nominal, whole.nominal),
    )


def judgement(found: Rate, ceiling: Fraction) -> str:
    """Say ``within`` or ``above`` where the bounds allow no other, else ``open``."""
    if found.low > ceiling:
        return "above"
    return "within" if found.high is not None and found.high <= ceiling else "open"


def rounded_down(value: Fraction | None) -> Decimal | None:
    """Give the greatest decimal of a few digits that is not above a value."""
    return None if value is None else _decimal(floor(value * 10**RATE_DIGITS))


def rounded_up(value: Fraction | None) -> Decimal | None:
    """Give the least decimal of a few digits that is not below a value."""
    return None if value is None else _decimal(ceil(value * 10**RATE_DIGITS))


def rounded(value: Fraction | None) -> Decimal | None:
    """Give the decimal of a few digits that is nearest to a value."""
    return None if value is None else _decimal(round(value * 10**RATE_DIGITS))


def _total(parts: Iterable[Decimal | None]) -> Decimal | None:
    found = list(parts)
    known = [part for part in found if part is not None]
    return reduce(_EXACT.add, known) if len(known) == len(found) else None


def _ratio(part: Decimal | None, whole: Decimal | None) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if part is not None and whole else None


def _decimal(units: int) -> Decimal:
    return Decimal(units).scaleb(-RATE_DIGITS)
