"""Where the nodes of a network stand: forces after Fruchterman and Reingold (1991), always with the same outcome.

Links pull, all nodes push each other away, and a weak pull to the middle keeps parts without links among them in sight.
Nothing is drawn by lot: the nodes start on a circle, in the order given. Work grows with the square of the nodes, which
callers bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Final

from medkg.pictures.projection import Point

_STEPS: Final = 120
_TO_MIDDLE: Final = 0.4
#: How strongly links pull, against the push of 1 between nodes at distance 1.
_PULL: Final = 0.05
_PASSES: Final = 40
#: The angle by which nodes in one and the same place are parted.
_TURN: Final = complex(0.6, 0.8)
Links = Mapping[tuple[int, int], int]


def spread(count: int, links: Links) -> list[complex]:
    """Give places of nodes 0 … count - 1 on a plane without bounds."""
    circle = [pow(complex(-1), 2 * number / count) for number in range(count)] if count else []
    places = [place * sqrt(count) for place in circle]
    for step in range(_STEPS):
        moves = _moves(places, links)
        most = sqrt(count) * (1 - step / _STEPS) * 0.2
        places = [place + move * min(1.0, most / (abs(move) or 1.0)) for place, move in zip(places, moves, strict=True)]
    return places


def fitted(places: Sequence[complex], radii: Sequence[float], width: float, height: float, edge: float) -> list[Point]:
    """Give places on a canvas, so far from its edge, none nearer to another than their radii where there is room."""
    if not places:
        return []
    xs, ys = [place.real for place in places], [place.imag for place in places]
    across, down = max(xs) - min(xs), max(ys) - min(ys)
    points = [
        complex(
            edge + (width - 2 * edge) * ((place.real - min(xs)) / across if across > 1e-9 else 0.5),
            edge + (height - 2 * edge) * ((place.imag - min(ys)) / down if down > 1e-9 else 0.5),
        )
        for place in places
    ]
    for _ in range(_PASSES):
        if not _parted(points, radii):
            break
        points = [_within(point, width, height, edge) for point in points]
    return [(point.real, point.imag) for point in points]


def _moves(places: Sequence[complex], links: Links) -> list[complex]:
    moves = [-place * _TO_MIDDLE for place in places]
    for one in range(len(places)):
        for other in range(one):
            apart = places[one] - places[other] or _TURN * 1e-3
            push = apart / (abs(apart) ** 2 or 1.0)
            moves[one] += push
            moves[other] -= push
    for (one, other), weight in links.items():
        apart = places[one] - places[other]
        pull = apart * abs(apart) * min(weight, 4) * _PULL
        moves[one] -= pull
        moves[other] += pull
    return moves


def _parted(points: list[complex], radii: Sequence[float]) -> bool:
    """Push nodes apart that cover each other; say whether there were any."""
    found = False
    for one in range(len(points)):
        for other in range(one):
            apart = points[one] - points[other] or _TURN * 1e-3
            wanted = radii[one] + radii[other]
            if abs(apart) < wanted:
                push = apart / abs(apart) * ((wanted - abs(apart)) / 2 + 0.01)
                points[one] += push
                points[other] -= push
                found = True
    return found


def _within(point: complex, width: float, height: float, edge: float) -> complex:
    return complex(min(max(point.real, edge), width - edge), min(max(point.imag, edge), height - edge))
