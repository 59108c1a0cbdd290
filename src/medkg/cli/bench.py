"""Commands that measure the hot paths beside their peers."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from medkg.bench.load import LoadMeasurement, measure_load


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
    text = json.dumps(found.as_dict(), indent=2)
    if output:
        Path(output).write_text(text + "\n", encoding="utf-8")
    click.echo(text if as_json else _summary(found))


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
