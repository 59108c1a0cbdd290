"""The co-operation network: a sign for each body, which tells its helix, and a line where two share projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.helix import HELICES
from medkg.analysis.report import Report, Row
from medkg.pictures.layout import fitted, spread
from medkg.pictures.lettering import width
from medkg.pictures.placing import Area as Taken
from medkg.pictures.placing import Named, placed
from medkg.pictures.projection import Point
from medkg.pictures.scales import Area
from medkg.pictures.scene import Disc, Label, Line, Linked, Mark, Scene, Shape
from medkg.pictures.wording import Wording

WIDTH: Final = 760.0
HEIGHT: Final = 560.0
#: Room for the legend below the network, and the size of its signs and letters.
_LEGEND, _SIGN, _LETTERS = 34.0, 7.0, 12.0
LARGEST: Final = 17.0
_LEAST, _EDGE, _NAME, _ROOM, _APART = 5.0, 34.0, 11.0, 130.0, 3.0
#: Kind → corners of its sign and how far it is turned; a disc has none.
_SIGNS: Final[Mapping[str, tuple[int, float]]] = {
    "academia": (0, 0.0),
    "business": (4, pi / 4),
    "government": (3, -pi / 2),
    "civil-society": (4, 0.0),
    "several": (6, 0.0),
    "unknown": (0, 0.0),
}
_KINDS: Final = {helix: helix.value.rpartition("/")[2] for helix in HELICES}


@dataclass(frozen=True, slots=True)
class Body:
    """A body with what its sign shows."""

    thing: ox.NamedNode
    name: str
    kind: str
    partners: int
    tip: str


def draw(report: Report, wording: Wording, options: Mapping[str, str]) -> Scene:
    """Give the picture of the best connected bodies."""
    bodies = [_body(row, wording) for row in report.table("bodies").rows]
    links = _links(report, bodies)
    scale = Area(max((body.partners for body in bodies), default=0), LARGEST)
    radii = [max(scale(body.partners), _LEAST) for body in bodies]
    points = fitted(spread(len(bodies), links), [radius + _APART for radius in radii], WIDTH, HEIGHT, _EDGE)
    return Scene(
        wording.word("title"),
        "; ".join(body.tip for body in bodies),
        WIDTH,
        HEIGHT + _LEGEND,
        (*_lines(bodies, points, links, wording), *_nodes(bodies, points, radii, wording), *_legend(bodies, wording)),
        wording.language,
        wording.direction,
    )


def _body(row: Row, wording: Wording) -> Body:
    thing, helices = cast(ox.NamedNode, row.cells["body"]), cast(tuple[ox.NamedNode, ...], row.cells["helices"])
    kinds = [_KINDS[helix] for helix in helices if helix in _KINDS]
    kind = "unknown" if not kinds else kinds[0] if len(kinds) == 1 else "several"
    partners = cast(int, row.cells["partners"])
    about = [wording.text(row.cells["countries"]), wording.text(helices) or wording.word("unknown")]
    count = wording.word("partners", number=wording.number(partners))
    name = wording.text(thing)
    return Body(thing, name, kind, partners, f"{name} ({', '.join(filter(None, [*about, count]))})")


def _links(report: Report, bodies: Sequence[Body]) -> dict[tuple[int, int], int]:
    places = {body.thing: place for place, body in enumerate(bodies)}
    return {
        (places[cast(ox.NamedNode, row.cells["first"])], places[cast(ox.NamedNode, row.cells["second"])]): cast(
            int, row.cells["projects"]
        )
        for row in report.table("links").rows
    }


def _lines(
    bodies: Sequence[Body], points: Sequence[Point], links: Mapping[tuple[int, int], int], wording: Wording
) -> Iterator[Mark]:
    for (one, other), projects in links.items():
        count = wording.word("projects", number=wording.number(projects))
        tip = f"{bodies[one].name} – {bodies[other].name}: {count}"
        yield Line(*points[one], *points[other], "link", min(0.8 + projects, 8.0), tip)


def _nodes(bodies: Sequence[Body], points: Sequence[Point], radii: Sequence[float], wording: Wording) -> Iterator[Mark]:
    named = [Named(*point, radius, body.name) for body, point, radius in zip(bodies, points, radii, strict=True)]
    canvas = Taken(2, 2, WIDTH - 2, HEIGHT - 2)
    labels = list(placed(named, canvas, _NAME, _ROOM))
    for body, sign, label in zip(bodies, named, labels, strict=True):
        marks = [_sign(body.kind, sign.x, sign.y, sign.radius, body.tip), *([label] if label is not None else [])]
        yield Linked(tuple(marks), wording.address(body.thing), body.tip)


def _legend(bodies: Sequence[Body], wording: Wording) -> Iterator[Mark]:
    """Give the signs that the picture has, with what they mean."""
    present = {body.kind for body in bodies}
    meanings = {kind: wording.text(helix) for helix, kind in _KINDS.items()}
    meanings |= {kind: wording.word(kind) for kind in ("several", "unknown")}
    x, y = _EDGE / 2, HEIGHT + _LEGEND / 2
    for kind in (kind for kind in _SIGNS if kind in present):
        long = width(meanings[kind], _LETTERS)
        yield _sign(kind, x, y, _SIGN, meanings[kind])
        yield Label(x + 2 * _SIGN + long / 2, y + _LETTERS * 0.35, meanings[kind], "quiet", "middle", _LETTERS)
        x += long + 5 * _SIGN


def _sign(kind: str, x: float, y: float, radius: float, tip: str) -> Mark:
    """Give the sign of a helix; what has corners reaches a little further, to look as large as a disc."""
    corners, turn = _SIGNS[kind]
    if not corners:
        return Disc(x, y, radius, kind, tip)
    reach = radius * 1.15
    angles = [turn + 2 * pi * number / corners for number in range(corners)]
    return Shape((tuple((x + reach * cos(angle), y + reach * sin(angle)) for angle in angles),), kind, tip)
