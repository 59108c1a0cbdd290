"""What a child tells of itself: its walls, its pace, what a query took; and what it may not tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from medkg.errors import BadQuery, LimitExceeded
from medkg.settings import Settings
from medkg.workers.answer import Answer, seconds_spent
from medkg.workers.frames import FAILED, HEADER
from medkg.workers.herd import Herd
from medkg.workers.link import Link
from medkg.workers.pool import STEADY, STEP_BACK, Pool, is_slow
from medkg.workers.walls import Walls
from tests.workers.serving import ENDLESS, Served, descendants, nursery


def children() -> set[int]:
    """Give the living children of the one nursery."""
    return set(descendants(nursery()))


def test_a_query_is_slow_once_a_second_of_it_gave_few_bytes(home: Path) -> None:
    link = Link(1, Pool(Settings(home=home)))
    answer = Answer(lambda paused: None, lambda error: None)
    assert not is_slow(link, answer, STEP_BACK / 2)
    answer.add(bytes(STEADY))
    assert not is_slow(link, answer, STEP_BACK)
    answer.add(bytes(STEADY - 1))
    assert not is_slow(link, answer, 1.9 * STEP_BACK)
    assert is_slow(link, answer, 2 * STEP_BACK)
    answer.add(bytes(2 * STEADY))
    assert not is_slow(link, answer, 3 * STEP_BACK)


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
