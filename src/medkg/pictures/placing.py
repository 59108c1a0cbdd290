"""Names beside signs: each where it covers nothing else, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from medkg.pictures.lettering import cleaned, fitted, width
from medkg.pictures.scene import Label

_GAP: Final = 3.0
#: Of a line of text: how much of its size is above the line letters stand on, and below.
_ABOVE, _BELOW = 0.8, 0.25


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Say whether two rectangles have anything in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A sign that wants its name beside it; ``radius`` is how far it reaches."""

    x: float
    y: float
    radius: float
    text: str

    @property
    def area(self) -> Area:
        """Give what it takes."""
        return Area(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


def area_of(label: Label) -> Area:
    """Give what a label with its anchor in its middle takes."""
    half = width(label.text, label.size) / 2
    return Area(label.x - half, label.y - _ABOVE * label.size, label.x + half, label.y + _BELOW * label.size)


def placed(signs: Iterable[Named], canvas: Area, size: float, room: float) -> Iterator[Label | None]:
    """Give a label for each sign, the first ones first; None where there is no place for it.

    A name is tried at the right, the left, below and above. It never covers a sign or another name, nor leaves the
    canvas; of one that is longer than ``room`` the beginning is given.
    """
    wanted = tuple(signs)
    taken = [sign.area for sign in wanted]
    for sign in wanted:
        text = fitted(cleaned(sign.text), size, room)
        found = next((label for label in _tried(sign, text, size) if _free(area_of(label), canvas, taken)), None)
        if found is not None and text:
            taken.append(area_of(found))
        yield found if text else None


def _tried(sign: Named, text: str, size: float) -> Iterator[Label]:
    """Give the places of a label, the best first; its anchor is its middle, which is the same in both directions."""
    aside = sign.radius + _GAP + width(text, size) / 2
    middle = sign.y + size * (_ABOVE - _BELOW) / 2
    below, above = sign.y + sign.radius + size * _ABOVE + 1, sign.y - sign.radius - size * _BELOW - 1
    for x, y in ((sign.x + aside, middle), (sign.x - aside, middle), (sign.x, below), (sign.x, above)):
        yield Label(x, y, text, "halo", "middle", size)


def _free(area: Area, canvas: Area, taken: Iterable[Area]) -> bool:
    inside = canvas.left <= area.left and area.right <= canvas.right
    inside = inside and canvas.top <= area.top and area.bottom <= canvas.bottom
    return inside and not any(area.meets(other) for other in taken)
