"""Proposals of meta-clusters: which clusters come together, what each term counts, and which point is weak."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.metaclusters import WEIGHTS
from medkg.analysis.report import Note, Report, Row
from medkg.errors import BadParameter
from medkg.namespaces import MK, RDF, SCHEME
from tests.analysis.small_registry import HELICES, SOURCE, helix, judged, partner, said, thing
from tests.store.small_stores import medkg

Wish = tuple[int, set[int], set[int], set[str], set[int]]
#: Of a cluster: its country (0 for none), value chains, projects, the helices of its one member, and the stages.
WISHES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sets(st.integers(0, 3)),
        st.sets(st.integers(0, 2)),
        st.sets(st.sampled_from(HELICES)),
        st.sets(st.integers(0, 4)),
    ),
    max_size=10,
)


def chain(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SCHEME}value-chain/{name}")


def typed(name: str, kind: str) -> ox.Quad:
    return ox.Quad(thing(name), ox.NamedNode(RDF + "type"), ox.NamedNode(MK + kind), SOURCE)


def cluster(name: str, country: str, *chains: str, projects: tuple[str, ...] = ()) -> list[ox.Quad]:
    """Give a cluster of a country, which works on value chains and takes part in projects."""
    own = f"structure/{name}"
    where = [said(own, "country", f"place/{country}")] if country else []
    works = [said(own, "worksOnValueChain", chain(item)) for item in chains]
    return [
        typed(own, "Cluster"),
        *where,
        *works,
        *(said(own, "participatesIn", f"project/{item}") for item in projects),
    ]


def member(of: str, name: str, *helices: str) -> list[ox.Quad]:
    """Give a member of a cluster, which stands in some helices."""
    return [said(f"structure/{of}", "hasMember", name), *(said(name, "inHelix", helix(one)) for one in helices)]


def stages(of: str, *names: str) -> list[ox.Quad]:
    """Give the stages of a value chain."""
    return [ox.Quad(chain(of), ox.NamedNode(f"{MK}hasStage"), thing(f"stage/{name}"), SOURCE) for name in names]


def on_stages(cluster_name: str, *names: str) -> list[ox.Quad]:
    """Give the stages that a cluster works on."""
    return [said(f"structure/{cluster_name}", "worksOnStage", f"stage/{name}") for name in names]


def proposed(quads: list[ox.Quad], **given: str) -> Report:
    return judged("meta-cluster-proposals", quads, **given)


def proposals(quads: list[ox.Quad]) -> tuple[Row, ...]:
    return proposed(quads).table("proposals").rows


def test_clusters_of_different_countries_on_one_chain_are_proposed() -> None:
    found = proposed([*cluster("a", "it", "agri"), *cluster("b", "tn", "agri"), *cluster("c", "tn", "textile")])
    (row,) = found.table("proposals").rows
    assert (row.cells["chain"], row.cells["clusters"]) == (chain("agri"), 2)
    assert row.cells["countries"] == (thing("place/it"), thing("place/tn"))
    assert ox.Triple(thing("structure/a"), ox.NamedNode(f"{MK}worksOnValueChain"), chain("agri")) in row.evidence
    assert [row.cells["cluster"] for row in found.table("clusters").rows] == [
        thing("structure/a"),
        thing("structure/b"),
    ]


def test_clusters_of_one_country_are_not_and_one_without_a_country_is_told_apart() -> None:
    found = proposed([*cluster("a", "it", "agri"), *cluster("b", "it", "agri"), *cluster("c", "", "agri")])
    assert found.table("proposals").rows == ()
    assert not found.enough
    assert found.notes[0] == Note("no-proposal")
    assert [row.cells["cluster"] for row in found.table("apart").rows] == [thing("structure/c")]


def test_reach_is_the_part_of_all_countries_with_clusters() -> None:
    two = [*cluster("a", "it", "agri"), *cluster("b", "tn", "agri")]
    assert proposals(two)[0].cells["reach"] == Decimal("4.000")
    assert proposals([*two, *cluster("c", "fr", "ict"), *cluster("d", "es", "ict")])[0].cells["reach"] == Decimal(
        "2.000"
    )


def test_science_is_the_part_of_the_clusters_with_a_known_knowledge_body() -> None:
    bodies = [typed("actor/u", "KnowledgeOrganisation"), said("project/p", "hasPartner", "actor/u")]
    quads = [*cluster("a", "it", "agri", projects=("p",)), *cluster("b", "tn", "agri"), *bodies]
    row = proposals(quads)[0]
    assert row.cells["science"] == Decimal("1.500")
    assert ox.Triple(thing("project/p"), ox.NamedNode(f"{MK}hasPartner"), thing("actor/u")) in row.evidence
    member = [*quads, said("structure/b", "hasMember", "actor/u")]
    assert proposals(member)[0].cells["science"] == Decimal("3.000")


TWO = [*cluster("a", "it", "agri", projects=("p",)), *cluster("b", "tn", "agri")]


@pytest.mark.parametrize(
    ("more", "points"),
    [
        ([], "0.000"),
        (member("a", "actor/u"), "0.000"),
        (member("a", "actor/u", "academia"), "0.500"),
        (member("a", "actor/u", "academia", "civil-society"), "1.000"),
        ([*member("a", "actor/u", "academia"), *member("b", "actor/w", "academia")], "0.500"),
        (partner("actor/u", "government", of="project/p"), "0.500"),
        ([*member("b", "actor/w", "academia", "business"), *partner("actor/u", "government", of="project/p")], "1.500"),
        (member("a", "actor/u", *HELICES), "2.000"),
        (partner("structure/a", "business", of="project/p"), "0.000"),
        (member("elsewhere", "actor/u", "academia"), "0.000"),
        (member("a", "actor/u", "industry"), "0.000"),
    ],
    ids=[
        "nobody",
        "unknown",
        "one",
        "one body in two",
        "one helix twice",
        "a partner",
        "of both clusters",
        "all four",
        "the cluster itself",
        "of no cluster",
        "no helix of the four",
    ],
)
def test_helix_is_the_part_of_the_four_that_members_and_project_partners_are_known_in(
    more: list[ox.Quad], points: str
) -> None:
    assert proposals([*TWO, *more])[0].cells["helix"] == Decimal(points)


def test_each_known_helix_is_shown_by_a_body_and_its_helix() -> None:
    quads = [*TWO, *member("a", "actor/z", "academia"), *member("a", "actor/m", "academia")]
    found = proposed([*quads, *partner("actor/u", "government", of="project/p")])
    row = found.table("proposals").rows[0]
    shown = [item for item in row.evidence if item.predicate == thing("mk:inHelix")]
    assert shown == [
        ox.Triple(thing("actor/m"), thing("mk:inHelix"), helix("academia")),
        ox.Triple(thing("actor/u"), thing("mk:inHelix"), helix("government")),
    ]
    assert ox.Triple(thing("structure/a"), thing("mk:hasMember"), thing("actor/m")) in row.evidence
    assert ox.Triple(thing("project/p"), thing("mk:hasPartner"), thing("actor/u")) in row.evidence
    assert len(row.evidence) == len(set(row.evidence))
    first, second = found.table("clusters").rows
    assert first.cells["helices"] == (helix("academia"), helix("government"))
    assert second.cells["helices"] == ()
    assert Note("no-helix", {"unknown": 1, "clusters": 2}) in found.notes


def test_steps_are_not_judged_and_in_no_sum_as_long_as_no_source_states_any() -> None:
    for more in ([], stages("agri", "grow", "sell"), [*stages("ict", "code"), *on_stages("a", "code")]):
        found = proposed([*TWO, *more])
        (row,) = found.table("proposals").rows
        assert row.cells["steps"] is None
        assert row.cells["score"] == Decimal("4.000")
        assert row.cells["weak"] == Note("weak-science")
        assert Note("no-steps", {"unjudged": 1, "proposals": 1}) in found.notes


def test_steps_are_the_part_of_the_stages_of_the_chain_that_the_clusters_work_on() -> None:
    agri = stages("agri", "grow", "pack", "move", "sell")
    found = proposed([*TWO, *agri, *on_stages("a", "grow", "sell"), *on_stages("b", "sell", "elsewhere")])
    (row,) = found.table("proposals").rows
    assert row.cells["steps"] == Decimal("1.000")
    assert row.cells["score"] == Decimal("5.000")
    assert ox.Triple(thing("structure/a"), thing("mk:worksOnStage"), thing("stage/grow")) in row.evidence
    assert ox.Triple(chain("agri"), thing("mk:hasStage"), thing("stage/grow")) in row.evidence
    assert found.table("clusters").rows[1].cells["steps"] == (thing("stage/sell"),)
    assert "no-steps" not in {note.id for note in found.notes}


def test_few_steps_can_be_the_weak_point() -> None:
    known = [*member("a", "actor/u", *HELICES), *member("b", "actor/u"), typed("actor/u", "KnowledgeOrganisation")]
    both = [*cluster("a", "it", "agri", "ict", projects=("p",)), *cluster("b", "tn", "agri", projects=("p",))]
    row = proposals([*both, *known, *stages("agri", "grow", "sell"), *on_stages("a", "grow")])[0]
    assert (row.cells["steps"], row.cells["weak"]) == (Decimal("1.000"), Note("weak-steps"))


def test_complementarity_is_the_part_of_the_other_chains_that_one_cluster_alone_has() -> None:
    quads = [*cluster("a", "it", "agri", "ict", "water"), *cluster("b", "tn", "agri", "ict")]
    agri = next(row for row in proposals(quads) if row.cells["chain"] == chain("agri"))
    assert agri.cells["complementarity"] == Decimal("1.000")


def test_cooperation_is_the_part_of_the_pairs_with_a_project_in_common() -> None:
    a, b = cluster("a", "it", "agri", projects=("p", "q")), cluster("b", "tn", "agri", projects=("p", "q"))
    assert proposals([*a, *b])[0].cells["cooperation"] == Decimal("1.000")
    assert proposals([*a, *b, *cluster("c", "fr", "agri")])[0].cells["cooperation"] == Decimal("0.333")


def test_the_weak_point_is_the_term_that_reaches_least_of_what_it_can() -> None:
    science = [typed("actor/u", "KnowledgeOrganisation"), said("project/p", "hasPartner", "actor/u")]
    both = [*cluster("a", "it", "agri", "ict", projects=("p",)), *cluster("b", "tn", "agri", projects=("p",))]
    assert proposals(both)[0].cells["weak"] == Note("weak-science")
    assert proposals([*both, *science])[0].cells["weak"] == Note("weak-helix")
    known = [*both, *science, *(said("actor/u", "inHelix", helix(one)) for one in HELICES)]
    far = [*cluster("c", "fr", "x"), *cluster("d", "es", "x")]
    assert proposals([*known, *far])[0].cells["weak"] == Note("weak-reach")


def test_a_choice_among_clusters_of_one_country_is_told() -> None:
    found = proposed([*cluster("a", "it", "agri"), *cluster("b", "it", "agri"), *cluster("c", "tn", "agri")])
    assert Note("choice", {"chains": 1}) in found.notes


def test_one_chain_can_be_asked_for_and_must_be_known() -> None:
    quads = [*cluster("a", "it", "agri", "ict"), *cluster("b", "tn", "agri", "ict"), typed_concept("ict")]
    found = proposed(quads, chain="ict")
    assert [row.cells["chain"] for row in found.table("proposals").rows] == [chain("ict")]
    with pytest.raises(BadParameter, match="chain: nothing is known of"):
        proposed(quads, chain="no-such-chain")


def typed_concept(name: str) -> ox.Quad:
    kind = ox.NamedNode("http://www.w3.org/2004/02/skos/core#Concept")
    return ox.Quad(chain(name), ox.NamedNode(RDF + "type"), kind, SOURCE)


def made(wishes: list[Wish]) -> list[ox.Quad]:
    """Give clusters as wished, on value chains of which the first two have stages, some of them the same."""
    found = [*stages("v0", "0", "1", "2"), *stages("v1", "2", "3", "4")]
    for number, (country, chains, projects, helices, steps) in enumerate(wishes):
        name, where = f"c{number}", f"x{country}" if country else ""
        found += cluster(name, where, *(f"v{item}" for item in chains), projects=tuple(map(str, projects)))
        found += [*member(name, f"actor/{name}", *helices), *on_stages(name, *map(str, steps))]
        found += partner(f"actor/{name}", of=f"project/{number}")
    return found


@settings(max_examples=30, deadline=None)
@given(wishes=WISHES)
def test_terms_are_within_their_weights_and_sum_to_the_score(wishes: list[Wish]) -> None:
    for row in proposals(made(wishes)):
        terms = {name: Decimal(str(row.cells[name])) for name in WEIGHTS if row.cells[name] is not None}
        assert WEIGHTS.keys() - terms.keys() <= {"steps"}
        assert sum(terms.values()) == row.cells["score"]
        assert all(0 <= points <= WEIGHTS[name] for name, points in terms.items())


@settings(max_examples=30, deadline=None)
@given(wishes=WISHES, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(wishes: list[Wish], order: object) -> None:
    quads = made(wishes)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert proposed(quads) == proposed(shuffled)


@settings(max_examples=30, deadline=None)
@given(wishes=WISHES)
def test_another_cluster_of_the_chain_takes_no_coverage_away(wishes: list[Wish]) -> None:
    more = [*made(wishes), *cluster("new", "x9", "v0", "v1", "v2", "v3"), *member("new", "actor/new", "academia")]
    before = {row.cells["chain"]: row.cells for row in proposals(made(wishes))}
    after = {row.cells["chain"]: row.cells for row in proposals([*more, *on_stages("new", "2")])}
    for found, was in before.items():
        now = after[found]
        assert set(was["countries"]) < set(now["countries"])  # type: ignore[arg-type]
        for term in ("reach", "helix", "steps"):
            assert was[term] is None or was[term] <= now[term]  # type: ignore[operator]


@settings(max_examples=30, deadline=None)
@given(wishes=WISHES)
def test_helix_and_steps_are_counted_over_again_from_what_was_wished(wishes: list[Wish]) -> None:
    having = {0: {0, 1, 2}, 1: {2, 3, 4}}
    for row in proposals(made(wishes)):
        number = int(row.cells["chain"].value[-1])  # type: ignore[union-attr]
        held = [(at, wish) for at, wish in enumerate(wishes) if wish[0] and number in wish[1]]
        partners = [wishes[at] for _, wish in held for at in wish[2] if at < len(wishes)]
        brought = set().union(*(wish[3] for _, wish in held), *(wish[3] for wish in partners))
        assert row.cells["helix"] == Decimal(len(brought)) / 2
        covered = set().union(*(wish[4] for _, wish in held)) & having.get(number, set())
        wanted = (Decimal(len(covered)) * 2 / 3).quantize(Decimal("0.001")) if covered else None
        assert row.cells["steps"] == wanted


def test_the_command_scores_energy_as_worked_by_hand(shipped_home: Path) -> None:
    """Capenergies takes part in ESMARTCITY, with four partners of academia, three of government, three unknown ones."""
    command = ("meta-cluster-proposals", "-p", "chain=energy", "--format", "json")
    document = json.loads(medkg(shipped_home, "analyse", *command).stdout)
    proposed, clusters, _ = (table["rows"] for table in document["tables"])
    assert [country["name"] for country in proposed[0]["countries"]] == ["France", "Italy"]
    wanted = {"science": 1.5, "helix": 1.0, "steps": None, "complementarity": 2.0, "cooperation": 0.0}
    assert {name: proposed[0][name] for name in wanted} == wanted
    assert proposed[0]["weak"]["id"] == "weak-cooperation"
    helices = {row["cluster"]["name"]: len(row["helices"]) for row in clusters}
    assert helices == {"Capenergies": 2, "Smart Communities Technologies Cluster": 0}
    assert all(item["origins"] for item in proposed[0]["evidence"])
