"""The ground of all maps: the lands around the Mediterranean on one canvas, and where each country has its sign."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from medkg.pictures.clipping import Ring, area, centre, clipped
from medkg.pictures.outlines import outlines
from medkg.pictures.placing import Area
from medkg.pictures.projection import Albers, Point, View
from medkg.pictures.scene import Mark, Shape

WIDTH: Final = 760.0
HEIGHT: Final = 500.0
CANVAS: Final = Area(2, 2, WIDTH - 2, HEIGHT - 2)
VIEW: Final = View(Albers(32, 48, 40, 15), middle=(15.5, 39.8), scale=1010, width=WIDTH, height=HEIGHT)
#: Rings smaller than these are seen by nobody, unless a country has no other.
_LEAST_AREA: Final = 2.5


@dataclass(frozen=True, slots=True)
class Land:
    """A country on the canvas: its rings, and the place of its sign."""

    code: str
    rings: tuple[Ring, ...]
    place: Point


@cache
def lands() -> tuple[Land, ...]:
    """Give the lands that the canvas shows."""
    found = []
    for outline in outlines():
        drawn = [clipped([VIEW(*point) for point in ring], -4, -4, WIDTH + 4, HEIGHT + 4) for ring in outline.rings]
        rings = sorted((ring for ring in drawn if len(ring) > 2), key=lambda ring: -abs(area(ring)))
        if rings:
            seen = [ring for ring in rings if abs(area(ring)) >= _LEAST_AREA]
            found.append(Land(outline.code, tuple(seen or rings[:1]), centre(rings[0])))
    return tuple(found)


@cache
def places() -> Mapping[str, Point]:
    """Give the places of signs by ISO 3166-1 alpha-3 codes."""
    return {land.code: land.place for land in lands() if land.code}


def ground(known: Collection[str]) -> Iterator[Mark]:
    """Give the lands, those that the picture knows something of apart from the others."""
    for land in lands():
        yield Shape(land.rings, "known" if land.code in known else "land")
