"""The measurement of bulk load measures what it says."""

from __future__ import annotations

import json
from pathlib import Path

from medkg.bench.registry import write_registry
from tests.store.small_stores import medkg


def test_the_made_up_registry_is_the_same_each_time_and_holds_no_statement_twice(tmp_path: Path) -> None:
    for name in ("one.nq", "two.nq"):
        write_registry(tmp_path / name, 20_000)
    lines = (tmp_path / "one.nq").read_bytes().splitlines()
    assert (tmp_path / "one.nq").read_bytes() == (tmp_path / "two.nq").read_bytes()
    assert len(lines) == len(set(lines)) == 20_000


def test_the_two_programs_are_run_and_compared(tmp_path: Path) -> None:
    output = tmp_path / "figures.json"
    done = medkg(tmp_path, "bench", "load", "--quads", "3000", "--pairs", "2", "--folder", tmp_path, "--output", output)
    assert done.returncode == 0, done.stderr
    told = json.loads(output.read_bytes())
    assert told["quads"] == 3000
    assert len(told["medkg"]) == len(told["oxigraph"]) == 2
    assert told["ratio"] > 0
    assert all(run["peak_mib"] > 10 for run in told["medkg"])
    assert f"speed of medkg by oxigraph: {told['ratio']:.2f}" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]
