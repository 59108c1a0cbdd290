"""What a child tells of itself: its walls, its pace, what a query took; and what it may not tell."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from medkg.errors import BadQuery, LimitExceeded
from medkg.settings import Settings
from medkg.workers.answer import seconds_spent
from medkg.workers.frames import FAILED, HEADER
from medkg.workers.herd import Herd
from medkg.workers.link import Link
from medkg.workers.pool import STEADY, STEP_BACK, Pool
from medkg.workers.walls import Walls
from tests.workers.serving import ENDLESS, LONG_ANSWER, Served, descendants, nursery


def children() -> set[int]:
    """Give the living children of the one nursery."""
    return set(descendants(nursery()))


def test_a_query_that_gives_steadily_does_not_step_back(served: Served) -> None:
    answer = served.begin(LONG_ANSWER, seconds=10.0)

    async def read() -> None:
        async for _ in answer:
            if time.monotonic() - answer.began > 2 * STEP_BACK + 0.3:
                return

    served.do(read())
    assert answer.taken > 2 * STEADY
    assert {os.getpriority(os.PRIO_PROCESS, child) for child in children()} == {0}
    served.do(answer.close())


def test_an_error_tells_what_its_query_took(served: Served) -> None:
    with pytest.raises(LimitExceeded) as caught:
        served.ask(ENDLESS, seconds=0.5)
    spent = seconds_spent(caught.value)
    assert spent is not None
    assert 0.4 < spent < 1.5
    with pytest.raises(BadQuery) as refused:
        served.ask("ASK { ?s ?p ?o FILTER(<urn:f>(?s)) }")
    assert 0 < (seconds_spent(refused.value) or 0) < 0.5
    assert seconds_spent(LimitExceeded("too many", limit="queue", value=1)) is None


def test_children_tell_their_walls_and_hold_nothing_of_the_servers_output(served: Served) -> None:
    walls = served.pool.walls
    assert walls is not None
    assert walls.offline
    assert walls.calls is False
    assert (walls.refused == ()) == (walls.namespace and walls.filtered)
    for child in children():
        held = {entry.name: str(entry.readlink()) for entry in Path(f"/proc/{child}/fd").iterdir()}
        assert (held["1"], held["2"]) == ("/dev/null", "/dev/null")


@pytest.mark.parametrize(("offline", "level"), [(True, "warning"), (False, "error")])
def test_a_wall_that_is_missing_is_logged_once(home: Path, offline: bool, level: str) -> None:
    herd = Herd(Settings(home=home), Pool(Settings(home=home)))
    with capture_logs() as logged:
        for _ in range(3):
            herd.joined(Link(1, Pool(Settings(home=home))), Walls(offline, False, False, ("no filter",)))
    assert [(entry["log_level"], entry["refused"]) for entry in logged] == [(level, ("no filter",))]


def test_a_child_that_sends_what_cannot_be_read_is_killed(home: Path) -> None:
    killed: list[int] = []

    class Told(Pool):
        def kill(self, number: int) -> None:
            killed.append(number)

        def gone(self, link: Link) -> None:
            assert link.gone

    with capture_logs() as logged:
        Link(7, Told(Settings(home=home))).data_received(HEADER.pack(FAILED, 2**32 - 1))
    assert killed == [7]
    assert "4,294,967,295 bytes" in logged[0]["error"]
