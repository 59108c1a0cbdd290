"""The picture of money: what is certain, what is open, what is not stated."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.analysis.report import Amount, Note, Report, Row, Table, Value
from medkg.pictures.bars import WIDTH
from medkg.pictures.money import MOST_BARS, draw
from medkg.pictures.scene import Box, Label, Line, Scene
from tests.pictures.speaking import PlainWording

SHOWN = {"by": "programme", "show": "total"}


def euro(low: int, high: int | None, currency: str = "EUR") -> Amount:
    return Amount(Decimal(low), None if high is None else Decimal(high), None, currency)


def report(*amounts: Amount | None, silent: int = 0) -> Report:
    def row(number: int, amount: Amount | None) -> Row:
        group: Value = ox.NamedNode(f"https://w3id.org/medkg/id/programme/p{number}") if number else Note("no-group")
        return Row({"group": group, "total": amount, "total-stated": 3, "total-silent": silent})

    return Report((Table("groups", tuple(row(number, amount) for number, amount in enumerate(amounts))),))


def drawn(*amounts: Amount | None, silent: int = 0) -> Scene:
    return draw(report(*amounts, silent=silent), PlainWording("money"), SHOWN)


def widths(scene: Scene, kind: str) -> list[float]:
    return [mark.width for mark in scene.flat() if isinstance(mark, Box) and mark.kind == kind]


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**8)), min_size=1, max_size=MOST_BARS))
def test_bars_are_in_proportion_to_the_certain_and_the_open_part(amounts: list[tuple[int, int]]) -> None:
    scene = drawn(*(euro(low, low + more) for low, more in amounts))
    certain, possible = widths(scene, "certain"), widths(scene, "possible")
    unit = certain[0] / amounts[0][0]
    assert certain == pytest.approx([low * unit for low, _ in amounts])
    assert possible == pytest.approx([more * unit for _, more in amounts])


def test_an_exact_sum_has_no_open_part_and_one_without_upper_bound_no_end() -> None:
    assert widths(drawn(euro(5, 5)), "possible") == []
    scene = drawn(euro(5, None), euro(10, 10))
    open_ends = [mark for mark in scene.flat() if isinstance(mark, Line) and mark.kind == "open"]
    assert len(open_ends) == 1
    assert open_ends[0].to_x <= WIDTH
    assert "≥ 5 EUR" in {mark.text for mark in scene.flat() if isinstance(mark, Label)}


def test_what_is_not_stated_stands_beside_the_bar() -> None:
    texts = {mark.text for mark in drawn(euro(5, 6), silent=2).flat() if isinstance(mark, Label)}
    assert {"Not stated", "5 EUR – 6 EUR", "not stated: 2 of 5"} <= texts


def test_what_is_not_drawn_is_counted() -> None:
    many = [euro(number, number) for number in range(1, MOST_BARS + 4)]
    scene = drawn(*many, euro(7, 7, "JOD"), None)
    assert len(widths(scene, "certain")) == MOST_BARS
    assert [text.rpartition(" ")[2] for text in scene.left_out] == ["3.", "1.", "1."]


def test_no_money_at_all_is_no_error() -> None:
    scene = drawn(None)
    assert widths(scene, "certain") == []
    assert scene.left_out == ("Groups of which no amount is stated: 1.",)
