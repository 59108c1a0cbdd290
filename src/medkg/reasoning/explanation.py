"""Why a graph is contradictory: a smallest set of axioms that contradict one another, and the modules they come from.

The search is QuickXplain (Junker 2004): of n parts, k of which contradict, it asks about k * log2(n / k) times.
It is run over groups of axioms first (one per module and kind), then over the axioms of the groups that are left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from medkg.namespaces import MK, compact
from medkg.ontology.files import MODULE_IRI
from medkg.reasoning.consistency import is_consistent, reasoner_view

Triple = tuple[Node, Node, Node]
Part = TypeVar("Part")

KINDS: Final = {
    RDFS.domain: "domains",
    RDFS.range: "ranges",
    RDFS.subClassOf: "subclasses",
    RDFS.subPropertyOf: "subproperties",
    OWL.inverseOf: "inverses",
    OWL.propertyChainAxiom: "chains",
    OWL.equivalentClass: "definitions",
    OWL.disjointWith: "disjointness",
    OWL.members: "disjointness",
}
#: Properties that carry no meaning for the reasoner, whether or not a file declares them.
REMARKS: Final = frozenset({RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionIRI, OWL.versionInfo})
DECLARATIONS: Final = frozenset(
    {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.Ontology, OWL.NamedIndividual}
)


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom or fact: its triples (blank nodes included), its kind and the module of its subject."""

    triples: tuple[Triple, ...]
    kind: str
    module: str

    @property
    def group(self) -> str:
        """Give the name of the axiom's group."""
        return f"{self.kind} of {self.module}"

    def __str__(self) -> str:
        if not isinstance(self.triples[0][0], BNode):
            return " ".join(_short(term) for term in self.triples[0])
        named = sorted({compact(str(term)) for _, _, term in self.triples if str(term).startswith(MK)})
        return f"{self.kind}: {', '.join(named)}"


def explain_contradiction(graph: Graph) -> list[Axiom]:
    """Give a smallest set of axioms and facts that contradict one another; empty if the graph is consistent.

    Raises:
        OntologyError: the reasoner is missing or refuses the graph.
    """
    if is_consistent(graph):
        return []
    background, axioms = split_axioms(reasoner_view(graph))
    groups: dict[str, list[Axiom]] = defaultdict(list)
    for axiom in axioms:
        groups[axiom.group].append(axiom)

    def holds_together(parts: Sequence[Sequence[Axiom]]) -> bool:
        return is_consistent(_joined(background, [axiom for part in parts for axiom in part]))

    guilty = smallest_contradiction(sorted(groups.values(), key=lambda part: part[0].group), holds_together)
    alone = [[axiom] for group in guilty for axiom in group]
    return [axiom for part in smallest_contradiction(alone, holds_together) for axiom in part]


def smallest_contradiction(parts: list[Part], hold_together: Callable[[list[Part]], bool]) -> list[Part]:
    """Give a smallest set of parts that do not hold together, knowing that all of them do not."""
    return _search([], False, parts, hold_together)


def _search(
    base: list[Part], grown: bool, parts: list[Part], hold_together: Callable[[list[Part]], bool]
) -> list[Part]:
    """Give the fewest of ``parts`` that contradict one another beside ``base``; that is asked about only if it grew."""
    if grown and not hold_together(base):
        return []
    if len(parts) <= 1:
        return parts
    left, right = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    from_right = _search(base + left, True, right, hold_together)
    return _search(base + from_right, bool(from_right), left, hold_together) + from_right


def split_axioms(graph: Graph) -> tuple[Graph, list[Axiom]]:
    """Give the declarations of a graph, and its axioms and facts one by one; annotations mean nothing here and go."""
    annotations = set(graph.subjects(RDF.type, OWL.AnnotationProperty))
    inner = {term for term in graph.objects() if isinstance(term, BNode)}
    background, axioms = Graph(bind_namespaces="none"), []
    for triple in sorted(graph):
        subject, predicate, value = triple
        if predicate == RDF.type and value in DECLARATIONS and isinstance(subject, URIRef):
            background.add(triple)
        elif isinstance(subject, URIRef) and predicate not in annotations and predicate not in REMARKS:
            axioms.append(Axiom((triple, *_below(graph, value)), _kind(graph, triple), _module(graph, subject)))
    free = sorted({s for s in graph.subjects() if isinstance(s, BNode)} - inner)
    for node in free:
        triples = tuple(_below(graph, node))
        axioms.append(Axiom(triples, "disjointness" if _lists_members(triples) else "definitions", "axioms"))
    return background, axioms


def _lists_members(triples: tuple[Triple, ...]) -> bool:
    return any(predicate == OWL.members for _, predicate, _ in triples)


def _below(graph: Graph, node: Node) -> list[Triple]:
    if not isinstance(node, BNode):
        return []
    own = list(graph.triples((node, None, None)))
    return own + [triple for _, _, value in own for triple in _below(graph, value)]


def _kind(graph: Graph, triple: Triple) -> str:
    if (triple[0], RDF.type, OWL.ObjectProperty) in graph and triple[1] == RDF.type:
        return "characteristics"
    return next((kind for predicate, kind in KINDS.items() if predicate == triple[1]), "facts")


def _module(graph: Graph, subject: Node) -> str:
    home = graph.value(subject, RDFS.isDefinedBy)
    return str(home).removeprefix(MODULE_IRI) if home is not None else "the data"


def _joined(background: Graph, axioms: Sequence[Axiom]) -> Graph:
    joined = Graph(bind_namespaces="none") + background
    for axiom in axioms:
        for triple in axiom.triples:
            joined.add(triple)
    return joined


def _short(term: Node) -> str:
    return "…" if isinstance(term, BNode) else compact(str(term))
