"""The picture of the network: every body and link of the table, apart from one another, the same each time."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.helix import HELICES
from medkg.analysis.report import Report, Row, Table
from medkg.pictures.layout import fitted, spread
from medkg.pictures.network import HEIGHT, WIDTH, draw
from medkg.pictures.placing import area_of
from medkg.pictures.scene import Disc, Label, Line, Linked, Scene, Shape
from medkg.pictures.svg import inline
from tests.pictures.speaking import PlainWording

PAIRS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=80)


def body(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/medkg/id/actor/b{number}")


def report(count: int, pairs: set[tuple[int, int]]) -> Report:
    bodies = [
        Row({"body": body(one), "countries": (), "helices": HELICES[: one % 3], "partners": one + 1, "projects": 1})
        for one in range(count)
    ]
    links = [Row({"first": body(one), "second": body(other), "projects": 2, "which": ()}) for one, other in pairs]
    return Report((Table("bodies", tuple(bodies)), Table("links", tuple(links))))


def drawn(count: int, pairs: set[tuple[int, int]], **names: str) -> Scene:
    wording = PlainWording("network", names={body(int(key[1:])).value: name for key, name in names.items()})
    return draw(report(count, pairs), wording, {"bodies": "30"})


@given(PAIRS)
@settings(deadline=None, max_examples=25)
def test_every_body_and_every_link_of_the_table_is_drawn_once(found: list[tuple[int, int]]) -> None:
    pairs = {(min(pair), max(pair)) for pair in found if pair[0] != pair[1]}
    scene = drawn(20, pairs)
    links = [mark for mark in scene.marks if isinstance(mark, Linked)]
    assert sorted(link.href for link in links) == sorted(f"/place/b{number}" for number in range(20))
    assert len([mark for mark in scene.flat() if isinstance(mark, Line)]) == len(pairs)
    areas = [area_of(mark) for mark in scene.flat() if isinstance(mark, Label) and mark.y < HEIGHT]
    assert not any(one.meets(other) for one, other in combinations(areas, 2))


@given(st.integers(0, 30), PAIRS)
@settings(deadline=None, max_examples=25)
def test_nodes_stay_on_the_canvas_and_apart(count: int, found: list[tuple[int, int]]) -> None:
    links = {(one, other): 1 for one, other in found if one < other < count}
    radii = [12.0] * count
    points = fitted(spread(count, links), radii, WIDTH, HEIGHT, 30)
    assert all(30 <= x <= WIDTH - 30 and 30 <= y <= HEIGHT - 30 for x, y in points)
    covered = [pair for pair in combinations(points, 2) if dist(*pair) < 23]
    assert not covered


def test_the_same_network_looks_the_same_each_time() -> None:
    pairs = {(0, 1), (1, 2), (2, 3), (5, 6)}
    assert drawn(8, pairs) == drawn(8, pairs)


def test_linked_bodies_stand_closer_than_others() -> None:
    links = dict.fromkeys((*combinations(range(5), 2), *combinations(range(5, 10), 2)), 1)
    points = fitted(spread(10, links), [5.0] * 10, WIDTH, HEIGHT, 30)
    linked = [dist(points[one], points[other]) for one, other in links]
    apart = [dist(points[one], points[other]) for one in range(5) for other in range(5, 10)]
    assert sum(linked) / len(linked) < sum(apart) / len(apart) / 1.5


def test_helices_are_told_by_form_as_well_as_by_ink() -> None:
    scene = drawn(6, set())
    signs = {mark.kind: type(mark) for mark in scene.flat() if isinstance(mark, Disc | Shape)}
    assert signs == {"unknown": Disc, "academia": Disc, "several": Shape}
    legend = [mark.text for mark in scene.flat() if isinstance(mark, Label) and mark.y > HEIGHT]
    assert legend == ["academia", "several helices", "helix not known"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_bodies_are_no_error(count: int) -> None:
    assert len([mark for mark in drawn(count, set()).marks if isinstance(mark, Linked)]) == count


def test_the_largest_network_stays_light() -> None:
    pairs = set(combinations(range(60), 2))
    scene = drawn(60, pairs, b3="<script>" * 40, b4="\u202eevil")
    assert "<script>" not in inline(scene, "p")
    assert "\u202e" not in inline(scene, "p")
