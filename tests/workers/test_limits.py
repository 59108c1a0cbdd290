"""What a query may take: time, memory, bytes, places and turns, and what happens at each limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from medkg.errors import LimitExceeded
from medkg.workers.answer import READ_AHEAD
from medkg.workers.asked import Asked
from medkg.workers.pool import LONG, STEP_BACK
from tests.workers.serving import ENDLESS, LIMITS, LONG_ANSWER, Served, eventually, serving

#: Sorting 400 million rows; doubling a text 40 times; telling 400 million rows apart.
MEMORY_BOMBS = {
    "sorting": "SELECT ?a { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "doubling": "SELECT (STRLEN(?x40) AS ?n) { BIND('ha ha ha ha ha' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{step}, ?x{step}) AS ?x{step + 1})" for step in range(40))
    + "}",
    "distinct": "SELECT DISTINCT ?a ?c ?f { ?a ?b ?c . ?d ?e ?f FILTER(?c != ?f) } OFFSET 300000000",
}


@pytest.fixture
def few(home: Path) -> Iterator[Served]:
    """Give a pool with one place."""
    with serving(home, children=1) as pool:
        yield pool


@pytest.mark.parametrize("seconds", [0.3, STEP_BACK + 0.5])
def test_a_query_that_does_not_end_is_stopped_in_time(served: Served, seconds: float) -> None:
    began = time.monotonic()
    with pytest.raises(LimitExceeded) as caught:
        served.ask(ENDLESS, seconds=seconds)
    assert seconds <= time.monotonic() - began < seconds + 1
    error = caught.value
    assert (error.limit, error.value, error.unit, error.retry_after) == ("seconds", seconds, "s", None)
    assert error.remedy
    assert served.alive()


def test_an_answer_that_does_not_end_breaks_off_with_an_error(served: Served) -> None:
    answer = served.begin(LONG_ANSWER, seconds=0.4)
    got = 0

    async def read() -> None:
        nonlocal got
        async for piece in answer:
            got += len(piece)

    with pytest.raises(LimitExceeded, match=r"0\.4 seconds"):
        served.do(read())
    assert answer.outcome is not None
    assert not answer.outcome.complete
    assert answer.outcome.bytes == got > 64 * 1024
    assert 0.3 < answer.outcome.seconds < 1.5


@pytest.mark.parametrize("bomb", sorted(MEMORY_BOMBS))
def test_a_query_that_wants_too_much_memory_is_stopped(served: Served, bomb: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        served.ask(MEMORY_BOMBS[bomb], memory_mib=128)
    assert (caught.value.limit, caught.value.value, caught.value.unit) == ("memory_mib", 128, "MiB")
    assert served.alive()


def test_the_same_child_keeps_the_limit_of_each_query(few: Served) -> None:
    sorting = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o"
    for memory in (1_024, 256, 1_024):
        assert len(few.ask(sorting, "csv", memory_mib=memory)[1].split(b"\r\n")) == 20_009


def test_an_answer_of_too_many_bytes_is_broken_off(served: Served) -> None:
    with pytest.raises(LimitExceeded) as caught:
        served.ask(LONG_ANSWER, result_mib=3)
    assert (caught.value.limit, caught.value.value, caught.value.unit) == ("result_mib", 3, "MiB")


def test_an_answer_just_below_its_limit_is_whole(served: Served) -> None:
    size = len(served.ask("SELECT * { ?s ?p ?o }")[1])
    mebibytes = size // 2**20 + 1
    assert len(served.ask("SELECT * { ?s ?p ?o }", result_mib=mebibytes)[1]) == size
    with pytest.raises(LimitExceeded, match=f"more than {mebibytes - 1} MiB"):
        served.ask("SELECT * { ?s ?p ?o }", result_mib=mebibytes - 1)


def test_the_last_bytes_count_too(served: Served) -> None:
    rows = "SELECT * {{ ?s <urn:p:value> ?o }} LIMIT {}"
    each = len(served.ask(rows.format(5_000))[1]) / 5_000
    above = rows.format(int((2**20 + 15_000) / each))
    assert 2**20 < len(served.ask(above)[1]) < 2**20 + 60_000
    with pytest.raises(LimitExceeded, match="more than 1 MiB"):
        served.ask(above, result_mib=1)


def test_a_page_gets_no_more_bytes_than_it_wants(served: Served) -> None:
    with pytest.raises(LimitExceeded, match=r"more than 0\.5 MiB"):
        served.run(Asked(LONG_ANSWER, 1, "json"), LIMITS, most_bytes=1 << 19)


def test_whoever_asks_too_much_at_once_waits_and_is_refused_and_delays_no_other(few: Served) -> None:
    with ThreadPoolExecutor(3) as callers:
        first = callers.submit(few.ask, ENDLESS, caller="greedy", concurrent=1, seconds=2.0)
        assert eventually(lambda: few.pool.running == 1)
        second = callers.submit(few.ask, "ASK {}", caller="greedy", concurrent=1, queue=1)
        assert eventually(lambda: few.pool.waiting == 1)
        with pytest.raises(LimitExceeded) as caught:
            few.ask("ASK {}", caller="greedy", concurrent=1, queue=1)
        assert (caught.value.limit, caught.value.value) == ("queue", 1)
        assert caught.value.retry_after is not None
        assert caught.value.retry_after >= 1
        assert few.alive()
        assert not second.done()
        with pytest.raises(LimitExceeded, match="stopped after 2"):
            first.result()
        assert second.result()[1].endswith(b"true}")


def test_nobody_waits_longer_than_a_query_may_take(few: Served) -> None:
    with ThreadPoolExecutor(1) as callers:
        first = callers.submit(few.ask, ENDLESS, caller="greedy", seconds=1.5)
        assert eventually(lambda: few.pool.running == 1)
        with pytest.raises(LimitExceeded, match=r"no turn came within 0\.2 seconds") as caught:
            few.ask("ASK {}", caller="greedy", concurrent=1, seconds=0.2)
        assert caught.value.limit == "concurrent"
        with pytest.raises(LimitExceeded):
            first.result()
    assert few.pool.waiting == 0


def test_long_queries_leave_the_places_to_small_ones(few: Served) -> None:
    with ThreadPoolExecutor(2) as callers:
        endless = [callers.submit(few.ask, ENDLESS, seconds=2.0) for _ in range(2)]
        time.sleep(2 * LONG + 0.4)
        assert few.pool.running == 2
        began = time.monotonic()
        for _ in range(20):
            assert few.alive()
        assert time.monotonic() - began < 1.0
        for one in endless:
            with pytest.raises(LimitExceeded):
                one.result()
    assert eventually(lambda: few.pool.processes == 2)


def test_a_slow_reader_keeps_the_child_waiting_but_not_for_ever(served: Served) -> None:
    began = time.monotonic()
    answer = served.begin(LONG_ANSWER, seconds=0.8)
    assert eventually(lambda: answer.outcome is not None, 10)
    # Nobody read: the clock stood, but no longer than once the limit.
    assert 1.5 < time.monotonic() - began < 3
    held = answer.outcome.bytes if answer.outcome else 0
    assert READ_AHEAD <= held < 4 * READ_AHEAD


def test_a_small_answer_frees_its_child_however_slowly_it_is_read(few: Served) -> None:
    answer = few.begin("SELECT * { ?s ?p ?o } LIMIT 5000", seconds=0.3)
    assert eventually(lambda: few.pool.running == 0)
    time.sleep(0.8)
    assert len(answer.whole or b"") > 100_000


def test_what_a_slow_reader_gets_late_is_whole(served: Served) -> None:
    expected = served.ask("SELECT * { ?s ?p ?o }")[1]
    answer = served.begin("SELECT * { ?s ?p ?o }", seconds=20.0)
    pieces = []

    async def read() -> None:
        async for piece in answer:
            pieces.append(piece)
            await asyncio.sleep(0.02)

    served.do(read())
    assert b"".join(pieces) == expected
    assert max(map(len, pieces)) <= 512 * 1024
