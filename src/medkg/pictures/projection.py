"""From longitude and latitude to the plane: the equal-area conic projection of Albers, on a sphere.

The formulas are those of Snyder, *Map Projections: A Working Manual* (USGS Professional Paper 1395, 1987), pages 100 f.
Areas stay in proportion, as a map of counts should have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, radians, sin, sqrt

Point = tuple[float, float]


@dataclass(frozen=True)
class Albers:
    """The projection with two standard parallels, seen from an origin; all in degrees."""

    parallel: float
    other_parallel: float
    origin_latitude: float
    origin_longitude: float

    def __call__(self, longitude: float, latitude: float) -> Point:
        """Give a place on the plane of a sphere with radius 1: x to the east, y to the north."""
        angle = self._cone * radians(longitude - self.origin_longitude)
        distance = self._distance(latitude)
        return distance * sin(angle), self._distance(self.origin_latitude) - distance * cos(angle)

    @cached_property
    def _cone(self) -> float:
        return (sin(radians(self.parallel)) + sin(radians(self.other_parallel))) / 2

    @cached_property
    def _constant(self) -> float:
        return cos(radians(self.parallel)) ** 2 + 2 * self._cone * sin(radians(self.parallel))

    def _distance(self, latitude: float) -> float:
        return sqrt(self._constant - 2 * self._cone * sin(radians(latitude))) / self._cone


@dataclass(frozen=True, slots=True)
class View:
    """A window on the plane: the place in its middle, its size, and how many units of the canvas a radius has."""

    projection: Albers
    middle: Point
    scale: float
    width: float
    height: float

    def __call__(self, longitude: float, latitude: float) -> Point:
        """Give a place on the canvas, y downwards."""
        x, y = self.projection(longitude, latitude)
        middle_x, middle_y = self.projection(*self.middle)
        return self.width / 2 + self.scale * (x - middle_x), self.height / 2 - self.scale * (y - middle_y)

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Say whether a place of the canvas is within it, that far from its edge."""
        x, y = point
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin
