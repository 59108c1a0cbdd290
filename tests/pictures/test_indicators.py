"""The picture of indicators: verdicts counted, what was reached measured against its target."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.analysis.report import Note, Report, Row, Table
from medkg.pictures.indicators import MOST_BARS, draw
from medkg.pictures.scene import Box, Label, Line, Scene
from tests.pictures.speaking import PlainWording

COMPARATORS = {
    "comparator": ox.NamedNode("https://w3id.org/medkg/scheme/comparator/at-least"),
    "achieved_comparator": ox.NamedNode("https://w3id.org/medkg/scheme/comparator/exactly"),
}
NUMBERS = st.decimals(Decimal("0.01"), Decimal(10**6), places=2)


def report(*values: tuple[Decimal | None, Decimal | None]) -> Report:
    counts = [Row({"verdict": Note(name), "count": number}) for number, name in enumerate(("reached", "not-reached"))]
    rows = [
        Row({"holder": ox.NamedNode(f"https://w3id.org/medkg/id/project/p{number}"), "indicator": None,
             "target": target, "achieved": reached, **COMPARATORS, "verdict": Note("reached")})
        for number, (target, reached) in enumerate(values)
    ]  # fmt: skip
    return Report((Table("verdicts", tuple(counts)), Table("targets", tuple(rows))))


def drawn(show: str, *values: tuple[Decimal | None, Decimal | None]) -> Scene:
    return draw(report(*values), PlainWording("indicators"), {"show": show})


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=MOST_BARS))
def test_bars_and_marks_have_one_scale(values: list[tuple[Decimal, Decimal]]) -> None:
    scene = drawn("reached", *values)
    marks = [mark for mark in scene.flat() if isinstance(mark, Line) and mark.kind == "target"]
    assert len(marks) == len(values)
    begin = next(mark.x for mark in scene.flat() if isinstance(mark, Line) and mark.kind == "axis")
    assert len({mark.x for mark in marks}) == 1
    boxes = [mark for mark in scene.flat() if isinstance(mark, Box)]
    for box, (target, reached) in zip(boxes, values, strict=True):
        assert box.width / (marks[0].x - begin) == pytest.approx(float(reached / target))


def test_what_cannot_be_measured_is_counted() -> None:
    scene = drawn("reached", (Decimal(5), Decimal(5)), (Decimal(5), None), (None, Decimal(3)), (Decimal(0), Decimal(1)))
    assert "5 of at-least 5" in {mark.text for mark in scene.flat() if isinstance(mark, Label)}
    assert scene.left_out == ("Rows of the table without both numbers, which cannot be measured: 3.",)


def test_verdicts_are_counted_as_in_the_table() -> None:
    scene = drawn("verdicts")
    assert [mark.text for mark in scene.flat() if isinstance(mark, Label)] == ["reached", "0", "not-reached", "1"]
    assert [mark.kind for mark in scene.flat() if isinstance(mark, Box)] == ["business"]
