"""Targets against reports: each verdict, what is added and what is not, and what no order or further report changes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.report import Note, Report, Row, Value
from medkg.analysis.stated import Bounds, agreed, comparator, total
from medkg.errors import BadParameter
from medkg.namespaces import MK, RDF, SCHEME, XSD
from tests.analysis.small_registry import SOURCE, judged, said, thing
from tests.store.small_stores import medkg

COMPARATORS = ("exactly", "at-least", "more-than", "at-most", "approximately")
#: Holder, qualifier, value.
Wish = tuple[str, str, int]
WISH = st.tuples(st.sampled_from(("p", "q", "r")), st.sampled_from(COMPARATORS), st.integers(0, 9))
Wishes = list[Wish]


def number(value: int | str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(f"{XSD}decimal"))


def unit(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SCHEME}indicator-unit/{name}")


def value(
    kind: str, of: str, qualifier: str, figure: int | str, *, what: str = "jobs", counted: str = "job"
) -> list[ox.Quad]:
    """Give a target or achievement of a holder, as one source states it; blank texts are not stated."""
    holder = of if "/" in of else f"project/{of}"
    own = f"target/{holder.replace('/', '-')}-{what}-{kind}-{qualifier}-{figure}-{counted}"
    prop = "targetValue" if kind == "Target" else "achievedValue"
    return [
        said(holder, f"hasIndicator{kind}", own),
        said(own, "forIndicator", f"indicator/{what}"),
        ox.Quad(thing(own), ox.NamedNode(MK + prop), number(figure), SOURCE),
        *([said(own, "comparator", comparator(qualifier))] if qualifier else []),
        *([said(own, "targetUnit", unit(counted))] if counted else []),
    ]


def target(of: str, qualifier: str, figure: int | str, *, what: str = "jobs", counted: str = "job") -> list[ox.Quad]:
    return value("Target", of, qualifier, figure, what=what, counted=counted)


def reached(of: str, qualifier: str, figure: int | str, *, what: str = "jobs", counted: str = "job") -> list[ox.Quad]:
    return value("Achievement", of, qualifier, figure, what=what, counted=counted)


def found(quads: list[ox.Quad], **given: str) -> Report:
    return judged("indicators", quads, **given)


def rows(quads: list[ox.Quad], **given: str) -> tuple[Row, ...]:
    return found(quads, **given).table("targets").rows


def verdict(quads: list[ox.Quad]) -> Value:
    (row,) = rows(quads)
    return row.cells["verdict"]


def promised(quads: list[ox.Quad], **given: str) -> Value:
    (row,) = found(quads, **given).table("sums").rows
    return row.cells["promised"]


@pytest.mark.parametrize(
    ("promise", "report", "expected"),
    [
        (("exactly", 6), ("exactly", 6), "reached"),
        (("exactly", 6), ("exactly", 7), "reached"),
        (("exactly", 6), ("exactly", 5), "not-reached"),
        (("exactly", 6), ("at-most", 5), "not-reached"),
        (("exactly", 6), ("at-most", 6), "cannot-tell-report"),
        (("exactly", 6), ("at-least", 5), "cannot-tell-report"),
        (("exactly", 6), ("approximately", 60), "cannot-tell-report"),
        (("exactly", 6), ("", 6), "cannot-tell-report"),
        (("at-least", 6), ("at-least", 6), "reached"),
        (("more-than", 6), ("exactly", 6), "not-reached"),
        (("more-than", 6), ("at-least", 6), "cannot-tell-report"),
        (("more-than", 6), ("more-than", 6), "reached"),
        (("more-than", 6), ("exactly", "6.5"), "reached"),
        (("at-most", 6), ("exactly", 3), "cannot-tell-target"),
        (("approximately", 6), ("exactly", 60), "cannot-tell-target"),
    ],
)
def test_a_target_is_reached_only_where_a_report_proves_it(
    promise: tuple[str, int], report: tuple[str, int | str], expected: str
) -> None:
    assert verdict([*target("p", *promise), *reached("p", *report)]) == Note(expected)


def test_what_nobody_reports_and_what_nobody_promised_stand_apart() -> None:
    report = found([*target("p", "exactly", 6), *reached("q", "exactly", 6)])
    told = [(row.cells["holder"], row.cells["verdict"]) for row in report.table("targets").rows]
    assert told == [(thing("project/p"), Note("never-reported")), (thing("project/q"), Note("no-target"))]
    counted = [
        (row.cells["verdict"], row.cells["count"]) for row in report.table("verdicts").rows if row.cells["count"]
    ]
    assert counted == [(Note("never-reported"), 1), (Note("no-target"), 1)]
    assert not report.enough
    assert report.notes == (Note("unreported", {"unreported": 1, "targets": 1}),)


def test_another_unit_or_none_proves_nothing() -> None:
    promise = target("p", "exactly", 6)
    assert verdict([*promise, *reached("p", "exactly", 9, counted="sme")]) == Note(
        "cannot-tell-unit", {"value": Decimal(9), "unit": unit("sme")}
    )
    unstated = [*promise, *reached("p", "exactly", 9, counted="")]
    assert verdict(unstated) == Note("cannot-tell-no-unit")
    assert verdict([*unstated, said("indicator/jobs", "targetUnit", unit("job"))]) == Note("reached")


def test_a_row_names_the_statements_of_target_and_report() -> None:
    (row,) = rows([*target("p", "exactly", 6), *reached("p", "exactly", 7)])
    links = {(item.subject, item.predicate.value.removeprefix(MK)) for item in row.evidence}
    assert (thing("project/p"), "hasIndicatorTarget") in links
    assert (thing("project/p"), "hasIndicatorAchievement") in links
    assert (thing("target/project-p-jobs-Achievement-exactly-7-job"), "achievedValue") in links
    assert len(row.evidence) == 10


def test_the_report_that_says_most_is_shown_with_its_date() -> None:
    day = ox.Literal("2021-06", datatype=ox.NamedNode(f"{XSD}gYearMonth"))
    late = reached("p", "exactly", 8)
    dated = ox.Quad(
        thing("target/project-p-jobs-Achievement-exactly-8-job"), ox.NamedNode(f"{MK}achievedOn"), day, SOURCE
    )
    (row,) = rows([*target("p", "at-least", 6), *reached("p", "exactly", 2), *late, dated])
    assert (row.cells["achieved"], row.cells["on"], row.cells["verdict"]) == (Decimal(8), day, Note("reached"))


def test_a_result_of_a_project_is_its_own() -> None:
    quads = [said("project/p", "hasResult", "result/r"), *target("p", "exactly", 6), *reached("result/r", "exactly", 6)]
    assert verdict(quads) == Note("reached")


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([("at-least", 150), ("exactly", 2)], Note("bounds-at-least", {"low": Decimal(152)})),
        ([("more-than", 60), ("exactly", 20)], Note("bounds-more-than", {"low": Decimal(80)})),
        ([("more-than", 60), ("at-least", 20)], Note("bounds-more-than", {"low": Decimal(80)})),
        ([("exactly", 5), ("exactly", 2)], Note("bounds-exactly", {"low": Decimal(7)})),
        ([("at-most", 5), ("exactly", 2)], Note("bounds-between", {"low": Decimal(2), "high": Decimal(7)})),
        ([("at-most", 5), ("at-most", 2)], Note("bounds-at-most", {"high": Decimal(7)})),
        ([("approximately", 5), ("exactly", 2)], Note("bounds-at-least", {"low": Decimal(2)})),
        ([("approximately", 5)], Note("bounds-none")),
    ],
)
def test_sums_over_projects_carry_the_bounds(terms: list[tuple[str, int]], expected: Note) -> None:
    quads = [quad for number, term in enumerate(terms) for quad in target(f"x{number}", *term)]
    assert promised(quads) == expected


def test_indicators_and_units_are_not_added_to_each_other_and_percentages_not_at_all() -> None:
    sums = found([*target("p", "exactly", 2), *target("q", "exactly", 3, counted="sme")]).table("sums").rows
    assert [row.cells["promised"] for row in sums] == [
        Note("bounds-exactly", {"low": Decimal(2)}),
        Note("bounds-exactly", {"low": Decimal(3)}),
    ]
    shares = [*target("p", "exactly", 50, counted="percent"), *target("q", "exactly", 60, counted="percent")]
    assert promised(shares) == Note("not-added")
    assert promised([*target("p", "exactly", 2, counted=""), *target("q", "exactly", 3, counted="")]) == Note(
        "not-added"
    )


def test_the_same_target_of_two_sources_counts_once() -> None:
    own = "target/another-node"
    again = [ox.Quad(thing(own), quad.predicate, quad.object, SOURCE) for quad in target("p", "exactly", 6)[1:]]
    quads = [*target("p", "exactly", 6), said("project/p", "hasIndicatorTarget", own), *again]
    (row,) = rows(quads)
    assert len(row.evidence) == 10
    assert promised(quads) == Note("bounds-exactly", {"low": Decimal(6)})


def test_sources_that_agree_narrow_the_sum_and_those_that_contradict_widen_it() -> None:
    agreeing = [*target("p", "at-least", 5), *target("p", "exactly", 6)]
    assert promised(agreeing) == Note("bounds-exactly", {"low": Decimal(6)})
    contradicting = [*target("p", "exactly", 6), *target("p", "exactly", 7)]
    assert promised(contradicting) == Note("bounds-between", {"low": Decimal(6), "high": Decimal(7)})
    assert Note("contradicted", {"contradicted": 1}) in found(contradicting).notes
    assert not [note for note in found(agreeing).notes if note.id == "contradicted"]


PROGRAMME = [
    said("project/p", "underPriority", "priority/b"),
    said("project/q", "underProgramme", "programme/n"),
    said("priority/b", "partOfProgramme", "programme/n"),
]


def test_what_a_project_promises_does_not_count_beside_its_programme() -> None:
    quads = [*PROGRAMME, *target("p", "exactly", 2), *target("q", "exactly", 3), *target("z", "exactly", 4)]
    assert promised(quads) == Note("bounds-exactly", {"low": Decimal(9)})
    whole = [*quads, *target("programme/n", "at-least", 10)]
    assert promised(whole) == Note("bounds-at-least", {"low": Decimal(14)})
    told = {row.cells["holder"]: row.cells["counts"] for row in rows(whole)}
    assert told[thing("project/p")] == told[thing("project/q")] == thing("programme/n")
    assert told[thing("project/z")] == thing("project/z")


def test_one_target_that_hangs_on_project_and_programme_counts_once() -> None:
    shared = target("p", "exactly", 2)
    hung = said("programme/n", "hasIndicatorTarget", "target/project-p-jobs-Target-exactly-2-job")
    assert promised([*PROGRAMME, *shared, hung]) == Note("bounds-exactly", {"low": Decimal(2)})


def test_priorities_that_go_round_in_a_circle_count_once() -> None:
    kinds = [
        ox.Quad(thing(f"priority/{name}"), ox.NamedNode(RDF + "type"), thing("mk:ProgrammePriority"), SOURCE)
        for name in "ab"
    ]
    broader = ox.NamedNode("http://www.w3.org/2004/02/skos/core#broader")
    links = [ox.Quad(thing(f"priority/{one}"), broader, thing(f"priority/{two}"), SOURCE) for one, two in ("ab", "ba")]
    quads = [*kinds, *links, *target("priority/a", "exactly", 2), *target("priority/b", "exactly", 3)]
    assert promised(quads) == Note("bounds-exactly", {"low": Decimal(2)})


def test_one_project_or_programme_can_be_asked_for_and_must_be_known() -> None:
    quads = [*PROGRAMME, *target("p", "exactly", 2), *target("q", "exactly", 3), *target("z", "exactly", 4)]
    named = ox.Quad(thing("programme/n"), ox.NamedNode(RDF + "type"), thing("mk:Programme"), SOURCE)
    typed = [
        ox.Quad(thing(f"project/{name}"), ox.NamedNode(RDF + "type"), thing("mk:Project"), SOURCE) for name in "pqz"
    ]
    all_of = [*quads, *typed, named]
    assert [row.cells["holder"] for row in rows(all_of, project="id:project/z")] == [thing("project/z")]
    assert promised(all_of, programme="id:programme/n") == Note("bounds-exactly", {"low": Decimal(5)})
    assert rows(all_of, project="id:project/z", programme="id:programme/n") == ()
    with pytest.raises(BadParameter, match="programme: nothing is known of"):
        found(quads, programme="id:programme/none")


def test_nothing_stated_is_said_to_be_too_little() -> None:
    report = found([])
    assert (report.enough, report.notes) == (False, (Note("nothing"),))
    named = found([said("project/p", "hasIndicator", "indicator/i")])
    assert named.notes == (Note("nothing"), Note("named", {"named": 1}))


def test_a_value_that_is_no_number_is_no_value() -> None:
    broken = target("p", "exactly", 6)
    broken[2] = ox.Quad(broken[2].subject, broken[2].predicate, ox.Literal("six"), SOURCE)
    assert rows(broken) == ()


def made(wishes: Wishes, kind: str = "Target") -> list[ox.Quad]:
    return [quad for wish in wishes for quad in value(kind, *wish)]


@settings(max_examples=25, deadline=None)
@given(targets=st.lists(WISH, max_size=6), reports=st.lists(WISH, max_size=6), order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(targets: Wishes, reports: Wishes, order: object) -> None:
    quads = [*made(targets), *made(reports, "Achievement")]
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(quads) == found(shuffled)


@settings(max_examples=25, deadline=None)
@given(targets=st.lists(WISH, min_size=1, max_size=4), reports=st.lists(WISH, max_size=6), more=WISH)
def test_a_further_report_makes_no_reached_target_unreached(targets: Wishes, reports: Wishes, more: Wish) -> None:
    quads = [*made(targets), *made(reports, "Achievement")]
    before = {_target(row) for row in rows(quads) if row.cells["verdict"] == Note("reached")}
    after = {
        _target(row) for row in rows([*quads, *made([more], "Achievement")]) if row.cells["verdict"] == Note("reached")
    }
    assert before <= after


def _target(row: Row) -> tuple[Value, ...]:
    return row.cells["holder"], row.cells["comparator"], row.cells["target"]


def stated_of(truth: int, qualifier: str, slack: int) -> tuple[str, int]:
    """Give a true statement about a number: what a source that is right may print."""
    figures = {"exactly": truth, "at-least": truth - slack, "more-than": truth - slack - 1, "at-most": truth + slack}
    return qualifier, max(0, figures.get(qualifier, truth + slack))


@settings(max_examples=100, deadline=None)
@given(
    projects=st.lists(
        st.tuples(
            st.integers(1, 50),
            st.lists(st.tuples(st.sampled_from(COMPARATORS), st.integers(0, 9)), min_size=1, max_size=4),
        ),
        max_size=5,
    ),
    wrong=st.integers(0, 60),
)
def test_the_bounds_of_a_sum_contain_the_true_sum(
    projects: list[tuple[int, list[tuple[str, int]]]], wrong: int
) -> None:
    """Also where one further source is wrong, as long as it contradicts those that are right."""
    bounds = []
    for truth, sources in projects:
        told = [
            Bounds.of(comparator(name), Decimal(figure)) for name, figure in (stated_of(truth, *one) for one in sources)
        ]
        lie = Bounds(Decimal(wrong), Decimal(wrong))
        contradicts = (agreed(told) & lie).empty
        bounds.append(agreed([*told, lie] if contradicts else told))
    within = total(bounds)
    true = sum(truth for truth, _ in projects)
    assert within.low <= true <= within.high
    assert not (within.above and within.low == true)


def test_the_command_judges_the_hubs_of_pelagos(shipped_home: Path) -> None:
    """Read by hand in the two sources: six hubs in April 2018, then seven, with France added, and all seven at work."""
    asked = ("analyse", "indicators", "-p", "project=id:project/pelagos", "--format", "json")
    document = json.loads(medkg(shipped_home, *asked).stdout)
    verdicts, targets, sums = (table["rows"] for table in document["tables"])
    assert [row["count"] for row in verdicts] == [2, 0, 0, 0, 0]
    assert [(row["target"], row["achieved"], row["verdict"]["id"]) for row in targets] == [
        (6.0, 7.0, "reached"),
        (7.0, 7.0, "reached"),
    ]
    assert [row["promised"]["text"] for row in sums] == ["between 6 and 7"]
    assert [row["achieved"]["text"] for row in sums] == ["7"]
    assert all(item["origins"] for row in targets for item in row["evidence"])
    assert [note["id"] for note in document["notes"]] == ["contradicted"]
