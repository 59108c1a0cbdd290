"""Lines sorted by code point, with bounded memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

#: Bytes of text held before a run is written; with Python's own share a run needs about twice as much.
RUN_BYTES = 96 << 20


def sorted_unique(lines: Iterable[bytes], folder: Path, run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """Give each distinct line once, sorted. Runs that do not fit in memory lie in a temporary folder of ``folder``.

    UTF-8 sorts by bytes as it does by code points. Lines hold no line feed.
    """
    with TemporaryDirectory(prefix="sort-", dir=folder) as runs_folder:
        runs: list[Path] = []
        last: list[bytes] = []
        for run in _runs(lines, run_bytes):
            if last:
                runs.append(_write(last, Path(runs_folder) / f"{len(runs):05}"))
            last = run
        merged = heapq.merge(last, *map(_read, runs)) if runs else iter(last)
        for line, _ in groupby(merged):
            yield line


def _runs(lines: Iterable[bytes], run_bytes: int) -> Iterator[list[bytes]]:
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= run_bytes:
            yield sorted(held)
            held, size = [], 0
    yield sorted(held)


def _write(run: list[bytes], path: Path) -> Path:
    with path.open("wb") as file:
        file.writelines(line + b"\n" for line in run)
    return path


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line[:-1]
