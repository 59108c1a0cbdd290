"""Room for deep queries: the engine's parser and planner recurse, and a small stack would end the whole process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from medkg.errors import BadQuery

#: Characters of the longest query that is looked at.
LONGEST_QUERY: Final = 100_000
#: 128 times the stack on which 500 triple patterns or 1,000 braces in a row ended the process; pages of it that are not
#: used cost nothing.
_STACK: Final = 256 * 1024 * 1024
#: As many as a server process answers at a time.
_THREADS: Final = 4

Result = TypeVar("Result")


def with_room(query: str, work: Callable[[], Result]) -> Result:
    """Give what ``work`` gives, done on a large stack.

    Raises:
        BadQuery: the query is longer than :data:`LONGEST_QUERY`.
    """
    if len(query) > LONGEST_QUERY:
        remedy = "Ask in several queries, or load your values into a store of your own and join there."
        raise BadQuery(f"the query has {len(query):,} characters, of at most {LONGEST_QUERY:,}", remedy=remedy)
    return _threads().submit(work).result()


@cache
def _threads() -> ThreadPoolExecutor:
    """Give the threads with a large stack; all are started at once, since the size holds for new threads only."""
    before = threading.stack_size(_STACK)
    try:
        executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="query")
        everybody = threading.Barrier(_THREADS + 1)
        for _ in range(_THREADS):
            executor.submit(everybody.wait)
        everybody.wait()
    finally:
        threading.stack_size(before)
    return executor
