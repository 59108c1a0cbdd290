"""``medkg meta-cluster``: keep proposed meta-clusters, and follow pilots through the steps of the method."""

from __future__ import annotations

import json
from typing import Any

import click
import pyoxigraph as ox

from medkg.analysis.milestones import STATES, Statements, entered, reached
from medkg.analysis.running import analyse
from medkg.analysis.saving import ANALYSIS, choose, graph, names, saved, structure
from medkg.changes.saving import Edit, change_saved
from medkg.cli import explicit_settings
from medkg.cli.query import opened
from medkg.errors import BadParameter
from medkg.namespaces import ID, compact
from medkg.query.asking import NamedQueries
from medkg.query.catalogue import Parameter, load_catalogue
from medkg.query.parameters import to_term
from medkg.settings import Settings, load_settings
from medkg.terms import parse_date

_METHOD = f"{ID}method/meta-cluster"
_ON = "Day, month or year: 2026-11-22, 2026-11, 2026."


def _date(ctx: click.Context, param: click.Parameter, value: str) -> ox.Literal:
    try:
        stated = parse_date(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r}: {error}", ctx, param) from error
    return ox.Literal(stated.text, datatype=ox.NamedNode(stated.datatype))


on_date = click.option("--on", required=True, callback=_date, metavar="DATE", help=_ON)
dry_run = click.option("--dry-run", is_flag=True, help="Print the statements as N-Triples and change nothing.")


@click.group("meta-cluster")
def meta_cluster() -> None:
    """Keep proposed meta-clusters, and follow pilots through the steps of the method.

    Each is kept in a graph of its own, which no build replaces, with the run of the analysis that proposed it.
    """


@meta_cluster.command()
@click.option("--chain", required=True, help="Value chain of the proposal: its slug or IRI.")
@click.option("--member", "members", multiple=True, metavar="IRI", help="A cluster to keep; default: all. Repeatable.")
@on_date
@dry_run
@click.pass_context
def save(ctx: click.Context, /, chain: str, members: tuple[str, ...], on: ox.Literal, dry_run: bool) -> None:
    """Save a proposal of the analysis meta-cluster-proposals as a meta-cluster in the state proposed.

    What is saved already stays as it is.
    """
    settings, asked = _asked(ctx)
    wanted = _thing(Parameter("chain", "iri", scheme="value-chain"), chain)
    chosen = choose(
        analyse(asked, ANALYSIS, {"chain": wanted.value}),
        wanted,
        [_thing(Parameter("member", "iri"), member) for member in members],
    )
    made = saved(chosen, names(asked, chosen), asked.generation, on)
    _carry_out(settings, asked, chosen.slug, lambda held: held or made, dry_run, "save a meta-cluster")


@meta_cluster.command("state")
@click.argument("name")
@click.argument("wanted", metavar="STATE", type=click.Choice(STATES))
@on_date
@dry_run
@click.pass_context
def into_state(ctx: click.Context, /, name: str, wanted: str, on: ox.Literal, dry_run: bool) -> None:
    """Let the saved meta-cluster NAME come into its next STATE."""
    settings, asked = _asked(ctx)
    edit = _known(name, lambda held: entered(held, wanted, on))
    _carry_out(settings, asked, _slug(name), edit, dry_run, f"meta-cluster into state {wanted}")


@meta_cluster.command()
@click.argument("name")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--method", default=_METHOD, show_default=True, metavar="IRI", help="Method that the step is one of.")
@on_date
@dry_run
@click.pass_context
def step(ctx: click.Context, /, name: str, number: int, method: str, on: ox.Literal, dry_run: bool) -> None:
    """Let the pilot NAME reach step NUMBER of the method."""
    settings, asked = _asked(ctx)
    steps = {int(row["number"].value): row["step"] for row in asked.rows("steps-of-methods", method=method)}
    if number not in steps:
        there = ", ".join(map(str, sorted(steps))) or "none"
        raise BadParameter(f"the method has no step {number}", subject=method, remedy=f"Its steps: {there}.")
    before = [steps[earlier] for earlier in sorted(steps) if earlier < number]
    edit = _known(name, lambda held: reached(held, steps[number], before, on))
    _carry_out(settings, asked, _slug(name), edit, dry_run, f"meta-cluster at step {number}")


@meta_cluster.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
@click.pass_context
def listed(ctx: click.Context, as_json: bool) -> None:
    """List the saved meta-clusters with their states and steps."""
    _, asked = _asked(ctx)
    found: dict[str, dict[str, Any]] = {}
    for row in asked.rows("saved-meta-clusters"):
        told = {"chain": row["chain"].value, "generation": int(row["generation"].value), "milestones": []}
        one = found.setdefault(row["structure"].value, {**told, "state": row["status"].value.rpartition("/")[2]})
        one["milestones"].append({"on": row["on"].value, "reached": row["reached"].value})
    if as_json:
        click.echo(json.dumps([{"structure": iri, **one} for iri, one in found.items()], indent=2))
        return
    for iri, one in found.items():
        click.echo(f"{iri.rpartition('/')[2]}  {one['state']}  (generation {one['generation']})")
        for item in one["milestones"]:
            click.echo(f"  {item['on']:10}  {compact(item['reached'])}")


def _asked(ctx: click.Context) -> tuple[Settings, NamedQueries]:
    settings = load_settings(explicit_settings(ctx))
    return settings, NamedQueries(opened(settings), load_catalogue(settings.queries))


def _carry_out(settings: Settings, asked: NamedQueries, slug: str, edit: Edit, dry: bool, reason: str) -> None:
    where = graph(slug)
    if dry:
        held = frozenset(asked.triples("graph-triples", graph=where.value))
        lines = sorted(f"{one} ." for one in edit(held))
        click.echo("\n".join(lines))
        return
    done = change_saved(settings, where, edit, reason=reason)
    told = f"generation {done.generation}: {done.added} statements added, {done.deleted} removed"
    click.echo(f"{structure(slug).value}\n{told if done.changed else 'nothing to change'}")


def _known(name: str, edit: Edit) -> Edit:
    """Let a change pass only where the meta-cluster is saved."""

    def checked(held: Statements) -> Statements:
        if not held:
            remedy = "See medkg meta-cluster list."
            raise BadParameter("no such meta-cluster is saved", subject=name, remedy=remedy)
        return edit(held)

    return checked


def _slug(name: str) -> str:
    return name.rpartition("/")[2]


def _thing(parameter: Parameter, text: str) -> ox.NamedNode:
    term = to_term(parameter, text)
    if not isinstance(term, ox.NamedNode):
        raise BadParameter("it is no IRI", subject=parameter.name)
    return term
