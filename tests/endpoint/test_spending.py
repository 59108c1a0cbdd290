"""What a query costs its asker: the time that it was worked on, not the time that it waited, however it ended."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from .conftest import make, served, some_quads
from .test_sockets import ENDLESS, connect

#: Seconds of the engine that a caller has at first; a fifth of a second comes back in each second.
ALLOWANCE = 12
SECONDS = 2


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    home = make(tmp_path / "home", some_quads(2_000)).home
    limits = {"engine_seconds_per_minute": ALLOWANCE, "seconds": SECONDS, "concurrent": 1}
    with served(home, limits=limits) as (_, found):
        yield found


def ask(address: str, query: str) -> httpx.Response:
    return httpx.get(f"{address}/sparql", params={"query": query}, timeout=60)


def left(address: str) -> int:
    """Give the whole seconds that are left, as the next answer tells."""
    told = re.search(r"r=(\d+)", ask(address, f"ASK {{ FILTER({time.monotonic()} > 0) }}").headers["RateLimit"])
    assert told
    return int(told[1])


def eventually(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_waiting_for_a_turn_costs_nothing(address: str) -> None:
    with ThreadPoolExecutor(9) as callers:
        first = callers.submit(ask, address, ENDLESS)
        time.sleep(0.5)
        waiting = [callers.submit(ask, address, f"ASK {{ FILTRE({number}) }}") for number in range(8)]
        assert {one.result().status_code for one in waiting} == {400}
        assert first.result().json()["limit"] == "seconds"
    assert ALLOWANCE - SECONDS - 1 <= left(address) < ALLOWANCE


def test_a_client_that_leaves_pays_for_what_was_done(address: str) -> None:
    assert left(address) == ALLOWANCE
    connection = connect(address, ENDLESS)
    time.sleep(1.5)
    connection.close()
    assert eventually(lambda: left(address) < ALLOWANCE)
    assert left(address) >= ALLOWANCE - SECONDS - 1
