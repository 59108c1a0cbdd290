"""The command that makes an empty registry."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from medkg.cli import explicit_settings
from medkg.errors import StoreError
from medkg.settings import DEFAULT_GRAPHS, REGISTRY_FILE, load_settings
from medkg.store.layout import file_errors, write_durably
from medkg.store.writer import Writer

_OWN: Final = "own"


@click.command()
@click.option(
    "--default-graph",
    type=click.Choice(list(DEFAULT_GRAPHS)),
    default=_OWN,
    show_default=True,
    help="What a query without a data set sees: its own graph without a name, or the union of all named ones.",
)
@click.pass_context
def init(ctx: click.Context, default_graph: str) -> None:
    """Make an empty registry that takes any RDF.

    With `own`, statements without a graph are kept in the default graph; with `union` each needs a graph, and queries
    see all graphs as one. The choice is written into registry.toml in the home.
    """
    home = load_settings(explicit_settings(ctx)).home
    make_registry(home, default_graph)
    click.echo(f"an empty registry at {home}, generation 1; fill it with medkg load, or over HTTP with a token")


def make_registry(home: Path, default_graph: str) -> None:
    """Publish generation 1, without a statement, and write down what the default graph is.

    Raises:
        StoreBusy: another process is writing.
        StoreError: there is a registry already, or the home cannot be written.
    """
    with Writer(home, default_graph=default_graph) as writer:
        if writer.generations.current() is not None:
            remedy = "Choose another folder with --home, or go on with this one."
            raise StoreError("there is a registry already", subject=str(home), remedy=remedy)
        with file_errors(home):
            write_durably(home / REGISTRY_FILE, f'default_graph = "{default_graph}"\n'.encode())
        writer.replace([], reason="init")
