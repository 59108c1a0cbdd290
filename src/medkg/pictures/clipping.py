"""Polygons cut to a window, by the method of Sutherland and Hodgman (1974), and where their middle is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medkg.pictures.projection import Point

Ring = tuple[Point, ...]


def clipped(ring: Sequence[Point], left: float, top: float, right: float, bottom: float) -> Ring:
    """Give what of a ring is within a window; empty where nothing is."""
    found = tuple(ring)
    for axis, edge, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        found = tuple(_cut(found, axis, edge, sign))
    return found


def area(ring: Ring) -> float:
    """Give the area of a ring; negative where it runs the other way round."""
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in _sides(ring)) / 2


def centre(ring: Ring) -> Point:
    """Give the centre of gravity of a ring."""
    whole = area(ring)
    if not whole:
        return ring[0]
    parts = [(x + next_x, y + next_y, x * next_y - next_x * y) for (x, y), (next_x, next_y) in _sides(ring)]
    return sum(x * cross for x, _, cross in parts) / (6 * whole), sum(y * cross for _, y, cross in parts) / (6 * whole)


def _cut(ring: Ring, axis: int, edge: float, sign: int) -> Iterator[Point]:
    def within(point: Point) -> bool:
        return sign * (point[axis] - edge) >= 0

    for point, following in _sides(ring):
        if within(point):
            yield point
        if within(point) != within(following):
            part = (edge - point[axis]) / (following[axis] - point[axis])
            yield (point[0] + part * (following[0] - point[0]), point[1] + part * (following[1] - point[1]))


def _sides(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return zip(ring, (*ring[1:], *ring[:1]), strict=True)
