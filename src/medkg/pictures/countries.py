"""Maps: how many things each country has, as discs in proportion; and which countries share projects, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.report import Report, Row
from medkg.pictures.lettering import width
from medkg.pictures.maps import CANVAS, HEIGHT, VIEW, WIDTH, ground, places
from medkg.pictures.placing import Named, placed
from medkg.pictures.projection import Point
from medkg.pictures.scales import Area, Linear
from medkg.pictures.scene import Disc, Label, Line, Linked, Mark, Scene
from medkg.pictures.wording import Wording

#: The disc of the greatest count, and the line of the most shared projects.
LARGEST: Final = 27.0
THICKEST: Final = 9.0
#: Lines that are drawn, those of most projects; the table has all.
MOST_LINES: Final = 60
_NAME, _COUNT, _ROOM, _BEND, _LEAST_WITH_COUNT = 12.0, 12.0, 150.0, 0.16, 6.5


@dataclass(frozen=True, slots=True)
class Counted:
    """A country with what is counted there; ``place`` is None where the map does not show it."""

    thing: ox.NamedNode
    name: str
    count: int
    place: Point | None
    code: str

    def tip(self, wording: Wording) -> str:
        """Give its name with its count."""
        return f"{self.name}: {wording.number(self.count)}"


def draw(report: Report, wording: Wording, options: Mapping[str, str]) -> Scene:
    """Give the map of what is counted: organisations, structures or projects."""
    counted = [country for country in _counted(report, wording, options["show"]) if country.count]
    silent = sum(cast(int, row.cells[options["show"]]) for row in _rows(report) if not _is_country(row))
    left_out = [wording.word("no-country", number=wording.number(silent))] if silent else []
    return _scene(wording, wording.word(f"title-{options['show']}"), counted, (), left_out)


def draw_partnerships(report: Report, wording: Wording, options: Mapping[str, str]) -> Scene:
    """Give the map of which countries share projects."""
    counted = {one.thing: one for one in _counted(report, wording, "projects") if one.count}
    rows = report.table("partnerships").rows
    pairs = [(counted[_thing(row, "first")], counted[_thing(row, "second")], _count(row, "projects")) for row in rows]
    seen = [pair for pair in pairs if pair[0].place and pair[1].place]
    lines = tuple(_lines(seen[:MOST_LINES], wording))
    left_out = []
    if len(seen) > MOST_LINES:
        numbers = {"shown": wording.number(MOST_LINES), "all": wording.number(len(seen))}
        left_out.append(wording.word("lines", **numbers))
    return _scene(wording, wording.word("title"), list(counted.values()), lines, left_out)


def _scene(
    wording: Wording, title: str, counted: Sequence[Counted], lines: tuple[Mark, ...], left_out: Sequence[str]
) -> Scene:
    shown = sorted((one for one in counted if one.place), key=lambda one: (-one.count, one.thing.value))
    hidden = [one.tip(wording) for one in counted if not one.place]
    told = [wording.word("off-map", number=wording.number(len(hidden)), list=", ".join(hidden))] if hidden else []
    return Scene(
        title,
        "; ".join(one.tip(wording) for one in counted),
        WIDTH,
        HEIGHT,
        (*ground({one.code for one in counted}), *lines, *_signs(shown, wording)),
        wording.language,
        wording.direction,
        left_out=(*told, *left_out),
    )


def _signs(shown: Sequence[Counted], wording: Wording) -> Iterator[Mark]:
    """Give discs with their counts inside, the largest at the back, and their names where there is room for them."""
    scale = Area(max((one.count for one in shown), default=0), LARGEST)
    named = []
    for one in shown:
        radius, (x, y) = scale(one.count), cast(Point, one.place)
        number = wording.number(one.count)
        fits = radius >= _LEAST_WITH_COUNT and width(number, _COUNT) <= 2 * radius - 2
        named.append(Named(x, y, radius, one.name if fits else one.tip(wording)))
    for one, sign, label in zip(shown, named, placed(named, CANVAS, _NAME, _ROOM), strict=True):
        marks: list[Mark] = [Disc(sign.x, sign.y, sign.radius, "amount", one.tip(wording))]
        if sign.text == one.name:
            number = wording.number(one.count)
            marks.append(Label(sign.x, sign.y + _COUNT * 0.35, number, "inside", "middle", _COUNT))
        marks += [label] if label is not None else []
        yield Linked(tuple(marks), wording.address(one.thing), one.tip(wording))


def _lines(pairs: Sequence[tuple[Counted, Counted, int]], wording: Wording) -> Iterator[Mark]:
    """Give the lines, the thinnest at the back, each bent a little so that lines in a row stay apart."""
    scale = Linear(max((count for _, _, count in pairs), default=0), THICKEST)
    for first, second, count in reversed(pairs):
        (x, y), (to_x, to_y) = cast(Point, first.place), cast(Point, second.place)
        bend = ((x + to_x) / 2 - _BEND * (to_y - y), (y + to_y) / 2 + _BEND * (to_x - x))
        tip = f"{first.name} – {second.name}: {wording.number(count)}"
        yield Line(x, y, to_x, to_y, "tie", max(scale(count), 0.5), tip, bend)


def _rows(report: Report) -> Sequence[Row]:
    return report.table("countries").rows


def _is_country(row: Row) -> bool:
    return isinstance(row.cells["country"], ox.NamedNode)


def _counted(report: Report, wording: Wording, column: str) -> Iterator[Counted]:
    for row in filter(_is_country, _rows(report)):
        thing, code = _thing(row, "country"), wording.text(row.cells["code"])
        place = places().get(code)
        shown = place if place is not None and VIEW.holds(place) else None
        yield Counted(thing, wording.text(thing), _count(row, column), shown, code)


def _thing(row: Row, column: str) -> ox.NamedNode:
    return cast(ox.NamedNode, row.cells[column])


def _count(row: Row, column: str) -> int:
    return cast(int, row.cells[column])
