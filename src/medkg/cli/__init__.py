"""The command line. The commands are found by name and imported only when called, so that ``--help`` stays quick."""

from __future__ import annotations

import importlib
import sys
from typing import Any, NoReturn

import click

from medkg import __version__
from medkg.errors import MedkgError

#: command -> (module:attribute, one line of help). The help stands here so that listing them imports none of them.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("medkg.cli.init:init", "Make an empty registry that takes any RDF."),
    "build": ("medkg.cli.build:build", "Build a generation from ontology/ and data/ and publish it."),
    "validate": ("medkg.cli.build:validate", "Check the data, or RDF files, against the shapes; publish nothing."),
    "reason": ("medkg.cli.build:reason", "Show what the rules infer, per rule; publish nothing."),
    "load": ("medkg.cli.store:load", "Add RDF files to the store in bulk and publish."),
    "export": ("medkg.cli.store:export", "Write the generation served to a file."),
    "stats": ("medkg.cli.store:stats", "Count quads, graphs and classes of the generation served."),
    "history": ("medkg.cli.store:history", "List the generations kept, and what each changed."),
    "rollback": ("medkg.cli.store:rollback", "Serve an earlier generation again."),
    "query": ("medkg.cli.query:query", "Run a named query, a query file or standard input."),
    "analyse": ("medkg.cli.analyse:analyse", "Judge facts together: helix gaps, meta-clusters, money, indicators."),
    "meta-cluster": (
        "medkg.cli.meta_cluster:meta_cluster",
        "Keep proposed meta-clusters, and follow pilots through the steps.",
    ),
    "serve": ("medkg.cli.serve:serve", "Serve the pages and the SPARQL endpoint."),
    "demo": ("medkg.cli.serve:demo", "Build if needed, take a free port, serve and print the address."),
    "token": ("medkg.cli.token:token", "Create, list and revoke tokens for writing."),
    "ontology": ("medkg.cli.ontology:ontology", "Check the ontology, explain it, format its files."),
    "bench": ("medkg.cli.bench:bench", "Measure the hot paths beside their peers."),
}

EXIT_REFUSED = 1


class CommandTable(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of the commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None if there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.group(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(file_okay=False), help="Folder of the store (default: ./var, or MEDKG_HOME).")
@click.version_option(__version__)
@click.pass_context
def cli(ctx: click.Context, home: str | None) -> None:
    """A knowledge graph and linked-data registry of the Mediterranean innovation ecosystem.

    Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
    """
    ctx.obj = {"home": home}


def explicit_settings(ctx: click.Context) -> dict[str, Any]:
    """Give the settings the user set on the command line itself."""
    return dict(ctx.find_root().obj or {})


def main() -> NoReturn:
    """Run the command line; a deliberate error becomes one clear message on standard error and exit code 1."""
    try:
        # A command that ends by ctx.exit(n) is returned n here; one that just returns gives None.
        code = cli.main(prog_name="medkg", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(EXIT_REFUSED)
    except MedkgError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EXIT_REFUSED)
    sys.exit(code if isinstance(code, int) else 0)
