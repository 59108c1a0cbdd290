"""Children come and go: readers that leave, kills without end, generations that change, a nursery that dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from medkg.errors import LimitExceeded, Unavailable
from medkg.store.writer import Writer
from medkg.workers.asked import Asked
from medkg.workers.breeding import NICE
from tests.workers.serving import (
    ENDLESS,
    LIMITS,
    LONG_ANSWER,
    Served,
    command,
    descendants,
    eventually,
    limited,
    nursery,
    serving,
    statements,
)


@pytest.fixture
def one(home: Path) -> Iterator[Served]:
    """Give a pool with one place, and one child more that is ready."""
    with serving(home, children=1) as pool:
        yield pool


def children() -> set[int]:
    """Give the living children of the nursery, none of them a zombie."""
    found = descendants(nursery())
    assert "Z" not in found.values()
    return set(found)


def settled(served: Served) -> bool:
    return eventually(lambda: served.pool.running == 0 and served.pool.processes == len(descendants(nursery())) == 2)


def test_a_reader_that_closes_frees_the_child(one: Served) -> None:
    before = children()
    answer = one.begin(LONG_ANSWER)
    assert one.pool.running == 1
    one.do(answer.close())
    assert one.pool.running == 0
    assert settled(one)
    assert len(children() - before) == 1
    assert answer.outcome is not None
    assert not answer.outcome.complete


def test_a_caller_that_gives_up_before_the_head_frees_the_child(one: Served) -> None:
    before = children()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one.pool.answer(Asked(ENDLESS, 1, "json"), LIMITS, "me"), 0.2)

    one.do(give_up())
    assert one.pool.running == 0
    assert settled(one)
    assert len(children() - before) == 1


def test_a_caller_that_gives_up_in_the_queue_leaves_its_turn_to_the_next(one: Served) -> None:
    tight = limited(concurrent=1)

    async def queue() -> bool:
        first = asyncio.ensure_future(one.pool.answer(Asked(ENDLESS, 1, "json"), tight, "me"))
        await asyncio.sleep(0.1)
        second, third = (
            asyncio.ensure_future(one.pool.answer(Asked("ASK {}", 1, "json"), tight, "me")) for _ in range(2)
        )
        await asyncio.sleep(0)
        assert one.pool.waiting == 2
        second.cancel()
        first.cancel()
        answer = await asyncio.wait_for(third, 10)
        return (answer.whole or b"").endswith(b"true}")

    assert one.do(queue())
    assert one.pool.running == one.pool.waiting == 0


def test_a_turn_that_was_given_up_keeps_nobody_waiting(one: Served) -> None:
    tight = limited(concurrent=1)

    async def queue() -> bool:
        first = asyncio.ensure_future(one.pool.answer(Asked(ENDLESS, 1, "json"), tight, "me"))
        await asyncio.sleep(0.1)
        second = asyncio.ensure_future(one.pool.answer(Asked("ASK {}", 1, "json"), tight, "me"))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(1.0)
        answer = await asyncio.wait_for(one.pool.answer(Asked("ASK {}", 1, "json"), tight, "me"), 5)
        return (answer.whole or b"").endswith(b"true}")

    assert one.do(queue())


def test_an_answer_read_to_its_end_keeps_the_child(one: Served) -> None:
    before = children()
    for _ in range(20):
        answer = one.begin("SELECT * { ?s ?p ?o } LIMIT 5000")
        assert answer.whole is not None or eventually(lambda given=answer: given.outcome is not None)  # type: ignore[misc]
        one.do(answer.close())
    assert children() == before


def niceness(pid: int) -> int:
    """Give the highest nice value of the threads of a process; 0 where it has none any more."""
    found = [0]
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found.append(int((task / "stat").read_text().rpartition(")")[2].split()[16]))
    return max(found)


def test_a_long_query_steps_back_and_its_child_is_replaced(one: Served) -> None:
    before = children()
    counting = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 6000000 } }"
    with ThreadPoolExecutor(1) as callers:
        asked = callers.submit(one.ask, counting)
        assert eventually(lambda: NICE in map(niceness, before))
        assert eventually(lambda: sorted(map(niceness, children())) == [0, 0, NICE])
        assert b"6000000" in asked.result()[1]
    assert settled(one)
    assert len(before & children()) == 1


def test_a_hundred_kills_leave_nothing_behind(home: Path) -> None:
    def kill(number: int) -> None:
        if number % 2:
            with pytest.raises(LimitExceeded):
                served.ask(ENDLESS, seconds=0.05, queue=100)
        else:
            answer = served.begin(LONG_ANSWER, queue=100)
            served.do(answer.close())

    def held() -> tuple[int, int]:
        return len([*Path("/proc/self/fd").iterdir()]), len([*Path(f"/proc/{nursery()}/fd").iterdir()])

    with serving(home, children=2) as served, ThreadPoolExecutor(2) as callers:
        list(callers.map(kill, range(4)))
        assert eventually(lambda: served.pool.processes == len(descendants(nursery())) == 4)
        before = held()
        list(callers.map(kill, range(100)))
        assert served.alive()
        assert eventually(lambda: served.pool.processes == len(descendants(nursery())) == 4)
        assert held() == before
        assert len(children()) == 4


def test_a_kill_delays_nobody(home: Path) -> None:
    with serving(home, children=2) as served, ThreadPoolExecutor(2) as callers:
        endless = [callers.submit(served.ask, ENDLESS, seconds=0.5) for _ in range(2)]
        assert eventually(lambda: served.pool.running == 2)
        began = time.monotonic()
        assert served.alive()
        # Its turn comes with the kill at half a second: a child is ready in the place of the one killed.
        assert time.monotonic() - began < 1.5
        assert all(isinstance(one.exception(), LimitExceeded) for one in endless)


def test_a_query_goes_on_in_its_generation_while_another_is_published(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    with Writer(folder) as writer:
        writer.replace(statements(5_000), reason="first", owned="urn:")
    with serving(folder, children=1) as served:
        running = served.begin("SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 40000")
        with Writer(folder, retention=0) as writer:
            writer.replace(statements(200), reason="second", owned="urn:")
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        found = served.run(Asked(count, 2, "csv"), LIMITS, most_bytes=100)[1]
        assert found == b"n\r\n207\r\n"

        async def rows() -> int:
            return sum([piece.count(b'"value 1') async for piece in running])

        assert served.do(rows()) > 1000
        assert running.outcome is not None
        assert running.outcome.complete
        assert eventually(lambda: served.pool.processes == 2)


def test_a_child_that_is_killed_from_outside_is_replaced(one: Served) -> None:
    before = children()
    for child in before:
        os.kill(child, signal.SIGKILL)
    assert eventually(lambda: not before & set(descendants()))
    # Until the pool has heard of it a query may be given to a child that is dead.
    assert settled(one)
    assert one.alive()


def test_an_answer_whose_child_dies_is_never_whole(one: Served) -> None:
    answer = one.begin(LONG_ANSWER)
    for child in children():
        os.kill(child, signal.SIGKILL)

    async def read() -> None:
        async for _ in answer:
            pass

    with pytest.raises(LimitExceeded, match="memory"):  # what the system kills, it kills for memory
        one.do(read())


def test_a_nursery_that_dies_is_replaced_and_a_query_that_had_not_begun_is_asked_again(one: Served) -> None:
    old, lost = nursery(), children()
    with ThreadPoolExecutor(1) as callers:
        # Two seconds of work: it has given nothing when the nursery dies, and is begun anew.
        asked = callers.submit(one.ask, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?s ?q ?r }")
        assert eventually(lambda: one.pool.running == 1)
        os.kill(old, signal.SIGKILL)
        assert asked.result()[1].startswith(b"{")
    assert nursery() != old
    assert eventually(lambda: not lost & set(descendants()))
    assert settled(one)


def test_an_answer_that_had_begun_fails_with_its_nursery(one: Served) -> None:
    answer = one.begin(LONG_ANSWER)
    os.kill(nursery(), signal.SIGKILL)

    async def read() -> None:
        async for _ in answer:
            pass

    with pytest.raises(Unavailable):
        one.do(read())
    assert one.alive()


def test_a_closed_pool_leaves_no_process_and_no_answer_that_hangs(home: Path) -> None:
    before = set(descendants())
    with serving(home) as served, ThreadPoolExecutor(2) as callers:
        asked = [callers.submit(served.ask, ENDLESS) for _ in range(2)]
        assert eventually(lambda: served.pool.running == 2)
        served.do(served.pool.close())
        for one in asked:
            assert isinstance(one.exception(10), Unavailable)
        assert set(descendants()) <= before


SERVER = """
import asyncio, sys, time
from pathlib import Path
from medkg.settings import Settings
from medkg.workers.pool import Pool
from tests.workers.serving import ENDLESS, LIMITS
from medkg.workers.asked import Asked

async def main():
    pool = Pool(Settings(home=Path(sys.argv[1])))
    await pool.start()
    asyncio.ensure_future(pool.answer(Asked(ENDLESS, 1, "json"), LIMITS))
    await asyncio.sleep(0.3)
    print("busy", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_children_die_with_a_server_that_is_killed(home: Path) -> None:
    root = Path(__file__).parents[2]
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(home)], stdout=subprocess.PIPE, cwd=root)
    assert server.stdout is not None
    with server.stdout as told:
        assert told.readline() == b"busy\n"
        ours = set(descendants(server.pid))
        assert len(ours) >= 5
        server.kill()
        server.wait()
    assert eventually(lambda: not any(b"medkg.workers.nursery" in command(pid) for pid in ours))


def test_a_store_where_nothing_was_published_is_told(tmp_path: Path) -> None:
    with serving(tmp_path / "nothing", children=1) as served, pytest.raises(Unavailable):
        served.ask("ASK {}")
