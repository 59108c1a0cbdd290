"""Audiences and drivers: who is promised what, who is promised nothing, who shares whom, which actors are bodies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.report import Note, Report, Row
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.namespaces import MK, RDF, SCHEME, SKOS
from medkg.query.asking import NamedQueries
from medkg.store.reader import Reader
from medkg.web import create_app
from tests.analysis.small_registry import NAMED, SOURCE, judged, thing
from tests.store.small_stores import medkg
from tests.web.conftest import close, settings_of

GROUPS = ox.NamedNode(f"{SCHEME}target-group")
Names = list[tuple[int, int, bool]]
#: Project, group, and whether the group is promised something.
NAMES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), max_size=10)
WIDER = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=7)


def typed(subject: str, kind: str) -> ox.Quad:
    return ox.Quad(named(subject), ox.NamedNode(RDF + "type"), ox.NamedNode(MK + kind), SOURCE)


def named(name: str) -> ox.NamedNode:
    """Give a concept where the name is that of a scheme, else a thing."""
    scheme = name.partition("/")[0] in ("theme", "sector", "target-group", "driver", "structure-status", "gap-kind")
    return ox.NamedNode(SCHEME + name) if scheme else thing(name)


def states(subject: str, predicate: str, value: str) -> ox.Quad:
    prop = SKOS + predicate if predicate in ("broader", "related") else MK + predicate
    return ox.Quad(named(subject), ox.NamedNode(prop), named(value), SOURCE)


def group(name: str, *wider: str) -> list[ox.Quad]:
    own = f"target-group/{name}"
    kind = [typed(own, "TargetGroup"), ox.Quad(named(own), ox.NamedNode(f"{SKOS}inScheme"), GROUPS, SOURCE)]
    return kind + [states(own, "broader", f"target-group/{item}") for item in wider]


def addresses(project: str, *groups: str, benefit: str = "", condition: str = "") -> list[ox.Quad]:
    """Give a project that names groups, in one engagement with a benefit where one is given."""
    own, way = f"project/{project}", f"engagement/{project}-{benefit}-{'-'.join(groups)}"
    targets = [states(own, "targets", f"target-group/{item}") for item in groups]
    if not benefit:
        return [typed(own, "Project"), *targets]
    terms = [ox.Quad(thing(way), ox.NamedNode(f"{MK}condition"), text(condition), SOURCE)] if condition else []
    served = [states(way, "audience", f"target-group/{item}") for item in groups]
    return [
        typed(own, "Project"),
        *targets,
        states(own, "engages", way),
        *served,
        states(way, "benefit", f"benefit/{benefit}"),
        *terms,
    ]


def text(value: str) -> ox.Literal:
    return ox.Literal(value, language="en")


def asked(*quads: Iterable[ox.Quad], **given_: str) -> Report:
    return judged("audiences-and-drivers", [quad for held in quads for quad in held], **given_)


def rows(report: Report, table: str, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(shown(row.cells[column]) for column in columns) for row in report.table(table).rows]


def shown(value: object) -> object:
    """Give the last part of an IRI, of each of several, the id of a sentence, or the value itself."""
    if isinstance(value, ox.NamedNode):
        return value.value.rpartition("/")[2]
    if isinstance(value, tuple):
        return tuple(map(shown, value))
    return value.id if isinstance(value, Note) else value


def test_each_group_is_told_with_what_it_is_promised_and_the_groups_above_it() -> None:
    quads = [
        *group("micro", "smes"),
        *group("smes", "firms"),
        *addresses("a", "micro", "smes", benefit="money", condition="willing"),
    ]
    found = asked(quads)
    assert rows(found, "promises", "group", "wider", "project", "benefits", "condition") == [
        ("micro", ("firms", "smes"), "a", ("money",), text("willing")),
        ("smes", ("firms",), "a", ("money",), text("willing")),
    ]
    evidence = found.table("promises").rows[0].evidence
    made = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    assert set(evidence) <= made
    assert (
        ox.Triple(named("target-group/smes"), ox.NamedNode(f"{SKOS}broader"), named("target-group/firms")) in evidence
    )
    assert rows(found, "unpromised", "group") == []


def test_what_is_promised_to_a_wider_group_is_not_read_into_a_narrower_one() -> None:
    found = asked(group("micro", "smes"), group("smes"), addresses("a", "smes", benefit="x"), addresses("a", "micro"))
    assert rows(found, "promises", "group") == [("smes",)]
    assert rows(found, "unpromised", "group", "project", "around") == [("micro", "a", ("smes",))]
    assert Note("unpromised", {"unpromised": 1, "named": 2}) in found.notes


def test_an_engagement_without_a_benefit_promises_nothing() -> None:
    quads = [
        typed("project/a", "Project"),
        states("project/a", "targets", "target-group/g"),
        states("project/a", "engages", "engagement/e"),
        states("engagement/e", "audience", "target-group/g"),
    ]
    found = asked(quads)
    assert (rows(found, "promises", "group"), rows(found, "unpromised", "group")) == ([], [("g",)])


def test_projects_share_an_audience_by_name_or_by_a_group_under_it() -> None:
    quads = [*group("micro", "smes"), *group("smes", "firms"), *group("start-ups", "firms")]
    found = asked(quads, addresses("a", "smes"), addresses("b", "micro"), addresses("c", "start-ups"), group("firms"))
    expected = [
        ("firms", (), ("a", "b", "c"), ("micro", "smes", "start-ups"), 3),
        ("smes", ("a",), ("b",), ("micro",), 2),
    ]
    assert rows(found, "shared", "group", "projects", "through", "narrower", "count") == expected


def test_one_project_is_told_whom_it_shares_with_all_others() -> None:
    quads = [*group("micro", "smes"), *group("smes"), *addresses("a", "micro"), *addresses("b", "smes")]
    found = asked(quads, group("apart"), addresses("b", "apart"), addresses("c", "apart"), project="id:project/a")
    assert rows(found, "shared", "group", "count") == [("smes", 2)]
    assert rows(found, "unpromised", "group", "project") == [("micro", "a")]
    assert found.notes[0] == Note("audiences", {"known": 1, "projects": 1})


def test_a_circle_of_groups_is_survived_and_told() -> None:
    found = asked(group("x", "y"), group("y", "x"), addresses("a", "x"), addresses("b", "y"))
    assert rows(found, "shared", "group", "count") == [("x", 2), ("y", 2)]
    circle = next(note for note in found.notes if note.id == "circle")
    assert shown(circle.values["groups"]) == ("x", "y")


def driver(project: str, name: str, kind: str = "Driver", *topics: str) -> list[ox.Quad]:
    own = f"driver/{name}"
    told = [states(own, "hasTheme", f"theme/{topic}") for topic in topics]
    return [
        typed(f"project/{project}", "Project"),
        states(f"project/{project}", "hasRationale", own),
        typed(own, "Rationale"),
        *([] if kind == "Rationale" else [typed(own, kind)]),
        *told,
    ]


def test_a_driver_is_shared_where_two_projects_give_the_same_one() -> None:
    found = asked(driver("a", "crisis"), driver("b", "crisis"), driver("a", "waste", "Challenge"))
    assert rows(found, "reasons", "reason", "kind", "projects", "count") == [
        ("crisis", "driver", ("a", "b"), 2),
        ("waste", "challenge", ("a",), 1),
    ]
    known = {"known": 2, "projects": 3, "shared": 1}
    assert Note("reasons", known) in found.notes
    assert len(found.table("reasons").rows[0].evidence) == 2


def test_different_reasons_on_one_topic_meet_there_and_nowhere_else() -> None:
    quads = [*driver("a", "crisis", "Driver", "jobs"), *driver("b", "waste", "Challenge", "jobs", "cities")]
    answer = [
        states("theme/cities", "addressesChallenge", "driver/slums"),
        ox.Quad(named("theme/cities"), ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{SKOS}Concept"), SOURCE),
    ]
    found = asked(quads, driver("c", "slums", "Challenge"), answer)
    assert rows(found, "topics", "topic", "reasons", "projects", "count") == [
        ("cities", ("slums", "waste"), ("b", "c"), 2),
        ("jobs", ("crisis", "waste"), ("a", "b"), 2),
    ]
    assert rows(asked(quads, project="id:project/a"), "topics", "topic", "projects") == [("jobs", ("a", "b"))]
    made = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in (*quads, *answer, *driver("c", "slums"))}
    assert all(set(row.evidence) <= made for row in found.table("topics").rows)


def test_earlier_work_is_no_driver_and_contradictory_kinds_are_told() -> None:
    found = asked(
        driver("a", "old", "Legacy"), driver("a", "x"), driver("a", "x", "Challenge"), driver("a", "y", "Rationale")
    )
    assert rows(found, "reasons", "reason", "kind") == [("x", "kind-contradictory"), ("y", "reason")]


def structure(name: str, *signs: tuple[str, str], project: str = "a", theme: str = "coworking") -> list[ox.Quad]:
    own = f"structure/{name}"
    about = [states(own, "hasTheme", f"theme/{theme}")] if theme else []
    return [
        typed(own, "Actor"),
        typed(own, "Cluster"),
        *about,
        states(f"project/{project}", "usesStructure", own),
        *(states(own, prop, value) for prop, value in signs),
    ]


COWORKING = [
    typed("theme/coworking", "Theme"),
    typed("project/a", "Project"),
    states("project/a", "hasTheme", "theme/coworking"),
]


def test_bodies_are_told_apart_from_kinds_of_which_none_is_named() -> None:
    gap = [states("gap/g", "gapAbout", "structure/kind"), states("gap/g", "gapKind", "gap-kind/not-named")]
    related = [
        *group("coworkers"),
        *group("unaddressed"),
        states("target-group/coworkers", "related", "theme/coworking"),
        states("target-group/unaddressed", "related", "theme/coworking"),
    ]
    quads = [
        *structure("body", ("country", "place/x")),
        *structure("kind"),
        *structure("plan", ("structureStatus", "structure-status/planned")),
        *structure("untold"),
        *structure("elsewhere", theme="wine"),
    ]
    found = asked(COWORKING, gap, related, quads, addresses("a", "coworkers"), theme="coworking")
    assert rows(found, "actors", "actor", "nature", "countries", "projects") == [
        ("body", "body", ("x",), ("a",)),
        ("plan", "planned", (), ("a",)),
        ("untold", "untold", (), ("a",)),
        ("kind", "kind", (), ("a",)),
        ("coworkers", "group", (), ("a",)),
    ]
    assert Note("kinds", {"kinds": 2, "actors": 5}) in found.notes
    kind: Row = found.table("actors").rows[3]
    assert ox.Triple(thing("gap/g"), thing("mk:gapAbout"), thing("structure/kind")) in kind.evidence


def test_without_a_theme_the_structures_are_those_that_projects_name() -> None:
    quads = [*COWORKING, *structure("one"), *structure("two", theme="wine"), *structure("three", project="b")]
    other = [typed("project/b", "Project"), states("project/b", "hasTheme", "theme/coworking")]
    actors = {
        "": ["one", "three", "two"],
        "id:project/a": ["one", "two"],
    }
    for project, expected in actors.items():
        found = asked(quads, other, **({"project": project} if project else {}))
        assert [name for (name,) in rows(found, "actors", "actor")] == expected
    both = asked(quads, other, project="id:project/a", theme="coworking")
    assert rows(both, "actors", "actor") == [("one",)]


def test_where_no_audience_is_known_it_says_what_would_be_needed() -> None:
    found = asked(COWORKING, theme="coworking")
    assert not found.enough
    assert found.notes[0] == Note("no-audiences", {"known": 0, "projects": 1})
    none = asked([typed("theme/x", "Theme")], theme="x")
    assert [note.id for note in none.notes][:2] == ["no-project", "no-audiences"]


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"theme": "no-such"}, "theme: nothing is known of .*theme/no-such"),
        ({"theme": "mks:sector/wine"}, "theme: .*sector/wine is no theme.*coworking"),
        ({"theme": "not a theme"}, "'not a theme' is not of type iri"),
        ({"project": "id:project/none"}, "project: nothing is known of .*none"),
        ({"project": "id:structure/s"}, "project: .*structure/s is no project"),
        ({"depth": "2"}, "depth: no such parameter"),
    ],
)
def test_what_is_asked_wrongly_is_refused(given_: dict[str, str], told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        asked([typed("sector/wine", "Sector")], [typed("structure/s", "Cluster")], **given_)


def made(names: Names, wider: list[tuple[int, int]]) -> list[ox.Quad]:
    groups = [quad for below, above in wider for quad in group(f"g{below}", f"g{above}")]
    every = [quad for number in range(6) for quad in group(f"g{number}")]
    promises = [
        quad
        for project, number, given_ in names
        for quad in addresses(f"p{project}", f"g{number}", benefit="b" * given_)
    ]
    return [*every, *groups, *promises]


@settings(max_examples=40, deadline=None)
@given(names=NAMES, wider=WIDER, order=st.randoms(use_true_random=False))
def test_each_name_is_promised_something_or_nothing_and_order_changes_nothing(
    names: Names, wider: list[tuple[int, int]], order: object
) -> None:
    quads = made(names, wider)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    found = asked(quads)
    assert found == asked(shuffled)
    told = {*rows(found, "promises", "group", "project"), *rows(found, "unpromised", "group", "project")}
    assert told == {(f"g{number}", f"p{project}") for project, number, _ in names}
    assert not set(rows(found, "promises", "group", "project")) & set(rows(found, "unpromised", "group", "project"))


@settings(max_examples=40, deadline=None)
@given(names=NAMES, wider=WIDER)
def test_a_project_alone_shares_what_it_shares_among_all(names: Names, wider: list[tuple[int, int]]) -> None:
    quads = made(names, wider)
    every = {row.cells["group"]: row for row in asked(quads).table("shared").rows}
    for project in {project for project, _, _ in names}:
        for row in asked(quads, project=f"id:project/p{project}").table("shared").rows:
            assert row == every[row.cells["group"]]


def test_coworking_in_the_shipped_registry_is_as_its_founding_document_has_it(shipped_home: Path) -> None:
    found = analyse(NamedQueries(Reader(shipped_home), NAMED), "audiences-and-drivers", {"theme": "coworking"})
    assert rows(found, "actors", "actor", "nature") == [
        ("coworkmed-coworking-cluster", "planned"),
        ("coworkmed-coworking-communities", "kind"),
        ("coworkers", "group"),
        ("coworking-spaces", "group"),
    ]
    # Counted by hand in the document: 6, 4, 4 and 14 groups, each of them with what it gains.
    assert len(found.table("promises").rows) == 28
    assert found.table("unpromised").rows == ()
    assert sum(kind == "driver" for (kind,) in rows(found, "reasons", "kind")) == 9
    smes = next(row for row in found.table("shared").rows if shown(row.cells["group"]) == "smes")
    assert shown(smes.cells["projects"]) == ("coworkmed", "greenomed", "smart-city-clusters")
    assert shown(smes.cells["through"]) == ("innomed-up", "maia-taqa", "med-mci")


@pytest.mark.parametrize(
    ("name", "parameter", "value", "told"),
    [
        ("audiences-and-drivers", "theme", "mks:sector/textile", "is no theme"),
        ("audiences-and-drivers", "project", "id:project/none", "nothing is known of"),
        ("legacy-chain", "project", "id:programme/interreg-med-2014-2020", "is no project"),
    ],
)
def test_page_api_and_command_refuse_the_same(
    shipped_home: Path, name: str, parameter: str, value: str, told: str
) -> None:
    app = create_app(settings_of(shipped_home))
    for address in (f"/analyses/{name}", f"/api/analyses/{name}"):
        answer = app.test_client().get(f"{address}?{parameter}={value}")
        assert answer.status_code == 400
        assert told in answer.get_data(as_text=True)
    close(app)
    refused = medkg(shipped_home, "analyse", name, "-p", f"{parameter}={value}")
    assert refused.returncode == 1
    assert told in refused.stderr


def test_the_pages_of_a_theme_and_of_a_project_lead_to_what_can_be_judged_of_them(shipped_home: Path) -> None:
    app = create_app(settings_of(shipped_home))
    client = app.test_client()
    theme = client.get("/scheme/theme/coworking", follow_redirects=True).get_data(as_text=True)
    project = client.get("/project/coworkmed", follow_redirects=True).get_data(as_text=True)
    close(app)
    assert "/analyses/audiences-and-drivers?theme=" in theme
    assert "/analyses/audiences-and-drivers?project=" in project
    assert "/analyses/legacy-chain?project=" in project
