"""Hints of double financing: what they rest on, and what alone is no hint."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest

from medkg.analysis.report import Note
from tests.analysis.small_money import aimed, literal, money, project
from tests.analysis.small_registry import thing


def test_a_hint_names_partner_time_and_aims_that_two_projects_share() -> None:
    quads = [*aimed("a", "2018", "2020", "s", "t", "u"), *aimed("b", "2019-05", "2022", "s", "t")]
    found = money(quads)
    (row,) = found.table("hints").rows
    assert (row.cells["first"], row.cells["second"]) == (thing("project/a"), thing("project/b"))
    assert (row.cells["bodies"], row.cells["aims"]) == ((thing("actor/u"),), (thing("theme/s"), thing("theme/t")))
    assert row.cells["likeness"] == Decimal("0.667")
    assert (row.cells["from"], row.cells["until"]) == (literal("2019-05", "gYearMonth"), literal("2020", "gYear"))
    assert row.cells["overlap"] == Note("overlap-certain")
    assert Note("hints-only", {"hints": 1}) in found.notes
    assert set(row.evidence) == {quad.triple for quad in quads if "theme/u" not in str(quad)} - {
        quad.triple for name in "ab" for quad in project(name, "x")
    }


@pytest.mark.parametrize(
    "other",
    [
        aimed("b", "2019", "2022", "s", "t", body="actor/v"),
        aimed("b", "2021", "2022", "s", "t"),
        aimed("b", "2019", "2022", "s", "v"),
        aimed("b", "2019", "2022", "s", "t", "v", "w", "y"),
        aimed("b", "", "2022", "s", "t"),
    ],
    ids=["another body", "another time", "one aim alone", "other aims for the most", "no start"],
)
def test_there_is_no_hint_where_one_of_the_three_is_missing(other: list[ox.Quad]) -> None:
    found = money([*aimed("a", "2018", "2020", "s", "t"), *other])
    assert found.table("hints").rows == ()
    assert Note("no-hints") in found.notes


def test_an_overlap_that_hangs_on_the_precision_of_dates_is_only_possible_and_missing_dates_are_told() -> None:
    quads = [*aimed("a", "2018", "2020", "s", "t"), *aimed("b", "2020", "2022", "s", "t")]
    assert money(quads).table("hints").rows[0].cells["overlap"] == Note("overlap-possible")
    undated = [*aimed("a", "2018", "2020", "s", "t"), *aimed("b", "2020", "", "s", "t")]
    assert Note("undated", {"pairs": 1}) in money(undated).notes
