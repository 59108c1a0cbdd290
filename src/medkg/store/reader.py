"""Reading what is served: a generation opened read-only, and the change to the next one when the pointer moves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from pyoxigraph import Quad
from pyoxigraph import Store as Engine

from medkg.errors import StoreError
from medkg.keywords import clause_words, resolve_escapes
from medkg.namespaces import PREFIXES
from medkg.settings import DEFAULT_GRAPHS
from medkg.store.base import EngineAnswer
from medkg.store.generations import Generations
from medkg.store.log import log
from medkg.store.manifest import Manifest

#: How often a reader looks again where the generation it was told of had just been removed.
ATTEMPTS = 5
#: Seconds after which a change-over that failed is tried again.
RETRY = 1.0
#: The default graph of a query without a data set is the union of all graphs; see ``medkg.settings``.
UNION = DEFAULT_GRAPHS[0]

#: By which a file that was replaced is told from the one before.
Stamp = tuple[int, int, int]


class Snapshot:
    """One generation, open for reading. Answers stay those of this generation, even after it was removed from disk.

    ``default_graph`` is the setting of that name.
    """

    def __init__(self, manifest: Manifest, engine: Engine, default_graph: str = UNION) -> None:
        self.manifest = manifest
        self.engine = engine
        self.default_graph = default_graph

    @property
    def generation(self) -> int:
        """The number of the generation."""
        return self.manifest.generation

    @property
    def graphs(self) -> Mapping[str, int]:
        """Quads per named graph."""
        return self.manifest.graphs

    @property
    def lost(self) -> Mapping[str, str]:
        """What cannot be done with it: nothing, see :class:`medkg.store.base.State`."""
        return {}

    def query(self, text: str, **options: Any) -> EngineAnswer:
        """Answer a query over the data set that it, or ``options``, choose.

        Where they choose none, the default graph is the union of all graphs, or its own, as the registry has it.
        Options are those of :meth:`pyoxigraph.Store.query`; the prefixes of the registry need no declaration.

        Raises:
            SyntaxError: the text is no SPARQL query.
        """
        if not options.keys() & {"default_graph", "named_graphs"}:
            asked = options.pop("use_default_graph_as_union", None)
            if asked or not names_dataset(text):
                options |= self.data_set(union=self.default_graph == UNION if asked is None else asked)
        return self.engine.query(text, **{"prefixes": dict(PREFIXES), **options})

    def data_set(self, *, union: bool) -> dict[str, Any]:
        """Give the engine's options by which the default graph is the union, each statement once, or its own."""
        if self.manifest.mirrored:
            # What stands in the engine's default graph is the union, and nothing else.
            return {} if union else {"default_graph": []}
        return {"use_default_graph_as_union": union}

    def quads(self) -> Iterator[Quad]:
        """Give all statements, each in its graph."""
        if not self.manifest.mirrored:
            return iter(self.engine)
        graphs = self.engine.named_graphs()
        return chain.from_iterable(self.engine.quads_for_pattern(None, None, None, graph) for graph in graphs)


class Reader:
    """The generation served, for many threads; a process opens one Reader and keeps it.

    ``default_graph`` is the setting of that name.

    Raises:
        StoreError: nothing was published yet, or the generation served cannot be opened.
    """

    def __init__(self, home: Path, default_graph: str = UNION) -> None:
        self._generations = Generations(home)
        self._default_graph = default_graph
        self._lock = Lock()
        # Looked at for each answer: as a text it costs a fifth of what it costs as a path.
        self._pointer = str(self._generations.layout.current)
        self._seen: Stamp | None = None
        self._again: float | None = None
        self._problem: StoreError | None = None
        self._snapshot = self._open(self._stamp())

    def snapshot(self) -> Snapshot:
        """Give the generation served now; keep it for as long as one answer takes.

        Where the newest cannot be opened the last good one goes on, :attr:`problem` says why, and it is tried again
        each second.
        """
        try:
            stamp = self._stamp()
        except StoreError as error:
            with self._lock:
                self._put_off(error)
            return self._snapshot
        if self._is_due(stamp):
            with self._lock:
                if self._is_due(stamp):
                    self._change_over(stamp)
        return self._snapshot

    @property
    def generation(self) -> int:
        """The number of the generation served."""
        return self.snapshot().generation

    @property
    def graphs(self) -> Mapping[str, int]:
        """Quads per named graph of the generation served."""
        return self.snapshot().graphs

    @property
    def problem(self) -> StoreError | None:
        """Why the generation that ``current`` names is not the one that answers; None where it is."""
        self.snapshot()
        return self._problem

    def query(self, text: str, **options: Any) -> EngineAnswer:
        """Answer a query as :meth:`Snapshot.query` does, from the generation served now."""
        return self.snapshot().query(text, **options)

    def _is_due(self, stamp: Stamp | None) -> bool:
        again = self._again
        return stamp != self._seen or (again is not None and monotonic() >= again)

    def _change_over(self, stamp: Stamp | None) -> None:
        try:
            self._snapshot = self._open(stamp)
        except StoreError as error:
            self._seen = stamp
            self._put_off(error)
        else:
            if self._problem is not None:
                log(__name__).info("change-over-made-up-for", serving=self._snapshot.generation)
            self._problem = self._again = None

    def _put_off(self, error: StoreError) -> None:
        """Keep what is served, and say why: once, not at each attempt."""
        if str(error) != str(self._problem):
            log(__name__).error("change-over-failed", serving=self._snapshot.generation, error=str(error))
        self._problem = error
        self._again = monotonic() + RETRY

    def _open(self, stamp: Stamp | None) -> Snapshot:
        for attempt in range(ATTEMPTS):
            try:
                snapshot = open_generation(self._generations, self._generations.served(), self._default_graph)
            except StoreError:
                moved = self._stamp()
                if moved == stamp or attempt == ATTEMPTS - 1:
                    raise
                stamp = moved
            else:
                self._seen = stamp
                return snapshot
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _stamp(self) -> Stamp | None:
        try:
            status = os.stat(self._pointer)  # noqa: PTH116
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"cannot be looked at: {error}", subject=self._pointer) from error
        return status.st_ino, status.st_mtime_ns, status.st_size


def open_generation(generations: Generations, number: int, default_graph: str = UNION) -> Snapshot:
    """Open one generation read-only; ``default_graph`` is the setting of that name.

    Raises:
        StoreError: it is missing or broken.
    """
    manifest = generations.manifest(number)
    folder = generations.layout.store(number)
    try:
        if not folder.is_dir():
            remedy = "See medkg history for the others."
            raise StoreError("the generation has no store", subject=str(folder), remedy=remedy)
        return Snapshot(manifest, Engine.read_only(str(folder)), default_graph)
    except (OSError, RuntimeError) as error:
        raise StoreError(f"cannot be opened: {error}", subject=str(folder), remedy="Roll back to another.") from error


def names_dataset(text: str) -> bool:
    """Tell whether a query says with FROM which graphs it is about.

    Code-point escapes count as the characters they stand for, as SPARQL wants. Where ``from:x`` could be a name as
    well as the clause (DESCRIBE, GROUP BY, ORDER BY), it counts as the clause.
    """
    text = resolve_escapes(text)
    return "from" in text.lower() and not {"FROM", "FROMNAMED"}.isdisjoint(clause_words(text))
