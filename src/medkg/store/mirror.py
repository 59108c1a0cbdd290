"""The default graph of a registry that shows the union of its graphs: each statement once, however many hold it.

The engine can show all graphs as one, but gives a statement as often as there are graphs that hold it, and counts go
wrong. Wherever a statement stands in two graphs, the engine's own default graph, in which such a registry keeps
nothing, mirrors the statements of all others. That costs half as much again on the disk and when statements are
written. A registry in which no statement stands twice, as most loads make it, is spared of it: the union is right then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat
from pyoxigraph import Store as Engine

from medkg.namespaces import DEFAULT_GRAPH
from medkg.store.bulk import BulkLoad
from medkg.store.counts import Change, graphs_after
from medkg.store.manifest import Manifest
from medkg.store.patch import BULK, Operation, patch_quads
from medkg.store.primary import Primary
from medkg.store.statements import parsed
from medkg.store.walk import Dump

#: A power of two: the more marks, the fewer statements are looked at that stand in one graph only.
_MARKS: Final = 1 << 28
#: Lines that are kept to be looked at; with more of them a statement is taken to stand twice.
_KEPT: Final = 500_000


class Repeats:
    """Lines of N-Quads that may be equal but for their graphs, found while very many go by, in 32 MiB.

    The hash of a statement is marked. Where the mark is there already the line is kept to be looked at: two thousand
    of a million lines that all differ.
    """

    def __init__(self) -> None:
        self._marks = bytearray(_MARKS >> 3)
        self.lines: list[bytes] = []

    @property
    def many(self) -> bool:
        """Whether there are more than are kept."""
        return len(self.lines) >= _KEPT

    def look(self, block: bytes) -> None:
        """Take note of lines, each in a named graph."""
        marks, last = self._marks, _MARKS - 1
        for line in block.splitlines():
            place = hash(line[: line.rfind(b" ", 0, -2)]) & last
            bit = 1 << (place & 7)
            if not marks[place >> 3] & bit:
                marks[place >> 3] |= bit
            elif not self.many:
                self.lines.append(line)


class Mirror:
    """The mirror in a working copy made from the generation ``parent``.

    ``held`` says how many statements it has; 0 where there is none.
    """

    def __init__(self, primary: Primary, parent: Manifest | None) -> None:
        self._primary = primary
        self._parent = parent
        self._repeats: Repeats | None = None
        self.held = (parent.mirrored if parent else None) or 0

    def watch(self) -> Callable[[bytes], None]:
        """Give what looks at very many lines while they are added, if that can spare looking at them later."""
        if self._parent is not None and self._parent.graphs:
            return lambda _: None
        self._repeats = Repeats()
        return self._repeats.look

    def reflect(self, patch: Path, change: Change) -> None:
        """Follow a change that is made and recorded in ``patch``; where now a statement stands twice, begin."""
        if self.held:
            self.remove(patch_quads(patch, "D"))
            self.add(patch_quads(patch, "A"))
        elif self._is_needed(patch, change):
            self.fill(patch.with_name("blank"))

    def _is_needed(self, patch: Path, change: Change) -> bool:
        graphs = graphs_after(self._parent.graphs if self._parent else {}, change)
        if len(graphs) < 2 or DEFAULT_GRAPH in graphs:
            return False
        unread = self._parent is not None and self._parent.mirrored is None
        if unread or (self._repeats is not None and self._repeats.many):
            return True
        new = patch_quads(patch, "A") if self._repeats is None else parsed(self._repeats.lines)
        return any(_stands_twice(self._primary.engine(), quad) for quad in new)

    def fill(self, spool: Path) -> None:
        """Mirror all statements; the file ``spool`` is used meanwhile."""
        engine = self._primary.engine()
        before = len(engine)
        with BulkLoad(engine, spool, RdfFormat.N_TRIPLES, DefaultGraph()) as bulk:
            for graph in list(engine.named_graphs()):
                with Dump(engine, graph) as dump:
                    for lines in dump.blocks():
                        bulk.add(lines)
                        bulk.keep(lines)
        self.held = len(engine) - before

    def add(self, added: Iterable[Quad]) -> None:
        """Mirror statements that were added."""
        engine = self._primary.engine()
        wanted = iter(added)
        while batch := list(islice(wanted, BULK)):
            new = [quad for quad in dict.fromkeys(map(_bare, batch)) if quad not in engine]
            (engine.extend if len(new) < BULK else engine.bulk_extend)(new)
            self.held += len(new)

    def remove(self, deleted: Iterable[Quad]) -> None:
        """Mirror no longer what was deleted, unless another graph holds it."""
        engine = self._primary.engine()
        for quad in deleted:
            bare = _bare(quad)
            if bare in engine and not _is_named(engine, quad):
                engine.remove(bare)
                self.held -= 1

    def restored(self, found: Iterable[tuple[Operation, bytes]]) -> Iterator[tuple[Operation, bytes]]:
        """Take back what an operation did to the mirror; give what it did to statements without a graph.

        ``found`` is how the default graph differs from that of the parent.
        """
        if not self.held:
            yield from found
            return
        engine, lines = self._primary.engine(), list(found)
        self.held = (self._parent.mirrored if self._parent else None) or 0
        for (operation, line), quad in zip(lines, parsed(line for _, line in lines), strict=True):
            if _is_named(engine, quad) == (operation == "A"):
                self.held += 1 if operation == "A" else -1
            elif operation == "A":
                yield operation, line
            else:
                engine.add(quad)


def _stands_twice(engine: Engine, quad: Quad) -> bool:
    return next(islice(_standing(engine, quad), 1, None), None) is not None


def _is_named(engine: Engine, quad: Quad) -> bool:
    return any(not isinstance(found.graph_name, DefaultGraph) for found in _standing(engine, quad))


def _standing(engine: Engine, quad: Quad) -> Iterator[Quad]:
    return engine.quads_for_pattern(quad.subject, quad.predicate, quad.object)


def _bare(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)
