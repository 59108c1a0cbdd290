"""A theme: which structures cover it, what projects want with them, who does what, and which policies are addressed."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.report import Note, Report, Row
from medkg.errors import BadParameter
from medkg.namespaces import RDF, SCHEME, SKOS
from tests.analysis.small_registry import SOURCE, judged, said, thing
from tests.store.small_stores import medkg

Quads = list[ox.Quad]


def concept(scheme: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SCHEME}{scheme}/{name}")


def theme(name: str) -> ox.NamedNode:
    return concept("theme", name)


def typed(name: str | ox.NamedNode, kind: str) -> ox.Quad:
    own = thing(name) if isinstance(name, str) else name
    return ox.Quad(own, ox.NamedNode(RDF + "type"), thing(kind if ":" in kind else f"mk:{kind}"), SOURCE)


def under(one: ox.NamedNode, other: ox.NamedNode) -> Quads:
    """Give two concepts of one scheme, the first narrower than the second."""
    scheme = ox.NamedNode(one.value.rpartition("/")[0])
    within = [ox.Quad(item, ox.NamedNode(f"{SKOS}inScheme"), scheme, SOURCE) for item in (one, other)]
    return [*within, typed(one, "skos:Concept"), ox.Quad(one, ox.NamedNode(f"{SKOS}broader"), other, SOURCE)]


def structure(
    name: str, *themes: str, projects: tuple[str, ...] = (), status: str = "", several: bool = False
) -> Quads:
    own = f"structure/{name}"
    quads = [typed(own, "CollaborativeStructure"), *(said(own, "hasTheme", theme(item)) for item in themes)]
    quads += [said(own, "participatesIn", f"project/{item}") for item in projects]
    quads += [said(own, "structureStatus", concept("structure-status", status))] if status else []
    marked = ox.Quad(thing(own), thing("mk:standsForSeveral"), ox.Literal(True), SOURCE)
    return [*quads, marked] if several else quads


def project(name: str, *themes: str) -> Quads:
    return [typed(f"project/{name}", "Project"), *(said(f"project/{name}", "hasTheme", theme(item)) for item in themes)]


def activity(name: str, *kinds: str, of: str = "p", by: tuple[str, ...] = ()) -> Quads:
    own = f"activity/{name}"
    types = [said(own, "activityType", concept("activity-type", kind)) for kind in kinds]
    return [said(f"project/{of}", "hasActivity", own), *types, *(said(own, "carriedOutBy", f"actor/{a}") for a in by)]


def asked(quads: Quads, name: str = "city") -> Report:
    return judged("theme-structures", [typed(theme("city"), "skos:Concept"), *quads], theme=name)


def names(report: Report, table: str, column: str) -> list[str]:
    return [str(row.cells[column]).rpartition("/")[2].rstrip(">") for row in report.table(table).rows]


def measures(report: Report) -> Row:
    (row,) = report.table("measures").rows
    return row


def test_a_structure_covers_a_theme_by_itself_or_by_a_project() -> None:
    quads = [*structure("a", "city"), *structure("b", projects=("p",)), *structure("c", "city", projects=("p",))]
    report = asked([*quads, *structure("d", "other"), *project("p", "city")])
    assert names(report, "structures", "structure") == ["a", "b", "c"]
    assert [row.cells["way"] for row in report.table("structures").rows] == [
        Note("way-own"),
        Note("way-project"),
        Note("way-both"),
    ]
    assert set(report.table("structures").rows[1].evidence) == {
        ox.Triple(thing("structure/b"), thing("mk:participatesIn"), thing("project/p")),
        ox.Triple(thing("project/p"), thing("mk:hasTheme"), theme("city")),
    }
    assert (measures(report).cells["structures"], measures(report).cells["own"]) == (3, 2)
    assert report.enough


def test_what_is_named_in_the_plural_is_a_kind_and_never_counted() -> None:
    existing = structure("existing-clusters", "city", status="active", several=True)
    wish = said("project/p", "upgradesStructure", "structure/existing-clusters")
    report = asked([*existing, *project("p", "city"), wish])
    assert report.table("structures").rows == ()
    assert not report.enough
    assert (measures(report).cells["structures"], measures(report).cells["kinds"]) == (0, 1)
    assert {Note("not-enough").id, "kinds"} <= {note.id for note in report.notes}
    (plan,) = report.table("plans").rows
    assert (plan.cells["way"], plan.cells["standing"]) == (Note("upgrades"), Note("standing-several"))
    beside = asked([*existing, *structure("a", "city")])
    assert (names(beside, "structures", "structure"), names(beside, "apart", "structure")) == (
        ["a"],
        ["existing-clusters"],
    )


@pytest.mark.parametrize(
    ("marks", "standing"),
    [
        ({}, "one"),
        ({"status": "active"}, "one"),
        ({"status": "planned"}, "planned"),
        ({"status": "closed"}, "closed"),
        ({"status": "planned", "several": True}, "several"),
    ],
)
def test_planned_and_closed_structures_are_told_apart(marks: dict[str, object], standing: str) -> None:
    report = asked(structure("a", "city", **marks))  # type: ignore[arg-type]
    (row,) = report.table("structures" if standing == "one" else "apart").rows
    assert row.cells["standing"] == Note(f"standing-{standing}")
    assert report.enough == (standing == "one")


def test_a_theme_is_taken_with_its_narrower_ones_though_they_lead_in_circles() -> None:
    circle = [*under(theme("lamps"), theme("city")), *under(theme("leds"), theme("lamps"))]
    report = asked([*circle, *under(theme("city"), theme("leds")), *structure("a", "leds")])
    assert names(report, "structures", "structure") == ["a"]
    assert Note("narrower", {"themes": (theme("lamps"), theme("leds"))}) in report.notes
    assert asked([*under(theme("city"), theme("wide")), *structure("a", "wide")]).table("structures").rows == ()


def test_plans_are_of_projects_about_the_theme_or_for_structures_about_it() -> None:
    quads = [
        *project("p", "city"),
        said("project/p", "usesStructure", "structure/x"),
        *activity("forge"),
        said("activity/forge", "creates", "structure/y"),
        *project("q"),
        said("project/q", "plansStructure", "structure/z"),
        *structure("z", "city", status="planned"),
        said("project/q", "plansStructure", "structure/unrelated"),
    ]
    rows = asked(quads).table("plans").rows
    assert [(row.cells["project"], row.cells["way"], row.cells["structure"]) for row in rows] == [
        (thing("project/p"), Note("uses"), thing("structure/x")),
        (thing("project/p"), Note("creates"), thing("structure/y")),
        (thing("project/q"), Note("plans"), thing("structure/z")),
    ]
    assert ox.Triple(thing("project/p"), thing("mk:hasActivity"), thing("activity/forge")) in rows[1].evidence


def test_activities_are_counted_by_field_for_who_is_named_or_else_for_all_partners() -> None:
    kinds = under(concept("activity-type", "training"), concept("activity-type", "capacity-building"))
    quads = [
        *project("p", "city"),
        *kinds,
        *(said("project/p", "hasPartner", f"actor/{name}") for name in "ab"),
        *activity("t", "training", "networking"),
        *activity("d", "policy-dialogue", by=("a",)),
        *activity("e", "event", by=("guest",)),
        *activity("plain"),
    ]
    report = asked(quads)
    found = {
        str(row.cells["actor"]): tuple(
            row.cells[name] for name in ("capacity", "partnering", "policy", "other", "said")
        )
        for row in report.table("actors").rows
    }
    assert found == {
        str(thing("actor/a")): (1, 1, 1, 1, Note("said-both")),
        str(thing("actor/b")): (1, 1, 0, 1, Note("said-partner")),
        str(thing("actor/guest")): (0, 0, 0, 1, Note("said-named")),
    }
    assert Note("nobody-named", {"nameless": 2, "activities": 4}) in report.notes


def test_of_a_project_without_known_activities_nothing_is_counted() -> None:
    quads = [*project("p", "city"), said("project/p", "hasPartner", "actor/a")]
    (row,) = asked(quads).table("actors").rows
    assert [row.cells[name] for name in ("capacity", "partnering", "policy", "other")] == [None] * 4
    assert Note("silent-projects", {"silent": 1, "projects": 1}) in asked(quads).notes


def test_an_activity_with_the_theme_of_its_own_is_found_in_any_project() -> None:
    quads = [*project("q"), *activity("x", "pilot", of="q"), said("activity/x", "hasTheme", theme("city"))]
    report = asked([*quads, *activity("other", of="q")])
    assert names(report, "activities", "activity") == ["x"]
    assert said("activity/x", "hasTheme", theme("city")).triple in report.table("activities").rows[0].evidence


def test_policies_are_those_that_concern_the_theme_and_those_its_projects_address() -> None:
    condition = ox.Quad(
        thing("policy/t"), thing("mk:policyCondition"), ox.Literal("what is there", language="en"), SOURCE
    )
    quads = [
        *project("p", "city"),
        *(typed(f"policy/{name}", kind) for name, kind in (("o", "Policy"), ("t", "PublicTender"), ("s", "Strategy"))),
        typed("policy/s", "Policy"),
        said("policy/t", "concernsTheme", theme("city")),
        condition,
        said("project/p", "influences", "policy/o"),
        said("policy/o", "appliesTo", "policy/t"),
        said("project/p", "hasResult", "result/r"),
        said("result/r", "realisedAs", "policy/s"),
    ]
    rows = {str(row.cells["policy"]): row for row in asked(quads).table("policies").rows}
    other, strategy, tender = (rows[str(thing(f"policy/{name}"))] for name in "ost")
    assert (other.cells["influenced"], other.cells["tenders"]) == ((thing("project/p"),), (thing("policy/t"),))
    assert (strategy.cells["made"], strategy.cells["kind"]) == ((thing("project/p"),), (thing("mk:Strategy"),))
    assert (tender.cells["concerns"], tender.cells["condition"]) == ((theme("city"),), condition.object)
    assert said("project/p", "hasTheme", theme("city")).triple in strategy.evidence
    assert measures(asked(quads)).cells["policies"] == 3


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no-such", "theme: nothing is known of"),
        ("id:project/p", "theme: .*is no theme.*such as smart-city"),
        ("not an iri", "is not of type iri"),
    ],
)
def test_what_is_no_theme_is_refused(name: str, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        asked([], name)


def test_the_smart_city_is_meant_where_no_theme_is_given() -> None:
    quads = [typed(theme("smart-city"), "skos:Concept"), *structure("a", "smart-city"), *structure("b", "city")]
    assert names(judged("theme-structures", quads), "structures", "structure") == ["a"]


STRUCTURES = st.lists(
    st.tuples(
        st.sets(st.sampled_from(["city", "lamps", "other"])).map(sorted),
        st.sets(st.sampled_from("pq")).map(sorted),
        st.sampled_from(["", "active", "planned", "closed"]),
        st.booleans(),
    ),
    max_size=6,
)


def made(wishes: list[tuple[list[str], list[str], str, bool]]) -> Quads:
    quads = [*under(theme("lamps"), theme("city")), *project("p", "lamps"), *project("q", "other"), *activity("x")]
    for number, (themes, projects, status, several) in enumerate(wishes):
        quads += structure(f"s{number}", *themes, projects=tuple(projects), status=status, several=several)
        quads += [said("project/p", "usesStructure", f"structure/s{number}")]
    return quads


@settings(max_examples=30, deadline=None)
@given(wishes=STRUCTURES, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(
    wishes: list[tuple[list[str], list[str], str, bool]], order: object
) -> None:
    quads = made(wishes)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert asked(quads) == asked(shuffled)


@settings(max_examples=30, deadline=None)
@given(wishes=STRUCTURES)
def test_every_structure_about_the_theme_stands_in_one_table(
    wishes: list[tuple[list[str], list[str], str, bool]],
) -> None:
    about = {
        f"s{number}": not several and status not in ("planned", "closed")
        for number, (themes, projects, status, several) in enumerate(wishes)
        if {"city", "lamps"} & set(themes) or "p" in projects
    }
    report = asked(made(wishes))
    assert names(report, "structures", "structure") == [name for name, counted in about.items() if counted]
    assert names(report, "apart", "structure") == [name for name, counted in about.items() if not counted]
    assert measures(report).cells["structures"] == sum(about.values())


def test_the_command_says_what_the_shipped_facts_tell(shipped_home: Path) -> None:
    """Counted by hand in document 004 and the pages on ESMARTCITY: seven activities, of which one builds capacity."""
    document = json.loads(medkg(shipped_home, "analyse", "theme-structures", "--format", "json").stdout)
    tables = {table["id"]: table["rows"] for table in document["tables"]}
    covering = {row["structure"]["name"]: row["way"]["id"] for row in tables["structures"]}
    assert covering["Smart City Cluster"] == "way-own"
    assert covering["Capenergies"] == "way-project"
    assert [row["structure"]["name"] for row in tables["apart"]] == ["Existing innovative clusters of the area"]
    plans = [(row["project"]["name"], row["way"]["id"], row["standing"]["id"]) for row in tables["plans"]]
    assert plans == [("ESMARTCITY", "upgrades", "standing-several")]
    assert len([row for row in tables["activities"] if row["project"]["name"] == "ESMARTCITY"]) == 7
    counts = {(row["capacity"], row["partnering"], row["policy"], row["other"]) for row in tables["actors"]}
    assert counts == {(1, 4, 1, 1), (None, None, None, None)}
    assert {kind["name"] for row in tables["policies"] for kind in row["kind"]} == {"Policy", "Public tender"}
    evidence = [item for rows in tables.values() for row in rows for item in row["evidence"]]
    assert evidence
    assert all(item["origins"] for item in evidence)
