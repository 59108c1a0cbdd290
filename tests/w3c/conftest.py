"""The suites, run once against each server for all tests that look at the scores, however many processes run them."""

from __future__ import annotations

import fcntl
import json
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.w3c.manifest import VARIABLE, folder
from tests.w3c.servers import Server, serve_medkg, serve_oxigraph
from tests.w3c.suites import Score, run

Scores = dict[str, Score]


@pytest.fixture(scope="session")
def suites() -> None:
    """Skip, saying so, where the suites are not there."""
    if folder() is None:
        pytest.skip(f"THE W3C SUITES ARE ABSENT, so conformance is not tested: name their folder in {VARIABLE}")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Give the folder that the processes of one test run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def ours(suites: None, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """Give the scores of medkg by suite."""
    return _once(shared / "w3c-medkg", serve_medkg(tmp_path_factory.mktemp("w3c")))


@pytest.fixture(scope="session")
def peers(suites: None, shared: Path) -> Scores:
    """Give the scores of `oxigraph serve` by suite."""
    return _once(shared / "w3c-oxigraph", serve_oxigraph())


def _once(path: Path, served: AbstractContextManager[Server]) -> Scores:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.is_file():
            with served as server:
                path.write_text(json.dumps([asdict(score) for score in run(server)]), encoding="utf-8")
    return {item["suite"]: Score(**item) for item in json.loads(path.read_text(encoding="utf-8"))}
