"""The rules of OWL beside an OWL 2 RL reasoner: on a small piece of everything, both infer the same."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import Graph

from medkg.namespaces import ID, MK, RDF, SCHEME, SKOS
from medkg.progress import silent
from medkg.reasoning.fixpoint import run_to_fixpoint
from medkg.reasoning.rulefile import load_rules
from medkg.reasoning.rules import scratch_of
from medkg.validation.view import rdflib_view

Statement = tuple[str, str, str]


def ours(store: ox.Store, rules: Path) -> set[Statement]:
    scratch = scratch_of(store)
    run_to_fixpoint(scratch, [rule for rule in load_rules(rules) if rule.number < 20], silent)
    return about_things(rdflib_view(scratch))


def theirs(store: ox.Store) -> set[Statement]:
    graph = rdflib_view(store)
    with warnings.catch_warnings():
        # owlrl 7 still uses what rdflib 7 deprecates; nothing of ours can change that.
        warnings.simplefilter("ignore", DeprecationWarning)
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return about_things(graph)


def about_things(graph: Graph) -> set[Statement]:
    """Give the statements about entities and concepts in our own terms; owl:Thing and owl:sameAs say nothing."""
    statements = {(str(s), str(p), str(o)) for s, p, o in graph}
    return {
        (s, p, o)
        for s, p, o in statements
        if s.startswith((ID, SCHEME)) and (p.startswith(MK) or (p == RDF + "type" and o.startswith((MK, SKOS))))
    }


@pytest.mark.slow
def test_rules_infer_what_an_owl_rl_reasoner_infers(with_ontology: Callable[[str], ox.Store], rules: Path) -> None:
    store = with_ontology("owl.trig")
    given = about_things(rdflib_view(store))
    expected = theirs(store)
    assert len(expected - given) > 50, "the case is too poor to compare anything"
    assert ours(store, rules) == expected


def test_a_stated_type_gives_the_class_and_the_helix(with_ontology: Callable[[str], ox.Store], rules: Path) -> None:
    found = ours(with_ontology("owl.trig"), rules)
    institute = ID + "actor/institute"
    assert (institute, RDF + "type", MK + "KnowledgeOrganisation") in found
    assert (institute, MK + "inHelix", SCHEME + "helix/academia") in found
