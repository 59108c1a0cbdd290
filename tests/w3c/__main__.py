"""Run the suites against one server or both and print how they did: ``python -m tests.w3c --server medkg``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

import click

from tests.w3c.manifest import VARIABLE, folder
from tests.w3c.servers import Server, serve_medkg, serve_oxigraph
from tests.w3c.suites import APART, Score, apart, exceptions, run, unexpected


def main() -> int:
    """Run what the arguments ask for; 0 where medkg did as its exceptions say."""
    parser = argparse.ArgumentParser(prog="python -m tests.w3c", description=__doc__)
    parser.add_argument("--server", choices=("medkg", "oxigraph", "both"), default="both")
    parser.add_argument("--each", action="store_true", help="load the data of each query test by themselves; slower")
    parser.add_argument("--failures", action="store_true", help="also print what was wrong with each failed test")
    asked = parser.parse_args()
    if folder() is None:
        click.echo(f"The suites are not there: name their folder in {VARIABLE}.", err=True)
        return 2
    names = ["medkg", "oxigraph"] if asked.server == "both" else [asked.server]
    scores = {name: _scores(name, together=not asked.each) for name in names}
    click.echo(_table(scores))
    if asked.failures:
        click.echo("\n".join(_failures(name, found) for name, found in scores.items()))
    wrong = unexpected(scores["medkg"]) if "medkg" in scores else []
    click.echo("\n".join(wrong), err=True)
    return bool(wrong)


def _scores(name: str, *, together: bool) -> list[Score]:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="medkg-w3c-") as home, _served(name, Path(home)) as server:
        found = run(server, together=together)
    click.echo(f"{name}: {time.monotonic() - started:.0f} s", err=True)
    return found


def _served(name: str, home: Path) -> AbstractContextManager[Server]:
    return serve_medkg(home) if name == "medkg" else serve_oxigraph()


def _table(scores: dict[str, list[Score]]) -> str:
    lines = ["| suite | " + " | ".join(scores) + " |", "|---" * (len(scores) + 1) + "|"]
    for row in zip(*scores.values(), strict=True):
        cells = " | ".join(f"{score.passed}/{score.total}" for score in row)
        lines.append(f"| {row[0].suite} | {cells} |")
    lines += [f"{suite}: {total} tests not run: {APART[suite]}" for suite, total in apart().items()]
    return "\n".join(lines)


def _failures(name: str, scores: list[Score]) -> str:
    known = exceptions() if name == "medkg" else {}
    return "\n".join(
        f"{name}: {test}: {known.get(test, '')}\n   {failure}"
        for score in scores
        for test, failure in score.failures.items()
    )


if __name__ == "__main__":
    sys.exit(main())
