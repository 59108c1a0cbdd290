"""Reads, writes, kills, clients that leave and reloads, all at once and for long: what fails, and what grows."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from medkg.access.roles import Role
from medkg.access.tokens import Tokens
from medkg.bench.processes import Served, serve_medkg, serving
from medkg.bench.registry import write_registry
from medkg.bench.visitors import (
    Visitor,
    exchange,
    leave,
    read_point,
    read_rows,
    read_whole,
    reload,
    replace_graph,
    stop,
)
from medkg.store.generations import Generations

_LIMIT_SECONDS = 1.0
_LIMITS = {"seconds": _LIMIT_SECONDS, "concurrent": 500, "queue": 5_000, "engine_seconds_per_minute": 60_000}
_SAMPLE_SECONDS = 10.0
#: Who does what, and the seconds each of them rests between two visits.
_VISITORS: tuple[tuple[str, Callable[[Visitor], str], float], ...] = (
    ("point query", read_point, 0.005),
    ("point query", read_point, 0.005),
    ("long answer", read_rows, 0.5),
    ("check of a change", read_whole, 0.05),
    ("update", exchange, 0.5),
    ("graph replaced", replace_graph, 1.0),
    ("query stopped", stop, 0.2),
    ("client left", leave, 0.2),
    ("reload", reload, 300.0),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """The server at one moment."""

    second: float
    web_mib: float
    all_mib: float
    processes: int
    web_files: int
    generations: int
    generation: int
    disk_mib: float


@dataclass(slots=True)
class Soak:
    """What was done how often, what went wrong how often, and the server over time."""

    minutes: float
    done: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)

    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, name: str, wrong: str) -> None:
        """Count a visit, and what was wrong with it."""
        with self._lock:
            self.done[name] += 1
            if wrong:
                self.wrong[f"{name}: {wrong}"] += 1

    def as_dict(self) -> dict[str, Any]:
        """Give the measurement for a program."""
        samples = [asdict(sample) for sample in self.samples]
        return {"minutes": self.minutes, "done": dict(self.done), "wrong": dict(self.wrong), "samples": samples}


def soak(minutes: float, quads: int, folder: Path, say: Callable[[str], None]) -> Soak:
    """Serve a made-up registry and let the visitors at it for so long.

    Raises:
        StoreError: the server does not start.
    """
    home, file = folder / "home", folder / "registry.nq"
    write_registry(file, quads)
    medkg = [sys.executable, "-m", "medkg", "--home", str(home)]
    for command in (["init", "--default-graph", "union"], ["load", str(file)]):
        subprocess.run([*medkg, *command], check=True, capture_output=True)
    _, secret = Tokens(home).create("soak", Role.ADMIN)
    environment = {"MEDKG_RETENTION": "3", "MEDKG_LIMITS": json.dumps({"anonymous": _LIMITS, "admin": _LIMITS})}
    command, port, path, environment = serve_medkg(home, 2, environment)
    found = Soak(minutes)
    with serving("medkg", command, port, path, environment) as served:
        exchange(Visitor(served, secret, quads, random.Random(0)))  # noqa: S311 - made-up visits, no secret
        _visit(found, served, secret, quads, home, say)
    return found


def _visit(found: Soak, served: Served, secret: str, quads: int, home: Path, say: Callable[[str], None]) -> None:
    """Run the visitors until the time is up, and look at the server meanwhile."""
    over = threading.Event()
    started = time.monotonic()
    visitors = []
    for number, who in enumerate(_VISITORS):
        visitor = Visitor(served, secret, quads, random.Random(number))  # noqa: S311 - made-up visits, no secret
        visitors.append(threading.Thread(target=_keep_visiting, args=(found, visitor, *who, over)))
    for thread in visitors:
        thread.start()
    while (second := time.monotonic() - started) < found.minutes * 60 and served.process.poll() is None:
        found.samples.append(_sample(served, home, second))
        say(_progress(found))
        over.wait(min(_SAMPLE_SECONDS, max(0.0, found.minutes * 60 - second)))
    over.set()
    for thread in visitors:
        thread.join()
    if served.process.poll() is not None:
        found.wrong[f"the server ended with {served.process.returncode}"] += 1
    time.sleep(2)
    found.samples.append(_sample(served, home, time.monotonic() - started))


def _keep_visiting(
    found: Soak, visitor: Visitor, name: str, visit: Callable[[Visitor], str], rest: float, over: threading.Event
) -> None:
    # Nobody begins at the same moment, and the server is not reloaded at once.
    over.wait(rest)
    while not over.is_set():
        found.note(name, visit(visitor))
        over.wait(rest)


def _sample(served: Served, home: Path, second: float) -> Sample:
    memory, generations = served.memory(), Generations(home)
    numbers = generations.list()
    return Sample(
        round(second, 1),
        memory.web_mib,
        memory.all_mib,
        memory.processes,
        memory.web_files,
        len(numbers),
        max(numbers),
        _size(home) / 2**20,
    )


def _size(folder: Path) -> int:
    """Give the bytes of a folder's files; what vanishes meanwhile, as a working copy does, has none."""
    found = 0
    for where, _, names in os.walk(folder):  # passes over folders that are gone
        for name in names:
            with suppress(FileNotFoundError):
                found += Path(where, name).stat().st_size
    return found


def _progress(found: Soak) -> str:
    last = found.samples[-1]
    return (
        f"{last.second:,.0f} s: {found.done.total():,} visits, {found.wrong.total():,} wrong; web {last.web_mib:,.0f} "
        f"MiB, all {last.all_mib:,.0f} MiB, {last.processes} processes, {last.web_files} files, "
        f"generation {last.generation} of {last.generations} kept" + "".join(f"; WRONG {what}" for what in found.wrong)
    )
