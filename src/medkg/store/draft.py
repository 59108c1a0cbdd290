"""The next generation in the making: the working copy that is changed, and the patch that says exactly how."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from pyoxigraph import DefaultGraph, Quad
from pyoxigraph import Store as Engine

from medkg.errors import StoreError
from medkg.namespaces import GRAPH
from medkg.store.bulk import BulkLoad
from medkg.store.counts import Change
from medkg.store.difference import deletions
from medkg.store.distinct import distinct
from medkg.store.line_files import LineFiles
from medkg.store.mirror import Mirror
from medkg.store.nesting import refuse_deep
from medkg.store.patch import (
    BULK,
    Graph,
    Operation,
    PatchWriter,
    apply_patch,
    drop_empty,
    patch_lines,
    remove_quads,
)
from medkg.store.primary import Primary
from medkg.store.reader import Snapshot
from medkg.store.statements import block, cut, from_lines, lines, parsed, stored_form
from medkg.store.verbatim import Verbatim
from medkg.store.walk import differences

#: Bytes of lines that are compressed, counted and loaded at a time.
BLOCK_BYTES = 1 << 19


class Draft:
    """One change. The patch lies in ``patch`` when a method has returned; throw working copy and patch away if not.

    The engine is asked for each time and never kept, so that an error on its way does not keep the engine's lock.
    """

    def __init__(self, primary: Primary, parent: Snapshot | None, patch: Path, number: int) -> None:
        self.parent = parent
        self.patch = patch
        self.number = number
        self.primary = primary
        self.mirror = Mirror(primary, parent.manifest if parent else None)

    def exchange(self, old: Iterable[bytes], new: Iterable[bytes]) -> Change:
        """Delete the lines that only ``old`` has and add those that only ``new`` has; both are sorted, none twice."""
        change = Change()
        emptied = set()
        with self._writer(self.patch) as patch, TemporaryFile(dir=self.patch.parent) as added:
            for held in cut(deletions(old, new, added)):
                deleted = _joined(held)
                patch.add("D", deleted)
                change.count("D", deleted)
                emptied |= remove_quads(self.primary.engine(), from_lines(deleted))
            added.seek(0)
            self._add_spooled(added, patch, change)
        drop_empty(self.primary.engine(), emptied)
        return change

    def add(self, quads: Iterator[Quad]) -> Change:
        """Add those quads that are new."""
        stored = map(stored_form(), quads)
        first = list(islice(stored, BULK))
        if len(first) == BULK:
            return self._add_many(chain(first, stored))
        change = Change()
        new = block([quad for quad in dict.fromkeys(first) if self._is_new(quad)])
        with self._writer(self.patch) as patch:
            patch.add("A", new)
        change.count("A", new)
        apply_patch(self.primary.engine(), self.patch)
        return change

    def _add_spooled(self, added: IO[bytes], patch: PatchWriter, change: Change) -> None:
        first = b"".join(islice(added, BULK))
        rest = iter(lambda: b"".join(added.readlines(BLOCK_BYTES)), b"")
        second = next(rest, None)
        if second is not None:
            self._add_bulk(chain((first, second), rest), patch, change)
            return
        patch.add("A", first)
        change.count("A", first)
        self.primary.engine().extend(from_lines(first))

    def _add_many(self, quads: Iterator[Quad]) -> Change:
        change = Change()
        with self._writer(self.patch) as patch:
            self._add_bulk(map(block, cut(quads)), patch, change)
        return self._exact(change)

    def _add_bulk(self, blocks: Iterable[bytes], patch: PatchWriter, change: Change) -> None:
        look = self.mirror.watch()
        with BulkLoad(self.primary.engine(), self.patch.with_name("blank")) as bulk:
            for lines in blocks:
                look(lines)
                patch.add("A", lines)
                bulk.add(lines)
                bulk.keep(lines)
                change.count("A", lines)

    def add_lines(self, files: LineFiles, blocks: Iterable[bytes]) -> Change:
        """Add those statements of many that are new, from ``blocks`` of the files' lines.

        Raises:
            SyntaxError, MemoryError: a line is not right, or longer than the engine reads.
            SourceError: a line is nested too deep.
        """
        change = Change()
        with (
            self._writer(self.patch) as patch,
            BulkLoad(self.primary.engine(), self.patch.with_name("blank"), files.format, files.graph) as bulk,
        ):
            recorder = _Recorder(files, patch, change, self.mirror.watch())
            for lines in blocks:
                refuse_deep(lines)
                bulk.add(lines)
                recorder.record(lines, bulk.keep)
        return self._exact(change)

    def record(self, added: Collection[Quad], deleted: Collection[Quad]) -> Change:
        """Record what was added to the working copy and deleted from it already; both exact and in stored form."""
        change = Change()
        with self._writer(self.patch) as patch:
            for held in cut(deleted):
                _note(patch, change, "D", block(held))
            for held in cut(added):
                _note(patch, change, "A", block(held))
        drop_empty(self.primary.engine(), {quad.graph_name for quad in deleted})
        return self._checked(change)

    def compare(self, graphs: Iterable[Graph]) -> Change:
        """Record how the working copy differs from its parent in some graphs; it differs in no other.

        Raises:
            StoreError: it seems to differ elsewhere.
        """
        change = Change()
        before = self.parent.engine if self.parent else Engine()
        with self._writer(self.patch) as patch, TemporaryFile(dir=self.patch.parent) as added:
            for graph in graphs:
                found = differences(before, self.primary.engine(), graph)
                for held in cut(self.mirror.restored(found) if isinstance(graph, DefaultGraph) else found):
                    added.writelines(line for operation, line in held if operation == "A")
                    _note(patch, change, "D", b"".join(line for operation, line in held if operation == "D"))
            added.seek(0)
            for lines in iter(lambda: b"".join(added.readlines(BLOCK_BYTES)), b""):
                _note(patch, change, "A", lines)
        drop_empty(self.primary.engine(), list(self.primary.engine().named_graphs()))
        return self._checked(change)

    def _exact(self, change: Change) -> Change:
        """Take it that all quads were new; only where the count says otherwise find out which are.

        Raises:
            StoreError: what the engine holds is not what was recorded.
        """
        held = self._held()
        if held != self._recorded(change):
            change = self._sift()
        return self._checked(change, held)

    def _recorded(self, change: Change) -> int:
        before = self.parent.manifest.quads if self.parent else 0
        return before + change.additions - change.deletions

    def _checked(self, change: Change, counted: int | None = None) -> Change:
        """Give a change if the engine holds what it says; counting takes a tenth of a second for 400,000 quads.

        Raises:
            StoreError: it does not.
        """
        held = self._held() if counted is None else counted
        recorded = self._recorded(change)
        if held != recorded:
            raise StoreError(f"the engine holds {held:,} quads, the record says {recorded:,}")
        return change

    def _held(self) -> int:
        return len(self.primary.engine()) - self.mirror.held

    def _sift(self) -> Change:
        """Leave in a patch of additions only what is new, each line once, and count that."""
        change = Change()
        exact = self.patch.with_name("exact")
        found = distinct(partial(_lines_of, self.patch), self.patch.parent)
        with self._writer(exact) as patch:
            for held in cut(self._new_lines(found)):
                lines = _joined(held)
                patch.add("A", lines)
                change.count("A", lines)
        exact.replace(self.patch)
        return change

    def _new_lines(self, statements: Iterator[bytes]) -> Iterator[bytes]:
        if self.parent is None:
            yield from statements
            return
        for held in cut(statements):
            quads = from_lines(_joined(held))
            yield from (line for line, quad in zip(held, quads, strict=True) if self._is_new(quad))

    def _is_new(self, quad: Quad) -> bool:
        return self.parent is None or quad not in self.parent.engine

    def _writer(self, path: Path) -> PatchWriter:
        return PatchWriter(path, self.number, self.parent.generation if self.parent else None)


def refuse_built(graph: str) -> None:
    """Refuse a graph that each build replaces.

    Raises:
        StoreError: it is one.
    """
    if graph.startswith(GRAPH):
        remedy = "Each build replaces its graphs; give the statements another graph."
        raise StoreError("this graph belongs to the build", subject=graph, remedy=remedy)


class _Recorder:
    """Writes into a patch, and counts, what the engine makes of lines."""

    def __init__(self, files: LineFiles, patch: PatchWriter, change: Change, look: Callable[[bytes], None]) -> None:
        self._files = files
        self._patch = patch
        self._change = change
        self._look = look
        self._verbatim = Verbatim(files)
        self._stored = stored_form()

    def record(self, lines: bytes, recorded: Callable[[bytes], None]) -> None:
        """Record lines, and pass on what was recorded."""
        kept, graphs, others = self._verbatim.split(lines)
        for graph in graphs:
            refuse_built(graph.decode()[1:-1])
        self._look(kept)
        self._patch.add("A", kept)
        self._change.count("A", kept, graphs)
        recorded(kept)
        quads = list(map(self._stored, self._files.quads(others)))
        for name in {str(quad.graph_name) for quad in quads}:
            refuse_built(name[1:-1])
        rewritten = block(quads)
        self._look(rewritten)
        self._patch.add("A", rewritten)
        self._change.count("A", rewritten)
        recorded(rewritten)


def _lines_of(patch: Path) -> Iterator[bytes]:
    """Give the lines of a patch as the store writes them, so that equal statements are equal lines."""
    return lines(parsed(line for _, line in patch_lines(patch)))


def _note(patch: PatchWriter, change: Change, operation: Operation, lines: bytes) -> None:
    if lines:
        patch.add(operation, lines)
        change.count(operation, lines)


def _joined(lines: list[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"
