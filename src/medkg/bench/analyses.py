"""The analyses on made-up registries of several sizes that look like the built one: time, rows, memory and growth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from medkg.analysis.definition import definitions
from medkg.bench.cases import Case, Things, cases, examples
from medkg.bench.copies import write_copies
from medkg.bench.judging import Judged, judge
from medkg.bench.shape import Shape
from medkg.namespaces import compact

Say = Callable[[str], None]
#: Seconds after which an analysis is ended.
PATIENCE: Final = 300.0


@dataclass(frozen=True, slots=True)
class Sized:
    """The measurements on a registry of one size."""

    quads: int
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class AnalysesMeasurement:
    """What was measured, the smallest registry first."""

    seed: int
    sizes: tuple[Sized, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the measurement for a program."""
        return asdict(self)

    @property
    def slow(self) -> tuple[Judged, ...]:
        """Give what took longer than wanted on any of them."""
        return tuple(one for size in self.sizes for one in size.judged if one.slow)


@dataclass(frozen=True, slots=True)
class AnalysesPlan:
    """Sizes in quads, the seed, the analyses to measure (all where none is named), and the patience in seconds."""

    quads: Sequence[int]
    seed: int
    only: Collection[str]
    patience: float


def measure_analyses(
    plan: AnalysesPlan, registry: Iterable[ox.Quad], queries: Path, folder: Path, say: Say
) -> AnalysesMeasurement:
    """Measure the analyses on registries made of the one given."""
    say("reading the registry")
    shape = Shape.of(registry, plan.seed, examples(definitions()))
    found = [_sized(plan, shape, quads, queries, folder, say) for quads in sorted(set(plan.quads))]
    return AnalysesMeasurement(plan.seed, tuple(found))


def _sized(plan: AnalysesPlan, shape: Shape, quads: int, queries: Path, folder: Path, say: Say) -> Sized:
    file, store = folder / "registry.nq", folder / f"store-{quads}"
    say(f"writing {quads:,} quads")
    write_copies(shape, file, quads, plan.seed, say)
    say("loading them")
    held = _load(file, store)
    file.unlink()
    chosen = list(_chosen(plan.only, store))
    judged = []
    for number, case in enumerate(chosen, 1):
        judged.append(judge(store, queries, case, plan.patience))
        say(f"{number} of {len(chosen)}: {line_of(judged[-1])}")
    return Sized(held, tuple(judged))


def _load(file: Path, store: Path) -> int:
    engine = ox.Store(str(store))
    engine.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    engine.flush()
    return len(engine)


def _chosen(only: Collection[str], store: Path) -> Iterator[Case]:
    things = Things(ox.Store.read_only(str(store)))
    for definition in definitions().values():
        if not only or definition.id in only:
            yield from cases(definition, things)


def line_of(one: Judged) -> str:
    """Give one measurement as a line for people."""
    things = ", ".join(compact(value) for value in one.given.values())
    named = f"{one.analysis}, {one.what}{f' ({things})' if things else ''}"
    if one.failed:
        return f"{named}: NOT MEASURED: {one.failed}"
    slow = f" SLOWER THAN {one.wanted:g} s" if one.slow else ""
    return (
        f"{named}: {one.seconds:.3f} s, with names and origins {one.whole_seconds:.3f} s, {one.rows:,} rows, "
        f"{one.peak_mib:,.0f} MiB{slow}"
    )
