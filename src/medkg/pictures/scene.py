"""A picture before it is written: marks with places and kinds, on a canvas whose units are those of the SVG.

Layout is made from the start of a line to its end. A mirrored scene is turned over when it is written, for languages
that begin at the right; maps and networks are not mirrored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``kind`` names how it looks, ``tip`` says what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle around its centre."""

    x: float
    y: float
    radius: float
    kind: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line, or one bent towards a point; ``width`` is how thick it is."""

    x: float
    y: float
    to_x: float
    to_y: float
    kind: str
    width: float = 1.0
    tip: str = ""
    bend: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """Closed rings of points: a country, or the sign of a node."""

    rings: tuple[tuple[tuple[float, float], ...], ...]
    kind: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; ``x`` is where it starts, has its middle or ends."""

    x: float
    y: float
    text: str
    kind: str = "text"
    anchor: Anchor = "start"
    size: float = 14.0


@dataclass(frozen=True, slots=True)
class Linked:
    """Marks that lead to an address."""

    marks: tuple[Mark, ...]
    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Lowered:
    """Marks that stand so much lower than they say."""

    marks: tuple[Mark, ...]
    by: float


Plain = Box | Disc | Line | Shape | Label
Mark = Plain | Linked | Lowered


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture: what it is called and what it says in words, its size, and its marks from back to front."""

    title: str
    summary: str
    width: float
    height: float
    marks: tuple[Mark, ...]
    language: str
    direction: str = "ltr"
    mirrored: bool = False
    #: What belongs to it and could not be drawn, in words.
    left_out: tuple[str, ...] = ()

    def every(self) -> Iterator[Mark]:
        """Give all marks, those inside others behind these."""
        for mark in self.marks:
            yield from _every(mark)

    def flat(self) -> Iterator[Plain]:
        """Give the marks that hold no others."""
        return (mark for mark in self.every() if not isinstance(mark, Linked | Lowered))


def _every(mark: Mark) -> Iterator[Mark]:
    yield mark
    if isinstance(mark, Linked | Lowered):
        for inner in mark.marks:
            yield from _every(inner)
