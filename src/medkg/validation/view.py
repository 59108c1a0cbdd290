"""Data of a store as one rdflib graph, for libraries that read no other."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import IdentifiedNode, Node

from medkg.namespaces import DEFAULT_GRAPH


def rdflib_view(store: ox.Store, leave_out: Collection[str] = ()) -> Graph:
    """Give the union of all graphs of a store but the ones named; the one without a name is called ``default``.

    The graph binds no prefixes: it is there to be read by programs.
    """
    view = Graph(bind_namespaces="none")
    terms = _Terms()
    for graph in (ox.DefaultGraph(), *store.named_graphs()):
        # The largest graphs are among those left out: they are not even gone through.
        if (DEFAULT_GRAPH if isinstance(graph, ox.DefaultGraph) else graph.value) in leave_out:
            continue
        for quad in store.quads_for_pattern(None, None, None, graph):
            view.add((terms.node(quad.subject), terms.node(quad.predicate), terms.node(quad.object)))
    return view


class _Terms:
    """Terms made once and used again: a store names the same predicate thousands of times."""

    def __init__(self) -> None:
        self.node = cache(_node)


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.Literal):
        return _literal(term)
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return identified(term)
    raise TypeError("the view holds RDF 1.1 terms; triple terms have none")


def identified(term: ox.NamedNode | ox.BlankNode) -> IdentifiedNode:
    """Give an IRI or a blank node as rdflib has it."""
    return URIRef(term.value) if isinstance(term, ox.NamedNode) else BNode(term.value)


def _literal(term: ox.Literal) -> Literal:
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = URIRef(term.datatype.value)
    return Literal(term.value) if datatype == XSD.string else Literal(term.value, datatype=datatype)
