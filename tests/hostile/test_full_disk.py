"""A disk that is full when the server counts: it is told so, and goes on. A mapped file with holes would kill it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FILL = 64 * 1024
SPEND = """
import sys; from pathlib import Path
from medkg.access.budget import Budget
budget = Budget(Path(sys.argv[1]))
for number in range(5_000): budget.spend(f"account {number}", 1.0, 60.0)
"""
ASK = """
import sys; from pathlib import Path
from medkg.access.accounts import Accounts
accounts = Accounts(Path(sys.argv[1]))
print(accounts.of("192.0.2.1") == accounts.of("192.0.2.1") != accounts.of("192.0.2.2"))
"""
COUNT = """
from medkg.endpoint.metrics import FORMS, OUTCOMES, Metrics
metrics = Metrics()
for outcome in OUTCOMES:
    for form in FORMS: metrics.query(outcome=outcome, form=form, seconds=1.0, sent=1)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no room on the disk of a folder; give the file that takes it."""
    path = folder / "fill"
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(FILL)) == FILL:
                pass
        except OSError:
            return path
    return path


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, since that is what may die."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("code", [SPEND, COUNT], ids=["budget", "metrics"])
def test_counting_on_a_full_disk_is_an_error_and_no_death(small_disk: Path, code: str) -> None:
    filling = fill(small_disk)
    done = run(code, small_disk)
    assert done.returncode == 1, done.stderr
    assert "StoreError" in done.stderr
    assert "No space left" in done.stderr
    filling.unlink()
    assert run(code, small_disk).returncode == 0


@pytest.mark.parametrize("code", [SPEND, COUNT], ids=["budget", "metrics"])
def test_a_disk_that_fills_up_while_we_count_changes_nothing(small_disk: Path, code: str) -> None:
    begin, rest = code.split("for ", 1)
    filling = (
        f"\nfrom pathlib import Path; from tests.hostile.test_full_disk import fill; fill(Path({str(small_disk)!r}))\n"
    )
    done = run(f"{begin}{filling}for {rest}", small_disk)
    assert done.returncode == 0, done.stderr


def test_whoever_asks_is_known_again_on_a_full_disk(small_disk: Path) -> None:
    filling = fill(small_disk)
    done = run(ASK, small_disk)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "True"), done.stderr
    assert "salt-not-kept" in done.stdout + done.stderr
    filling.unlink()
    run(ASK, small_disk)
    assert (small_disk / "access" / "salt.json").stat().st_size > 0
