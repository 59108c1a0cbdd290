"""The next generation in the making: the working copy that is changed, and the patch that says exactly how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from pyoxigraph import Quad

from medkg.store.bulk import BulkLoad
from medkg.store.counts import Change
from medkg.store.difference import deletions
from medkg.store.distinct import distinct
from medkg.store.patch import BULK, PatchWriter, apply_patch, drop_empty, patch_lines, remove_quads
from medkg.store.primary import Primary
from medkg.store.reader import Snapshot
from medkg.store.statements import block, cut, from_lines, stored_form

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
        """Take it that all quads are new and count; only where the count says otherwise find out which are."""
        change = Change()
        with self._writer(self.patch) as patch:
            self._add_bulk(map(block, cut(quads)), patch, change)
        before = self.parent.manifest.quads if self.parent else 0
        return change if len(self.primary.engine()) == before + change.additions else self._sift()

    def _add_bulk(self, blocks: Iterable[bytes], patch: PatchWriter, change: Change) -> None:
        with BulkLoad(self.primary.engine(), self.patch.with_name("blank")) as bulk:
            for lines in blocks:
                patch.add("A", lines)
                bulk.add(lines)
                change.count("A", lines)

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


def _lines_of(patch: Path) -> Iterator[bytes]:
    return (line for _, line in patch_lines(patch))


def _joined(lines: list[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"
