"""Maps: the projection against published values, the shapes whole, the picture against its table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.report import Note, Report, Row, Table
from medkg.pictures.clipping import area, centre, clipped
from medkg.pictures.countries import LARGEST, MOST_LINES, THICKEST, draw, draw_partnerships
from medkg.pictures.inks import on_page
from medkg.pictures.maps import CANVAS, HEIGHT, VIEW, WIDTH, lands, places
from medkg.pictures.outlines import outlines
from medkg.pictures.placing import Named, area_of, placed
from medkg.pictures.projection import Albers
from medkg.pictures.scene import Disc, Label, Line, Linked, Scene
from medkg.pictures.svg import inline
from tests.pictures.speaking import PlainWording

COUNTRIES = Path(__file__).parents[2] / "data" / "places" / "countries.csv"
CODES = ["ITA", "ESP", "GRC", "TUN", "JOR", "PSE", "MLT", "HRV", "LBN", "ATL"]


def country(code: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/medkg/id/place/{code.lower()}")


def report(counts: Sequence[int], silent: int = 0, shared: int = 0) -> Report:
    rows = [
        Row({"country": country(code), "code": ox.Literal(code), **dict.fromkeys(COLUMNS, count)})
        for code, count in zip(CODES, counts, strict=False)
    ]
    rows.append(Row({"country": Note("no-country"), "code": None, **dict.fromkeys(COLUMNS, silent)}))
    pairs = [(first, second) for first in CODES for second in CODES if first < second][:shared]
    joined = [
        Row({"first": country(first), "second": country(second), "projects": 36 - number, "which": ()})
        for number, (first, second) in enumerate(sorted(pairs, key=lambda pair: "ATL" in pair))
    ]
    return Report((Table("countries", tuple(rows)), Table("partnerships", tuple(joined))))


COLUMNS = ("organisations", "structures", "projects")
SHOWN = {"show": "organisations"}


def discs(scene: Scene) -> list[Disc]:
    return [mark for mark in scene.flat() if isinstance(mark, Disc)]


def test_the_projection_gives_the_values_of_snyders_example() -> None:
    # Snyder 1987, page 291: parallels 29.5° and 45.5° N, origin 23° N 96° W, the point 35° N 75° W.
    x, y = Albers(29.5, 45.5, 23, -96)(-75, 35)
    assert x == pytest.approx(0.2952720, abs=1e-7)
    assert y == pytest.approx(0.2416774, abs=1e-7)


def test_the_middle_of_the_view_is_the_middle_of_the_canvas_and_north_is_up() -> None:
    assert VIEW(*VIEW.middle) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    assert VIEW(15.5, 45)[1] < HEIGHT / 2 < VIEW(15.5, 35)[1]
    assert VIEW(5, 40)[0] < WIDTH / 2 < VIEW(25, 40)[0]


def test_every_country_of_the_registry_has_a_shape() -> None:
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        codes = {row["iso3"] for row in csv.DictReader(file)}
    assert codes - {outline.code for outline in outlines()} == set()


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"), [("MLT", 14.4, 35.9), ("LBN", 35.9, 33.9), ("SVN", 14.8, 46.1)]
)
def test_signs_stand_in_their_countries(code: str, longitude: float, latitude: float) -> None:
    assert places()[code] == pytest.approx(VIEW(longitude, latitude), abs=6)


def test_areas_are_in_proportion_whatever_the_latitude() -> None:
    # Italy has 301,000 km² and Tunisia 163,000; the ratio of the outlines is theirs within a few per cent.
    sizes = {land.code: sum(abs(area(ring)) for ring in land.rings) for land in lands()}
    assert sizes["ITA"] / sizes["TUN"] == pytest.approx(301 / 155, rel=0.05)


def test_a_ring_is_cut_at_the_window() -> None:
    square = ((-10.0, -10.0), (10.0, -10.0), (10.0, 10.0), (-10.0, 10.0))
    cut = clipped(square, 0, 0, 100, 100)
    assert abs(area(cut)) == 100
    assert centre(cut) == (5, 5)
    assert clipped(square, 20, 20, 30, 30) == ()


@given(st.lists(st.integers(0, 5000), min_size=10, max_size=10), st.integers(0, 50))
@settings(deadline=None, max_examples=30)
def test_the_areas_of_the_discs_are_the_counts_of_the_table(counts: list[int], silent: int) -> None:
    scene = draw(report(counts, silent), PlainWording("countries"), SHOWN)
    shown = sorted((count for count, code in zip(counts, CODES, strict=True) if count and code != "ATL"), reverse=True)
    found = discs(scene)
    assert len(found) == len(shown)
    for disc, count in zip(found, shown, strict=True):
        assert disc.radius**2 / LARGEST**2 == pytest.approx(count / shown[0])
        assert VIEW.holds((disc.x, disc.y))
    assert any("atl" in text for text in scene.left_out) == bool(counts[9])
    assert any(f": {silent}." in text for text in scene.left_out) == bool(silent)


def test_a_disc_leads_to_its_country_and_says_its_number() -> None:
    scene = draw(report([84, 44]), PlainWording("countries"), SHOWN)
    links = [mark for mark in scene.marks if isinstance(mark, Linked)]
    assert [(link.href, link.name) for link in links] == [("/place/ita", "ita: 84"), ("/place/esp", "esp: 44")]


def test_lines_are_as_thick_as_projects_are_many_and_those_left_out_are_told() -> None:
    scene = draw_partnerships(report([5] * 10, shared=45), PlainWording("partnerships"), {})
    lines = [mark for mark in scene.flat() if isinstance(mark, Line)]
    shown = [int(line.tip.rpartition(" ")[2]) for line in lines]
    assert shown == list(range(1, 37))  # ten countries have 45 pairs; nine of them are with one that has no place
    assert [line.width for line in lines] == [pytest.approx(max(THICKEST * count / 36, 0.5)) for count in shown]


def test_lines_that_are_left_out_are_counted() -> None:
    known = [code for code in places() if VIEW.holds(places()[code])]
    rows = [Row({"country": country(code), "code": ox.Literal(code), **dict.fromkeys(COLUMNS, 1)}) for code in known]
    pairs = [
        Row({"first": country(first), "second": country(second), "projects": 1, "which": ()})
        for first, second in combinations(known, 2)
    ]
    tables = (Table("countries", tuple(rows)), Table("partnerships", tuple(pairs)))
    scene = draw_partnerships(Report(tables), PlainWording("partnerships"), {})
    assert len([mark for mark in scene.flat() if isinstance(mark, Line)]) == MOST_LINES
    assert f"{MOST_LINES} pairs with most projects, of {len(pairs)}" in scene.left_out[0]


@given(
    st.lists(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT), st.floats(1, 30), st.text(max_size=60)), max_size=40)
)
@settings(deadline=None, max_examples=60)
def test_no_name_covers_another_or_leaves_the_canvas(signs: list[tuple[float, float, float, str]]) -> None:
    named = [Named(*sign) for sign in signs]
    areas = [area_of(label) for label in placed(named, CANVAS, 12, 150) if isinstance(label, Label)]
    for number, one in enumerate(areas):
        assert CANVAS.left <= one.left
        assert one.right <= CANVAS.right
        assert not any(one.meets(other) for other in areas[number + 1 :])
        assert not any(one.meets(sign.area) for sign in named)


def test_a_map_is_not_mirrored_and_stays_light() -> None:
    scene = draw(report([84, 44, 36]), PlainWording("countries", "ar", "rtl"), SHOWN)
    assert not scene.mirrored
    assert scene.direction == "rtl"
    assert len(inline(scene, "p").encode()) < 60_000
    assert on_page("sea").startswith("var(--sea")
