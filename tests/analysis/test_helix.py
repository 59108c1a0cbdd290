"""Balance, gaps and candidates of the quadruple helix: what is counted, what is left unknown, who is named and why."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.helix import HELICES, NAMED, WEIGHTS, evenness
from medkg.analysis.report import Note, Report, Row
from medkg.errors import BadParameter
from tests.analysis.small_registry import HELICES as NAMES
from tests.analysis.small_registry import PROJECT, helix, judged, partner, said, thing

Bodies = list[tuple[int, tuple[str, ...]]]
BODIES = st.lists(st.tuples(st.integers(0, 30), st.lists(st.sampled_from(NAMES), unique=True).map(tuple)), max_size=12)


def project(bodies: Bodies) -> list[ox.Quad]:
    return list(chain.from_iterable(partner(f"actor/a{number}", *helices) for number, helices in bodies))


def balance(quads: list[ox.Quad], entity: str = PROJECT.value) -> Report:
    return judged("helix-balance", quads, entity=entity)


def measures(report: Report) -> Row:
    return report.table("measures").rows[0]


def test_each_helix_is_counted_and_what_is_unknown_stands_apart() -> None:
    found = balance(project([(1, ("academia",)), (2, ("academia",)), (3, ("business",)), (4, ())]))
    counts = [row.cells["count"] for row in found.table("balance").rows]
    assert counts == [2, 1, 0, 0, 1]
    assert found.table("balance").rows[-1].cells["helix"] == Note("unknown-helix")
    assert found.table("balance").rows[-1].cells["bodies"] == (thing("actor/a4"),)
    cells = measures(found).cells
    assert (cells["bodies"], cells["known"], cells["coverage"]) == (4, 3, Decimal("0.500"))
    assert cells["missing"] == (helix("government"), helix("civil-society"))
    assert found.enough
    assert found.notes == (Note("unknown", {"unknown": 1}),)


def test_a_row_names_the_statements_it_rests_on() -> None:
    found = balance(project([(1, ("academia",))]))
    body = thing("actor/a1")
    assert found.table("balance").rows[0].evidence == (
        ox.Triple(PROJECT, thing("mk:hasPartner"), body),
        ox.Triple(body, thing("mk:inHelix"), helix("academia")),
    )
    assert found.table("balance").rows[1].evidence == ()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1, 1, 1, 1), "1.000"),
        ((5, 0, 0, 0), "0.000"),
        # -(3/7 ln 3/7 + 1/7 ln 1/7 + 2/7 ln 2/7 + 1/7 ln 1/7) / ln 4, worked out by hand.
        ((3, 1, 2, 1), "0.921"),
        ((1, 1, 0, 0), "0.500"),
    ],
)
def test_evenness_is_that_of_pielou(counts: tuple[int, ...], expected: str) -> None:
    assert str(evenness(counts)) == expected


def test_of_nothing_there_is_no_evenness() -> None:
    assert evenness((0, 0, 0, 0)) is None


@pytest.mark.parametrize(
    ("bodies", "notes"),
    [
        ([], ["no-bodies"]),
        ([(1, ("academia",))], ["too-little"]),
        ([(1, ("academia",)), (2, ("business",)), (3, ()), (4, ()), (5, ())], ["too-little", "unknown"]),
        ([(1, NAMES), (2, ("business",))], ["complete"]),
    ],
)
def test_where_too_little_is_known_it_says_so(bodies: Bodies, notes: list[str]) -> None:
    found = balance(project(bodies))
    assert [note.id for note in found.notes] == notes
    assert found.enough is ("complete" in notes)


@settings(max_examples=25, deadline=None)
@given(bodies=BODIES, another=st.sampled_from(NAMES))
def test_another_body_never_lowers_coverage(bodies: Bodies, another: str) -> None:
    before = measures(balance(project(bodies))).cells["coverage"]
    after = measures(balance(project([*bodies, (99, (another,))]))).cells["coverage"]
    assert isinstance(before, Decimal)
    assert isinstance(after, Decimal)
    assert before <= after <= 1


@settings(max_examples=25, deadline=None)
@given(bodies=BODIES, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(bodies: Bodies, order: object) -> None:
    quads = [*project(bodies), *candidates()]
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert balance(quads) == balance(shuffled)


def candidates() -> list[ox.Quad]:
    """Give public bodies: on the project's value chain, in its country, a partner's partner, and one apart."""
    chained = [
        *partner("actor/c1", "government", of="project/q"),
        said("project/q", "targetsValueChain", "value-chain/v"),
    ]
    near = [*partner("actor/c2", "government", of="project/r"), said("actor/c2", "country", "place/x")]
    met = [*partner("actor/c3", "government", of="project/s"), said("project/s", "hasPartner", "actor/a1")]
    own = [said("project/p", "targetsValueChain", "value-chain/v"), said("project/p", "involvesCountry", "place/x")]
    return [*chained, *near, *met, *own, *partner("actor/c4", "government", of="project/t")]


def test_candidates_are_ranked_by_what_speaks_for_them_and_name_it() -> None:
    found = balance([*partner("actor/a1", "academia"), *candidates()])
    rows = [row for row in found.table("candidates").rows if row.cells["helix"] == helix("government")]
    assert [(row.cells["body"], row.cells["score"]) for row in rows] == [
        (thing("actor/c1"), 3),
        (thing("actor/c2"), 2),
        (thing("actor/c3"), 1),
    ]
    assert rows[0].evidence[1:] == (
        ox.Triple(thing("project/q"), thing("mk:targetsValueChain"), thing("value-chain/v")),
    )
    for row in found.table("candidates").rows:
        assert row.cells["score"] == sum(int(str(row.cells[term])) for term in WEIGHTS)


def test_no_more_candidates_are_named_than_said_and_equal_ones_stand_by_their_iri() -> None:
    many = chain.from_iterable(
        [
            *partner(f"actor/c{number:02}", "government", of="project/q"),
            said(f"actor/c{number:02}", "country", "place/x"),
        ]
        for number in reversed(range(NAMED + 5))
    )
    found = balance([*partner("actor/a1", "academia"), said("project/p", "involvesCountry", "place/x"), *many])
    named = [row.cells["body"] for row in found.table("candidates").rows]
    assert named == [thing(f"actor/c{number:02}") for number in range(NAMED)]


@pytest.mark.parametrize(
    "statements",
    [
        [said("structure/s", "hasMember", "actor/a")],
        [said("structure/s", "hasMemberCluster", "structure/c"), said("structure/c", "hasMember", "actor/a")],
        [said("project/q", "underProgramme", "structure/s"), said("project/q", "hasPartner", "actor/a")],
        [said("project/q", "targetsValueChain", "structure/s"), said("project/q", "hasPartner", "actor/a")],
        [said("actor/a", "locatedIn", "structure/s"), *partner("actor/a", of="project/z")],
        [said("actor/a", "country", "structure/s"), *partner("actor/a", of="project/z")],
        [said("actor/a", "worksOnValueChain", "structure/s"), *partner("actor/a", of="project/z")],
    ],
)
def test_every_kind_of_thing_has_its_bodies(statements: list[ox.Quad]) -> None:
    known = [said("structure/s", "note", "actor/x"), *partner("structure/s", of="project/other")]
    found = balance([*known, *statements, said("actor/a", "inHelix", helix("business"))], "id:structure/s")
    assert found.table("balance").rows[HELICES.index(helix("business"))].cells["bodies"] == (thing("actor/a"),)


def test_a_thing_of_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(BadParameter, match=r"nothing is known of .*nobody.*Look for it"):
        balance([], "id:actor/nobody")
