"""Turtle read with Oxigraph's parser: literals keep their spelling, an error names its line, nothing is fetched."""

from __future__ import annotations

from functools import singledispatch

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from medkg.errors import OntologyError, Place


def parse_triples(text: str, name: str) -> tuple[list[ox.Triple], dict[str, str]]:
    """Give the triples and the prefixes of a Turtle text; ``name`` is what an error calls it.

    Raises:
        OntologyError: the text is not Turtle, or has a relative IRI and no base; names the line.
    """
    try:
        parser = ox.parse(text, format=ox.RdfFormat.TURTLE)
        triples = [quad.triple for quad in parser]
    except SyntaxError as error:
        place = Place(name, error.lineno)
        raise OntologyError(f"not valid Turtle ({error.msg})", place=place, remedy="Correct the file.") from error
    return triples, dict(parser.prefixes)


def parse_turtle(text: str, name: str) -> Graph:
    """Give the triples of a Turtle text as an rdflib graph. Only the text's own prefixes are bound.

    Raises:
        OntologyError: as :func:`parse_triples`.
    """
    triples, prefixes = parse_triples(text, name)
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add((as_node(triple.subject), as_node(triple.predicate), as_node(triple.object)))
    return graph


@singledispatch
def as_node(term: object) -> Node:
    """Give an Oxigraph term as an rdflib node, a literal in its own spelling."""
    raise TypeError(f"no RDF 1.1 term: {term}")


@as_node.register
def _(term: ox.NamedNode) -> Node:
    return URIRef(term.value)


@as_node.register
def _(term: ox.BlankNode) -> Node:
    return BNode(term.value)


@as_node.register
def _(term: ox.Literal) -> Node:
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = URIRef(term.datatype.value)
    return Literal(term.value, datatype=None if datatype.endswith("#string") else datatype, normalize=False)
