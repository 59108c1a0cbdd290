"""Chains of projects: what is taken up of whom and in which order, what contradicts itself, what is used again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.report import Note, Report, Row
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.namespaces import MK, RDF, SCHEME, XSD, Graphs
from medkg.query.asking import NamedQueries
from medkg.store.reader import Reader
from tests.analysis.small_registry import NAMED, SOURCE, judged, said, thing
from tests.store.small_stores import medkg

KINDS = {4: "gYear", 7: "gYearMonth", 10: "date"}
YEARS = st.one_of(st.none(), st.sampled_from(["2014", "2015-06", "2016-02-01", "2018"]))
Wishes = list[tuple[int, int]]
LINKS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=9)


def typed(name: str, kind: str = "Project") -> ox.Quad:
    return ox.Quad(thing(name), ox.NamedNode(RDF + "type"), ox.NamedNode(MK + kind), SOURCE)


def project(name: str, *earlier: str, start: str = "", end: str = "") -> list[ox.Quad]:
    """Give a project with the earlier ones it builds on, and its chosen dates."""
    own = f"project/{name}"
    dates = {"startDate": start, "endDate": end}
    chosen = [
        ox.Quad(thing(own), ox.NamedNode(MK + prop), date(text), ox.NamedNode(Graphs.PREFERRED))
        for prop, text in dates.items()
        if text
    ]
    return [typed(own), *(said(own, "buildsOn", f"project/{item}") for item in earlier), *chosen]


def date(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + KINDS.get(len(text), "string")))


def chain(*quads: Iterable[ox.Quad], of: str = "") -> Report:
    given_ = {"project": f"id:project/{of}"} if of else {}
    return judged("legacy-chain", [quad for held in quads for quad in held], **given_)


def links(report: Report) -> list[tuple[str, str, str]]:
    return [
        (local(row.cells["later"]), local(row.cells["earlier"]), note_id(row.cells["order"]))
        for row in report.table("links").rows
    ]


def local(value: object) -> str:
    assert isinstance(value, ox.NamedNode)
    return value.value.rpartition("/")[2]


def note_id(value: object) -> str:
    assert isinstance(value, Note)
    return value.id


def placed(report: Report) -> list[tuple[object, object, str]]:
    rows = report.table("generations").rows
    return [(row.cells["chain"], row.cells["generation"], local(row.cells["project"])) for row in rows]


@pytest.mark.parametrize(
    ("earlier", "later", "order", "years"),
    [
        (("2016", "2019"), ("2021", ""), "follows", 5),
        (("2016", "2019-06"), ("2019", ""), "order-unknown", 3),
        (("2016", "2019"), ("2019", ""), "order-unknown", 3),
        (("2016", "2019-12-31"), ("2020-01-01", ""), "follows", 4),
        (("2016", "2020-05"), ("2019-02", ""), "overlaps", 3),
        (("2018", ""), ("2016-03", ""), "backwards", -2),
        (("2016", ""), ("2016-03", ""), "order-unknown", 0),
        (("2018", ""), ("", "2017"), "backwards", None),
        (("", ""), ("2016", ""), "order-unknown", None),
        (("autumn", ""), ("2016", ""), "order-unknown", None),
    ],
)
def test_an_order_is_told_only_where_no_reading_of_the_dates_denies_it(
    earlier: tuple[str, str], later: tuple[str, str], order: str, years: int | None
) -> None:
    found = chain(project("a", start=earlier[0], end=earlier[1]), project("b", "a", start=later[0], end=later[1]))
    assert links(found) == [("b", "a", order)]
    assert found.table("links").rows[0].cells["years"] == years
    wrong = [note_id(row.cells["what"]) for row in found.table("contradictions").rows]
    assert wrong == (["backwards"] if order == "backwards" else [])


def test_a_link_says_what_is_taken_up_in_the_words_of_its_own_source() -> None:
    other = ox.NamedNode(f"{SOURCE.value}-of-others")
    describes = ox.NamedNode("http://purl.org/dc/terms/description")
    own, strange = ox.Literal("takes over the toolbox", language="en"), ox.Literal("wins a prize", language="en")
    words = [
        ox.Quad(thing("project/b"), describes, own, SOURCE),
        ox.Quad(thing("project/b"), describes, strange, other),
    ]
    relation = [
        said("relation/a--b", "relatesProject", "project/a"),
        said("relation/a--b", "relatesProject", "project/b"),
        said("relation/a--b", "relationReason", ox.NamedNode(f"{SCHEME}theme/x")),
    ]
    (row,) = chain(project("a"), project("b", "a"), words, relation).table("links").rows
    assert row.cells["words"] == own
    assert row.cells["shared"] == (ox.NamedNode(f"{SCHEME}theme/x"),)
    assert ox.Triple(thing("project/b"), describes, own) in row.evidence
    assert ox.Triple(thing("relation/a--b"), thing("mk:relatesProject"), thing("project/a")) in row.evidence


def test_a_chain_goes_both_ways_and_stops_at_what_is_beside_it() -> None:
    quads = [*project("a"), *project("b", "a"), *project("c", "b"), *project("d", "a"), *project("e")]
    assert links(chain(quads, of="b")) == [("b", "a", "order-unknown"), ("c", "b", "order-unknown")]
    assert placed(chain(quads, of="d")) == [(1, 1, "a"), (1, 2, "d")]
    assert len(links(chain(quads))) == 3


def test_generations_follow_the_longest_way_and_known_starts_come_first() -> None:
    quads = [
        *project("a"),
        *project("b", start="2015"),
        *project("c", "a"),
        *project("d", "c", "b"),
        *project("f", "e"),
    ]
    found = chain(quads, project("e"))
    assert placed(found) == [(1, 1, "b"), (1, 1, "a"), (1, 2, "c"), (1, 3, "d"), (2, 1, "e"), (2, 2, "f")]
    first, second = found.table("chains").rows
    assert (first.cells["generations"], first.cells["projects"], first.cells["undated"]) == (3, 4, 3)
    assert (first.cells["first"], second.cells["first"]) == (date("2015"), None)
    assert Note("counted", {"links": 4, "projects": 6, "chains": 2, "generations": 3}) in found.notes
    assert Note("undated", {"undated": 5, "projects": 6}) in found.notes


def test_a_circle_is_survived_and_told() -> None:
    quads = [*project("a", "b"), *project("b", "a"), *project("c", "b"), *project("s", "s")]
    found = chain(quads)
    circles = [row.cells["projects"] for row in found.table("contradictions").rows]
    assert circles == [(thing("project/a"), thing("project/b")), (thing("project/s"),)]
    assert ox.Triple(thing("project/a"), thing("mk:buildsOn"), thing("project/b")) in (
        found.table("contradictions").rows[0].evidence
    )
    assert (1, 2, "c") in placed(found)
    assert Note("contradictory", {"contradictions": 2}) in found.notes
    assert len(links(chain(quads, of="a"))) == 3


def test_a_method_that_two_projects_apply_is_used_again_one_way_or_another() -> None:
    quads = [
        *project("a"),
        *project("b", "a"),
        *project("c"),
        said("project/a", "hasResult", "result/r"),
        said("result/r", "realisedAs", "method/m"),
        said("result/r", "outputType", ox.NamedNode(f"{SCHEME}output-type/standard")),
        typed("method/m", "Method"),
        said("project/b", "hasActivity", "activity/t"),
        said("activity/t", "appliesMethod", "method/m"),
        said("project/c", "appliesMethod", "method/n"),
    ]
    once = chain(quads)
    assert [(row.cells["method"], note_id(row.cells["verdict"])) for row in methods(once)] == [
        (thing("method/m"), "not-reused"),
        (thing("method/n"), "not-reused"),
    ]
    row = methods(once)[0]
    assert (row.cells["made-by"], row.cells["applied-by"]) == ((thing("project/a"),), (thing("project/b"),))
    assert row.cells["promised"] == (ox.NamedNode(f"{SCHEME}output-type/standard"),)
    assert once.table("links").rows[0].cells["methods"] == (thing("method/m"),)
    again = chain(quads, [said("project/c", "appliesMethod", "method/m")], of="b")
    assert [(row.cells["projects"], note_id(row.cells["verdict"])) for row in methods(again)] == [(2, "reused")]
    assert ox.Triple(thing("project/b"), thing("mk:hasActivity"), thing("activity/t")) in methods(again)[0].evidence


def methods(report: Report) -> tuple[Row, ...]:
    return report.table("methods").rows


def test_an_output_promised_as_a_standard_stands_for_itself_until_a_method_is_known() -> None:
    quads = [
        said("project/a", "hasResult", "result/r"),
        said("result/r", "outputType", ox.NamedNode(f"{SCHEME}output-type/best-practice")),
    ]
    (row,) = methods(chain(project("a"), quads))
    assert (row.cells["method"], row.cells["projects"]) == (thing("result/r"), 0)


def test_earlier_work_that_is_no_project_is_told_apart_and_tied_to_no_link() -> None:
    legacy = [
        said("project/b", "hasRationale", "rationale/old"),
        typed("rationale/old", "Legacy"),
        typed("rationale/old", "Rationale"),
        said("rationale/old", "inSector", ox.NamedNode(f"{SCHEME}sector/textile")),
        said("project/b", "legacyValueChain", ox.NamedNode(f"{SCHEME}value-chain/wine")),
        said("project/b", "hasRationale", "rationale/other"),
        typed("rationale/other", "Rationale"),
    ]
    found = chain(project("a"), project("b", "a"), legacy)
    (row,) = found.table("unheld").rows
    assert row.cells["legacies"] == (thing("rationale/old"),)
    assert row.cells["sectors"] == (ox.NamedNode(f"{SCHEME}sector/textile"),)
    assert row.cells["value-chains"] == (ox.NamedNode(f"{SCHEME}value-chain/wine"),)
    assert len(row.evidence) == 3
    assert found.table("links").rows[0].cells["shared"] == ()
    assert chain(project("a"), project("b", "a"), legacy, of="a").table("unheld").rows == (row,)


def test_without_any_link_it_says_what_is_missing() -> None:
    found = chain(project("a"), of="a")
    assert not found.enough
    assert [note.id for note in found.notes] == ["no-legacy"]
    assert all(not table.rows for table in found.tables)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("id:project/none", "project: nothing is known of .*none.*Look for it"),
        ("id:structure/s", "project: .*structure/s is no project.*/project"),
        ("no iri", "'no iri' is not of type iri"),
    ],
)
def test_what_is_no_project_is_refused(asked: str, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        judged("legacy-chain", [typed("structure/s", "Cluster")], project=asked)


def made(wishes: Wishes, starts: list[str | None]) -> list[ox.Quad]:
    quads = [quad for number, start in enumerate(starts) for quad in project(f"p{number}", start=start or "")]
    return [*quads, *(said(f"project/p{later}", "buildsOn", f"project/p{earlier}") for later, earlier in wishes)]


@settings(max_examples=40, deadline=None)
@given(wishes=LINKS, starts=st.lists(YEARS, min_size=6, max_size=6), order=st.randoms(use_true_random=False))
def test_links_are_all_told_and_the_order_of_the_statements_changes_nothing(
    wishes: Wishes, starts: list[str | None], order: object
) -> None:
    quads = made(wishes, starts)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    found = chain(quads)
    assert found == chain(shuffled)
    assert len(links(found)) == len(set(wishes))
    assert sorted(name for _, _, name in placed(found)) == sorted({f"p{one}" for pair in wishes for one in pair})


@settings(max_examples=25, deadline=None)
@given(wishes=LINKS, starts=st.lists(YEARS, min_size=6, max_size=6))
def test_each_statement_of_evidence_is_one_that_was_made(wishes: Wishes, starts: list[str | None]) -> None:
    quads = made(wishes, starts)
    said_ = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    found = chain(quads)
    assert {item for table in found.tables for row in table.rows for item in row.evidence} <= said_


def test_the_shipped_chain_to_community4innovation_is_as_by_hand(shipped_home: Path) -> None:
    found = analyse(NamedQueries(Reader(shipped_home), NAMED), "legacy-chain", {"project": "id:project/synggi"})
    assert placed(found) == [(1, 1, "synggi"), (1, 2, "green-growth-hp"), (1, 3, "community4innovation")]
    assert links(found) == [
        ("community4innovation", "green-growth-hp", "follows"),
        ("green-growth-hp", "synggi", "order-unknown"),
    ]
    # November 2019 to January 2023, as the pages have it.
    assert [row.cells["years"] for row in found.table("links").rows] == [4, None]


def test_the_shipped_links_are_those_that_sources_state_and_no_others(shipped_home: Path) -> None:
    document = json.loads(medkg(shipped_home, "analyse", "legacy-chain", "--format", "json").stdout)
    tables = {table["id"]: table["rows"] for table in document["tables"]}
    pairs = {tuple(row[name]["iri"].rpartition("/")[2] for name in ("earlier", "later")) for row in tables["links"]}
    assert len(pairs) == 11
    assert {("embrace", "cluster4green"), ("chimera", "chimera-plus"), ("greenomed", "greensmartmed")} <= pairs
    # Likely, but no source that was read says so.
    assert ("tex-med-clusters", "tex-med-alliances") not in pairs
    assert ("prominent-med", "procuramed") not in pairs
    assert all(item["origins"] for table in tables.values() for row in table for item in row["evidence"])
    used = {row["method"]["name"]: row["verdict"]["id"] for row in tables["methods"]}
    assert used["ChIMERA method"] == "reused"
    assert used["Meta-Cluster method"] == "not-reused"
    assert len(tables["unheld"]) == 6
