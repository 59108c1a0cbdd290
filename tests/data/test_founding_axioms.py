"""The curated triples fit the ontology: domains, ranges, disjoint classes; no reasoner is left to repair them."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from medkg.namespaces import expand
from tests.data.founding_tables import FOLDER, ONTOLOGY, Row

TABLES = (FOLDER / "triples.csv", FOLDER.parent / "web-statements" / "web-triples.csv")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """Give the ontology with its axioms and vocabularies."""
    graph = Graph()
    for path in (*ONTOLOGY.glob("modules/*.ttl"), ONTOLOGY / "axioms.ttl", *ONTOLOGY.glob("vocab/*.ttl")):
        graph.parse(path)
    return graph


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def types(ontology: Graph) -> dict[Node, set[Node]]:
    """Give the classes of each entity: those the tables and vocabularies give it, and all above them."""
    given: dict[Node, set[Node]] = defaultdict(set)
    for subject, _, cls in ontology.triples((None, RDF.type, None)):
        given[subject].add(cls)
    for row in (row for path in TABLES for row in _rows(path) if row["predicate"] == "rdf:type"):
        given[URIRef(expand(row["subject"]))].add(URIRef(expand(row["object"])))
    return {
        entity: {above for cls in classes for above in ontology.transitive_objects(cls, RDFS.subClassOf) if above}
        for entity, classes in given.items()
    }


def _fits(ontology: Graph, cls: Node, classes: set[Node]) -> bool:
    members = ontology.value(cls, OWL.unionOf)
    return cls in classes if members is None else bool(set(ontology.items(members)) & classes)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_subjects_fit_the_domains(path: Path, ontology: Graph, types: dict[Node, set[Node]]) -> None:
    for row in _rows(path):
        subject = URIRef(expand(row["subject"]))
        if path == TABLES[1] and subject not in types:
            continue  # introduced by the tables of projects
        for domain in ontology.objects(URIRef(expand(row["predicate"])), RDFS.domain):
            assert _fits(ontology, domain, types.get(subject, set())), row


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_objects_fit_the_ranges(path: Path, ontology: Graph, types: dict[Node, set[Node]]) -> None:
    for row in (row for row in _rows(path) if row["kind"] == "term"):
        target = URIRef(expand(row["object"]))
        if path == TABLES[1] and target not in types:
            continue
        for target_class in ontology.objects(URIRef(expand(row["predicate"])), RDFS.range):
            assert _fits(ontology, target_class, types.get(target, set())), row


def test_no_entity_is_of_two_disjoint_classes(ontology: Graph, types: dict[Node, set[Node]]) -> None:
    axioms = list(ontology.subjects(RDF.type, OWL.AllDisjointClasses))
    assert axioms
    for axiom in axioms:
        members = ontology.value(axiom, OWL.members)
        assert members is not None
        apart = set(ontology.items(members))
        for entity, classes in types.items():
            assert len(apart & classes) < 2, (entity, sorted(map(str, apart & classes)))
