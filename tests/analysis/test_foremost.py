"""The best connected bodies: counted by hand, bounded, and with what puts them there."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from medkg.analysis.report import Report
from medkg.errors import BadParameter
from tests.analysis.small_registry import helix, judged, said


def met(project: str, *bodies: str) -> list[ox.Quad]:
    found = []
    for body in bodies:
        one = f"participation/{project}-{body}"
        found += [said(one, "participationIn", f"project/{project}"), said(one, "participant", f"actor/{body}")]
    return found


#: b meets everybody, a meets b twice, d and e meet b only.
SMALL = [*met("one", "a", "b", "c"), *met("two", "a", "b"), *met("three", "b", "d"), *met("four", "b", "e")]


def names(report: Report, table: str, column: str) -> list[str]:
    return [str(row.cells[column]).rpartition("/")[2].rstrip(">") for row in report.table(table).rows]


def test_bodies_are_ranked_by_partners_then_projects_then_iri() -> None:
    report = judged("foremost-bodies", SMALL)
    assert names(report, "bodies", "body") == ["b", "a", "c", "d", "e"]
    assert [row.cells["partners"] for row in report.table("bodies").rows] == [4, 2, 2, 1, 1]
    assert [row.cells["projects"] for row in report.table("bodies").rows] == [4, 2, 1, 1, 1]


def test_links_are_those_among_the_bodies_shown_the_strongest_first() -> None:
    report = judged("foremost-bodies", SMALL, bodies="3")
    pairs = list(zip(names(report, "links", "first"), names(report, "links", "second"), strict=True))
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [row.cells["projects"] for row in report.table("links").rows] == [2, 1, 1]
    assert {note.id: note.values for note in report.notes}["bound"] == {"shown": 3, "bodies": 5}


def test_what_a_row_rests_on_is_named() -> None:
    report = judged("foremost-bodies", [*SMALL, said("actor/b", "inHelix", helix("business"))])
    told = {(str(item.predicate).rpartition("/")[2].rstrip(">")) for item in report.table("bodies").rows[0].evidence}
    assert told == {"participationIn", "participant", "inHelix"}
    assert all(row.evidence for row in report.table("links").rows)
    silent = {note.id: note.values["silent"] for note in report.notes if "silent" in note.values}
    assert silent == {"unknown-country": 5, "unknown-helix": 4}


@pytest.mark.parametrize("number", ["0", "2", "61", "-4"])
def test_a_number_out_of_bounds_is_refused(number: str) -> None:
    with pytest.raises(BadParameter, match="From 3 to 60"):
        judged("foremost-bodies", SMALL, bodies=number)


def test_nobody_is_too_little() -> None:
    report = judged("foremost-bodies", [])
    assert not report.enough
    assert [note.id for note in report.notes] == ["too-little"]
