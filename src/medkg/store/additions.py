"""What files add to the store: by whole lines where they can be many, else statement by statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from pyoxigraph import NamedNode, Quad

from medkg.store.counts import Change
from medkg.store.draft import Draft, refuse_built
from medkg.store.intake import Digest, Graph, Incoming, read_quads
from medkg.store.line_files import LineFiles
from medkg.store.patch import BULK
from medkg.store.statements import BATCH

#: Called after each batch with the number of statements read so far.
Progress = Callable[[int], None]


def add_files(
    draft: Draft, items: Sequence[Incoming], graph: Graph | None, base: str | None, progress: Progress | None
) -> tuple[Change, dict[str, str]]:
    """Add the statements of files; give what that changed, and the SHA-256 of each file by name.

    Raises:
        SourceError: a file cannot be read, or a statement has no graph.
        StoreError: a graph belongs to the build, or the disk failed.
    """
    files = LineFiles.of(items, graph)
    change = _add_many_lines(draft, files, progress) if files else None
    if files and change is not None:
        return change, _sums(items, files.digests)
    digests = [Digest() for _ in items]
    parts = (read_quads(item, graph, base, digest) for item, digest in zip(items, digests, strict=True))
    return draft.add(_foreign(chain.from_iterable(parts), progress)), _sums(items, digests)


def _add_many_lines(draft: Draft, files: LineFiles, progress: Progress | None) -> Change | None:
    """Add lines if there are many; else give None and change nothing."""
    blocks = _counted(files.blocks(), progress)
    first: list[bytes] = []
    while sum(block.count(b"\n") for block in first) < BULK:
        block = next(blocks, None)
        if block is None:
            return None
        first.append(block)
    try:
        return draft.add_lines(files, chain(first, blocks))
    except (SyntaxError, MemoryError):  # the latter of a statement that is longer than the engine reads
        files.explain()


def _counted(blocks: Iterator[bytes], progress: Progress | None) -> Iterator[bytes]:
    count = 0
    for block in blocks:
        yield block
        count += block.count(b"\n")
        if progress:
            progress(count)


def _foreign(quads: Iterator[Quad], progress: Progress | None) -> Iterator[Quad]:
    """Pass on what users may load, and refuse the graphs that each build replaces."""
    last = None
    for count, quad in enumerate(quads, 1):
        graph = quad.graph_name
        if graph != last:
            last = graph
            if isinstance(graph, NamedNode):
                refuse_built(graph.value)
        if progress and count % BATCH == 0:
            progress(count)
        yield quad


def _sums(items: Sequence[Incoming], digests: Sequence[Digest]) -> dict[str, str]:
    return {item.name: digest.sha256.hexdigest() for item, digest in zip(items, digests, strict=True)}
