"""Quads per graph and instances per class, kept up to date by what a change adds and deletes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Triple

from medkg.store.statements import RDF_TYPE, Term, graph_of

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
        for quad in quads:
            graphs[_key(quad.graph_name)] += 1
            if not self.many and quad.predicate == RDF_TYPE:
                self.typed.add((quad.subject, quad.object))
        if len(self.typed) > TYPED:
            self.many = True
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
    """Give the distinct instances per class over all graphs, in one pass.

    The engine's index gives the same pair of class and instance in all its graphs one after the other, so that
    neighbours are compared and nothing is kept.
    """
    counts: Counter[str] = Counter()
    last = None
    for quad in store.quads_for_pattern(None, RDF_TYPE, None):
        pair = (quad.subject, quad.object)
        if pair != last:
            counts[_key(quad.object)] += 1
            last = pair
    return dict(sorted(counts.items()))


def _is_typed(store: Store, instance: NamedNode | BlankNode | Triple, kind: Term) -> bool:
    return next(store.quads_for_pattern(instance, RDF_TYPE, kind), None) is not None
