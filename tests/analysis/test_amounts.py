"""Whatever the true amounts between their bounds are: sums and rates hold them, and no judgement contradicts them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from medkg.analysis.amounts import added, judgement, rate, rounded_down, rounded_up
from medkg.analysis.report import Amount

CENTS = st.integers(0, 10**14)


def within(value: Fraction, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or Fraction(low) <= value) and (high is None or value <= Fraction(high))


@st.composite
def amounts_with_truth(draw: st.DrawFn) -> tuple[Amount, Decimal]:
    """Give an amount and a true value between its bounds."""
    low, true, high = sorted(Decimal(draw(CENTS)).scaleb(-2) for _ in range(3))
    bounded = draw(st.booleans())
    return Amount(low, high if bounded else None, draw(st.sampled_from([None, true])), "EUR"), true


@given(drawn=st.lists(amounts_with_truth(), min_size=1, max_size=8))
def test_the_true_sum_lies_within_the_bounds_of_the_sum(drawn: list[tuple[Amount, Decimal]]) -> None:
    total = added([held for held, _ in drawn])
    assert total is not None
    assert within(sum((Fraction(true) for _, true in drawn), Fraction(0)), total.low, total.high)


@given(parts=st.lists(st.decimals("0", "1e40", places=30), min_size=1, max_size=6))
def test_sums_are_exact_however_long_their_numbers(parts: list[Decimal]) -> None:
    total = added([Amount(part, part, part, "EUR") for part in parts])
    assert total is not None
    assert Fraction(total.low) == sum(map(Fraction, parts))


@given(part=amounts_with_truth(), whole=amounts_with_truth(), ceiling=st.fractions("1/100", 1))
def test_the_true_rate_lies_within_its_bounds_and_no_judgement_contradicts_it(
    part: tuple[Amount, Decimal], whole: tuple[Amount, Decimal], ceiling: Fraction
) -> None:
    if not whole[1]:
        return
    true, found = Fraction(part[1]) / Fraction(whole[1]), rate(part[0], whole[0])
    assert within(true, rounded_down(found.low), rounded_up(found.high))
    assert judgement(found, ceiling) in ("open", "above" if true > ceiling else "within")
