"""Quads per graph and instances per class, kept up to date by what a change adds and deletes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from medkg.namespaces import DEFAULT_GRAPH
from medkg.store.patch import Operation
from medkg.store.statements import RDF_TYPE, Term, graph_of, parsed

#: Above this many typed statements one pass over all types is quicker than asking for each.
TYPED = 20_000
#: In each line with that predicate, and in few others.
_TYPED = f" {RDF_TYPE} ".encode()

#: An instance and its class. A class may be anonymous, and nothing keeps a stranger from naming a literal as one.
Typed = tuple[NamedNode | BlankNode | Triple, Term]


@dataclass(slots=True)
class Change:
    """What a change adds and deletes: quads per graph, and the pairs of instance and class it touches."""

    added: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    typed: set[Typed] = field(default_factory=set)
    many: bool = False

    def __bool__(self) -> bool:
        """Whether anything is added or deleted."""
        return bool(self.added or self.deleted)

    @property
    def additions(self) -> int:
        """How many quads are added."""
        return self.added.total()

    @property
    def deletions(self) -> int:
        """How many quads are deleted."""
        return self.deleted.total()

    def count(self, operation: Operation, block: bytes, counted: Mapping[bytes, int] | None = None) -> None:
        """Take note of lines that are added or deleted; ``counted`` says how many are in which graph."""
        if counted is None:
            counted = Counter(map(graph_of, block.split(b"\n")[:-1]))
        graphs = self.added if operation == "A" else self.deleted
        for graph, count in counted.items():
            graphs[graph.decode().strip("<>") or DEFAULT_GRAPH] += count
        if not self.many:
            quads = parsed(line for line in block.split(b"\n") if _TYPED in line)
            self.typed.update((quad.subject, quad.object) for quad in quads if quad.predicate == RDF_TYPE)
            self.many = len(self.typed) > TYPED
        if self.many:
            self.typed.clear()


def _key(term: Term) -> str:
    """Give the name under which a manifest counts something: its IRI, or what N-Triples would write."""
    return term.value if isinstance(term, NamedNode) else str(term)


def graphs_after(before: Mapping[str, int], change: Change) -> dict[str, int]:
    """Give the quads per graph after a change, by name; graphs that became empty are left out."""
    after = Counter(before)
    after.update(change.added)
    after.subtract(change.deleted)
    return {graph: after[graph] for graph in sorted(after) if after[graph]}


def classes_after(before: Mapping[str, int], change: Change, old: Store, new: Store) -> dict[str, int]:
    """Give the distinct instances per class after a change, by name."""
    if change.many:
        return count_classes(new)
    after = Counter(before)
    for instance, kind in change.typed:
        after[_key(kind)] += _is_typed(new, instance, kind) - _is_typed(old, instance, kind)
    return {kind: after[kind] for kind in sorted(after) if after[kind]}


def count_classes(store: Store) -> dict[str, int]:
    """Give the distinct instances per class over all graphs, by name, in one pass of the engine."""
    counts = {
        _key(cast("Term", row["class"])): int(cast("Literal", row["instances"]).value)
        for row in cast("QuerySolutions", store.query(_classes(), use_default_graph_as_union=True))
    }
    return dict(sorted(counts.items()))


@cache
def _classes() -> str:
    return files("medkg.store").joinpath("classes.rq").read_text(encoding="utf-8")


def _is_typed(store: Store, instance: NamedNode | BlankNode | Triple, kind: Term) -> bool:
    return next(store.quads_for_pattern(instance, RDF_TYPE, kind), None) is not None
