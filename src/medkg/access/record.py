"""The record of writes: who changed what and when, and what came of it. Lines are added and never changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from medkg.access.caller import Caller
from medkg.access.files import access_folder, locked, open_private
from medkg.store.layout import file_errors, sync_folder
from medkg.store.log import log

#: What may come of a write, in the record and in the metrics; docs/deployment.md explains them.
OUTCOMES: Final = ("done", "unchanged", "invalid", "bad-request", "refused", "limit", "busy", "gone", "failed")
_LARGEST: Final = 16 << 20
#: A change may touch any number of graphs; so many are named, and how many there were is said.
_GRAPHS_NAMED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write, or the attempt. ``outcome`` is one of ``OUTCOMES``."""

    operation: str
    outcome: str
    #: Those it changed, or meant to; None is the default graph.
    graphs: tuple[str | None, ...] = ()
    added: int = 0
    deleted: int = 0
    #: The generation it published; None where it changed nothing.
    generation: int | None = None
    #: Why it was refused, in a word or two; never what the request held.
    reason: str = ""


class Record:
    """The record of a home, ``access/writes.jsonl``, and its full files ``writes-000001.jsonl`` and so on."""

    def __init__(self, home: Path, *, largest: int = _LARGEST) -> None:
        self._home = Path(home)
        self._largest = largest

    @property
    def path(self) -> Path:
        """The file that is written."""
        return self._home / "access" / "writes.jsonl"

    def add(self, caller: Caller, write: Write) -> None:
        """Add a line that outlasts a loss of power; writers in other processes wait for one another.

        Raises:
            StoreError: it cannot be written.
        """
        line = json.dumps(_line(caller, write), ensure_ascii=False).encode() + b"\n"
        folder = access_folder(self._home)
        with locked(folder / "writes.lock"), file_errors(self.path):
            self._turn_over(len(line))
            new = not self.path.exists()
            descriptor = open_private(self.path, os.O_RDWR | os.O_APPEND)
            try:
                _append(descriptor, line)
            finally:
                os.close(descriptor)
            if new:
                sync_folder(folder)

    def files(self) -> tuple[Path, ...]:
        """Give the files that there are, oldest first."""
        full = sorted(self.path.parent.glob("writes-[0-9]*.jsonl"))
        return (*full, self.path) if self.path.is_file() else tuple(full)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give the writes, oldest first; a line that a crash cut short is left out and told to the log."""
        with ExitStack() as opened:
            with locked(access_folder(self._home) / "writes.lock"), file_errors(self.path):
                files = [opened.enter_context(path.open("rb")) for path in self.files()]
            for file in files:
                yield from _read(file)

    def _turn_over(self, coming: int) -> None:
        """Put a full file aside under the next number; none is ever removed."""
        if not self.path.is_file() or self.path.stat().st_size + coming <= self._largest:
            return
        numbers = [int(path.stem.partition("-")[2]) for path in self.files() if path != self.path]
        self.path.rename(self.path.with_name(f"writes-{max(numbers, default=0) + 1:06}.jsonl"))


def _line(caller: Caller, write: Write) -> dict[str, Any]:
    who = {"token": caller.id, "name": caller.name, "role": caller.role.word}
    what = asdict(write) | {"graphs": list(write.graphs[:_GRAPHS_NAMED]), "graphs_count": len(write.graphs)}
    return {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **who, **what}


def _read(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        try:
            yield json.loads(line)
        except ValueError:
            log(__name__).warning("line-cut-short", file=Path(file.name).name, line=number)


def _append(descriptor: int, line: bytes) -> None:
    """Write a line in whole; end first what a crash has left without an end."""
    size = os.fstat(descriptor).st_size
    torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    rest = memoryview(b"\n" + line if torn else line)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)
