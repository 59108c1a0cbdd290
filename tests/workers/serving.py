"""A pool on a loop of its own, and gestures the tests of it repeat."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox

from medkg.access.limits import Limits
from medkg.settings import Settings
from medkg.workers.answer import Answer, Head
from medkg.workers.asked import Asked
from medkg.workers.failures import too_large
from medkg.workers.pool import Pool
from medkg.workers.wire import MIB

Result = TypeVar("Result")

LIMITS = Limits(
    seconds=20.0,
    memory_mib=512,
    result_mib=64,
    concurrent=8,
    queue=8,
    engine_seconds_per_minute=60.0,
    upload_mib=2,
)
#: Counts 10^12 rows and more of the fixture; it needs no memory.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
#: Gives rows for hours.
LONG_ANSWER = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


class Served:
    """A pool whose loop runs in another thread."""

    def __init__(self, pool: Pool, loop: asyncio.AbstractEventLoop) -> None:
        self.pool = pool
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Give what a coroutine gives on the pool's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def ask(self, query: str, wanted: str = "json", caller: str = "me", **limits: float) -> tuple[Head, bytes]:
        """Give head and bytes of the answer from generation 1."""
        return self.run(Asked(query, 1, wanted), limited(**limits), most_bytes=1 << 30, caller=caller)

    def run(self, asked: Asked, limits: Limits, *, most_bytes: int, caller: str = "me") -> tuple[Head, bytes]:
        """Give head and bytes of an answer; one of more than ``most_bytes`` is closed and breaks its limit."""
        return self.do(self._gathered(asked, limits, most_bytes, caller))

    async def _gathered(self, asked: Asked, limits: Limits, most: int, caller: str) -> tuple[Head, bytes]:
        answer = await self.pool.answer(asked, limits, caller)
        pieces, size = [], 0
        try:
            async for piece in answer:
                pieces.append(piece)
                size += len(piece)
                if size > most:
                    raise too_large(most / MIB)
        finally:
            await answer.close()
        return answer.head, b"".join(pieces)

    def begin(self, query: str, caller: str = "me", **limits: float) -> Answer:
        """Give an answer of which the head is known."""
        return self.do(self.pool.answer(Asked(query, 1, "json"), limited(**limits), caller))

    def alive(self) -> bool:
        """Tell whether a small query is answered."""
        return b"true" in self.ask("ASK {}", caller="somebody else")[1]


def limited(**changes: float) -> Limits:
    """Give the limits of these tests with some changed."""
    return replace(LIMITS, **changes)  # type: ignore[arg-type]


@contextmanager
def serving(home: Path, **settings: Any) -> Iterator[Served]:
    """Start a pool over a home, and end it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    served = Served(Pool(Settings(home=home, **settings)), loop)
    try:
        served.do(served.pool.start())
        yield served
    finally:
        served.do(served.pool.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def eventually(true: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Wait until something is true; give whether it became so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def descendants(pid: int | None = None) -> dict[int, str]:
    """Give number and state of the processes under one, this one by default."""
    found: dict[int, str] = {}
    parents: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            parents.setdefault(int(parent), []).append((int(folder.name), state))
    todo = [os.getpid() if pid is None else pid]
    while todo:
        for child, state in parents.get(todo.pop(), []):
            found[child] = state
            todo.append(child)
    return found


def nursery() -> int:
    """Give the process id of the one nursery of these tests; other tests in this process may keep one, too."""
    found = [pid for pid in descendants() if b"medkg.workers.nursery" in command(pid) and parent(pid) == os.getpid()]
    ours = [pid for pid in found if b"/workers" in command(pid) or b"/test_" in command(pid)]
    assert len(ours) == 1
    return ours[0]


def command(pid: int) -> bytes:
    """Give the command line of a process; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def parent(pid: int) -> int:
    """Give the parent of a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def statements(number: int) -> Iterator[ox.Quad]:
    """Give so many statements about a hundredth as many things, in two graphs, and a few peculiar ones."""
    value = ox.NamedNode("urn:p:value")
    for item in range(number):
        graph = ox.NamedNode(f"urn:g:{item % 2}")
        yield ox.Quad(ox.NamedNode(f"urn:s:{item % (number // 100)}"), value, ox.Literal(f"value {item}"), graph)
    odd = ox.NamedNode("urn:s:odd")
    for text in ("a\rb", "a\x01b", "a\ufffeb\uffff", "é\u202f", '<&">'):
        yield ox.Quad(odd, ox.NamedNode("urn:p:odd"), ox.Literal(text), ox.NamedNode("urn:g:odd"))
    yield ox.Quad(odd, ox.NamedNode("urn:p:tagged"), ox.Literal("hé", language="fr"), ox.NamedNode("urn:g:odd"))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    number_of = ox.Literal("7", datatype=ox.NamedNode(f"{xsd}integer"))
    yield ox.Quad(odd, ox.NamedNode("urn:p:number"), number_of, ox.NamedNode("urn:g:odd"))
