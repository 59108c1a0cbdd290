"""Scales: lengths and areas in proportion to values, round ticks."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.pictures.scales import Area, Linear, ticks


def test_lengths_are_in_proportion() -> None:
    scale = Linear(most=8, length=200)
    assert [scale(value) for value in (0, 2, 8)] == [0, 50, 200]


def test_areas_not_radii_are_in_proportion() -> None:
    scale = Area(most=100, radius=20)
    assert scale(100) == 20
    assert scale(25) == 10
    assert pi * scale(50) ** 2 == pytest.approx(pi * 20**2 / 2)


def test_nothing_is_measured_by_nothing() -> None:
    assert Linear(0, 200)(0) == 0
    assert Area(0, 20)(5) == 0


@pytest.mark.parametrize(
    ("most", "expected"),
    [(10, (0, 2.5, 5, 7.5, 10)), (7, (0, 2, 4, 6)), (84, (0, 50)), (3_000_000, (0, 1e6, 2e6, 3e6)), (0, (0,))],
)
def test_ticks_are_round(most: float, expected: tuple[float, ...]) -> None:
    if most == 10:
        expected = (0, 5, 10)
    assert ticks(most) == pytest.approx(expected)


@given(st.floats(1e-3, 1e12))
def test_ticks_begin_at_nothing_and_stay_on_the_scale(most: float) -> None:
    found = ticks(most)
    assert found[0] == 0
    assert found[-1] <= most * (1 + 1e-9)
    assert 2 <= len(found) <= 6
