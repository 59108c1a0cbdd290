"""``medkg build``, ``medkg validate`` and ``medkg reason``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from medkg.build import BuildSummary, run_build
from medkg.build.loose import validate_files
from medkg.build.pipeline import check_data, findings_content, infer_data, report_content
from medkg.build.progress import Clock, Event, Progress
from medkg.cli import EXIT_REFUSED, explicit_settings
from medkg.namespaces import compact
from medkg.settings import Settings, load_settings
from medkg.validation.gate import Decision, decide
from medkg.validation.report import Report, Severity

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
#: Findings shown of one severity; the report has all.
_SHOWN = 20


@click.command()
@click.option("--reason", default="build", show_default=True, help="Why this generation is made; kept in its manifest.")
@_JSON
@click.pass_context
def build(ctx: click.Context, reason: str, as_json: bool) -> None:
    """Build a generation from ontology/ and data/ and publish it.

    A violation of a shape refuses the build and names file, row, value and rule; what is served stays as it is.
    """
    settings = load_settings(explicit_settings(ctx))
    with progress_shown() as progress:
        summary = run_build(settings, progress, reason=reason)
    click.echo(_as_json(summary.as_dict()) if as_json else _summary_text(summary))


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
@click.pass_context
def validate(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Check the data, or RDF files, against the shapes; publish nothing.

    Exit code 1 where a violation was found.
    """
    settings = load_settings(explicit_settings(ctx))
    with progress_shown() as progress:
        report, content = _validated(settings, files, progress)
    click.echo(_as_json(content) if as_json else _report_text(report))
    if decide(report) is Decision.REFUSE:
        sys.exit(EXIT_REFUSED)


def _validated(settings: Settings, files: tuple[Path, ...], progress: Progress) -> tuple[Report, dict[str, Any]]:
    if files:
        report = validate_files(settings, files, Clock(progress))
        return report, {"validation": dict(report.counts), "findings": findings_content(report)}
    checked = check_data(settings, Clock(progress))
    return checked.report, report_content(checked)


@click.command()
@_JSON
@click.pass_context
def reason(ctx: click.Context, as_json: bool) -> None:
    """Show what the rules infer, per rule; publish nothing."""
    settings = load_settings(explicit_settings(ctx))
    with progress_shown() as progress:
        _, inference = infer_data(settings, Clock(progress))
    by_rule = dict(inference.by_rule)
    if as_json:
        totals = {name: getattr(inference, name) for name in ("asserted", "inferred", "preferred", "rounds")}
        click.echo(_as_json({**totals, "by_rule": by_rule}))
        return
    click.echo(_counts("inferred statements by rule", by_rule))
    click.echo(f"{inference.inferred:,} inferred from {inference.asserted:,} in {inference.rounds} rounds")


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Show progress on standard error: a live bar on a terminal, one line a step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines()
        return
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("start", total=None)
        yield lambda event: bar.update(
            task,
            description=f"{event.step} {event.detail}"[:28],
            completed=event.done,
            total=event.total or None,
        )


def _plain_lines() -> Progress:
    last = ""

    def show(event: Event) -> None:
        nonlocal last
        if event.step != last:
            last = event.step
            click.echo(f"{event.step} …", err=True)

    return show


def _summary_text(summary: BuildSummary) -> str:
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in summary.seconds.items())
    parts = [
        _counts("instances by class", summary.classes),
        _counts("statements by graph", _grouped(summary.graphs)),
        f"{summary.rows:,} rows, {summary.claims:,} claims, {summary.inferred:,} inferred, "
        f"{summary.preferred:,} preferred",
        f"{_severities(summary.validation)}; {summary.unmatched:,} texts without a concept (see {summary.report})",
        f"{sum(summary.seconds.values()):.1f} s ({steps}), {summary.peak_mib:,.0f} MiB at most",
        f"generation {summary.generation}: {summary.quads:,} statements, {summary.added:,} added, "
        f"{summary.deleted:,} removed",
    ]
    return "\n".join(parts)


def _grouped(graphs: Mapping[str, int]) -> dict[str, int]:
    """Give the graphs of single sources as two lines: there are hundreds of them."""
    grouped: dict[str, int] = {}
    for graph, count in graphs.items():
        short = compact(graph)
        name = f"{short.partition('/')[0]}/…" if "/" in short else short
        grouped[name] = grouped.get(name, 0) + count
    return grouped


def _report_text(report: Report) -> str:
    lines = []
    for severity in Severity:
        findings = report.by_severity(severity)
        lines += [str(finding) for finding in findings[:_SHOWN]]
        if len(findings) > _SHOWN:
            lines.append(f"… and {len(findings) - _SHOWN:,} more of severity {severity} (--json gives all)")
    return "\n".join([*lines, _severities(report.counts)])


def _severities(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {severity}" for severity, count in counts.items())


def _counts(title: str, counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{count:>9,}  {compact(name)}" for name, count in ordered]
    return "\n".join([title, *lines])


def _as_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str)
