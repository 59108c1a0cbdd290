"""A writer killed at any moment leaves a whole generation served, and the next writer mends what it left.

MEDKG_KILLS sets how many writers are killed; MEDKG_KILL_COMMAND which command they run (words after ``medkg``; the
word FILE stands for a file that differs each time).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medkg.store.generations import Generations
from medkg.store.writer import Writer
from tests.store.small_stores import check_whole, content, n_quads, quad

KILLS = int(os.environ.get("MEDKG_KILLS", "8"))
COMMAND = os.environ.get("MEDKG_KILL_COMMAND", "load FILE").split()
SIZE = 25_000
#: Writers that work on one home, before the next begins with an empty one.
TURNS = 6


def start(home: Path, turn: int) -> subprocess.Popen[bytes]:
    """Start a writer whose file shares half of its statements with the turn before."""
    home.mkdir(exist_ok=True)
    first = turn * SIZE // 2
    file = n_quads(home / "next.nq", (quad(first + n, f"urn:g:{n % 3}") for n in range(SIZE)))
    words = [str(file) if word == "FILE" else word for word in COMMAND]
    command = [sys.executable, "-m", "medkg", "--home", str(home), *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def served_whole(home: Path) -> int:
    """Check what is served; give its number, 0 where nothing was published yet."""
    return 0 if Generations(home).current() is None else check_whole(home)


def test_a_killed_writer_leaves_a_whole_generation(tmp_path: Path) -> None:
    chance = random.Random(KILLS)  # noqa: S311 - moments, not secrets
    started = time.monotonic()
    assert start(tmp_path / "timed", 0).wait() == 0
    duration = time.monotonic() - started
    killed, published, served = 0, 0, 0
    for turn in range(KILLS):
        home = tmp_path / f"home-{turn // TURNS}"
        process = start(home, turn)
        time.sleep(chance.uniform(0.1, 1.1) * duration)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        before = 0 if turn % TURNS == 0 else served
        served = served_whole(home)
        assert served >= before
        published += served > before
    assert killed >= KILLS // 4, "the processes ended before they were killed: nothing was tested"
    assert start(home, KILLS).wait() == 0
    assert check_whole(home) > served
    print(f"{KILLS} writers, {killed} killed at work, {published} had published")  # noqa: T201 - shown with -s


@pytest.mark.parametrize("stage", ["pending only", "journal in place", "generation in place"])
def test_a_generation_put_in_place_but_not_served_is_withdrawn(tmp_path: Path, stage: str) -> None:
    home = tmp_path / "home"
    with Writer(home) as writer:
        writer.replace([], reason="first")
        layout = writer.generations.layout
    before = content(home)
    layout.pending.write_text("2\n")
    if stage != "pending only":
        layout.journal(2).write_bytes(b"")
    if stage == "generation in place":
        layout.store(2).mkdir(parents=True)
    layout.primary.mkdir()
    (layout.primary / "garbage.sst").write_bytes(b"not a table")
    (layout.staging / "patch").write_bytes(b"half")
    with Writer(home):
        assert Generations(home).list() == (1,)
    assert not layout.pending.exists()
    assert not layout.journal(2).exists()
    assert not layout.primary.exists()
    assert list(layout.staging.iterdir()) == []
    assert content(home) == before


def test_a_generation_that_is_served_is_kept_though_it_is_still_pending(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Writer(home) as writer:
        writer.replace([], reason="first")
        writer.generations.layout.pending.write_text("1\n")
    with Writer(home) as writer:
        assert writer.generations.list() == (1,)
    assert not Generations(home).layout.pending.exists()
