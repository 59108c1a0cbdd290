"""The nursery of changes: what it has read ahead, what it holds, and what becomes of changes when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from pyoxigraph import BlankNode

from medkg.changes.forks import Forks
from medkg.changes.requests import Update
from medkg.changes.service import Changes
from medkg.errors import Unavailable, ValidationError
from medkg.settings import Settings
from medkg.store.generations import Generations
from tests.changes.conftest import ADMIN, LIMITS, serving
from tests.changes.lone_server import ENDLESS
from tests.store.small_stores import check_whole, content
from tests.workers.serving import command, descendants, eventually


def nurseries(home: Path) -> list[int]:
    """Give the process ids of the nurseries of changes of a home."""
    return [
        pid
        for pid in descendants()
        if b"medkg.changes.nursery" in command(pid) and f"{home}\0".encode() in command(pid)
    ]


async def add(changes: Changes, statements: str) -> int:
    text = f"INSERT DATA {{ GRAPH <urn:g> {{ {statements} }} }}"
    return (await changes.apply(Update(text=text), ADMIN, LIMITS)).generation


async def until_begun(home: Path) -> int:
    """Wait for a child to have opened the store; give its process id."""
    for _ in range(600):
        found = [pid for nursery in nurseries(home) for pid in descendants(nursery) if holds(pid, home)]
        if found:
            return found[0]
        await asyncio.sleep(0.05)
    pytest.fail("the change never began")


def holds(pid: int, home: Path) -> list[str]:
    """Give the files of a home that a process has open."""
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith(str(home)):
            found.append(target)
    return found


def test_it_starts_with_the_first_change_and_ends_with_the_service(own: Settings) -> None:
    async def work() -> None:
        async with serving(own) as changes:
            assert nurseries(own.home) == []
            for number in range(3):
                await add(changes, f"<urn:a> <urn:b> {number}")
                assert len(nurseries(own.home)) == 1
        assert nurseries(own.home) == []

    asyncio.run(work())
    assert check_whole(own.home) == 4


def test_between_changes_it_is_of_one_thread_and_holds_nothing_of_the_store(shaped: Settings) -> None:
    async def work() -> None:
        async with serving(shaped) as changes:
            await add(changes, "<urn:new> <urn:age> 1")
            (nursery,) = nurseries(shaped.home)
            assert len([*Path(f"/proc/{nursery}/task").iterdir()]) == 1
            assert holds(nursery, shaped.home) == []
            assert eventually(lambda: not descendants(nursery))

    asyncio.run(work())


def test_blank_nodes_of_children_of_one_nursery_stay_apart(shaped: Settings) -> None:
    """What a child draws at random must be no copy of what the one before it drew."""

    async def work() -> None:
        async with serving(shaped) as changes:
            for number in range(3):
                await add(changes, f"[] <urn:b> {number} . <urn:s> <urn:c> [ <urn:d> {number} ]")
                await changes.apply(
                    Update(text="INSERT { GRAPH <urn:g> { ?new <urn:e> 1 } } WHERE { BIND(UUID() AS ?new) }"),
                    ADMIN,
                    LIMITS,
                )

    asyncio.run(work())
    found = [quad.subject for quad in content(shaped.home) if str(quad.predicate) in {"<urn:b>", "<urn:d>", "<urn:e>"}]
    assert len(found) == len(set(found)) == 9
    assert sum(isinstance(node, BlankNode) for node in found) == 6


def test_shapes_that_change_meanwhile_count_from_the_next_change_on(shaped: Settings) -> None:
    file = shaped.ontology / "shapes" / "age.ttl"

    async def work() -> None:
        async with serving(shaped) as changes:
            with pytest.raises(ValidationError, match="One age at most"):
                await add(changes, "<urn:new> <urn:age> 1, 2")
            file.write_text(file.read_text().replace("sh:maxCount 1", "sh:maxCount 2"))
            await add(changes, "<urn:new> <urn:age> 1, 2")
            with pytest.raises(ValidationError, match="One age at most"):
                await add(changes, "<urn:newer> <urn:age> 1, 2, 3")

    asyncio.run(work())


@pytest.mark.parametrize("heard", [True, False], ids=["heard of", "not yet heard of"])
def test_a_nursery_that_has_died_is_replaced(own: Settings, heard: bool) -> None:
    async def work() -> None:
        async with serving(own) as changes:
            await add(changes, "<urn:a> <urn:b> 1")
            (nursery,) = nurseries(own.home)
            os.kill(nursery, signal.SIGKILL)
            if heard:
                await asyncio.sleep(0.3)
            assert await add(changes, "<urn:a> <urn:b> 2") == 3
            assert nurseries(own.home) != [nursery]

    asyncio.run(work())
    assert check_whole(own.home) == 3


def test_a_change_whose_nursery_dies_says_so_and_changes_nothing(own: Settings) -> None:
    async def work() -> None:
        async with serving(own) as changes:
            # In the default graph of its own, which the change without an end reads.
            many = " ".join(f"<urn:a> <urn:b> {number} ." for number in range(1000))
            await changes.apply(Update(text=f"INSERT DATA {{ {many} }}"), ADMIN, LIMITS)
            running = asyncio.ensure_future(changes.apply(ENDLESS, ADMIN, LIMITS))
            await until_begun(own.home)
            os.kill(nurseries(own.home)[0], signal.SIGKILL)
            with pytest.raises(Unavailable, match="ended") as failed:
                await asyncio.wait_for(running, 20)
            assert "send it again" in (failed.value.remedy or "")
            assert await add(changes, "<urn:a> <urn:b> 'later'") == 3

    asyncio.run(work())
    assert check_whole(own.home) == 3


def test_a_child_that_is_given_no_order_ends(own: Settings) -> None:
    async def work() -> int | None:
        forks = Forks(own)
        child = await forks.child()
        child.close()
        status = await asyncio.wait_for(child.ended, 20)
        await forks.close()
        return status

    assert asyncio.run(work()) == 0
    assert Generations(own.home).list() == (1,)
