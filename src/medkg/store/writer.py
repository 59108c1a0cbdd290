"""The only read-write opening of a store: it changes a working copy and publishes it as the next generation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from types import TracebackType

from pyoxigraph import NamedNode, Quad, RdfFormat
from pyoxigraph import Store as Engine

from medkg import __version__
from medkg.errors import StoreError
from medkg.namespaces import GRAPH
from medkg.store.bulk import BulkLoad
from medkg.store.canonical import canonical_lines
from medkg.store.counts import Change, classes_after, count_classes, graphs_after
from medkg.store.difference import write_differences
from medkg.store.distinct import distinct
from medkg.store.generations import Generations
from medkg.store.intake import Digest, Incoming, incoming, read_quads
from medkg.store.layout import file_errors, sync_file, sync_folder
from medkg.store.lock import writer_lock
from medkg.store.manifest import Manifest
from medkg.store.patch import BULK, PatchWriter, apply_patch, patch_lines, patch_quads
from medkg.store.primary import Primary
from medkg.store.reader import Snapshot, open_generation
from medkg.store.sorting import sorted_unique
from medkg.store.statements import BATCH, block, cut, from_lines, graph_term, lines, stored_form

#: Called after each batch with the number of statements read so far.
Progress = Callable[[int], None]


def _no_progress(_: int) -> None:
    """Stay silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a change says about itself in its manifest."""

    reason: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    validation: Mapping[str, int] = field(default_factory=dict)


class Writer:
    """Changes the store of a home; a context manager that holds the writer's lock from entry to exit.

    ``primary/`` is remade from the generation served at entry, and again after a change that failed, so that nothing
    an earlier process left there can be published. Each method either publishes a generation or changes nothing.

    Raises:
        StoreBusy: at entry, where another process is writing.
        StoreError: the home cannot be written, or the generation served cannot be opened.
    """

    def __init__(self, home: Path, *, retention: int = 10) -> None:
        self.generations = Generations(home)
        self.retention = retention
        self._layout = self.generations.layout
        self._held = ExitStack()
        self._parent: Snapshot | None = None
        self._primary = Primary(self._layout.primary)

    def __enter__(self) -> Writer:
        with ExitStack() as held:
            held.enter_context(writer_lock(self._layout))
            self.generations.settle()
            current = self.generations.current()
            self._parent = None if current is None else open_generation(self.generations, current)
            self._held = held.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with self._held:
            self._primary.discard()
            self._parent = None
            self.generations.settle()

    def replace(
        self,
        quads: Path | Iterable[Quad],
        *,
        reason: str,
        inputs: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
        validation: Mapping[str, int] | None = None,
        owned: str = GRAPH,
        progress: Progress = _no_progress,
    ) -> Manifest:
        """Publish ``quads`` in place of all graphs whose IRI begins with ``owned``; other graphs stay.

        A path names a file of N-Quads. Blank nodes get canonical labels, so that equal data give equal generations.

        Raises:
            StoreError: a quad lies outside ``owned``, or the disk failed; nothing was published.
        """
        account = Account(reason=reason, inputs=inputs or {}, versions=versions or {}, validation=validation or {})
        path = self._layout.staging / "patch"
        with self._undone_on_error():
            source = (
                read_quads(Incoming(str(quads), RdfFormat.N_QUADS), None, None, Digest())
                if isinstance(quads, Path)
                else quads
            )
            wanted = canonical_lines(map(stored_form(), _owned(source, owned, progress)), self._layout.staging)
            present = sorted_unique(lines(self._quads_under(owned)), self._layout.staging)
            with self._patch(path) as patch:
                write_differences(present, wanted, patch, self._layout.staging / "added")
            apply_patch(self._engine(), path)
            return self._publish(path, _change_of(path), account)

    def load(
        self,
        files: Sequence[Incoming | Path],
        *,
        graph: str | None = None,
        reason: str = "",
        base: str | None = None,
        progress: Progress = _no_progress,
    ) -> Manifest:
        """Add the statements of RDF files and publish; those that name no graph go to ``graph``.

        Raises:
            SourceError: a file cannot be read, or a statement has no graph; nothing was published.
            StoreError: a graph belongs to the build, or the disk failed; nothing was published.
        """
        items = [incoming(str(item)) if isinstance(item, Path) else item for item in files]
        digests = [Digest() for _ in items]
        named = None if graph is None else graph_term(graph)
        parts = (read_quads(item, named, base, digest) for item, digest in zip(items, digests, strict=True))
        path = self._layout.staging / "patch"
        with self._undone_on_error():
            change = self._add(_foreign(chain.from_iterable(parts), progress), path)
            inputs = {item.name: digest.sha256.hexdigest() for item, digest in zip(items, digests, strict=True)}
            said = reason or f"load {', '.join(inputs)}"
            return self._publish(path, change, Account(reason=said, inputs=inputs))

    def _add(self, quads: Iterator[Quad], path: Path) -> Change:
        """Add quads to the primary and write to ``path`` the patch of those that are new."""
        stored = map(stored_form(), quads)
        first = list(islice(stored, BULK))
        if len(first) == BULK:
            return self._add_bulk(chain(first, stored), path)
        with self._patch(path) as patch:
            patch.add("A", block([quad for quad in dict.fromkeys(first) if self._is_new(quad)]))
        apply_patch(self._engine(), path)
        return _change_of(path)

    def _add_bulk(self, quads: Iterator[Quad], path: Path) -> Change:
        """Take it that all quads are new and count; only where the count says otherwise find out which are."""
        change = Change()
        before = self._parent.manifest.quads if self._parent else 0
        with self._patch(path) as patch, BulkLoad(self._engine(), path.with_name("blank")) as bulk:
            for batch in cut(quads):
                lines_of_batch = block(batch)
                patch.add("A", lines_of_batch)
                change.count_added(batch)
                bulk.add(lines_of_batch)
        if len(self._engine()) == before + change.additions:
            return change
        self._sift(path, change)
        return change

    def _sift(self, path: Path, change: Change) -> None:
        """Leave in a patch of additions only what is new, each line once, and correct the counts."""
        exact = path.with_name("exact")
        found = distinct(lambda: (line for _, line in patch_lines(path)), self._layout.staging)
        with self._patch(exact) as patch:
            for held in cut(change.recounted(self._new_lines(found))):
                patch.add("A", b"\n".join(held) + b"\n")
        exact.replace(path)

    def _new_lines(self, statements: Iterator[bytes]) -> Iterator[bytes]:
        if self._parent is None:
            yield from statements
            return
        for held in cut(statements):
            quads = from_lines(b"\n".join(held))
            yield from (line for line, quad in zip(held, quads, strict=True) if self._is_new(quad))

    def _publish(self, patch: Path, change: Change, account: Account) -> Manifest:
        """Make the primary as it stands the next generation and serve it."""
        manifest = self._manifest(change, account)
        made = self._layout.staging / "generation"
        made.mkdir()
        self._engine().flush()
        self._engine().backup(str(made / "store"))
        (made / "manifest.json").write_bytes(manifest.as_json())
        for file in (made / "manifest.json", patch):
            sync_file(file)
        for folder in (made / "store", made):
            sync_folder(folder)
        self.generations.put(made, patch, manifest.generation)
        self._parent = open_generation(self.generations, manifest.generation)
        self.generations.prune_locked(self.retention)
        return manifest

    def _manifest(self, change: Change, account: Account) -> Manifest:
        before = self._parent.manifest if self._parent else None
        graphs = graphs_after(before.graphs if before else {}, change)
        if self._parent is None:
            classes = count_classes(self._engine())
        else:
            classes = classes_after(self._parent.manifest.classes, change, self._parent.engine, self._engine())
        return Manifest(
            generation=self.generations.next_number(),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=before.generation if before else None,
            reason=account.reason,
            quads=sum(graphs.values()),
            added=change.additions,
            deleted=change.deletions,
            graphs=graphs,
            classes=classes,
            versions={"medkg": __version__, **account.versions},
            inputs=dict(account.inputs),
            validation=dict(account.validation),
        )

    def _engine(self) -> Engine:
        return self._primary.engine(self._parent.engine if self._parent else None)

    @contextmanager
    def _undone_on_error(self) -> Iterator[None]:
        try:
            with file_errors(self._layout.home):
                yield
        except BaseException:
            self._primary.discard()
            self.generations.settle()
            raise

    def _patch(self, path: Path) -> PatchWriter:
        parent = self._parent.generation if self._parent else None
        return PatchWriter(path, self.generations.next_number(), parent)

    def _is_new(self, quad: Quad) -> bool:
        return self._parent is None or quad not in self._parent.engine

    def _quads_under(self, prefix: str) -> Iterator[Quad]:
        for graph in self._parent.graphs if self._parent else ():
            if self._parent and graph.startswith(prefix):
                yield from self._parent.engine.quads_for_pattern(None, None, None, NamedNode(graph))


def _change_of(patch: Path) -> Change:
    change = Change()
    change.count_deleted(patch_quads(patch, "D"))
    change.count_added(patch_quads(patch, "A"))
    return change


def _owned(quads: Iterable[Quad], prefix: str, progress: Progress) -> Iterator[Quad]:
    for count, quad in enumerate(quads, 1):
        if not (isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(prefix)):
            raise StoreError(f"a build may only write graphs under {prefix}", subject=str(quad.graph_name))
        if count % BATCH == 0:
            progress(count)
        yield quad


def _foreign(quads: Iterable[Quad], progress: Progress) -> Iterator[Quad]:
    """Pass on what users may load, and refuse the graphs that each build replaces."""
    last = None
    for count, quad in enumerate(quads, 1):
        graph = quad.graph_name
        if graph != last:
            last = graph
            if isinstance(graph, NamedNode) and graph.value.startswith(GRAPH):
                remedy = "Each build replaces its graphs; give the statements another graph."
                raise StoreError("this graph belongs to the build", subject=graph.value, remedy=remedy)
        if count % BATCH == 0:
            progress(count)
        yield quad
