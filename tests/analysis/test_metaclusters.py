"""Proposals of meta-clusters: which clusters come together, what each term counts, and which point is weak."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.metaclusters import WEIGHTS
from medkg.analysis.report import Note, Report, Row
from medkg.errors import BadParameter
from medkg.namespaces import MK, RDF, SCHEME
from tests.analysis.small_registry import SOURCE, judged, said, thing

Wish = tuple[int, tuple[int, ...], tuple[int, ...]]
WISHES = st.lists(
    st.tuples(st.integers(0, 4), st.sets(st.integers(0, 3)).map(tuple), st.sets(st.integers(0, 2)).map(tuple)),
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
    assert proposals([*both, *science, *cluster("c", "fr", "x"), *cluster("d", "es", "x")])[0].cells["weak"] == Note(
        "weak-reach"
    )


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
    return [
        quad
        for number, (country, chains, projects) in enumerate(wishes)
        for quad in cluster(
            f"c{number}",
            f"x{country}" if country else "",
            *(f"v{item}" for item in chains),
            projects=tuple(map(str, projects)),
        )
    ]


@settings(max_examples=30, deadline=None)
@given(wishes=WISHES)
def test_terms_are_within_their_weights_and_sum_to_the_score(wishes: list[Wish]) -> None:
    for row in proposals(made(wishes)):
        terms = {name: Decimal(str(row.cells[name])) for name in WEIGHTS}
        assert sum(terms.values()) == row.cells["score"]
        assert all(0 <= terms[name] <= weight for name, weight in WEIGHTS.items())


@settings(max_examples=30, deadline=None)
@given(wishes=WISHES, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(wishes: list[Wish], order: object) -> None:
    quads = made(wishes)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert proposed(quads) == proposed(shuffled)


@settings(max_examples=30, deadline=None)
@given(wishes=WISHES)
def test_another_cluster_of_the_chain_takes_no_country_away(wishes: list[Wish]) -> None:
    more = [*made(wishes), *cluster("new", "x9", "v0", "v1", "v2", "v3")]
    before = {row.cells["chain"]: set(row.cells["countries"]) for row in proposals(made(wishes))}  # type: ignore[arg-type]
    after = {row.cells["chain"]: set(row.cells["countries"]) for row in proposals(more)}  # type: ignore[arg-type]
    assert all(countries < after[found] for found, countries in before.items())
