"""One analysis, measured in a process of its own: its time, with names and origins too, and its memory."""

from __future__ import annotations

import multiprocessing as mp
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from medkg.analysis.document import Words, as_json, evidence_of, names_in, origins
from medkg.analysis.report import Report
from medkg.analysis.running import analyse, defined
from medkg.bench.cases import Case
from medkg.errors import BadParameter
from medkg.query.asking import NamedQueries
from medkg.query.catalogue import load_catalogue
from medkg.store.manifest import Manifest
from medkg.store.reader import Snapshot

Found = TypeVar("Found")
#: Times that an analysis is asked; the median counts.
ROUNDS: Final = 3
#: What took longer than this is not asked again.
_LONG: Final = 5.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What one case took, in seconds of processor; ``failed`` says why there are no figures, or is blank.

    ``whole_seconds`` is the time with the names of all things and the sources of all statements of the report.
    """

    analysis: str
    what: str
    wanted: float
    given: Mapping[str, str]
    rows: int = 0
    seconds: float = 0.0
    whole_seconds: float = 0.0
    peak_mib: float = 0.0
    failed: str = ""

    @property
    def slow(self) -> bool:
        """Tell whether it took longer than wanted, or too long to be waited for."""
        return bool(self.failed) or self.seconds > self.wanted


def opened(path: Path) -> Snapshot:
    """Open a store that no generation holds."""
    engine = ox.Store.read_only(str(path))
    described = Manifest(
        generation=1, created="", parent=None, reason="measurement", quads=len(engine), added=0, deleted=0
    )
    return Snapshot(described, engine)


def judge(store: Path, queries: Path, case: Case, patience: float) -> Judged:
    """Measure a case in a process of its own, which is ended after so many seconds."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_judged, args=(store, queries, case, theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(patience):
            return _without_figures(case, f"no answer within {patience:g} s")
        told: Judged = ours.recv()
        return told
    except EOFError:
        process.join()
        return _without_figures(case, f"its process ended with {process.exitcode}")
    finally:
        process.kill()
        process.join()


def _without_figures(case: Case, reason: str) -> Judged:
    given = case.choices[0] if case.choices else {}
    return Judged(case.analysis, case.what, case.wanted, given, failed=reason)


def _judged(store: Path, queries: Path, case: Case, answer: Connection) -> None:
    asked = NamedQueries(opened(store), load_catalogue(queries))
    reason = "there is no such thing"
    for given in case.choices:
        try:
            answer.send(_measured(asked, case, given))
        except BadParameter as error:
            reason = f"refused: {error}"
        else:
            return
    answer.send(_without_figures(case, reason))


def _measured(asked: NamedQueries, case: Case, given: Mapping[str, str]) -> Judged:
    report, seconds = _timed(lambda: analyse(asked, case.analysis, given))
    _, document = _timed(lambda: _document(case.analysis, report, asked))
    rows = sum(len(table.rows) for table in report.tables)
    return Judged(case.analysis, case.what, case.wanted, given, rows, seconds, seconds + document, _peak_mib())


def _peak_mib() -> float:
    """Give the most memory this process held: what its usage tells would hold that of the process it comes from."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


def _document(name: str, report: Report, asked: NamedQueries) -> dict[str, Any]:
    """Give what API and page tell of a report."""
    definition = defined(name)
    words = Words(definition, "en", names_in(report, asked, "en"))
    return as_json(definition, report, words, origins(evidence_of(report), asked))


def _timed(work: Callable[[], Found]) -> tuple[Found, float]:
    times: list[float] = []
    while True:
        started = time.process_time()
        found = work()
        times.append(time.process_time() - started)
        if len(times) == ROUNDS or times[-1] > _LONG:
            return found, median(times)
