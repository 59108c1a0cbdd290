"""Whose turn it is: callers in turn, each with its own places and its own queue."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import pytest

from medkg.errors import LimitExceeded, Unavailable
from medkg.workers import lanes
from medkg.workers.lanes import Lanes
from tests.workers.serving import limited

ONE = limited(concurrent=1, queue=3)
MANY = limited(concurrent=9, queue=9)


def run(work: Coroutine[None, None, None]) -> None:
    asyncio.run(work)


def turns(waiting: Lanes) -> list[str]:
    """Give the callers in the order in which they get their turns."""
    found = []
    while (turn := waiting.next()) is not None:
        found.append(turn[0])
    return found


def test_callers_take_turns_however_much_one_asks() -> None:
    async def work() -> None:
        waiting = Lanes()
        for caller in ("greedy", "greedy", "greedy", "modest", "other"):
            waiting.wait(caller, MANY, 10, 1.0)
        assert turns(waiting) == ["greedy", "modest", "other", "greedy", "greedy"]
        assert waiting.waiting == 0

    run(work())


def test_a_caller_has_its_own_places() -> None:
    async def work() -> None:
        waiting = Lanes()
        assert waiting.enter("a", ONE)
        assert not waiting.enter("a", ONE)
        assert waiting.enter("b", ONE)
        waiting.wait("a", ONE, 10, 1.0)
        assert turns(waiting) == []
        waiting.leave("a")
        assert not waiting.enter("a", ONE), "whoever waits comes first"
        assert turns(waiting) == ["a"]

    run(work())


def test_whoever_gives_up_leaves_room_in_the_queue() -> None:
    async def work() -> None:
        waiting = Lanes()
        asked = [waiting.wait("a", ONE, 10, 2.0) for _ in range(3)]
        with pytest.raises(LimitExceeded, match="3 queries are waiting") as caught:
            waiting.wait("a", ONE, 10, 2.0)
        assert (caught.value.limit, caught.value.value, caught.value.retry_after) == ("queue", 3, 2.0)
        asked[1].cancel()
        waiting.wait("a", ONE, 10, 2.0)
        assert waiting.waiting == 3

    run(work())


def test_a_caller_whose_own_queries_are_in_the_way_is_told_so() -> None:
    async def work() -> None:
        waiting = Lanes()
        alone, hasty = limited(concurrent=2, queue=0), limited(concurrent=2, queue=1, seconds=0.05)
        for without_queue, with_queue in ((["queue", 0], ["queue", 1]), (["concurrent", 2], ["concurrent", 2])):
            assert waiting.enter("a", alone)
            with pytest.raises(LimitExceeded, match="none may wait") as refused:
                waiting.wait("a", alone, 10, 1.0)
            assert [refused.value.limit, refused.value.value] == without_queue
            assert refused.value.retry_after == 1.0
            with pytest.raises(LimitExceeded, match=r"no turn came within 0\.05 seconds") as late:
                await waiting.wait("a", hasty, 10, 1.0)
            assert [late.value.limit, late.value.value] == with_queue
            assert turns(waiting) == []
        first = waiting.wait("a", ONE, 10, 1.0)
        with pytest.raises(LimitExceeded) as full:
            waiting.wait("a", limited(concurrent=2, queue=1), 10, 1.0)
        assert (full.value.limit, full.value.value) == ("queue", 1)
        first.cancel()

    run(work())


def test_all_callers_together_have_one_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        waiting = Lanes()
        for number in range(5):
            waiting.wait(f"caller {number}", ONE, 10, 1.0)
        with pytest.raises(LimitExceeded, match="5 queries of all callers") as refused:
            waiting.wait("one more", ONE, 10, 1.0)
        assert (refused.value.limit, refused.value.value) == ("queue", lanes.MOST_WAITING)
        assert waiting.bytes == 50
        assert len(turns(waiting)) == 5
        assert waiting.bytes == 0

    for name, most in (("MOST_WAITING", 5), ("MOST_BYTES", 59)):
        with monkeypatch.context() as changed:
            changed.setattr(lanes, name, most)
            run(work())


def test_a_failure_ends_the_waiting_of_all() -> None:
    async def work() -> None:
        waiting = Lanes()
        asked = [waiting.wait("a", ONE, 10, 1.0), waiting.wait("b", ONE, 10, 1.0)]
        waiting.fail(Unavailable("no child"))
        for turn in asked:
            with pytest.raises(Unavailable, match="no child"):
                await turn
        assert turns(waiting) == []

    run(work())


def test_callers_that_are_gone_take_no_room() -> None:
    async def work() -> None:
        waiting = Lanes()
        for number in range(100):
            assert waiting.enter(f"caller {number}", ONE)
            waiting.leave(f"caller {number}")
        assert not waiting._lanes

    run(work())
