"""``medkg ontology``: check the ontology, explain its terms, write its files in one form."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rdflib import Graph

from medkg.cli import EXIT_REFUSED, explicit_settings
from medkg.namespaces import compact
from medkg.ontology.checks import Violation, check_files, run_checks
from medkg.ontology.context import FILE as CONTEXT
from medkg.ontology.context import context_text
from medkg.ontology.description import Description, describe, find_term
from medkg.ontology.files import ALIGNMENTS, merge, ontology_files, read_text, read_turtle, turtle_files
from medkg.ontology.turtle import format_turtle
from medkg.reasoning.consistency import Consistency, check_consistency, with_member
from medkg.reasoning.explanation import explain_contradiction
from medkg.settings import LANGUAGES, load_settings

SELF_CHECK = "ontology-self-check.ttl"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ``medkg ontology check`` found; ``reasoner`` is None where HermiT was left out."""

    files: int
    triples: int
    checks: int
    violations: list[Violation]
    reasoner: Consistency | None
    contradiction: list[str]

    @property
    def passed(self) -> bool:
        """Tell whether nothing was found."""
        return not self.violations and (self.reasoner is None or self.reasoner.sound)


@click.group()
def ontology() -> None:
    """Check the ontology, explain its terms, write its files in one form."""


@ontology.command()
@click.option("--no-reasoner", is_flag=True, help="Leave out HermiT, and so the Java it needs.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check(ctx: click.Context, no_reasoner: bool, as_json: bool) -> None:
    """Parse every file, run the violation checks and the self-check shapes, and ask HermiT for consistency."""
    outcome = _outcome(_folder(ctx), reasoner=not no_reasoner)
    if as_json:
        click.echo(json.dumps(asdict(outcome) | {"passed": outcome.passed}, ensure_ascii=False, indent=2))
    else:
        _print_outcome(outcome)
    ctx.exit(0 if outcome.passed else EXIT_REFUSED)


def _outcome(folder: Path, reasoner: bool) -> Outcome:
    files = turtle_files(folder)
    triples = sum(len(read_turtle(path)) for path in files)
    graph = merge(ontology_files(folder))
    violations = run_checks(folder) + _shape_findings(folder, graph)
    found = check_consistency(graph) if reasoner else None
    contradiction = _explained(graph, found) if found else []
    return Outcome(len(files), triples, len(check_files(folder)), violations, found, contradiction)


def _shape_findings(folder: Path, graph: Graph) -> list[Violation]:
    from medkg.validation.shapes import shacl_findings

    findings = shacl_findings(graph, read_turtle(folder / "shapes" / SELF_CHECK))
    return [Violation(compact(found.shape), found.message, found.focus, found.value) for found in findings]


def _explained(graph: Graph, found: Consistency) -> list[str]:
    """Give the axioms that make the ontology, or else the first class without members, contradictory."""
    if found.sound:
        return []
    guilty = with_member(graph, found.unsatisfiable[0]) if found.consistent else graph
    return [f"{axiom} ({axiom.group})" for axiom in explain_contradiction(guilty)]


def _print_outcome(outcome: Outcome) -> None:
    click.echo(f"{outcome.files} files parsed, {outcome.triples} triples")
    for violation in outcome.violations:
        click.echo(f"violation: {violation}")
    click.echo(f"{outcome.checks} checks and the self-check shapes: {len(outcome.violations)} violations")
    if outcome.reasoner is None:
        click.echo("HermiT left out")
        return
    verdict = "consistent" if outcome.reasoner.consistent else "INCONSISTENT"
    unsatisfiable = len(outcome.reasoner.unsatisfiable)
    click.echo(f"HermiT: {verdict}, {unsatisfiable} unsatisfiable classes, {outcome.reasoner.seconds:.1f} s")
    for iri in outcome.reasoner.unsatisfiable:
        click.echo(f"unsatisfiable: {iri}")
    for axiom in outcome.contradiction:
        click.echo(f"  because {axiom}")


@ontology.command()
@click.argument("term")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Language of the name on top.")
@click.option("--json", "as_json", is_flag=True, help="Print the description as JSON.")
@click.pass_context
def explain(ctx: click.Context, term: str, language: str, as_json: bool) -> None:
    """Explain TERM: an IRI, a short form (mk:Cluster) or a local name (Cluster)."""
    folder = _folder(ctx)
    graph = merge([*ontology_files(folder), folder / ALIGNMENTS])
    description = describe(graph, find_term(graph, term))
    if as_json:
        click.echo(json.dumps(asdict(description), ensure_ascii=False, indent=2))
    else:
        _print_description(description, language)


def _print_description(description: Description, language: str) -> None:
    click.echo(f"{description.labels.get(language, '')} ({description.kind})")
    click.echo(f"  {description.iri}")
    click.echo(f"  {description.definition}")
    for example in description.examples:
        click.echo(f"  example: {example}")
    others = [f"{label} ({tag})" for tag, label in sorted(description.labels.items()) if tag != language]
    click.echo(f"  also called: {', '.join(others)}")
    click.echo(f"  module: {description.module}")
    for saying, about in description.axioms:
        click.echo(f"  {saying}: {about}")


@ontology.command("format")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if a file would change.")
@click.pass_context
def format_files(ctx: click.Context, files: tuple[Path, ...], only_check: bool) -> None:
    """Write FILES, or all Turtle of the ontology and its JSON-LD context, in the one stable form."""
    folder = _folder(ctx)
    changes = {path: format_turtle(read_text(path), str(path)) for path in files or turtle_files(folder)}
    if not files:
        changes[folder / CONTEXT] = context_text(merge(ontology_files(folder)))
    differing = [path for path, text in changes.items() if not path.is_file() or read_text(path) != text]
    for path in differing:
        click.echo(f"{'would change' if only_check else 'changed'}: {path}")
        if not only_check:
            _replace(path, changes[path])
    click.echo(f"{len(changes)} files, {len(differing)} {'to change' if only_check else 'changed'}")
    ctx.exit(EXIT_REFUSED if only_check and differing else 0)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _folder(ctx: click.Context) -> Path:
    return load_settings(explicit_settings(ctx)).ontology
