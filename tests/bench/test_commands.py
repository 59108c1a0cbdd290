"""The measurements as their users run them, small: the figures they give are those they print."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def bench(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    output = folder / "figures.json"
    command = [sys.executable, "-m", "medkg", "--home", str(folder / "none"), "bench", *arguments]
    command += ["--folder", str(folder), "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert output.is_file(), done.stderr
    return done, json.loads(output.read_bytes())


@pytest.mark.slow
def test_the_endpoint_is_measured_beside_its_peer(tmp_path: Path) -> None:
    small = ["--quads", "20000", "--seconds", "1", "--rounds", "1", "--rows", "15000", "--kills", "6", "--no-rdflib"]
    done, told = bench(tmp_path, "endpoint", *small, "--workers", "1")
    assert done.returncode == 0, done.stderr
    rates = [(rate["server"], rate["what"], rate["connections"]) for rate in told["rates"]]
    wanted = [
        (server, what, n) for what in ("distinct", "repeated") for n in (1, 8, 64) for server in ("medkg", "oxigraph")
    ]
    assert sorted(rates) == sorted(wanted)
    assert all(rate["rate"] > 0 and rate["failed"] == 0 for rate in told["rates"])
    assert {(item["server"], item["format"], item["rows"]) for item in told["streams"]} == {
        (server, form, 15_000) for server in ("medkg", "oxigraph") for form in ("json", "tsv")
    }
    assert [item["failed"] for item in told["disturbed"]] == [0, 0, 0, 0]
    assert told["kills"]["killed"] == 6
    assert 0 < told["kills"]["late_median"] < 5
    assert "NOT MEASURED: entity pages" in done.stdout
    assert "NOT MEASURED: rdflib-endpoint" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


@pytest.mark.slow
def test_a_soak_finds_nothing_wrong_in_half_a_minute(tmp_path: Path) -> None:
    done, told = bench(tmp_path, "soak", "--minutes", "0.4", "--quads", "5000")
    assert told["wrong"] == {}, done.stdout
    assert done.returncode == 0
    visited = {
        "point query",
        "long answer",
        "check of a change",
        "update",
        "graph replaced",
        "query stopped",
        "client left",
    }
    assert visited <= set(told["done"])
    assert told["samples"][-1]["generation"] > told["samples"][0]["generation"]
    assert told["samples"][-1]["generations"] <= 4
