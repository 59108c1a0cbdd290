"""What is held against what sources state, what they contradict each other about, and statements without a source."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.report import Note, Report, Row
from medkg.analysis.stated import comparator
from medkg.errors import BadParameter
from medkg.namespaces import BASE, MK, RDF, SCHEME, XSD
from tests.analysis.small_registry import PROJECT, SOURCE, judged, said, thing
from tests.store.small_stores import medkg

FIRST, SECOND = (ox.NamedNode(f"{BASE}graph/external/{name}") for name in ("first", "second"))
CLAIMS = ox.NamedNode(f"{BASE}graph/claims")
DATE = ox.NamedNode(f"{XSD}date")


def found(quads: list[ox.Quad], **given: str) -> Report:
    return judged("coverage", quads, **given)


def counted(of: str, name: str, figure: int) -> ox.Quad:
    return ox.Quad(thing(of), ox.NamedNode(MK + name), ox.Literal(figure), SOURCE)


def stated(name: str, figure: int, of: str = "project/p") -> ox.Quad:
    return counted(of, name, figure)


def members(of: str, qualifier: str, figure: int) -> list[ox.Quad]:
    own = f"figure/{qualifier}-{figure}"
    return [
        said(of, "hasMemberCount", own),
        counted(own, "countValue", figure),
        said(own, "comparator", comparator(qualifier)),
    ]


def partners(count: int, of: str = "project/p") -> list[ox.Quad]:
    return [said(of, "hasPartner", f"actor/a{number}") for number in range(count)]


def one_thing(quads: list[ox.Quad]) -> Row:
    (row,) = found(quads).table("things").rows
    return row


def typed(name: str, kind: str) -> ox.Quad:
    return ox.Quad(thing(name), ox.NamedNode(RDF + "type"), ox.NamedNode(MK + kind), FIRST)


@pytest.mark.parametrize(
    ("held", "number", "verdict", "share"),
    [(3, 4, "some-missing", "0.750"), (4, 4, "all-held", "1.000"), (5, 4, "more-held", "1.000")],
)
def test_partners_held_are_set_against_the_number_stated(held: int, number: int, verdict: str, share: str) -> None:
    row = one_thing([stated("statedPartnerCount", number), *partners(held)])
    assert (row.cells["held"], row.cells["verdict"]) == (held, Note(verdict))
    assert row.cells["share"] == Decimal(share)
    assert ox.Triple(PROJECT, thing("mk:hasPartner"), thing("actor/a0")) in row.evidence
    assert len(row.evidence) == held + 1


@pytest.mark.parametrize(
    ("qualifier", "held", "verdict"),
    [
        ("more-than", 2, "some-missing"),
        ("more-than", 3, "cannot-tell"),
        ("at-least", 2, "cannot-tell"),
        ("at-most", 2, "cannot-tell"),
        ("at-most", 3, "more-held"),
        ("approximately", 1, "cannot-tell"),
    ],
)
def test_bounds_say_no_more_than_they_do(qualifier: str, held: int, verdict: str) -> None:
    parts = [said("structure/c", "hasMember", f"actor/a{number}") for number in range(held)]
    row = one_thing([*members("structure/c", qualifier, 2), *parts])
    assert (row.cells["verdict"], row.cells["share"]) == (Note(verdict), None)


def test_an_associated_partner_is_none_of_the_partners() -> None:
    joined = [
        said("project/p", "hasParticipation", "participation/x"),
        said("participation/x", "participant", "actor/a0"),
        said("participation/x", "participantRole", ox.NamedNode(f"{SCHEME}role/associated")),
    ]
    quads = [*partners(3), *joined, stated("statedPartnerCount", 2), stated("statedAssociatedPartnerCount", 4)]
    held = {row.cells["what"].id: row.cells["held"] for row in found(quads).table("things").rows}  # type: ignore[union-attr]
    assert held == {"associated": 1, "partners": 2}


def test_a_group_says_what_it_holds_and_that_the_whole_is_not_known() -> None:
    told = [stated("statedPartnerCount", 4), *partners(3), said("project/p", "underProgramme", "programme/n")]
    over = [stated("statedPartnerCount", 2, "project/q"), *partners(5, "project/q"), typed("project/q", "Project")]
    silent = [
        typed("project/z", "Project"),
        *(said(f"project/{name}", "underProgramme", "programme/n") for name in "qz"),
    ]
    (row,) = found([*told, *over, *silent]).table("groups").rows
    assert (row.cells["group"], row.cells["kind"], row.cells["held"]) == (thing("programme/n"), Note("projects"), 3)
    assert (row.cells["exist"], row.cells["told"]) == (Note("not-known"), 2)
    assert row.cells["stated"] == Note("bounds-exactly", {"low": Decimal(6)})
    # Three of four and two of two: the three partners too many make up for nothing.
    assert (row.cells["parts"], row.cells["share"]) == (8, Decimal("0.833"))


def test_a_country_has_its_clusters_and_a_group_without_counts_no_share() -> None:
    quads = [typed("structure/c", "Cluster"), said("structure/c", "country", "place/x")]
    report = found(quads)
    (row,) = report.table("groups").rows
    assert (row.cells["kind"], row.cells["held"], row.cells["share"]) == (Note("clusters"), 1, None)
    assert row.cells["parts"] is None
    assert not report.enough


def test_one_group_can_be_asked_for_and_must_be_known() -> None:
    quads = [
        typed("programme/n", "Programme"),
        said("project/p", "underProgramme", "programme/n"),
        stated("statedPartnerCount", 1),
        stated("statedPartnerCount", 1, "project/other"),
    ]
    report = found(quads, group="id:programme/n")
    assert [row.cells["thing"] for row in report.table("things").rows] == [PROJECT]
    with pytest.raises(BadParameter, match="group: nothing is known of"):
        found(quads, group="id:programme/none")


def dated(value: str | ox.Literal, graph: ox.NamedNode, prop: str = "endDate") -> ox.Quad:
    return ox.Quad(PROJECT, thing(f"mk:{prop}"), ox.Literal(value) if isinstance(value, str) else value, graph)


SINGLE = [
    ox.Quad(thing(f"mk:{name}"), thing("mk:singleValued"), ox.Literal(True), ox.NamedNode(f"{BASE}graph/ontology"))
    for name in ("endDate", "acronym", "durationMonths")
]


@pytest.mark.parametrize(
    ("one", "other", "contradicts"),
    [
        (dated("2023-03-03", FIRST), dated("2023-11-03", SECOND), True),
        (dated("2023-03-03", FIRST), dated("2023-03", SECOND), False),
        (dated("2023-03-03", FIRST), dated("2023-11-03", FIRST), False),
        (dated("PELAGOS", FIRST, "acronym"), dated("Pelagos", SECOND, "acronym"), False),
        (dated(ox.Literal("Mer", language="fr"), FIRST), dated(ox.Literal("Sea", language="en"), SECOND), False),
        (dated(ox.Literal(3), FIRST, "durationMonths"), dated(ox.Literal(36), SECOND, "durationMonths"), True),
        (dated("a", FIRST, "note"), dated("b", SECOND, "note"), False),
    ],
)
def test_a_contradiction_is_between_sources_on_what_has_one_value(
    one: ox.Quad, other: ox.Quad, contradicts: bool
) -> None:
    report = found([*SINGLE, one, other])
    expected = [one.object, other.object] if contradicts else []
    assert [row.cells["value"] for row in report.table("conflicts").rows] == expected
    assert (Note("contradicted", {"contradicted": 1}) in report.notes) == contradicts


def claim(quad: ox.Quad, source: str) -> list[ox.Quad]:
    own = ox.BlankNode()
    parts = {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object}
    derived = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    told = [ox.Quad(own, ox.NamedNode(RDF + name), term, CLAIMS) for name, term in parts.items()]
    status = ox.Quad(own, ox.NamedNode(MK + "claimStatus"), ox.NamedNode(f"{SCHEME}claim-status/stated"), CLAIMS)
    return [*told, status, ox.Quad(own, derived, thing(f"source/{source}"), CLAIMS)]


def test_a_statement_that_no_claim_leads_back_to_its_source_is_found() -> None:
    typed_project = ox.Quad(PROJECT, ox.NamedNode(RDF + "type"), ox.NamedNode(f"{MK}Project"), FIRST)
    own, foreign = dated("2020", FIRST), dated("2021", SECOND)
    sourced = [own, foreign, *claim(own, "first"), *claim(foreign, "second"), *claim(typed_project, "test")]
    (row,) = found(sourced).table("sources").rows
    assert (row.cells["sources"], row.cells["statements"], row.cells["without"]) == (3, 3, 0)
    assert Note("all-sourced") in found(sourced).notes
    elsewhere = [own, foreign, *claim(own, "second"), *claim(foreign, "second"), *claim(typed_project, "test")]
    (row,) = found(elsewhere).table("sources").rows
    assert row.evidence == (ox.Triple(own.subject, own.predicate, own.object),)
    assert Note("unsourced", {"without": 1}) in found(elsewhere).notes


def test_the_statements_about_a_group_are_counted_with_those_about_its_things() -> None:
    quads = [typed("programme/n", "Programme"), typed("project/p", "Project"), dated("2020", SECOND)]
    quads.append(said("project/p", "underProgramme", "programme/n"))
    apart = typed("project/apart", "Project")
    claims = [*claim(quads[0], "first"), *claim(quads[1], "first"), *claim(quads[3], "test"), *claim(quads[2], "first")]
    (row,) = found([*quads, apart, *claims], group="id:programme/n").table("sources").rows
    # The project is typed in two graphs, of which one has no claim; its date has a claim of another source only.
    assert (row.cells["sources"], row.cells["statements"], row.cells["without"]) == (3, 5, 2)
    assert ox.Triple(PROJECT, thing("mk:endDate"), ox.Literal("2020")) in row.evidence


COUNTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6), st.integers(0, 6)), max_size=6)


def made(wishes: list[tuple[int, int, int]]) -> list[ox.Quad]:
    """Give projects of one programme, each with numbers stated and partners held."""
    quads = []
    for project, number, held in wishes:
        own = f"project/p{project}"
        quads += [typed(own, "Project"), said(own, "underProgramme", "programme/n")]
        quads += [stated("statedPartnerCount", number, own), *partners(held, own)]
    return quads


@settings(max_examples=25, deadline=None)
@given(wishes=COUNTS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(wishes: list[tuple[int, int, int]], order: object) -> None:
    quads = made(wishes)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(quads) == found(shuffled)


@settings(max_examples=25, deadline=None)
@given(wishes=COUNTS, project=st.integers(0, 3))
def test_a_further_partner_never_lowers_a_share_and_none_is_above_one(
    wishes: list[tuple[int, int, int]], project: int
) -> None:
    more = [*made(wishes), said(f"project/p{project}", "hasPartner", "actor/new")]
    for before, after in zip(found(made(wishes)).table("groups").rows, found(more).table("groups").rows, strict=True):
        low, high = before.cells["share"], after.cells["share"]
        assert (low is None) == (high is None)
        if isinstance(low, Decimal) and isinstance(high, Decimal):
            assert 0 <= low <= high <= 1


def test_the_command_counts_the_partners_of_the_shipped_projects(shipped_home: Path) -> None:
    """Counted by hand: of the seven partners of INNOMED-UP all stand in the tables, of the eleven of NEX-LABS three."""
    document = json.loads(medkg(shipped_home, "analyse", "coverage", "--format", "json").stdout)
    groups, things, conflicts, sources = (table["rows"] for table in document["tables"])
    held = {(row["thing"]["name"], row["what"]["id"]): (row["held"], row["verdict"]["id"]) for row in things}
    assert held["INNOMED-UP", "partners"] == (7, "all-held")
    assert held["NEX-LABS", "partners"] == (3, "some-missing")
    assert all(row["exist"]["id"] == "not-known" for row in groups)
    ends = [row["value"]["value"] for row in conflicts if row["thing"]["name"] == "RE-MED"]
    assert ends == ["2023-03-03", "2023-11-03"]
    assert sources[0]["without"] == 0
    assert all(item["origins"] for row in [*things, *conflicts] for item in row["evidence"])
