"""What the ontology says about one term: names, definition, place in the hierarchy, and each axiom it takes part in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from medkg.errors import OntologyError, Place
from medkg.namespaces import MK, compact, expand

SDO: Final = "https://schema.org/"
KINDS: Final = {
    OWL.Class: "class",
    OWL.ObjectProperty: "object property",
    OWL.DatatypeProperty: "data property",
    OWL.AnnotationProperty: "annotation property",
}
CHARACTERISTICS: Final = {
    OWL.TransitiveProperty: "transitive",
    OWL.SymmetricProperty: "symmetric",
    OWL.AsymmetricProperty: "asymmetric",
}
#: How a triple about the term is said: (predicate, words where the term is the subject, words where it is the object).
SAYINGS: Final = (
    (RDFS.subClassOf, "subclass of", "superclass of"),
    (RDFS.subPropertyOf, "subproperty of", "superproperty of"),
    (OWL.equivalentClass, "is the same as", ""),
    (OWL.disjointWith, "disjoint with", "disjoint with"),
    (OWL.inverseOf, "inverse of", "inverse of"),
    (RDFS.domain, "domain", "domain of"),
    (RDFS.range, "range", "range of"),
    (URIRef(SDO + "domainIncludes"), "used on", "has property"),
    (URIRef(SDO + "rangeIncludes"), "leads to", "reached by"),
    (OWL.propertyChainAxiom, "follows from", ""),
    (URIRef(MK + "valueScheme"), "values from scheme", ""),
    (SKOS.closeMatch, "close to", ""),
    (SKOS.relatedMatch, "related to", ""),
)


@dataclass(frozen=True, slots=True)
class Description:
    """A term as the ontology describes it; ``axioms`` are pairs of what is said and about what, in short forms."""

    iri: str
    kind: str
    labels: dict[str, str]
    definition: str
    examples: tuple[str, ...]
    module: str
    axioms: tuple[tuple[str, str], ...]


def find_term(graph: Graph, name: str) -> URIRef:
    """Give the term that a name means: an IRI, a short form (``mk:Cluster``) or a local name (``Cluster``).

    Raises:
        OntologyError: the ontology has no such term; names those that come near.
    """
    try:
        iri = URIRef(expand(name) if ":" in name else MK + name)
    except KeyError:
        iri = URIRef(name)
    if (iri, RDFS.isDefinedBy, None) in graph:
        return iri
    near = get_close_matches(name.rpartition(":")[2], _local_names(graph), n=5)
    remedy = f"Near it: {', '.join(near)}." if near else "See the modules of the ontology."
    raise OntologyError("no such term", place=Place("ontology"), value=name, remedy=remedy)


def describe(graph: Graph, term: URIRef) -> Description:
    """Give what the graph says about a term of the ontology."""
    labels = {
        str(label.language): str(label) for label in graph.objects(term, RDFS.label) if hasattr(label, "language")
    }
    return Description(
        iri=str(term),
        kind=next((words for kind, words in KINDS.items() if (term, RDF.type, kind) in graph), "term"),
        labels=labels,
        definition=str(graph.value(term, SKOS.definition) or ""),
        examples=tuple(sorted(map(str, graph.objects(term, SKOS.example)))),
        module=str(graph.value(term, RDFS.isDefinedBy)),
        axioms=tuple(_axioms(graph, term)),
    )


def expression(graph: Graph, node: Node) -> str:
    """Give a class expression or a chain in Manchester syntax: ``mk:Cluster and (mk:hasTheme value …)``."""
    if not isinstance(node, BNode):
        return compact(str(node))
    if (node, RDF.first, None) in graph:
        return " o ".join(expression(graph, item) for item in Collection(graph, node))
    for joined, word in ((OWL.intersectionOf, " and "), (OWL.unionOf, " or ")):
        if (parts := graph.value(node, joined)) is not None:
            return word.join(_bracketed(graph, part) for part in Collection(graph, parts))
    return _restriction(graph, node)


def _bracketed(graph: Graph, node: Node) -> str:
    return f"({expression(graph, node)})" if isinstance(node, BNode) else expression(graph, node)


def _restriction(graph: Graph, node: Node) -> str:
    path = expression(graph, graph.value(node, OWL.onProperty) or node)
    for predicate, word in ((OWL.hasValue, "value"), (OWL.someValuesFrom, "some"), (OWL.allValuesFrom, "only")):
        if (value := graph.value(node, predicate)) is not None:
            return f"{path} {word} {expression(graph, value)}"
    return path


def _axioms(graph: Graph, term: URIRef) -> Iterator[tuple[str, str]]:
    for kind, word in CHARACTERISTICS.items():
        if (term, RDF.type, kind) in graph:
            yield "is", word
    if (term, URIRef(MK + "singleValued"), None) in graph:
        yield "is", "single-valued"
    for predicate, forward, backward in SAYINGS:
        yield from sorted((forward, expression(graph, value)) for value in graph.objects(term, predicate))
        if backward:
            yield from sorted((backward, expression(graph, user)) for user in graph.subjects(predicate, term))
    yield from sorted(("helps to infer", compact(str(target))) for target in _chained(graph, term))
    yield from _disjoint(graph, term)


def _chained(graph: Graph, term: URIRef) -> set[Node]:
    chains = graph.subject_objects(OWL.propertyChainAxiom)
    return {inferred for inferred, chain in chains if term in list(Collection(graph, chain))}


def _disjoint(graph: Graph, term: URIRef) -> Iterator[tuple[str, str]]:
    for _, members in graph.subject_objects(OWL.members):
        classes = list(Collection(graph, members))
        if term in classes:
            yield from sorted(("disjoint with", compact(str(other))) for other in classes if other != term)


def _local_names(graph: Graph) -> set[str]:
    return {str(term).removeprefix(MK) for term in graph.subjects(RDFS.isDefinedBy) if str(term).startswith(MK)}
