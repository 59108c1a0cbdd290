"""The whole inference: what it adds, what it leaves alone, and what it records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.namespaces import ID, MK, PROV, RDF, RULE, SCHEME, Graphs
from medkg.progress import silent
from medkg.reasoning.fixpoint import run_to_fixpoint
from medkg.reasoning.rulefile import load_rules
from medkg.reasoning.rules import infer, scratch_of

Load = Callable[[str], ox.Store]
INFERRED = ox.NamedNode(Graphs.INFERRED)
CLAIMS = ox.NamedNode(Graphs.INFERENCE_CLAIMS)
CATALOG = ox.NamedNode(Graphs.CATALOG)
GENERATED_BY = ox.NamedNode(PROV + "wasGeneratedBy")


def classes(store: ox.Store, entity: str) -> set[str]:
    subject, kind = ox.NamedNode(ID + entity), ox.NamedNode(RDF + "type")
    found = {quad.object for quad in store.quads_for_pattern(subject, kind, None, None)}
    return {term.value.removeprefix(MK) for term in found if isinstance(term, ox.NamedNode)}


def inferred(store: ox.Store, entity: str, name: str) -> set[str]:
    found = store.quads_for_pattern(ox.NamedNode(ID + entity), ox.NamedNode(MK + name), None, INFERRED)
    return {quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode | ox.Literal)}


def test_existing_meta_cluster_is_transnational_and_planned_one_is_not(with_ontology: Load, rules: Path) -> None:
    store = with_ontology("meta_cluster.trig")
    infer(store, rules)
    assert {"TransnationalStructure", "TransnationalMetaCluster"} <= classes(store, "structure/weave")
    assert inferred(store, "structure/weave", "sharesValueChain") == {SCHEME + "value-chain/textile"}
    assert inferred(store, "structure/weave", "memberCountry") == {ID + "place/italy", ID + "place/tunisia"}
    assert inferred(store, "structure/weave", "oneClusterPerCountry") == {"true"}
    assert {"TransnationalStructure", "TransnationalMetaCluster"}.isdisjoint(classes(store, "structure/plan"))


def test_nothing_a_source_states_is_inferred_again(with_ontology: Load, rules: Path) -> None:
    store = with_ontology("meta_cluster.trig")
    asserted = {quad.triple for quad in store}
    infer(store, rules)
    assert asserted.isdisjoint(quad.triple for quad in store.quads_for_pattern(None, None, None, INFERRED))


def test_each_inferred_statement_names_one_rule_that_is_described(with_ontology: Load, rules: Path) -> None:
    store = with_ontology("meta_cluster.trig")
    outcome = infer(store, rules)
    statements = [ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object")]
    for quad in list(store.quads_for_pattern(None, None, None, INFERRED)):
        parts = (quad.subject, quad.predicate, quad.object)
        claims = set.intersection(
            *[
                {claim.subject for claim in store.quads_for_pattern(None, said, part, CLAIMS)}
                for said, part in zip(statements, parts, strict=True)
            ]
        )
        assert len(claims) == 1, f"{quad.triple} has {len(claims)} claims"
        (rule,) = [found.object for found in store.quads_for_pattern(claims.pop(), GENERATED_BY, None, CLAIMS)]
        assert isinstance(rule, ox.NamedNode)
        assert any(store.quads_for_pattern(rule, None, None, CATALOG)), f"{rule} is not described"
        assert outcome.by_rule[rule.value.removeprefix(RULE)] > 0


def test_no_blank_node_is_inferred(with_ontology: Load, rules: Path) -> None:
    store = with_ontology("meta_cluster.trig")
    assert infer(store, rules).inferred > 0
    written = [quad for graph in (INFERRED, CLAIMS) for quad in store.quads_for_pattern(None, None, None, graph)]
    assert not [quad for quad in written if ox.BlankNode in (type(quad.subject), type(quad.object))]


def test_second_run_changes_nothing(with_ontology: Load, rules: Path) -> None:
    store = with_ontology("preferred.trig")
    first = infer(store, rules)
    quads = set(store)
    assert infer(store, rules) == first
    assert set(store) == quads


def test_rules_add_nothing_to_their_own_results(with_ontology: Load, rules: Path) -> None:
    store = with_ontology("meta_cluster.trig")
    infer(store, rules)
    source = ox.NamedNode(Graphs.SOURCE + "all")
    for quad in list(store.quads_for_pattern(None, None, None, INFERRED)):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, source))
    assert infer(store, rules).inferred == 0


@pytest.mark.parametrize("name", ["meta_cluster.trig", "preferred.trig", "owl.trig"])
def test_declared_reads_spare_work_and_lose_nothing(with_ontology: Load, rules: Path, name: str) -> None:
    shipped = load_rules(rules)
    store = with_ontology(name)
    sparing = run_to_fixpoint(scratch_of(store), shipped, silent)
    always = run_to_fixpoint(scratch_of(store), [replace(rule, reads=frozenset()) for rule in shipped], silent)
    assert dict(sparing.named()) == {
        triple: next(r for r in shipped if r.id == rule.id) for triple, rule in always.named()
    }
