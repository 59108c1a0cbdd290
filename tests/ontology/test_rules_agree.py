"""The rules of the build and a complete OWL 2 RL reasoner (owlrl) infer the same from one made-up network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from medkg.namespaces import MK, Graphs
from medkg.ontology.files import read_turtle
from medkg.progress import silent
from medkg.reasoning.fixpoint import run_to_fixpoint
from medkg.reasoning.rulefile import load_rules
from medkg.reasoning.rules import infer
from medkg.settings import load_settings

FOLDER = load_settings(environ={}).ontology
MODELS = Path(__file__).parent / "models"
EXAMPLES = "https://example.org/"
#: Rules with lower numbers are those of OWL 2 RL; the others say what OWL cannot say.
FIRST_BEYOND_OWL = 20

Triple = tuple[Node, Node, Node]


def of_interest(triples: Graph) -> set[Triple]:
    """Give what is said of the examples in terms of the ontology."""
    return {
        (s, p, o)
        for s, p, o in triples
        if isinstance(s, URIRef)
        and s.startswith(EXAMPLES)
        and ((p == RDF.type and (str(o).startswith(MK) or o == SKOS.Concept)) or str(p).startswith(MK))
    }


@pytest.fixture(scope="module")
def entailed() -> set[Triple]:
    return set(read_turtle(MODELS / "network-entailed.ttl"))


@pytest.fixture(scope="module")
def by_owlrl(ontology: Graph) -> set[Triple]:
    annotations = {RDFS.label, SKOS.definition, SKOS.example, SKOS.altLabel, RDFS.isDefinedBy}
    graph = Graph()
    for triple in (*ontology, *read_turtle(MODELS / "network.ttl")):
        if triple[1] not in annotations:
            graph.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return of_interest(graph)


def load(store: ox.Store, ontology: Graph, *graphs: ox.NamedNode | ox.DefaultGraph) -> None:
    for graph, into in zip((ontology, read_turtle(MODELS / "network.ttl")), graphs, strict=True):
        data = graph.serialize(format="nt", encoding="utf-8")
        store.load(data, format=ox.RdfFormat.N_TRIPLES, to_graph=into)


def as_graph(quads: Iterable[ox.Quad]) -> Graph:
    graph = Graph()
    lines = "".join(f"{quad.triple} .\n" for quad in quads)
    return graph.parse(data=lines, format="nt")


@pytest.fixture(scope="module")
def by_owl_rules(ontology: Graph) -> set[Triple]:
    """Give what the rules for OWL axioms alone make of the network."""
    store = ox.Store()
    load(store, ontology, ox.DefaultGraph(), ox.DefaultGraph())
    rules = tuple(rule for rule in load_rules(FOLDER / "rules") if rule.number < FIRST_BEYOND_OWL)
    run_to_fixpoint(store, rules, silent)
    return of_interest(as_graph(store))


@pytest.fixture(scope="module")
def by_build(ontology: Graph) -> set[Triple]:
    """Give what the inference of a build, with all its rules, makes of the network."""
    store = ox.Store()
    source = ox.NamedNode(Graphs.SOURCE + "network")
    load(store, ontology, ox.NamedNode(Graphs.ONTOLOGY), source)
    infer(store, FOLDER / "rules")
    kept = (source, ox.NamedNode(Graphs.INFERRED))
    return of_interest(as_graph(quad for graph in kept for quad in store.quads_for_pattern(None, None, None, graph)))


def test_what_must_follow_follows_in_both(entailed: set[Triple], by_owlrl: set[Triple], by_build: set[Triple]) -> None:
    assert len(entailed) >= 15
    assert entailed - by_owlrl == set()
    assert entailed - by_build == set()


def test_nothing_that_must_follow_is_stated_already(entailed: set[Triple]) -> None:
    assert entailed & set(read_turtle(MODELS / "network.ttl")) == set()


def test_rules_and_reasoner_infer_exactly_the_same(by_owlrl: set[Triple], by_owl_rules: set[Triple]) -> None:
    assert by_owl_rules - by_owlrl == set()
    assert by_owlrl - by_owl_rules == set()
