"""What shapes look at: read from the shapes themselves, so that a new shape needs no word about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeGuard

import pyoxigraph as ox

from medkg.namespaces import OWL, RDF, RDFS, SH

Node = ox.NamedNode | ox.BlankNode
_TYPE, _FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("type", "first", "rest", "nil"))
_PATH, _PROPERTY, _CLASS = (ox.NamedNode(SH + name) for name in ("path", "property", "class"))
_INVERSE, _ALTERNATIVE = (ox.NamedNode(SH + name) for name in ("inversePath", "alternativePath"))
_LOGICAL: Final = tuple(ox.NamedNode(SH + name) for name in ("and", "or", "xone"))
_VALUE_SHAPES: Final = tuple(ox.NamedNode(SH + name) for name in ("not", "qualifiedValueShape"))
_PAIRED: Final = tuple(SH + name for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"))
#: Constraints that look at a node, at the values of its property, and no further. Others are not narrowed.
_NEAR: Final = frozenset(
    SH + name
    for name in (
        *("path", "inversePath", "alternativePath", "property", "and", "or", "xone", "not", "class", "datatype"),
        *("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "severity", "message", "name", "order"),
        *("description", "group", "minCount", "maxCount", "minInclusive", "maxInclusive", "minExclusive"),
        *("maxExclusive", "minLength", "maxLength", "pattern", "flags", "languageIn", "uniqueLang", "in", "hasValue"),
        *("equals", "disjoint", "lessThan", "lessThanOrEquals", "nodeKind", "qualifiedValueShape"),
        *("qualifiedMinCount", "qualifiedMaxCount"),
    )
)


@dataclass(frozen=True, slots=True)
class ShapeTerms:
    """The terms of some shapes. Where ``near`` is false a verdict may hang on statements further away."""

    near: bool
    #: Properties of focus nodes, properties that lead to them, and both of those whose values must be of a class.
    forward: frozenset[ox.NamedNode]
    inverse: frozenset[ox.NamedNode]
    forward_to_class: frozenset[ox.NamedNode]
    inverse_to_class: frozenset[ox.NamedNode]
    target_classes: frozenset[ox.NamedNode]
    classes: frozenset[ox.NamedNode]
    subjects_of: frozenset[ox.NamedNode]
    objects_of: frozenset[ox.NamedNode]
    nodes: frozenset[Node]


def read_shape_terms(folder: Path) -> ShapeTerms:
    """Read the terms of all shapes (``*.ttl``) of a folder, which :func:`load_shapes` has found to be right."""
    store = ox.Store()
    for path in sorted(folder.glob("*.ttl")):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    return _Reading(store).terms()


class _Reading:
    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def terms(self) -> ShapeTerms:
        paths = [(shape, step) for shape in self._shapes_with_path() for step in self._steps(shape)]
        to_class = {shape for shape in self._shapes_with_path() if self._asks_class(shape)}
        forward = {step for _, (step, inverse) in paths if not inverse}
        paired = {quad.object for quad in self._store if quad.predicate.value in _PAIRED}
        targets = {name: self._objects(name) for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf")}
        # A class that is a shape is its own target.
        own = {
            quad.subject
            for kind in (RDFS + "Class", OWL + "Class")
            for quad in self._store.quads_for_pattern(None, _TYPE, ox.NamedNode(kind))
        }
        target_classes = targets["targetClass"] | _iris(own)
        return ShapeTerms(
            near=self._is_near(),
            forward=frozenset(forward | _iris(paired)),
            inverse=frozenset(step for _, (step, inverse) in paths if inverse),
            forward_to_class=frozenset(step for shape, (step, inverse) in paths if shape in to_class and not inverse),
            inverse_to_class=frozenset(step for shape, (step, inverse) in paths if shape in to_class and inverse),
            target_classes=frozenset(target_classes),
            classes=frozenset(target_classes | self._objects("class")),
            subjects_of=frozenset(targets["targetSubjectsOf"]),
            objects_of=frozenset(targets["targetObjectsOf"]),
            nodes=frozenset(self._objects("targetNode")),
        )

    def _is_near(self) -> bool:
        known = all(not quad.predicate.value.startswith(SH) or quad.predicate.value in _NEAR for quad in self._store)
        readable = all(list(self._steps(shape)) for shape in self._shapes_with_path())
        flat = not any(self._below(shape, _PROPERTY) for shape in self._shapes_with_path())
        return known and readable and flat

    def _shapes_with_path(self) -> list[Node]:
        return [quad.subject for quad in self._store.quads_for_pattern(None, _PATH, None) if _is_node(quad.subject)]

    def _steps(self, shape: Node) -> Iterator[tuple[ox.NamedNode, bool]]:
        """Give the properties of a path and whether each is followed backwards; nothing of a path of several steps."""
        (path,) = self._values(shape, _PATH)
        alternatives = [item for head in self._values(path, _ALTERNATIVE) for item in self._list(head)] or [path]
        found = [self._step(item) for item in alternatives]
        if all(step is not None for step in found):
            yield from (step for step in found if step is not None)

    def _step(self, path: Node) -> tuple[ox.NamedNode, bool] | None:
        if isinstance(path, ox.NamedNode):
            return path, False
        inner = self._values(path, _INVERSE)
        return (inner[0], True) if len(inner) == 1 and isinstance(inner[0], ox.NamedNode) else None

    def _asks_class(self, shape: Node) -> bool:
        return bool(self._values(shape, _CLASS)) or self._below(shape, _CLASS)

    def _below(self, shape: Node, term: ox.NamedNode) -> bool:
        """Tell whether a shape, or one that its values must conform to, has a property of SHACL."""
        inner = [item for name in _LOGICAL for head in self._values(shape, name) for item in self._list(head)]
        inner += [item for name in _VALUE_SHAPES for item in self._values(shape, name)]
        return bool(self._values(shape, term)) or any(self._below(item, term) for item in inner)

    def _list(self, head: Node) -> Iterator[Node]:
        while head != _NIL:
            yield from self._values(head, _FIRST)
            (head,) = self._values(head, _REST)

    def _values(self, subject: Node, predicate: ox.NamedNode) -> list[Node]:
        return [
            quad.object for quad in self._store.quads_for_pattern(subject, predicate, None) if _is_node(quad.object)
        ]

    def _objects(self, name: str) -> set[ox.NamedNode]:
        return _iris({quad.object for quad in self._store.quads_for_pattern(None, ox.NamedNode(SH + name), None)})


def _iris(terms: Iterable[object]) -> set[ox.NamedNode]:
    return {term for term in terms if isinstance(term, ox.NamedNode)}


def _is_node(term: object) -> TypeGuard[Node]:
    return isinstance(term, ox.NamedNode | ox.BlankNode)
