"""What all tests share: the shipped registry, built once for the whole run however many processes run it."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shipped_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Give the home folder of a build of the shipped data. Read only: a test that publishes makes its own home."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    home = shared / "shipped"
    with (shared / "shipped.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "current").is_file():
            command = [sys.executable, "-m", "medkg", "--home", str(home), "build", "--reason", "tests"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"medkg build failed:\n{done.stdout}\n{done.stderr}"
    return home


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Leave the log unconfigured, whatever a test did: the next one may look at what the store tells by itself."""
    yield
    if "structlog" in sys.modules:
        sys.modules["structlog"].reset_defaults()
