"""Scales: from values to lengths and areas."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10, sqrt
from typing import Final

_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Linear:
    """From 0 to a greatest value, onto 0 to a length."""

    most: float
    length: float

    def __call__(self, value: float) -> float:
        """Give the length of a value; 0 where there is nothing to measure by."""
        return self.length * value / self.most if self.most > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Area:
    """From 0 to a greatest value, onto the radius of a disc whose area is in proportion to the value."""

    most: float
    radius: float

    def __call__(self, value: float) -> float:
        """Give the radius for a value."""
        return self.radius * sqrt(max(value, 0.0) / self.most) if self.most > 0 else 0.0


def ticks(most: float, wanted: int = 4) -> tuple[float, ...]:
    """Give round values from 0 to the greatest one that a scale holds: steps of 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return (0.0,)
    raw = most / wanted
    power = 10.0 ** floor(log10(raw))
    step = next(one * power for one in _STEPS if one * power >= raw * 0.999999)
    return tuple(step * number for number in range(int(most / step + 1e-9) + 1))
