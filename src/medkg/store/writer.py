"""The only read-write opening of a store: it changes a working copy and publishes it as the next generation."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from medkg import __version__
from medkg.errors import StoreError
from medkg.namespaces import GRAPH
from medkg.store.additions import Progress, add_files
from medkg.store.canonical import canonical_lines
from medkg.store.counts import Change, classes_after, count_classes, graphs_after
from medkg.store.draft import Draft
from medkg.store.generations import Generations
from medkg.store.intake import Digest, Incoming, incoming, read_quads
from medkg.store.layout import file_errors, sync_file, sync_folder
from medkg.store.lock import writer_lock
from medkg.store.log import log
from medkg.store.manifest import Manifest
from medkg.store.primary import Primary
from medkg.store.reader import UNION, Snapshot, open_generation
from medkg.store.sorting import sorted_unique
from medkg.store.statements import BATCH, graph_term, lines, stored_form

_EMPTY = "Make an empty registry with medkg init."
_OF_ITS_OWN = "Take back the setting default_graph; for one with a default graph of its own make another registry."
_UNCHANGED = "Nothing was published; free space or mend the disk, then run it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a change says about itself in its manifest, and in ``files`` beside it."""

    reason: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    validation: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = {"", "..", "store", "manifest.json"}
        if wrong := [name for name in self.files if Path(name).name != name or name in taken]:
            raise ValueError(f"no names for files beside the manifest: {wrong}")


class Writer:
    """Changes the store of a home; a context manager that holds the writer's lock from entry to exit.

    ``default_graph`` is the setting of that name: only where it is ``own`` may statements be without a graph. ``wait``
    is how many seconds to wait for another writer.

    Each change starts from the generation served, in a ``primary/`` that is made anew, so that nothing an earlier
    process or a failure left there can be published. Each method either publishes a generation or raises and changes
    nothing. What fails after publishing is logged and told in ``warnings``; it concerns tidying only.

    Raises:
        StoreBusy: at entry, where another process is writing.
        StoreError: the home cannot be written, or the generation served cannot be opened.
    """

    def __init__(self, home: Path, *, retention: int = 10, default_graph: str = UNION, wait: float = 0.0) -> None:
        self.generations = Generations(home)
        self._default_graph = default_graph
        self._wait = wait
        self.retention = retention
        #: What went wrong after the last change was published.
        self.warnings: tuple[StoreError, ...] = ()
        self._held = ExitStack()
        self._parent: Snapshot | None = None
        self._primary = Primary(self.generations.layout.primary)
        self._untidy = False

    def __enter__(self) -> Writer:
        with ExitStack() as held:
            held.enter_context(writer_lock(self.generations.layout, self._wait))
            self.generations.settle()
            self._open_served()
            self._held = held.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with self._held:
            self._primary.discard()
            self._primary.parent = self._parent = None
            self._settle(error)

    def replace(
        self,
        quads: Path | Iterable[Quad],
        *,
        reason: str,
        inputs: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
        validation: Mapping[str, int] | None = None,
        files: Mapping[str, bytes] | None = None,
        owned: str = GRAPH,
        progress: Progress | None = None,
    ) -> Manifest:
        """Publish ``quads`` in place of all graphs whose IRI begins with ``owned``; other graphs stay.

        A path names a file of N-Quads. Blank nodes get canonical labels, so that equal data give equal generations.
        ``files`` (name and content) lie beside the manifest.

        Raises:
            StoreError: a quad lies outside ``owned``, or the disk failed; nothing was published.
        """
        account = Account(
            reason=reason,
            inputs=inputs or {},
            versions=versions or {},
            validation=validation or {},
            files=files or {},
        )
        with self._change() as draft:
            folder = draft.patch.parent
            wanted = canonical_lines(map(stored_form(), _owned(_quads(quads), owned, progress)), folder)
            change = draft.exchange(sorted_unique(lines(self._quads_under(owned)), folder), wanted)
            self._reflect(draft, change)
            return self._publish(draft, change, account)

    def load(
        self,
        files: Sequence[Incoming | Path],
        *,
        graph: str | None = None,
        reason: str = "",
        base: str | None = None,
        progress: Progress | None = None,
    ) -> Manifest:
        """Add the statements of RDF files and publish; those that name no graph go to ``graph``.

        Gives the manifest of the generation served: where all statements are there already nothing is published.

        Raises:
            SourceError: a file cannot be read, or a statement has no graph; nothing was published.
            StoreError: a graph belongs to the build, the files hold nothing and nothing was published before, or the
                disk failed; nothing was published.
        """
        items = [incoming(str(item)) if isinstance(item, Path) else item for item in files]
        named = self._nameless() if graph is None else graph_term(graph)
        with self._change() as draft:
            change, inputs = add_files(draft, items, named, base, progress)
            if not change:
                return _unchanged(draft, ", ".join(inputs))
            self._reflect(draft, change)
            said = reason or f"load {', '.join(inputs)}"
            return self._publish(draft, change, Account(reason=said, inputs=inputs))

    def change(
        self, make: Callable[[Draft], Change], check: Callable[[Draft, Change], Mapping[str, int]], *, reason: str
    ) -> tuple[Manifest, Change]:
        """Publish what ``make`` does to a draft; ``check`` refuses it by raising, or gives counts by severity.

        Gives the manifest of the generation served, and the change; where that is empty nothing is checked or
        published.

        Raises:
            StoreError: nothing was published before, or the disk failed; nothing was published.
            MedkgError: as ``make`` and ``check`` do; nothing was published.
        """
        with self._change() as draft:
            change = make(draft)
            if not change:
                return _unchanged(draft, reason), change
            self._reflect(draft, change)
            return self._publish(draft, change, Account(reason=reason, validation=check(draft, change))), change

    def _reflect(self, draft: Draft, change: Change) -> None:
        if self._default_graph == UNION:
            draft.mirror.reflect(draft.patch, change)

    def _nameless(self) -> DefaultGraph | None:
        """Give the graph of statements that name none; None where they are refused."""
        return None if self._default_graph == UNION else DefaultGraph()

    @contextmanager
    def _change(self) -> Iterator[Draft]:
        """Give a draft of the next generation; throw away what is left of it in the end."""
        if self._untidy:
            self.generations.settle()
            self._untidy = False
        self._open_served()
        self.warnings = ()
        number = self.generations.next_number()
        try:
            with file_errors(self.generations.layout.home, _UNCHANGED):
                yield Draft(self._primary, self._parent, self.generations.layout.staging / "patch", number)
        except BaseException as error:
            _clear_frames(error)
            self._primary.discard()
            self._settle(error)
            raise
        self._primary.discard()
        self._prune()

    def _open_served(self) -> None:
        """Open what is served, unless it is open: whatever happened before, a change starts from nothing else."""
        current = self.generations.current()
        if current != (self._parent.generation if self._parent else None):
            self._parent = None if current is None else open_generation(self.generations, current)
            self._primary.parent = self._parent.engine if self._parent else None
        if self._default_graph != UNION and self._parent and self._parent.manifest.mirrored:
            raise StoreError("the default graph of this registry is the union of its graphs", remedy=_OF_ITS_OWN)

    def _publish(self, draft: Draft, change: Change, account: Account) -> Manifest:
        """Make the primary as it stands the next generation and serve it."""
        manifest = self._manifest(draft, change, account)
        made = draft.patch.with_name("generation")
        made.mkdir()
        self._primary.engine().flush()
        self._primary.engine().backup(str(made / "store"))
        # The engine has synced what it links here, and of what it copies all but an empty log.
        for copied in (file for file in (made / "store").iterdir() if file.stat().st_nlink == 1):
            sync_file(copied)
        for name, content in {**account.files, "manifest.json": manifest.as_json()}.items():
            (made / name).write_bytes(content)
            sync_file(made / name)
        sync_file(draft.patch)
        for folder in (made / "store", made):
            sync_folder(folder)
        self.generations.put(made, draft.patch, manifest.generation)
        return manifest

    def _manifest(self, draft: Draft, change: Change, account: Account) -> Manifest:
        before = draft.parent.manifest if draft.parent else None
        graphs = graphs_after(before.graphs if before else {}, change)
        if draft.parent is None:
            classes = count_classes(self._primary.engine())
        else:
            old = draft.parent
            classes = classes_after(old.manifest.classes, change, old.engine, self._primary.engine())
        return Manifest(
            generation=draft.number,
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
            mirrored=draft.mirror.held if self._default_graph == UNION else None,
        )

    def _prune(self) -> None:
        """Remove old generations; a failure does not undo what was published, and is told only."""
        try:
            with file_errors(self.generations.layout.home):
                self.warnings = self.generations.prune(self.retention)
        except StoreError as error:
            self.warnings = (error,)
        for warning in self.warnings:
            log(__name__).warning("old-generation-not-removed", error=str(warning))

    def _settle(self, error: BaseException | None) -> None:
        """Clear up behind a change or at exit; where that fails, the first error stays the one that is raised."""
        try:
            self.generations.settle()
        except StoreError as second:
            self._untidy = True
            log(__name__).warning("not-cleared-up", error=str(second))
            if error is not None:
                error.add_note(f"Besides, clearing up failed: {second}")

    def _quads_under(self, prefix: str) -> Iterator[Quad]:
        for graph in self._parent.graphs if self._parent else ():
            if self._parent and graph.startswith(prefix):
                yield from self._parent.engine.quads_for_pattern(None, None, None, NamedNode(graph))


def _unchanged(draft: Draft, subject: str) -> Manifest:
    """Give the manifest of what stays served.

    Raises:
        StoreError: there is none.
    """
    if draft.parent is None:
        raise StoreError("there is no statement to publish", subject=subject, remedy=_EMPTY)
    return draft.parent.manifest


def _clear_frames(error: BaseException) -> None:
    """Let go of what was open where an error arose: it would keep the engine, and with it the engine's lock."""
    link: BaseException | None = error
    while link is not None:
        traceback.clear_frames(link.__traceback__)
        link = link.__cause__ or link.__context__


def _quads(source: Path | Iterable[Quad]) -> Iterable[Quad]:
    if isinstance(source, Path):
        return read_quads(Incoming(str(source), RdfFormat.N_QUADS), None, None, Digest())
    return source


def _owned(quads: Iterable[Quad], prefix: str, progress: Progress | None) -> Iterator[Quad]:
    for count, quad in enumerate(quads, 1):
        if not (isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(prefix)):
            raise StoreError(f"a build may only write graphs under {prefix}", subject=str(quad.graph_name))
        if progress and count % BATCH == 0:
            progress(count)
        yield quad
