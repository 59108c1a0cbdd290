"""``medkg serve`` beside other SPARQL servers on the same statements, on this machine and in the same run."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from medkg.bench.comparing import Rate, distinct, pages, repeated
from medkg.bench.driving import generator
from medkg.bench.killing import Disturbed, Kills, disturbance, kills
from medkg.bench.peers import serve_oxigraph, serve_rdflib
from medkg.bench.processes import Served, serve_medkg, serving
from medkg.bench.registry import write_registry
from medkg.bench.streaming import Streamed, streams
from medkg.errors import StoreError
from medkg.namespaces import BASE, SKOS, Graphs
from medkg.store.generations import Generations
from medkg.store.layout import Layout
from medkg.store.reader import Reader

#: What no measurement but that of kills shall meet.
_FREE = {"seconds": 3_600, "result_mib": 8_192, "concurrent": 500, "queue": 5_000, "engine_seconds_per_minute": 60_000}
KILL_SECONDS = 0.5
#: The kinds of things that lists name; each has a page at its own path.
_PAGE = re.compile(re.escape(BASE) + r"id/((?:project|programme|actor|structure|place)/[a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    quads: int
    seconds: float
    rounds: int
    rows: int
    kills: int
    workers: int
    rdflib: bool


@dataclass(slots=True)
class EndpointMeasurement:
    """What was measured; ``skipped`` says what was not, and why."""

    plan: Plan
    generator: str
    rates: list[Rate] = field(default_factory=list)
    streams: list[Streamed] = field(default_factory=list)
    disturbed: list[Disturbed] = field(default_factory=list)
    kills: Kills | None = None
    skipped: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Give the measurement for a program."""
        return asdict(self)

    def rate(self, server: str, what: str, connections: int) -> float | None:
        """Give one rate, or None where it was not measured."""
        return next(
            (
                item.rate
                for item in self.rates
                if (item.server, item.what, item.connections) == (server, what, connections)
            ),
            None,
        )


def measure_endpoint(plan: Plan, folder: Path, built: Path | None, say: Callable[[str], None]) -> EndpointMeasurement:
    """Measure everything; ``built`` is the home of a registry with pages.

    Raises:
        StoreError: a server failed, or answered what it should not.
    """
    found = EndpointMeasurement(plan, generator())
    if found.generator != "wrk":
        found.skipped.append("wrk is not installed: the load came from Python, which limits every rate")
    home, file = folder / "home", folder / "registry.nq"
    say(f"writing and loading {plan.quads:,} quads")
    write_registry(file, plan.quads)
    load = [sys.executable, "-m", "medkg", "--home", str(home), "load", str(file)]
    subprocess.run(load, check=True, capture_output=True)
    _beside_oxigraph(found, home, say)
    _kills(found, home, say)
    _pages(found, built, say)
    _beside_rdflib(found, file, folder, say)
    return found


def _beside_oxigraph(found: EndpointMeasurement, home: Path, say: Callable[[str], None]) -> None:
    """Measure what both servers can do on the same files: the generation's store, which neither changes."""
    plan = found.plan
    store = Layout(home).store(1)
    with ExitStack() as running:
        ours = running.enter_context(serving(*_medkg(home, plan.workers, _FREE)))
        peer = running.enter_context(serving(*serve_oxigraph(store)))
        servers: Sequence[Served] = (ours, peer)
        say("distinct point queries")
        found.rates += distinct(servers, plan.quads, plan.seconds, plan.rounds)
        say("repeated queries")
        found.rates += repeated(servers, plan.quads, plan.seconds, plan.rounds)
        say(f"{plan.rows:,} rows streamed")
        found.streams += streams(servers, plan.rows, plan.rounds)
        say("small queries beside endless ones")
        # The peer last: it does not stop a query whose client has gone.
        for served in servers:
            found.disturbed += disturbance(served, plan.quads, 2 * plan.seconds)


def _kills(found: EndpointMeasurement, home: Path, say: Callable[[str], None]) -> None:
    plan = found.plan
    say(f"{plan.kills:,} queries stopped after {KILL_SECONDS:g} s")
    with serving(*_medkg(home, plan.workers, {**_FREE, "seconds": KILL_SECONDS})) as ours:
        found.kills = kills(ours, KILL_SECONDS, plan.kills)


def _pages(found: EndpointMeasurement, built: Path | None, say: Callable[[str], None]) -> None:
    if built is None or Generations(built).current() is None:
        found.skipped.append("entity pages: the home holds no registry; run medkg build, and name its home with --home")
        return
    say("entity pages")
    addresses = _entity_pages(built)
    with serving(*_medkg(built, found.plan.workers, _FREE)) as ours:
        found.rates += pages(ours, addresses, found.plan.seconds)


def _beside_rdflib(found: EndpointMeasurement, file: Path, folder: Path, say: Callable[[str], None]) -> None:
    plan = found.plan
    if not plan.rdflib:
        found.skipped.append("rdflib-endpoint: not asked for")
        return
    say("rdflib-endpoint: installing, loading")
    try:
        with serving(*serve_rdflib(file, folder / "rdflib"), patience=900) as peer:
            found.rates += distinct([peer], plan.quads, plan.seconds, 1)
            found.rates += repeated([peer], plan.quads, plan.seconds, 1)
    except StoreError as error:
        found.skipped.append(f"rdflib-endpoint: {error}")
    shutil.rmtree(folder / "rdflib", ignore_errors=True)


def _entity_pages(home: Path) -> list[str]:
    """Give the addresses of entities that have a page of their own, kinds mixed."""
    preferred, label = ox.NamedNode(Graphs.PREFERRED), ox.NamedNode(SKOS + "prefLabel")
    named = {quad.subject for quad in Reader(home).snapshot().engine.quads_for_pattern(None, label, None, preferred)}
    found = (_PAGE.fullmatch(node.value) for node in named if isinstance(node, ox.NamedNode))
    addresses = sorted(f"/{match[1]}" for match in found if match)
    random.Random(len(addresses)).shuffle(addresses)  # noqa: S311 - an order, no secret
    return addresses


def _medkg(home: Path, workers: int, limits: Mapping[str, float]) -> tuple[str, list[str], int, str, dict[str, str]]:
    environment = {"MEDKG_LIMITS": json.dumps({"anonymous": limits})}
    return ("medkg", *serve_medkg(home, workers, environment))
