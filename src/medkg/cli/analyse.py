"""``medkg analyse``: run an analysis over the generation served."""

from __future__ import annotations

import json

import click

from medkg.analysis.definition import Definition, definitions
from medkg.analysis.document import Words, as_csv, as_json, evidence_of, names_in, origins
from medkg.analysis.report import Report
from medkg.analysis.running import analyse as run
from medkg.analysis.running import defined
from medkg.cli import explicit_settings
from medkg.cli.query import opened, pair
from medkg.query.asking import NamedQueries
from medkg.query.catalogue import load_catalogue
from medkg.settings import LANGUAGES, load_settings


@click.command()
@click.argument("name", required=False)
@click.option(
    "--param",
    "-p",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the analysis; several things apart by spaces or commas.",
)
@click.option(
    "--format", "format_name", type=click.Choice(["table", "json", "csv"]), default="table", help="Default: table."
)
@click.option("--table", "table_name", help="The table to give as csv.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Of titles, names and sentences.")
@click.pass_context
def analyse(
    ctx: click.Context,
    name: str | None,
    params: tuple[str, ...],
    format_name: str,
    table_name: str | None,
    language: str,
) -> None:
    """Run the analysis NAME; without a name list all of them with their parameters."""
    if name is None:
        _list(language)
        return
    definition = defined(name)
    settings = load_settings(explicit_settings(ctx))
    asked = NamedQueries(opened(settings), load_catalogue(settings.queries))
    report = run(asked, name, _given(definition, params))
    words = Words(definition, language, names_in(report, asked, language))
    if format_name == "json":
        document = as_json(definition, report, words, origins(evidence_of(report), asked))
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    elif format_name == "csv":
        click.echo(_csv(definition, report, table_name, words), nl=False)
    else:
        _print(definition, report, words)


def _given(definition: Definition, params: tuple[str, ...]) -> dict[str, str]:
    """Give the parameters; one that takes several things may be there several times."""
    found: dict[str, str] = {}
    for name, value in map(pair, params):
        found[name] = f"{found[name]} {value}" if name in definition.several and name in found else value
    return found


def _list(language: str) -> None:
    for item in definitions().values():
        click.echo(f"{item.id:24} {item.title[language]}")
        for name, parameter in item.parameters.items():
            needed = "".join([" (several)" * (name in item.several), " (optional)" * (not parameter.required)])
            click.echo(f"{'':24}   {name}={parameter.example}  {item.parameter_titles[name][language]}{needed}")


def _csv(definition: Definition, report: Report, table_name: str | None, words: Words) -> str:
    tables = {table.id: table for table in definition.tables}
    if table_name not in tables:
        raise click.UsageError(f"Say which table with --table: {', '.join(tables)}.")
    return as_csv(tables[table_name], report.table(table_name), words)


def _print(definition: Definition, report: Report, words: Words) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for note in report.notes:
        console.print(words.sentence(note), markup=False)
    for wanted in definition.tables:
        titles = (column.title[words.language] for column in wanted.columns)
        shown = Table(*titles, title=wanted.title[words.language])
        for row in report.table(wanted.id).rows:
            shown.add_row(*(words.text(row.cells[column.id]) for column in wanted.columns))
        console.print(shown)
