"""The focus nodes that a change can reach, and the statements around them on which the shapes' verdicts hang."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from medkg.namespaces import DEFAULT_GRAPH, RDF, RDFS
from medkg.validation.shape_terms import Node, ShapeTerms

_TYPE = ox.NamedNode(RDF + "type")
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")


class Neighbourhood:
    """The data as shapes see them, in one or two states: all graphs but those named ``unseen``."""

    def __init__(self, terms: ShapeTerms, unseen: Collection[str], *engines: ox.Store) -> None:
        self._terms = terms
        self._unseen = unseen
        self._engines = engines

    def moves_classes(self, quads: Iterable[ox.Quad]) -> bool:
        """Tell whether a change puts classes below one that a shape names, or takes them from there."""
        moved = {quad.object for quad in quads if quad.predicate == _SUBCLASS}
        return any(not self._above(kind).isdisjoint(self._terms.classes) for kind in moved if _is_node(kind))

    def focus_nodes(self, quads: Iterable[ox.Quad]) -> set[Node]:
        """Give the nodes that are a target of a shape, before or after, and whose verdict the statements can change."""
        reached: set[Node] = set()
        for quad in quads:
            reached.update(self._reached(quad))
        return {node for node in reached if self._is_target(node)}

    def around(self, nodes: Iterable[Node]) -> ox.Store:
        """Give what is needed to judge some focus nodes; the judgement of others in it means nothing."""
        found: set[ox.Quad] = set(self._quads(None, _SUBCLASS, None))
        values: set[Any] = set()
        terms = self._terms
        for node in nodes:
            for predicate in terms.forward | terms.subjects_of | {_TYPE}:
                held = list(self._quads(node, predicate, None))
                found.update(held)
                values.update(quad.object for quad in held if predicate in terms.forward_to_class)
            for predicate in terms.inverse | terms.objects_of:
                held = list(self._quads(None, predicate, node))
                found.update(held)
                values.update(quad.subject for quad in held if predicate in terms.inverse_to_class)
        for value in filter(_is_node, values):
            found.update(self._quads(value, _TYPE, None))
        store = ox.Store()
        store.extend(found)
        return store

    def _reached(self, quad: ox.Quad) -> Iterator[Node]:
        terms, predicate = self._terms, quad.predicate
        subject, object_ = _node(quad.subject), _node(quad.object)
        if subject and (predicate == _TYPE or predicate in terms.forward or predicate in terms.subjects_of):
            yield subject
        if object_ and (predicate in terms.inverse or predicate in terms.objects_of):
            yield object_
        if subject and predicate == _TYPE and isinstance(quad.object, ox.NamedNode) and self._is_named(quad.object):
            yield from self._who_has(subject)

    def _who_has(self, value: Node) -> Iterator[Node]:
        """Give the nodes that must have values of some class and have this one."""
        for predicate in self._terms.forward_to_class:
            yield from filter(None, (_node(quad.subject) for quad in self._quads(None, predicate, value)))
        for predicate in self._terms.inverse_to_class:
            yield from filter(None, (_node(quad.object) for quad in self._quads(value, predicate, None)))

    def _is_target(self, node: Node) -> bool:
        terms = self._terms
        return (
            node in terms.nodes
            or any(any(self._quads(node, predicate, None)) for predicate in terms.subjects_of)
            or any(any(self._quads(None, predicate, node)) for predicate in terms.objects_of)
            or any(
                not self._above(quad.object).isdisjoint(terms.target_classes)
                for quad in self._quads(node, _TYPE, None)
                if _is_node(quad.object)
            )
        )

    def _is_named(self, kind: ox.NamedNode) -> bool:
        return not self._above(kind).isdisjoint(self._terms.classes)

    def _above(self, kind: Any) -> set[Any]:
        """Give a class and all above it."""
        found, open_ = {kind}, [kind]
        while open_:
            above = {quad.object for quad in self._quads(open_.pop(), _SUBCLASS, None) if _is_node(quad.object)}
            open_.extend(above - found)
            found |= above
        return found

    def _quads(self, subject: Any, predicate: ox.NamedNode, object_: Any) -> Iterator[ox.Quad]:
        for engine in self._engines:
            for quad in engine.quads_for_pattern(subject, predicate, object_):
                if _name(quad) not in self._unseen:
                    yield quad


def _name(quad: ox.Quad) -> str:
    return DEFAULT_GRAPH if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _is_node(term: object) -> bool:
    return isinstance(term, ox.NamedNode | ox.BlankNode)


def _node(term: object) -> Node | None:
    return term if isinstance(term, ox.NamedNode | ox.BlankNode) else None
