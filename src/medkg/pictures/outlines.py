"""The shapes of countries, read from a small TopoJSON file that comes with the package (shapes/README.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, Final

from medkg.pictures.clipping import Ring
from medkg.pictures.projection import Point

_FILE: Final = "shapes/countries.json"


@dataclass(frozen=True, slots=True)
class Outline:
    """The rings of a country in degrees, the outer ones and those of holes; the code is blank for land without one."""

    code: str
    rings: tuple[Ring, ...]


@cache
def outlines() -> tuple[Outline, ...]:
    """Give all shapes."""
    topology = json.loads((files(__package__) / _FILE).read_text(encoding="utf-8"))
    arcs = tuple(_arc(arc, topology["transform"]) for arc in topology["arcs"])
    geometries = topology["objects"]["countries"]["geometries"]
    return tuple(Outline(item.get("id") or "", tuple(_rings(item, arcs))) for item in geometries)


def _arc(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> Ring:
    """Give the points of an arc: the file holds steps from point to point, in units of its own."""
    (scale_x, scale_y), (from_x, from_y) = transform["scale"], transform["translate"]
    units = accumulate(
        ((step[0], step[1]) for step in arc), lambda place, step: (place[0] + step[0], place[1] + step[1])
    )
    return tuple((from_x + x * scale_x, from_y + y * scale_y) for x, y in units)


def _rings(geometry: Mapping[str, Any], arcs: Sequence[Ring]) -> Iterator[Ring]:
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        for numbers in polygon:
            yield tuple(_joined(numbers, arcs))


def _joined(numbers: Iterable[int], arcs: Sequence[Ring]) -> Iterator[Point]:
    """Give the points of arcs one behind the other; a negative number means an arc run backwards."""
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        yield from points[:-1]
