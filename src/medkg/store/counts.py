"""Quads per graph and instances per class, kept up to date by what a change adds and deletes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from medkg.store.statements import RDF_TYPE, Term, cut, graph_of

#: Above this many typed statements one pass over all types is quicker than asking for each.
TYPED = 20_000

#: An instance and its class. A class may be anonymous, and nothing keeps a stranger from naming a literal as one.
Typed = tuple[NamedNode | BlankNode | Triple, Term]


@dataclass(slots=True)
class Change:
    """What a change adds and deletes: quads per graph, and the pairs of instance and class it touches."""

    added: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    typed: set[Typed] = field(default_factory=set)
    many: bool = False

    @property
    def additions(self) -> int:
        """How many quads are added."""
        return self.added.total()

    @property
    def deletions(self) -> int:
        """How many quads are deleted."""
        return self.deleted.total()

    def count_added(self, quads: Iterable[Quad]) -> None:
        """Take note of quads that are added."""
        self._count(quads, self.added)

    def count_deleted(self, quads: Iterable[Quad]) -> None:
        """Take note of quads that are deleted."""
        self._count(quads, self.deleted)

    def recounted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Pass on lines of N-Quads, and count them as what is added in place of what was counted before."""
        found: Counter[bytes] = Counter()
        for line in lines:
            found[graph_of(line)] += 1
            yield line
        self.added = Counter({graph.decode().strip("<>"): count for graph, count in found.items()})

    def _count(self, quads: Iterable[Quad], graphs: Counter[str]) -> None:
        for batch in cut(quads):
            for graph, count in Counter(map(attrgetter("graph_name"), batch)).items():
                graphs[_key(graph)] += count
            if not self.many:
                self.typed.update((quad.subject, quad.object) for quad in batch if quad.predicate == RDF_TYPE)
                self.many = len(self.typed) > TYPED
        if self.many:
            self.typed.clear()


def _key(term: Term | DefaultGraph) -> str:
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
        for row in cast("QuerySolutions", store.query(_classes()))
    }
    return dict(sorted(counts.items()))


@cache
def _classes() -> str:
    return files("medkg.store").joinpath("classes.rq").read_text(encoding="utf-8")


def _is_typed(store: Store, instance: NamedNode | BlankNode | Triple, kind: Term) -> bool:
    return next(store.quads_for_pattern(instance, RDF_TYPE, kind), None) is not None
