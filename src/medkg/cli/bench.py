"""Commands that measure the hot paths beside their peers."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click

from medkg.bench.load import LoadMeasurement, measure_load
from medkg.cli import explicit_settings
from medkg.settings import load_settings


@click.group()
def bench() -> None:
    """Measure the hot paths beside their peers."""


@bench.command("load")
@click.option("--quads", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="Size of the file.")
@click.option("--pairs", type=click.IntRange(min=1), default=1, show_default=True, help="Runs of each of the two.")
@click.option("--folder", type=click.Path(file_okay=False, exists=True), help="Where the stores are made for a while.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write the figures to this file as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def load(quads: int, pairs: int, folder: str | None, output: str | None, as_json: bool) -> None:
    """Load a made-up registry with medkg and with oxigraph in turn, on the same file.

    Needs about 700 bytes of disk for each quad. The two are run one after the other: other work on the machine slows
    both, so look at the ratio.
    """
    with tempfile.TemporaryDirectory(prefix="medkg-bench-", dir=folder) as scratch:
        found = measure_load(quads, Path(scratch), pairs, lambda line: click.echo(line, err=True))
    _tell(found.as_dict(), _summary(found), output, as_json=as_json)


def _tell(figures: dict[str, Any], summary: str, output: str | None, *, as_json: bool) -> None:
    text = json.dumps(figures, indent=2)
    if output:
        Path(output).write_text(text + "\n", encoding="utf-8")
    click.echo(text if as_json else summary)


def _summary(found: LoadMeasurement) -> str:
    rows = [("medkg load", found.medkg), ("oxigraph load", found.oxigraph)]
    lines = [f"{found.quads:,} quads, {found.file_mib:,.0f} MiB of N-Quads"]
    for name, runs in rows:
        shown = ", ".join(f"{run.seconds:.1f} s ({run.processor_seconds:.1f} s of processor)" for run in runs)
        lines.append(f"{name}: {shown}; peak memory {max(run.peak_mib for run in runs):,.0f} MiB")
    lines.append(f"speed of medkg by oxigraph: {found.ratio:.2f}")
    lines.append(f"one statement loaded and published: {found.small_change_seconds * 1000:,.0f} ms")
    lines.append(f"what was published reopened: {found.reopen_seconds * 1000:,.0f} ms")
    return "\n".join(lines)


@bench.command("endpoint")
@click.option(
    "--quads", type=click.IntRange(min=10_000), default=1_300_000, show_default=True, help="Size of the registry."
)
@click.option("--seconds", type=click.FloatRange(min=1), default=4.0, show_default=True, help="Length of each load.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="Times each load is repeated.")
@click.option(
    "--rows", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="Rows that are streamed."
)
@click.option("--kills", type=click.IntRange(min=1), default=1_000, show_default=True, help="Queries that are stopped.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Server processes of medkg.")
@click.option("--rdflib/--no-rdflib", default=True, help="Also measure rdflib-endpoint, installed for the while.")
@click.option("--folder", type=click.Path(file_okay=False, exists=True), help="Where the stores are made for a while.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write the figures to this file as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
@click.pass_context
def endpoint(ctx: click.Context, /, folder: str | None, output: str | None, as_json: bool, **plan: Any) -> None:
    """Measure the served endpoint beside oxigraph serve-read-only and rdflib-endpoint on the same statements.

    Rates of distinct and of repeated queries, long answers, small queries beside endless ones, stopped queries, and
    the entity pages of the registry in the home. The load comes from wrk; without it, and saying so, from Python.
    """
    from medkg.bench.endpoint import Plan, measure_endpoint
    from medkg.bench.tables import endpoint_table

    home = load_settings(explicit_settings(ctx)).home
    with tempfile.TemporaryDirectory(prefix="medkg-bench-", dir=folder) as scratch:
        found = measure_endpoint(Plan(**plan), Path(scratch), home, lambda line: click.echo(line, err=True))
    _tell(found.as_dict(), endpoint_table(found), output, as_json=as_json)


@bench.command("soak")
@click.option("--minutes", type=click.FloatRange(min=0.05), default=20.0, show_default=True, help="How long.")
@click.option(
    "--quads", type=click.IntRange(min=1_000), default=100_000, show_default=True, help="Size of the registry."
)
@click.option("--folder", type=click.Path(file_okay=False, exists=True), help="Where the store is made for a while.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write the figures to this file as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def soak_command(minutes: float, quads: int, folder: str | None, output: str | None, as_json: bool) -> None:
    """Let readers, writers, stopped queries, clients that leave and reloads at a served registry of its own.

    Says what went wrong and how memory, open files, processes and generations came out. Exit code 1 where anything
    went wrong.
    """
    from medkg.bench.soak import soak
    from medkg.bench.tables import soak_table

    with tempfile.TemporaryDirectory(prefix="medkg-soak-", dir=folder) as scratch:
        found = soak(minutes, quads, Path(scratch), lambda line: click.echo(line, err=True))
    _tell(found.as_dict(), soak_table(found), output, as_json=as_json)
    if found.wrong:
        raise SystemExit(1)


@bench.command("pages")
@click.option("--count", type=click.IntRange(min=1), default=1000, show_default=True, help="Distinct pages asked for.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
@click.pass_context
def pages(ctx: click.Context, count: int, as_json: bool) -> None:
    """Ask for the pages of distinct entities and for searches, on the server itself, and give their times."""
    from medkg.web import create_app
    from medkg.web.measure import measure_pages

    found = measure_pages(create_app(load_settings(explicit_settings(ctx))), count)
    if as_json:
        click.echo(json.dumps([asdict(item) for item in found], indent=2))
        return
    for item in found:
        click.echo(
            f"{item.pages:,} {item.what}: median {item.median_ms:.1f} ms, 95 of 100 within {item.p95_ms:.1f} ms, "
            f"longest {item.longest_ms:.0f} ms ({item.longest}); heaviest {item.heaviest_bytes:,} bytes, "
            f"{item.heaviest_packed:,} packed ({item.heaviest})"
        )


@bench.command("analyses")
@click.option(
    "--quads",
    type=click.IntRange(min=70_000),
    multiple=True,
    default=(1_000_000,),
    show_default=True,
    help="Size of the registry; may be given several times.",
)
@click.option("--only", multiple=True, metavar="ANALYSIS", help="One analysis; may be given several times.")
@click.option("--seed", type=int, default=1, show_default=True, help="Chooses what the registry is made of.")
@click.option(
    "--patience", type=click.FloatRange(min=1), default=300.0, show_default=True, help="Seconds for each question."
)
@click.option("--folder", type=click.Path(file_okay=False, exists=True), help="Where the stores are made for a while.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write the figures to this file as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
@click.pass_context
def analyses(ctx: click.Context, /, folder: str | None, output: str | None, as_json: bool, **plan: Any) -> None:
    """Run each analysis on a made-up registry: copies of the one in the home that share places and bodies.

    Asks for the whole registry and for a middling and the largest thing of each kind. Needs a built registry and about
    600 bytes of disk for each quad. Times are seconds of processor, which other work on the machine changes little.
    """
    from medkg.analysis.running import defined
    from medkg.bench.analyses import AnalysesPlan, measure_analyses
    from medkg.bench.growth import analyses_table
    from medkg.store.reader import Reader

    settings = load_settings(explicit_settings(ctx))
    chosen = AnalysesPlan(**{**plan, "only": [defined(name).id for name in plan["only"]]})
    registry = Reader(settings.home).snapshot().quads()
    with tempfile.TemporaryDirectory(prefix="medkg-bench-", dir=folder) as scratch:
        say = partial(click.echo, err=True)
        found = measure_analyses(chosen, registry, settings.queries, Path(scratch), say)
    _tell(found.as_dict(), analyses_table(found), output, as_json=as_json)


@bench.command("search")
@click.option(
    "--things",
    type=click.IntRange(min=1),
    multiple=True,
    default=(100_000, 1_000_000),
    show_default=True,
    help="Things to search among; may be given several times.",
)
@click.option("--searches", type=click.IntRange(min=1), default=1000, show_default=True, help="Distinct searches.")
@click.option("--seed", type=int, default=1, show_default=True, help="Chooses names, searches and filters.")
@click.option("--folder", type=click.Path(file_okay=False, exists=True), help="Where the index is made for a while.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write the figures to this file as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
@click.pass_context
def search(ctx: click.Context, /, things: tuple[int, ...], folder: str | None, output: str | None, **plan: Any) -> None:
    """Search among made-up things: copies of those in the home, put into an index without a store.

    Asks distinct searches with and without filters, each with one page of hits and the counts of all facets. Needs a
    built registry, and for each million things 1 GiB of disk and 5 GiB of memory. Times are those of the processor,
    which other work on the machine changes little.
    """
    from medkg.bench.searching import measure_search, search_table
    from medkg.query.asking import NamedQueries
    from medkg.query.catalogue import load_catalogue
    from medkg.search.things import gathered
    from medkg.store.reader import Reader

    settings = load_settings(explicit_settings(ctx))
    originals = gathered(NamedQueries(Reader(settings.home).snapshot(), load_catalogue(settings.queries)))
    say = partial(click.echo, err=True)
    with tempfile.TemporaryDirectory(prefix="medkg-bench-", dir=folder) as scratch:
        found = [
            measure_search(originals, count, plan["searches"], plan["seed"], Path(scratch), say)
            for count in sorted(set(things))
        ]
    _tell({"sizes": [item.as_dict() for item in found]}, search_table(found), output, as_json=plan["as_json"])
