"""Bulk load beside `oxigraph load` on the same file, and how long publishing and reopening take afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from medkg.bench.registry import BASE, write_registry
from medkg.errors import StoreError
from medkg.store.reader import Reader
from medkg.store.statements import block
from medkg.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Run:
    """One process: how long it took, the processor time it used and the most memory it held."""

    seconds: float
    processor_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class LoadMeasurement:
    """What was measured. ``ratio`` is the speed of medkg by that of its peer: the median over the pairs of runs."""

    quads: int
    file_mib: float
    ratio: float
    medkg: list[Run]
    oxigraph: list[Run]
    small_change_seconds: float
    reopen_seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Give the measurement for a program."""
        return asdict(self)


def measure_load(quads: int, folder: Path, pairs: int, say: Callable[[str], None]) -> LoadMeasurement:
    """Load a made-up registry with medkg and with oxigraph in turn, each into an empty store.

    Raises:
        StoreError: one of the two failed or is not installed.
    """
    peer = peer_program()
    file = folder / "registry.nq"
    say(f"writing {quads:,} quads")
    write_registry(file, quads)
    runs: dict[str, list[Run]] = {"medkg": [], "oxigraph": []}
    home, location = folder / "home", folder / "oxigraph"
    commands = {
        "medkg": [sys.executable, "-m", "medkg", "--home", str(home), "load", str(file)],
        "oxigraph": [peer, "load", "--location", str(location), "--file", str(file)],
    }
    for pair in range(pairs):
        # Which of the two goes first changes, so that a busy minute does not always meet the same one.
        for name in sorted(commands, reverse=bool(pair % 2)):
            shutil.rmtree(home if name == "medkg" else location, ignore_errors=True)
            runs[name].append(_run(commands[name]))
            say(f"{name}: {runs[name][-1].seconds:.1f} s")
    ratio = median(other.seconds / ours.seconds for ours, other in zip(runs["medkg"], runs["oxigraph"], strict=True))
    change, reopen = _publish_and_reopen(home)
    size = file.stat().st_size / 2**20
    return LoadMeasurement(quads, size, ratio, runs["medkg"], runs["oxigraph"], change, reopen)


def peer_program() -> str:
    """Give the program oxigraph.

    Raises:
        StoreError: it is not installed.
    """
    beside = Path(sys.executable).with_name("oxigraph")
    found = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if found is None:
        raise StoreError("the program oxigraph is not installed", remedy="Run pip install oxigraph.")
    return found


def _run(command: Sequence[str]) -> Run:
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise StoreError(f"failed: {message.decode(errors='replace').strip()}", subject=" ".join(command))
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _publish_and_reopen(home: Path) -> tuple[float, float]:
    """Give the seconds to load and publish one statement, and to open what was published and answer from it."""
    node = NamedNode(BASE + "graph/added")
    file = home / "one.nq"
    file.write_bytes(block([Quad(node, node, Literal("one"), node)]))
    started = time.perf_counter()
    with Writer(home) as writer:
        writer.load([file])
        changed = time.perf_counter() - started
    started = time.perf_counter()
    snapshot = Reader(home).snapshot()
    found = next(snapshot.engine.quads_for_pattern(node, None, None), None)
    opened = time.perf_counter() - started
    if found is None:
        raise StoreError("the statement just published is not there", subject=str(home))
    return changed, opened
