"""``medkg query``: run a named query, a query file or standard input over the generation served."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click
import pyoxigraph as ox

from medkg.cli import explicit_settings
from medkg.errors import BadParameter, BadQuery
from medkg.namespaces import compact
from medkg.query.catalogue import NamedQuery, load_catalogue
from medkg.query.formats import formats_for, write
from medkg.query.parameters import bind
from medkg.settings import Settings, load_settings
from medkg.store.base import Answer, State
from medkg.store.reader import Reader
from medkg.syntax import syntax_problem

_FORMATS = ("table", "json", "csv", "tsv", "xml", "ttl", "nt", "rdf", "jsonld")


@click.command()
@click.argument("what", required=False)
@click.option("--param", "-p", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of a named query.")
@click.option("--format", "format_name", type=click.Choice(_FORMATS), help="Default: table, or ttl for triples.")
@click.option("--list", "list_them", is_flag=True, help="List the named queries.")
@click.option("--json", "as_json", is_flag=True, help="With --list: as JSON.")
@click.pass_context
def query(
    ctx: click.Context,
    what: str | None,
    params: tuple[str, ...],
    format_name: str | None,
    list_them: bool,
    as_json: bool,
) -> None:
    """Run WHAT: the id of a named query, a query file, or - for standard input."""
    settings = load_settings(explicit_settings(ctx))
    if list_them:
        _list(settings, as_json)
        return
    if what is None:
        raise click.UsageError("Say which query: an id (see --list), a file, or - for standard input.")
    text = _text_of(settings, what, dict(pair(item) for item in params))
    with _told_as_query_errors():
        _print(opened(settings).query(text), format_name)


def opened(settings: Settings) -> State:
    """Give the state of the data that the settings name: the generation served, or what another service has.

    Raises:
        StoreError, Unavailable: there is none, or it does not answer.
    """
    if not settings.store:
        return Reader(settings.home, settings.default_graph).snapshot()
    from medkg.remote.reader import RemoteReader

    return RemoteReader(settings.store).snapshot()


def _list(settings: Settings, as_json: bool) -> None:
    queries = load_catalogue(settings.queries)
    if as_json:
        click.echo(json.dumps([_described(item) for item in queries.values()], ensure_ascii=False, indent=2))
        return
    for item in queries.values():
        click.echo(f"{item.id:44} {item.summary}")


def _described(item: NamedQuery) -> dict[str, object]:
    names = ("id", "family", "form", "summary", "description", "answers", "used_by", "tags")
    told = {name: getattr(item, name) for name in names}
    parameters = {name: asdict(one) for name, one in item.parameters.items()}
    return {**told, "title": dict(item.title), "limit": dict(item.limit), "parameters": parameters}


def pair(item: str) -> tuple[str, str]:
    """Give name and value of an option NAME=VALUE.

    Raises:
        BadParameter: it is none.
    """
    name, equals, value = item.partition("=")
    if not equals:
        raise click.BadParameter(f"{item!r} is not NAME=VALUE", param_hint="--param")
    return name, value


def _text_of(settings: Settings, what: str, params: dict[str, str]) -> str:
    queries = load_catalogue(settings.queries)
    if what in queries:
        return bind(queries[what], params)
    if params:
        raise BadParameter("only named queries take parameters", subject=what, remedy="medkg query --list names them.")
    if what == "-":
        return sys.stdin.read()
    if not Path(what).is_file():
        remedy = "medkg query --list names the queries."
        raise BadQuery("neither a named query nor a file", subject=what, remedy=remedy)
    try:
        return Path(what).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadQuery(f"not UTF-8 at byte {error.start}", subject=what, remedy="Save the file as UTF-8.") from error


@contextmanager
def _told_as_query_errors() -> Iterator[None]:
    """Turn what the engine says of a query, while it plans or while it runs, into one clear error."""
    try:
        yield
    except SyntaxError as error:
        raise BadQuery(f"not valid SPARQL: {syntax_problem(error)}") from error
    except (RuntimeError, OSError) as error:
        raise BadQuery(str(error)) from error


def _print(answer: Answer, format_name: str | None) -> None:
    known = formats_for(answer)
    name = format_name or ("table" if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean) else "ttl")
    if name == "table" and isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        _print_table(answer)
        return
    if name not in known:
        raise click.BadParameter(
            f"{name} does not fit this query; use one of {', '.join(known)}", param_hint="--format"
        )
    out: IO[bytes] = sys.stdout.buffer
    write(answer, known[name], out)
    out.flush()


def _print_table(answer: ox.QuerySolutions | ox.QueryBoolean) -> None:
    from rich.console import Console
    from rich.table import Table

    if isinstance(answer, ox.QueryBoolean):
        click.echo("yes" if answer else "no")
        return
    table = Table(*(variable.value for variable in answer.variables))
    for row in answer:
        table.add_row(*(_cell(value) for value in row))
    Console(soft_wrap=not sys.stdout.isatty()).print(table, markup=False)


def _cell(value: object) -> str:
    if isinstance(value, ox.NamedNode):
        return compact(value.value)
    if isinstance(value, ox.Literal):
        return f"{value.value} @{value.language}" if value.language else value.value
    return "" if value is None else str(value)
