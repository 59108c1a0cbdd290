"""Bars one under the other: a name above each, its value behind it; the possible is drawn unlike the certain."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from medkg.pictures.lettering import cleaned, fitted, width
from medkg.pictures.scales import Linear
from medkg.pictures.scene import Box, Label, Line, Linked, Mark, Scene
from medkg.pictures.wording import Wording

#: The size of the canvas and its parts: narrow, so that letters stay readable on a telephone.
WIDTH: Final = 440.0
_MARGIN: Final = 8.0
_ROW, _BAR, _NAME_SIZE, _VALUE_SIZE = 50.0, 18.0, 14.0, 13.0
_NAME_LINE, _BAR_TOP, _GAP, _LEAST, _INSET = 16.0, 22.0, 8.0, 40.0, 4.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: from nothing to ``low`` it is certain, from there to ``high`` possible; ``high`` None has no end.

    ``value`` says in words what the bar shows, ``side`` what is to be known beside it; ``mark`` is a value that the bar
    is measured against.
    """

    name: str
    kind: str
    low: float
    high: float | None
    value: str
    side: str = ""
    tip: str = ""
    href: str = ""
    mark: float | None = None


def scene_of(bars: Sequence[Bar], title: str, wording: Wording, left_out: Sequence[str] = ()) -> Scene:
    """Give the picture of bars; ``left_out`` says what could not be drawn."""
    return Scene(
        title,
        "; ".join(f"{bar.name}: {bar.value}" for bar in bars),
        WIDTH,
        height(len(bars)),
        tuple(drawn(bars)),
        wording.language,
        wording.direction,
        mirrored=wording.direction == "rtl",
        left_out=tuple(left_out),
    )


def height(count: int) -> float:
    """Give how high a canvas for so many bars is."""
    return _MARGIN + count * _ROW


def scale_of(bars: Sequence[Bar]) -> Linear:
    """Give the scale on which the longest bar and its value just fit beside each other."""
    most = max((max(bar.low if bar.high is None else bar.high, bar.mark or 0.0) for bar in bars), default=0.0)
    values = max((width(bar.value, _VALUE_SIZE) for bar in bars), default=0.0)
    return Linear(most, max(WIDTH - 2 * _MARGIN - _GAP - values, _LEAST))


def drawn(bars: Sequence[Bar]) -> Iterator[Mark]:
    """Give the marks of bars, from the first at the top."""
    scale = scale_of(bars)
    yield Line(_MARGIN, _MARGIN, _MARGIN, height(len(bars)) - _GAP, "axis", 1.5)
    for number, bar in enumerate(bars):
        marks = tuple(_row(bar, _MARGIN + number * _ROW, scale))
        name = f"{cleaned(bar.name)}: {cleaned(bar.value)}"
        yield from (Linked(marks, bar.href, name),) if bar.href else marks


def _row(bar: Bar, top: float, scale: Linear) -> Iterator[Mark]:
    tip = cleaned(bar.tip or f"{bar.name}: {bar.value}")
    side = cleaned(bar.side)
    room = WIDTH - 2 * _MARGIN - (width(side, _VALUE_SIZE) + _GAP if side else 0.0)
    name = fitted(cleaned(bar.name), _NAME_SIZE, room - _INSET)
    yield Label(_MARGIN + _INSET, top + _NAME_LINE, name, "strong", size=_NAME_SIZE)
    if side:
        yield Label(WIDTH - _MARGIN, top + _NAME_LINE, side, "quiet", "end", _VALUE_SIZE)
    end = yield from _lengths(bar, top + _BAR_TOP, scale, tip)
    if bar.mark is not None:
        at = _MARGIN + scale(bar.mark)
        yield Line(at, top + _BAR_TOP - 3, at, top + _BAR_TOP + _BAR + 3, "target", 2.5)
        end = max(end, at)
    yield Label(end + _GAP, top + _BAR_TOP + 14, cleaned(bar.value), "text", size=_VALUE_SIZE)


def _lengths(bar: Bar, y: float, scale: Linear, tip: str) -> Generator[Mark, None, float]:
    """Give the certain and the possible part, and return where they end."""
    certain = scale(bar.low)
    if certain:
        yield Box(_MARGIN, y, certain, _BAR, bar.kind, tip)
    if bar.high is None:
        end = WIDTH - _MARGIN - _GAP - width(bar.value, _VALUE_SIZE)
        yield Line(_MARGIN + certain, y + _BAR / 2, max(end, _MARGIN + certain), y + _BAR / 2, "open", 3, tip)
        return max(end, _MARGIN + certain)
    possible = scale(bar.high) - certain
    if possible > 0:
        yield Box(_MARGIN + certain, y, possible, _BAR, "possible", tip)
    return _MARGIN + scale(bar.high)
