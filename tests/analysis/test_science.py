"""Scientific representation: whom a structure brings together, which kind is missing, and who is proposed first."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.joining import NAMED
from medkg.analysis.knowledge import KINDS, KNOWLEDGE, TECHNOLOGY_CENTRE, UNIVERSITY, organisation_type
from medkg.analysis.report import Note, Report, Row
from medkg.errors import BadParameter
from medkg.namespaces import SCHEME
from tests.analysis.small_registry import QUERIES, judged, said, thing
from tests.analysis.test_metaclusters import chain, typed
from tests.store.small_stores import medkg

OWN = "structure/s"
CLASSES = ("KnowledgeOrganisation", "HigherEducationInstitution", "TechnologyCentre", "Enterprise", "Organisation")
TIES = ("hasMember", "partner")
BODIES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(CLASSES), st.sampled_from(TIES)), max_size=12)


def structure(name: str = OWN, kind: str = "Cluster", *chains: str, country: str = "") -> list[ox.Quad]:
    """Give a structure that takes part in a project of its own name."""
    where = [said(name, "country", f"place/{country}")] if country else []
    works = [said(name, "worksOnValueChain", chain(item)) for item in chains]
    project = said(name, "participatesIn", f"project/{name.rpartition('/')[2]}")
    return [typed(name, kind), typed(name, "CollaborativeStructure"), *where, *works, project]


def body(name: str, kind: str, tie: str = "", of: str = OWN) -> list[ox.Quad]:
    """Give a body of a class, as a member of a structure or as a partner of its project."""
    known = [typed(f"actor/{name}", kind), typed(f"actor/{name}", "Organisation")]
    if tie == "hasMember":
        known.append(said(of, tie, f"actor/{name}"))
    elif tie:
        known.append(said(f"project/{of.rpartition('/')[2]}", "hasPartner", f"actor/{name}"))
    return known


def asked(quads: list[ox.Quad], name: str = OWN) -> Report:
    return judged("scientific-representation", quads, structure=f"id:{name}")


def overview(quads: list[ox.Quad]) -> Report:
    return judged("scientific-representation", quads)


def kinds(report: Report) -> dict[object, Row]:
    rows = report.table("kinds").rows
    return {kind.id if isinstance(kind := row.cells["kind"], Note) else kind: row for row in rows}


def one(report: Report) -> Row:
    (row,) = report.table("structures").rows
    return row


def notes(report: Report) -> list[str]:
    return [note.id for note in report.notes]


def candidates(report: Report, kind: ox.NamedNode) -> list[tuple[object, object]]:
    rows = report.table("candidates").rows
    return [(row.cells["body"], row.cells["near"]) for row in rows if row.cells["kind"] == kind]


def test_kinds_are_told_apart_among_members_and_among_project_partners() -> None:
    quads = [
        *structure(),
        *body("u", "HigherEducationInstitution", "hasMember"),
        *body("e", "Enterprise", "hasMember"),
        *body("t", "TechnologyCentre", "partner"),
        *body("x", "Actor", "partner"),
    ]
    found = kinds(asked(quads))
    shown = {kind: (row.cells["members"], row.cells["partners"], row.cells["standing"]) for kind, row in found.items()}
    assert shown == {
        UNIVERSITY: (1, 0, Note("among-members")),
        TECHNOLOGY_CENTRE: (0, 1, Note("among-partners")),
        KNOWLEDGE: (0, 0, Note("none-known")),
        "other-kind": (1, 0, None),
        "unknown-kind": (0, 1, None),
    }
    assert found[UNIVERSITY].cells["member_share"] == Decimal("0.500")
    assert found["unknown-kind"].cells["bodies"] == (thing("actor/x"),)
    cells = one(asked(quads)).cells
    assert (cells["members"], cells["partners"], cells["knowledge"]) == (2, 2, 2)
    assert (cells["share"], cells["missing"]) == (Decimal("0.500"), (KNOWLEDGE,))


def test_a_kind_is_read_from_the_type_alone_too() -> None:
    typed_only = [
        typed("actor/r", "Organisation"),
        said("actor/r", "organisationType", organisation_type("research-organisation")),
        said(OWN, "hasMember", "actor/r"),
    ]
    row = kinds(asked([*structure(), *typed_only]))[KNOWLEDGE]
    assert row.cells["bodies"] == (thing("actor/r"),)
    assert row.evidence == (
        ox.Triple(thing(OWN), thing("mk:hasMember"), thing("actor/r")),
        ox.Triple(thing("actor/r"), thing("mk:organisationType"), organisation_type("research-organisation")),
    )


def test_a_university_is_no_other_knowledge_body_though_it_is_a_knowledge_organisation() -> None:
    quads = [*structure(), *body("u", "HigherEducationInstitution", "hasMember"), typed("actor/u", CLASSES[0])]
    assert one(asked(quads)).cells["missing"] == (TECHNOLOGY_CENTRE, KNOWLEDGE)


def test_a_body_of_two_kinds_counts_in_both_and_one_of_another_kind_is_told() -> None:
    both = [*structure(), *body("b", "HigherEducationInstitution", "hasMember"), *body("b", "TechnologyCentre")]
    assert one(asked(both)).cells["missing"] == (KNOWLEDGE,)
    assert one(asked(both)).cells["knowledge"] == 1
    assert "mixed" not in notes(asked(both))
    assert Note("mixed", {"mixed": 1}) in asked([*both, *body("b", "Enterprise")]).notes


def test_every_tie_to_a_project_makes_its_partners_known_and_is_named() -> None:
    partner = [*body("u", "HigherEducationInstitution"), said("project/q", "hasPartner", "actor/u")]
    bare = [typed(OWN, "InnovationNetwork"), typed(OWN, "CollaborativeStructure"), *partner]
    for tie in ("participatesIn", "partnerIn"):
        evidence = one(asked([*bare, said(OWN, tie, "project/q")])).evidence
        assert ox.Triple(thing(OWN), thing(f"mk:{tie}"), thing("project/q")) in evidence
    for tie in ("creates", "plansStructure", "upgradesStructure", "usesStructure"):
        evidence = one(asked([*bare, said("project/q", tie, OWN)])).evidence
        assert ox.Triple(thing("project/q"), thing(f"mk:{tie}"), thing(OWN)) in evidence
        assert ox.Triple(thing("project/q"), thing("mk:hasPartner"), thing("actor/u")) in evidence


def test_a_meta_cluster_has_the_bodies_of_its_clusters_which_are_none_themselves() -> None:
    whole = "structure/meta"
    joined = [said(whole, prop, OWN) for prop in ("hasMemberCluster", "hasMember")]
    quads = [
        *structure(whole, "MetaCluster"),
        *structure(),
        *joined,
        said("project/meta", "hasPartner", OWN),
        *body("u", "HigherEducationInstitution", "hasMember"),
    ]
    found = asked(quads, whole)
    assert (one(found).cells["members"], one(found).cells["partners"]) == (1, 0)
    assert kinds(found)[UNIVERSITY].evidence[:2] == (
        ox.Triple(thing(whole), thing("mk:hasMemberCluster"), thing(OWN)),
        ox.Triple(thing(OWN), thing("mk:hasMember"), thing("actor/u")),
    )


def test_structures_that_are_parts_of_each_other_are_read_all_the_same() -> None:
    circle = [said("structure/a", "hasMemberCluster", "structure/b"), said("structure/b", "hasMemberCluster", OWN)]
    back = [said(OWN, "hasMemberCluster", "structure/a"), said(OWN, "hasMemberCluster", OWN)]
    around = [*structure("structure/a", "MetaCluster"), *structure("structure/b", "MetaCluster")]
    quads = [*structure(), *around, *circle, *back, *body("u", CLASSES[0], "hasMember", "structure/a")]
    assert kinds(asked(quads))[KNOWLEDGE].cells["bodies"] == (thing("actor/u"),)


def near(name: str, country: str, kind: str = "TechnologyCentre") -> list[ox.Quad]:
    return [*body(name, kind), *([said(f"actor/{name}", "country", f"place/{country}")] if country else [])]


def works(name: str, *chains: str) -> list[ox.Quad]:
    return [said(f"actor/{name}", "worksOnValueChain", chain(item)) for item in chains]


def by_project(name: str, *chains: str) -> list[ox.Quad]:
    project = f"project/of-{name}"
    targets = [said(project, "targetsValueChain", chain(item)) for item in chains]
    return [said(project, "hasPartner", f"actor/{name}"), *targets]


def test_candidates_come_by_country_then_by_chains_of_their_own_then_by_those_of_projects() -> None:
    quads = [
        *structure(OWN, "Cluster", "v", "w", country="it"),
        *[*near("a", ""), *works("a", "v", "w")],
        *[*near("b", "fr"), *works("b", "v")],
        *[*near("c", "fr"), *works("c", "v", "w")],
        *[*near("d", "it"), *by_project("d", "v")],
        *[*near("e", "it"), *by_project("e", "v", "w")],
        *[*near("f", "it"), *works("f", "w")],
        *[*near("g", "it"), *works("g", "elsewhere")],
    ]
    assert candidates(asked(quads), TECHNOLOGY_CENTRE) == [
        (thing("actor/f"), Note("same-country")),
        (thing("actor/e"), Note("same-country")),
        (thing("actor/d"), Note("same-country")),
        (thing("actor/c"), Note("other-country")),
        (thing("actor/b"), Note("other-country")),
        (thing("actor/a"), Note("cannot-tell")),
    ]


def test_a_candidate_names_the_statements_that_speak_for_it() -> None:
    quads = [*structure(OWN, "Cluster", "v", country="it"), *near("d", "it"), *by_project("d", "v")]
    (row,) = asked(quads).table("candidates").rows
    assert row.evidence == (
        ox.Triple(thing("actor/d"), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), mk_tc()),
        ox.Triple(thing("actor/d"), thing("mk:country"), thing("place/it")),
        ox.Triple(thing("project/of-d"), thing("mk:hasPartner"), thing("actor/d")),
        ox.Triple(thing("project/of-d"), thing("mk:targetsValueChain"), chain("v")),
    )


def mk_tc() -> ox.NamedNode:
    return thing("mk:TechnologyCentre")


def test_nobody_is_proposed_for_a_kind_that_is_there_or_twice() -> None:
    there = [*near("t", "it"), *works("t", "v"), said(OWN, "hasMember", "actor/t")]
    other = [*near("o", "it"), *works("o", "v"), *by_project("o", "v")]
    quads = [*structure(OWN, "Cluster", "v", country="it"), *there, *other]
    assert candidates(asked(quads), TECHNOLOGY_CENTRE) == []
    missing = [quad for quad in quads if quad not in there]
    assert candidates(asked(missing), TECHNOLOGY_CENTRE) == [(thing("actor/o"), Note("same-country"))]


def test_no_more_are_named_than_said_and_the_rest_is_counted() -> None:
    many = [
        quad for number in range(NAMED + 3) for quad in (*near(f"c{number:02}", "it"), *works(f"c{number:02}", "v"))
    ]
    found = asked([*structure(OWN, "Cluster", "v", country="it"), *many])
    named = [name for name, _ in candidates(found, TECHNOLOGY_CENTRE)]
    assert named == [thing(f"actor/c{number:02}") for number in range(NAMED)]
    assert Note("more", {"kind": TECHNOLOGY_CENTRE, "found": NAMED + 3, "named": NAMED}) in found.notes


def test_the_chains_and_countries_of_members_stand_in_where_a_structure_has_none() -> None:
    bare = [typed(OWN, "InnovationNetwork"), typed(OWN, "CollaborativeStructure")]
    lent = [said(OWN, "reachesValueChain", chain("v")), said(OWN, "memberCountry", "place/tn")]
    could = [*near("t", "tn"), *works("t", "v"), *near("x", "it"), *works("x", "w")]
    assert candidates(asked([*bare, *lent, *could]), TECHNOLOGY_CENTRE) == [(thing("actor/t"), Note("same-country"))]
    own = [said(OWN, "worksOnValueChain", chain("w")), said(OWN, "country", "place/it")]
    assert candidates(asked([*bare, *lent, *own, *could]), TECHNOLOGY_CENTRE) == [
        (thing("actor/x"), Note("same-country"))
    ]


def test_an_empty_structure_cannot_be_judged() -> None:
    found = asked([*structure(OWN, "Cluster", "v", country="it"), *near("t", "it"), *works("t", "v")])
    assert not found.enough
    assert notes(found) == ["no-bodies", "no-candidates"]
    assert one(found).cells["verdict"] == Note("nobody-known")
    assert one(found).cells["missing"] == ()
    assert one(found).cells["share"] is None
    assert candidates(found, TECHNOLOGY_CENTRE) == [(thing("actor/t"), Note("same-country"))]


def test_a_structure_without_country_or_chain_is_answered_and_says_so() -> None:
    partners = [*body("u", CLASSES[1], "partner"), *body("e", "Enterprise", "partner")]
    nowhere = asked([*structure(OWN, "Cluster", "v"), *partners, *near("t", "it"), *works("t", "v")])
    assert nowhere.enough
    assert notes(nowhere) == ["no-members", "no-country", "no-candidates"]
    assert candidates(nowhere, TECHNOLOGY_CENTRE) == [(thing("actor/t"), Note("cannot-tell"))]
    assert notes(asked([*structure(), *partners])) == ["no-members", "no-chain"]


@pytest.mark.parametrize(
    ("known", "unknown", "enough"), [(0, 1, False), (1, 0, False), (2, 0, True), (2, 2, True), (2, 3, False)]
)
def test_enough_is_two_known_bodies_and_no_majority_of_unknown_ones(known: int, unknown: int, enough: bool) -> None:
    told = [quad for number in range(known) for quad in body(f"k{number}", "Enterprise", "hasMember")]
    silent = [quad for number in range(unknown) for quad in body(f"s{number}", "Actor", "hasMember")]
    found = asked([*structure(), *told, *silent])
    assert found.enough is enough
    assert ("too-little" in notes(found)) is not enough
    assert (Note("unknown", {"unknown": unknown}) in found.notes) is bool(unknown)


def test_where_all_kinds_are_there_it_says_so_and_proposes_nobody() -> None:
    all_three = [quad for kind in CLASSES[:3] for quad in body(kind.lower(), kind, "hasMember")]
    found = asked([*structure(OWN, "Cluster", "v"), *all_three, *near("t", "it"), *works("t", "v")])
    assert notes(found) == ["complete"]
    assert found.table("candidates").rows == ()


def test_the_overview_counts_the_clusters_by_how_well_science_is_represented() -> None:
    quads = [
        *[*structure("structure/a"), *body("u", CLASSES[1], "hasMember", "structure/a")],
        *[*structure("structure/b"), *body("u", CLASSES[1], "partner", "structure/b")],
        *[*structure("structure/c"), *body("e", "Enterprise", "hasMember", "structure/c")],
        *structure("structure/d"),
        *[*structure("structure/net", "InnovationNetwork"), *body("u", CLASSES[1], "hasMember", "structure/net")],
    ]
    found = overview(quads)
    counted = {"clusters": 4, "among_members": 1, "among_partners": 1, "none_known": 1, "nobody_known": 1}
    assert found.notes == (Note("overview", counted),)
    assert [row.cells["structure"] for row in found.table("structures").rows] == [
        thing(f"structure/{name}") for name in "abcd"
    ]
    assert kinds(found)[UNIVERSITY].cells["structures"] == 2
    assert kinds(found)[UNIVERSITY].cells["bodies"] == (thing("actor/u"),)
    assert found.table("candidates").rows == ()


def test_the_overview_of_nothing_is_an_answer() -> None:
    found = overview([])
    assert (notes(found), found.enough, found.table("structures").rows) == (["no-clusters"], False, ())
    assert not overview(structure()).enough


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("structure/unheard-of", r"structure: nothing is known of .*unheard-of.*Look for it"),
        ("project/p", r"structure: .*project/p is no cluster, meta-cluster or network.*leave it out"),
        ("actor/u", r"structure: .*actor/u is no cluster"),
    ],
)
def test_what_is_unknown_or_no_structure_is_refused(name: str, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        asked([*structure(), *body("u", CLASSES[1])], name)


def made(bodies: list[tuple[int, str, str]]) -> list[ox.Quad]:
    told = [quad for number, kind, tie in bodies for quad in body(f"a{number}", kind, tie)]
    return [*structure(OWN, "Cluster", "v", country="it"), *told, *near("t", "it"), *works("t", "v")]


@settings(max_examples=25, deadline=None)
@given(bodies=BODIES, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(bodies: list[tuple[int, str, str]], order: object) -> None:
    quads = made(bodies)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert asked(quads) == asked(shuffled)
    assert overview(quads) == overview(shuffled)


@settings(max_examples=25, deadline=None)
@given(bodies=BODIES)
def test_every_body_stands_in_one_row_at_least_and_a_gap_has_none(bodies: list[tuple[int, str, str]]) -> None:
    found = asked(made(bodies))
    shown = {name for row in found.table("kinds").rows for name in row.cells["bodies"]}  # type: ignore[union-attr]
    assert shown == {thing(f"actor/a{number}") for number, _, _ in bodies}
    gaps = {kind for kind in KINDS if not kinds(found)[kind].cells["bodies"]}
    if bodies:
        assert one(found).cells["missing"] == tuple(kind for kind in KINDS if kind in gaps)
    assert {row.cells["kind"] for row in found.table("candidates").rows} <= gaps


@settings(max_examples=25, deadline=None)
@given(bodies=BODIES)
def test_every_statement_named_is_one_of_the_registry(bodies: list[tuple[int, str, str]]) -> None:
    quads = made(bodies)
    held = {quad.triple for quad in quads}
    for table in asked(quads).tables:
        for row in table.rows:
            assert set(row.evidence) <= held
            assert len(set(row.evidence)) == len(row.evidence)


def test_every_knowledge_type_of_the_scheme_is_read_and_asked_for() -> None:
    """The scheme puts a type under knowledge organisations: the report must not overlook bodies of that type."""
    scheme = (QUERIES.parent / "ontology" / "vocab" / "organisation-type.ttl").read_text(encoding="utf-8")
    under = set(
        re.findall(
            r"^<organisation-type/([a-z-]+)> a skos:Concept(?:(?!\n\n).)*?broader <organisation-type/"
            r"knowledge-entity>",
            scheme,
            re.MULTILINE | re.DOTALL,
        )
    ) | {"knowledge-entity"}
    asked_for = (QUERIES / "analysis" / "knowledge-bodies-of-value-chains.rq").read_text(encoding="utf-8")
    assert set(re.findall(f"<{SCHEME}organisation-type/([a-z-]+)>", asked_for)) == under
    for name in under:
        typed_only = [said("actor/k", "organisationType", organisation_type(name)), said(OWN, "hasMember", "actor/k")]
        assert one(asked([*structure(), *typed_only])).cells["knowledge"] == 1, name


def test_the_shipped_cluster_of_the_balearic_islands_is_judged_as_by_hand(shipped_home: Path) -> None:
    """BLUEfasma names fifteen partners, this cluster among them; one of the others is a university."""
    given_ = ("analyse", "scientific-representation", "-p", "structure=id:structure/cluster-maritim-balears")
    document = json.loads(medkg(shipped_home, *given_, "--format", "json").stdout)
    by_kind, could, structures = (table["rows"] for table in document["tables"])
    assert [(row["partners"], len(row["bodies"])) for row in by_kind[:3]] == [(1, 1), (0, 0), (0, 0)]
    assert by_kind[0]["bodies"][0]["name"] == "University of Patras"
    assert (structures[0]["members"], structures[0]["partners"]) == (0, 14)
    first = next(row for row in could if row["kind"]["name"] == "technology centre")
    assert (first["body"]["iri"].rpartition("/")[2], first["near"]["id"]) == (
        "centro-tecnologico-naval-y-del-mar",
        "same-country",
    )
    assert all(item["origins"] for row in [*by_kind, *could, *structures] for item in row["evidence"])


def test_the_kinds_are_those_that_the_first_step_of_the_method_names(shipped_home: Path) -> None:
    told = list(csv.DictReader(medkg(shipped_home, "query", "steps-of-methods", "--format", "csv").stdout.splitlines()))
    assert told[0]["organisationTypes"].split(" | ") == ["knowledge organisation", "technology centre", "university"]
    document = json.loads(medkg(shipped_home, "analyse", "scientific-representation", "--format", "json").stdout)
    shown = sorted(row["kind"]["name"] for row in document["tables"][0]["rows"][:3])
    assert shown == told[0]["organisationTypes"].split(" | ")
