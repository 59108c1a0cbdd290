"""``medkg token``: create, list and revoke tokens."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import click

from medkg.access.roles import Role
from medkg.access.token import Token
from medkg.access.tokens import Tokens
from medkg.cli import explicit_settings
from medkg.errors import SettingsError
from medkg.settings import load_settings

_ROLES: Final = [role.word for role in Role if role is not Role.ANONYMOUS]
_DAYS: Final = re.compile(r"(\d{1,5})d")

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")


def _end(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Give the moment in UTC from which the token is no good: a day named still counts as a whole."""
    if value is None:
        return None
    days = _DAYS.fullmatch(value)
    try:
        if days:
            return datetime.now(UTC).replace(microsecond=0) + timedelta(days=int(days[1]))
        return datetime.combine(date.fromisoformat(value) + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError) as error:
        wrong = f"{value!r} is neither a date like 2027-12-31 nor a number of days like 90d"
        raise click.BadParameter(wrong, ctx, param) from error


@click.group()
def token() -> None:
    """Create, list and revoke tokens.

    A token lets its bearer ask more (reader), add to graphs (contributor), change graphs (curator), or do everything
    (admin). It is sent as the header "Authorization: Bearer SECRET". docs/limits.md says what each role may do.
    """


@token.command()
@click.option(
    "--name", required=True, help="What it is for: a project, a machine. No person's name, no e-mail address."
)
@click.option("--role", required=True, type=click.Choice(_ROLES), help="What it allows.")
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="A graph it may write; with / # or : at the end, all that begin so; default: the unnamed one. Repeatable.",
)
@click.option("--expires", callback=_end, metavar="DATE", help="Last day, or days from now: 2027-12-31, 90d.")
@as_json
@click.pass_context
def create(
    ctx: click.Context, name: str, role: str, graphs: tuple[str, ...], expires: datetime | None, as_json: bool
) -> None:
    """Make a token and show its secret, once.

    The secret alone goes to standard output, all else to standard error.
    """
    tokens = _tokens(ctx)
    try:
        made, secret = tokens.create(name, Role[role.upper()], graphs, expires)
    except SettingsError as error:
        # The parts of a token are called as the options are.
        told = f"{error.message}. {error.remedy}" if error.remedy else error.message
        raise click.BadParameter(told, ctx, param_hint=f"'--{error.subject}'") from error
    if as_json:
        _print_json({**made.as_dict(), "secret": secret})
        return
    click.echo(f"token {made.id}: {made.name}, {made.role.word}, {_until(made)}", err=True)
    click.echo(f"The secret, which is not kept and cannot be shown again (its hash is in {tokens.path}):", err=True)
    click.echo(secret)


@token.command("list")
@as_json
@click.pass_context
def list_tokens(ctx: click.Context, as_json: bool) -> None:
    """List all tokens, without their secrets."""
    now = datetime.now(UTC)
    known = _tokens(ctx).all()
    if as_json:
        _print_json([{**item.as_dict(), "state": item.state(now)} for item in known])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("id", "state", "role", "until", "last used", "name", "graphs"):
        table.add_column(title, overflow="fold")
    for item in known:
        table.add_row(*_row(item, now))
    # A pipe has no width; nothing is cut for it.
    Console(width=None if sys.stdout.isatty() else 240, markup=False, highlight=False).print(table)


@token.command()
@click.argument("token_id", metavar="ID")
@as_json
@click.pass_context
def revoke(ctx: click.Context, token_id: str, as_json: bool) -> None:
    """Revoke the token ID at once; servers that run need no restart."""
    revoked = _tokens(ctx).revoke(token_id)
    if as_json:
        _print_json(revoked.as_dict())
    else:
        click.echo(f"token {revoked.id} ({revoked.name}) is revoked since {revoked.revoked:%Y-%m-%d %H:%M} UTC")


def _tokens(ctx: click.Context) -> Tokens:
    return Tokens(load_settings(explicit_settings(ctx)).home)


def _row(item: Token, now: datetime) -> list[str]:
    graphs = "all" if item.graphs is None else " ".join(item.graphs) or "none"
    used = "never" if item.last_used is None else item.last_used.isoformat()
    return [item.id, item.state(now), item.role.word, _until(item), used, item.name, graphs]


def _until(item: Token) -> str:
    return "without end" if item.expires is None else f"until {item.expires:%Y-%m-%d %H:%M} UTC"


def _print_json(content: object) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
