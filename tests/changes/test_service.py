"""The queue of changes, their record, and what is left when a change or its client is killed."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medkg.access.record import Record
from medkg.access.roles import Role
from medkg.changes.forks import Forks
from medkg.changes.process import ChangeProcess
from medkg.changes.requests import Update
from medkg.changes.wire import Order, pack_error, pack_order, unpack_error, unpack_order
from medkg.errors import AccessRefused, BadQuery, LimitExceeded, MedkgError, StoreBusy, ValidationError
from medkg.settings import Settings
from medkg.store.generations import Generations
from medkg.store.writer import Writer
from medkg.validation.report import Finding, Report, Severity
from tests.changes.conftest import ADMIN, LIMITS, apply_to, caller, serving
from tests.store.small_stores import check_whole, content

KILLS = int(os.environ.get("MEDKG_KILLS", "8"))


def numbers(first: int, count: int) -> Update:
    return Update(text=f"INSERT DATA {{ {' '.join(f'<urn:a> <urn:b> {n} .' for n in range(first, first + count))} }}")


def test_changes_at_once_are_carried_out_one_after_the_other(own: Settings) -> None:
    async def all_at_once() -> list[int]:
        async with serving(own) as one, serving(own) as other:
            turns = [one, other] * 3
            done = await asyncio.gather(
                *(changes.apply(numbers(n, 1), ADMIN, LIMITS) for n, changes in enumerate(turns))
            )
        return [change.generation for change in done]

    assert sorted(asyncio.run(all_at_once())) == [2, 3, 4, 5, 6, 7]
    assert len(content(own.home)) == 6
    assert check_whole(own.home) == 7


def test_more_than_may_wait_are_refused(own: Settings) -> None:
    async def many() -> list[object]:
        few = replace(LIMITS, queue=1)
        async with serving(own) as changes:
            return await asyncio.gather(
                *(changes.apply(numbers(n, 1), ADMIN, few) for n in range(5)), return_exceptions=True
            )

    refused = [one for one in asyncio.run(many()) if isinstance(one, LimitExceeded)]
    assert {one.limit for one in refused} == {"queue"}
    assert len(refused) + len(content(own.home)) == 5
    assert all(one.retry_after for one in refused)


def test_every_outcome_is_recorded(own: Settings) -> None:
    apply_to(own, numbers(1, 2))
    apply_to(own, numbers(1, 2))
    for text, who in (
        ("nonsense", ADMIN),
        ("CLEAR DEFAULT", caller(Role.CURATOR, "urn:x:")),
        ("", caller(Role.READER)),
    ):
        with pytest.raises((BadQuery, AccessRefused)):
            apply_to(own, Update(text=text), who)
    found = [(line["token"], line["outcome"], line["generation"], line["added"]) for line in Record(own.home)]
    assert found == [
        ("t-admin", "done", 2, 2),
        ("t-admin", "unchanged", None, 0),
        ("t-admin", "bad-request", None, 0),
        ("t-curator", "refused", None, 0),
        ("t-reader", "refused", None, 0),
    ]


def test_a_client_that_goes_away_ends_its_change(own: Settings) -> None:
    async def leave() -> None:
        values = " ".join(map(str, range(500)))
        tables = " ".join(f"VALUES ?v{n} {{ {values} }}" for n in range(5))
        endless = Update(text="INSERT { <urn:a> <urn:b> ?v0 } WHERE { " + tables + " FILTER(?v0 + ?v1 + ?v4 < 0) }")
        async with serving(own) as changes:
            task = asyncio.ensure_future(changes.apply(endless, ADMIN, LIMITS))
            await asyncio.sleep(2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            done = await asyncio.wait_for(changes.apply(numbers(1, 1), ADMIN, LIMITS), 20)
            assert done.generation == 2

    asyncio.run(leave())
    assert [line["outcome"] for line in Record(own.home)] == ["gone", "done"]


def test_a_change_that_is_being_published_is_left_alone(own: Settings) -> None:
    async def leave() -> int:
        forks = Forks(own)
        process = ChangeProcess(Order.of(numbers(0, 5_000), ADMIN, own, 2_048, 5.0), LIMITS, forks)
        task = asyncio.ensure_future(process.run())
        while not process.publishing:
            assert not task.done(), "it was published before anybody looked"
            await asyncio.sleep(0)
        process.end()
        outcome = await task
        await forks.close()
        return outcome.done.generation

    assert asyncio.run(leave()) == Generations(own.home).served() == 2
    assert check_whole(own.home) == 2


def test_a_killed_change_leaves_a_whole_generation(own: Settings) -> None:
    """Kill the child at any moment, also where the service itself would let it be."""
    chance = random.Random(KILLS)  # noqa: S311 - moments, not secrets

    async def kill_after(forks: Forks, seconds: float, turn: int) -> bool:
        process = ChangeProcess(Order.of(numbers(turn * 500, 1000), ADMIN, own, 2_048, 5.0), LIMITS, forks)
        task = asyncio.ensure_future(process.run())
        await asyncio.wait([task], timeout=seconds)
        killed = not task.done()
        if killed and process._child is not None:
            forks.kill(process._child)
        await asyncio.gather(task, return_exceptions=True)
        return killed

    async def kill_often() -> int:
        forks, killed = Forks(own), 0
        await _timed(own, forks)
        usual = await _timed(own, forks)
        for turn in range(KILLS):
            before = check_whole(own.home)
            killed += await kill_after(forks, chance.uniform(0.3, 1.1) * usual, turn + 1)
            assert check_whole(own.home) in (before, before + 1)
        await forks.close()
        return killed

    assert asyncio.run(kill_often()) >= KILLS // 4, "the changes ended before they were killed: nothing was tested"
    with Writer(own.home) as writer:
        assert list(writer.generations.layout.staging.iterdir()) == []
    served = Generations(own.home).served()
    assert apply_to(own, numbers(900_000, 1)).generation > served


async def _timed(own: Settings, forks: Forks) -> float:
    started = asyncio.get_running_loop().time()
    await ChangeProcess(Order.of(numbers(0, 1000), ADMIN, own, 2_048, 5.0), LIMITS, forks).run()
    return asyncio.get_running_loop().time() - started


def is_free(home: Path) -> bool:
    try:
        with Writer(home):
            return True
    except StoreBusy:
        return False


def until(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_a_change_ends_with_its_server_however_that_ends(own: Settings) -> None:
    apply_to(own, numbers(0, 1000))
    command = [sys.executable, "-m", "tests.changes.lone_server", str(own.home)]
    with subprocess.Popen(command, cwd=Path(__file__).resolve().parents[2]) as server:
        assert until(60, lambda: not is_free(own.home)), "the change never began"
        server.kill()
    assert until(20, lambda: is_free(own.home)), "the change goes on without its server"


def test_orders_and_errors_travel_whole(own: Settings) -> None:
    finding = Finding(Severity.VIOLATION, "s", "f", "p", "v", "m", "c", ("row 1",))
    order = Order.of(Update(text="x", using_graphs=("urn:g",)), caller(Role.CURATOR, "urn:g"), own, 64, 1.0)
    assert unpack_order(pack_order(order)) == order
    errors: list[MedkgError] = [
        ValidationError("broken", report=Report.of([finding])),
        AccessRefused("no", known=True, subject="urn:g", remedy="ask"),
        LimitExceeded("much", limit="memory_mib", value=7, unit="MiB"),
    ]
    for error in errors:
        back = unpack_error(pack_error(error))
        assert (type(back), str(back)) == (type(error), str(error))
    assert isinstance(back := unpack_error(pack_error(errors[0])), ValidationError)
    assert back.report.findings == (finding,)
