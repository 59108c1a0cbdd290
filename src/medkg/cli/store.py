"""Commands about the store: load, export, stats, history, rollback."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from medkg.cli import explicit_settings
from medkg.exports.dumps import write_dump
from medkg.namespaces import compact
from medkg.settings import Settings, load_settings
from medkg.store.additions import Progress as Counted
from medkg.store.generations import Generations
from medkg.store.intake import FORMATS, incoming
from medkg.store.manifest import Manifest
from medkg.store.reader import open_generation
from medkg.store.writer import Writer

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
rdf_format = click.option(
    "--format", "format_name", type=click.Choice(list(FORMATS)), help="Instead of the file's ending."
)


def _settings(ctx: click.Context) -> Settings:
    return load_settings(explicit_settings(ctx))


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--graph", metavar="IRI", help="Named graph for statements that name none; needed for nt, ttl and rdf.")
@click.option("--reason", default="", help="Why; kept in the history (default: the names of the files).")
@click.option("--base", metavar="IRI", help="What relative IRIs in the files are relative to.")
@rdf_format
@as_json
@click.pass_context
def load(ctx: click.Context, /, files: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Add RDF files to the store in bulk and publish.

    FILE is nt, nq, ttl, trig, rdf or jsonld, each also .gz, or - for standard input with --format. All files are
    published together or, where one cannot be read, none. Quads keep the graphs they name.
    """
    settings = _settings(ctx)
    items = [incoming(name, options["format_name"]) for name in files]
    writing = Writer(settings.home, retention=settings.retention, default_graph=settings.default_graph)
    with writing as writer, _counting("reading") as progress:
        before = writer.generations.current()
        manifest = writer.load(
            items, graph=options["graph"], reason=options["reason"], base=options["base"], progress=progress
        )
    published = manifest.generation != before
    if as_json:
        _print_json({"published": published, **manifest.as_dict()})
    elif published:
        click.echo(f"generation {manifest.generation}: {manifest.added:,} quads added, {manifest.quads:,} in all")
    else:
        click.echo(f"nothing to add: generation {manifest.generation} holds all of it and stays served")


@click.command()
@click.argument("file")
@click.option("--graph", metavar="IRI", help="Only this graph.")
@click.option("--generation", type=int, help="An earlier generation (default: the one served).")
@rdf_format
@click.pass_context
def export(ctx: click.Context, file: str, graph: str | None, generation: int | None, format_name: str | None) -> None:
    """Write the generation served to FILE, or to standard output (-).

    Formats: nq (canonical, sorted), trig, jsonld, and without graphs nt, ttl, rdf: the union of all graphs but the
    shapes. A name ending in .gz is compressed. Equal data give equal bytes in nq and nt.
    """
    generations = Generations(_settings(ctx).home)
    number = generations.served() if generation is None else generation
    write_dump(open_generation(generations, number), file, format_name, graph)
    if file != "-":
        click.echo(f"generation {number} written to {file}")


@click.command()
@as_json
@click.pass_context
def stats(ctx: click.Context, as_json: bool) -> None:
    """Count quads, graphs and classes of the generation served."""
    generations = Generations(_settings(ctx).home)
    manifest = generations.manifest(generations.served())
    if as_json:
        _print_json(manifest.as_dict())
        return
    click.echo(f"generation {manifest.generation}, {manifest.created}: {manifest.quads:,} quads")
    for title, counts in (("graph", manifest.graphs), ("class", manifest.classes)):
        rows = [[compact(name), f"{count:,}"] for name, count in counts.items()]
        _print_table([title, "quads" if title == "graph" else "instances"], rows)


@click.command()
@as_json
@click.pass_context
def history(ctx: click.Context, as_json: bool) -> None:
    """List the generations kept, and what each changed."""
    generations = Generations(_settings(ctx).home)
    served = generations.current()
    kept = [generations.manifest(number) for number in generations.list()]
    if as_json:
        _print_json(
            {"served": served, "generations": [_summary(item, served) for item in kept], **_returns(generations)}
        )
        return
    rows = [["*" if item.generation == served else "", *_row(item)] for item in kept]
    _print_table(["", "generation", "created", "parent", "quads", "added", "deleted", "reason"], rows)
    for item in generations.rollbacks():
        click.echo(f"{item.time}: rolled back from {item.source} to {item.target}")


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--to", "target", type=int, help="The same as NUMBER.")
@click.pass_context
def rollback(ctx: click.Context, number: int | None, target: int | None) -> None:
    """Serve generation NUMBER again.

    Nothing is removed: a later generation can be served again in the same way. The next change starts from NUMBER.
    """
    chosen = number if target is None else target
    if chosen is None or (number is not None and target is not None):
        raise click.UsageError("say which generation: medkg rollback NUMBER")
    manifest = Generations(_settings(ctx).home).rollback(chosen)
    click.echo(f"serving generation {manifest.generation} of {manifest.created}: {manifest.quads:,} quads")


def _summary(manifest: Manifest, served: int | None) -> dict[str, Any]:
    names = ("generation", "created", "parent", "reason", "quads", "added", "deleted")
    return {name: getattr(manifest, name) for name in names} | {"served": manifest.generation == served}


def _returns(generations: Generations) -> dict[str, Any]:
    return {"rollbacks": [{"time": r.time, "from": r.source, "to": r.target} for r in generations.rollbacks()]}


def _row(item: Manifest) -> list[str]:
    counts = [f"{count:,}" for count in (item.quads, item.added, item.deleted)]
    return [str(item.generation), item.created, "-" if item.parent is None else str(item.parent), *counts, item.reason]


def _print_json(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _print_table(titles: list[str], rows: list[list[str]]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in titles:
        number = title in ("quads", "instances", "generation", "parent", "added", "deleted")
        table.add_column(title, justify="right" if number else "left", no_wrap=title != "reason", overflow="fold")
    for row in rows:
        table.add_row(*row)
    # A pipe has no width; nothing is cut for it.
    width = None if sys.stdout.isatty() else 240
    Console(width=width, markup=False, highlight=False).print(table)


@contextmanager
def _counting(action: str) -> Iterator[Counted]:
    """Show on a terminal how many statements were read; stay silent where standard error goes elsewhere."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} statements"))
    console = Console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=console, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(action, total=None)
        yield lambda count: shown.update(task, completed=count)
