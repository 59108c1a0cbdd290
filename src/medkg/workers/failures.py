"""Why there is no answer: what a child said of it, or how it ended, as the error that the caller gets."""

from __future__ import annotations

import os
import signal
from typing import Final

from medkg.access.limits import Limits
from medkg.errors import BadQuery, LimitExceeded, QueryError, Unavailable
from medkg.workers.asked import Asked
from medkg.workers.child import OUT_OF_MEMORY

#: No shorter query can be nested so deeply that the stack overflows: where one does, the engine itself failed.
_SHORTEST_DEEP: Final = 5_000
#: Kinds of failures that a child reports, and that are nobody's fault but ours.
OURS: Final = frozenset({"store", "engine", "internal"})
_CHEAPER: Final = "Ask for less: more constants, fewer patterns without one, LIMIT."
_FEWER_BYTES: Final = "Ask for fewer rows or columns, in several queries, or take the dumps."
_FLATTER: Final = "Write it flatter: VALUES for many values, fewer braces and parentheses within one another."


def told(kind: str, message: str, limits: Limits) -> QueryError:
    """Give the error for a failure that a child reported."""
    if kind == "syntax":
        error = BadQuery(f"not valid SPARQL: {message}", remedy="The position is line:column, from 1.")
        error.__cause__ = SyntaxError(message)
        return error
    if kind == "query":
        return BadQuery(message)
    if kind == "memory":
        return too_much_memory(limits)
    if kind == "result":
        return too_large(limits.result_mib)
    if kind in {"store", "far"}:
        return Unavailable(message, remedy="Try again.")
    return Unavailable(f"the engine failed: {message}", remedy="Try again; tell the operator if it stays so.")


def died(status: int | None, asked: Asked, limits: Limits) -> QueryError:
    """Give the error for a child that ended in the middle of a query; no status where the nursery ended, too."""
    if status is None:
        return Unavailable("the process that answered was ended", remedy="Try again.")
    ended = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    if ended == -signal.SIGSEGV and len(asked.query) >= _SHORTEST_DEEP:
        return BadQuery("too deeply nested", remedy=_FLATTER)
    # The engine aborts where it gets no memory; the system kills where it has none left.
    if ended in {-signal.SIGABRT, -signal.SIGKILL, OUT_OF_MEMORY}:
        return too_much_memory(limits)
    return Unavailable(f"the engine failed on this query ({ended})", remedy="Tell the operator, with the query.")


def too_slow(limits: Limits) -> LimitExceeded:
    """Give the error for a query that was stopped."""
    message = f"the query was stopped after {limits.seconds:g} seconds"
    return LimitExceeded(message, limit="seconds", value=limits.seconds, unit="s", remedy=_CHEAPER)


def too_much_memory(limits: Limits) -> LimitExceeded:
    """Give the error for a query that wanted more memory than it may have."""
    message = f"the query needs more than {limits.memory_mib} MiB of memory"
    remedy = "Ask for less at a time: sorting, grouping, DISTINCT and long texts need memory."
    return LimitExceeded(message, limit="memory_mib", value=limits.memory_mib, unit="MiB", remedy=remedy)


def too_large(mebibytes: float) -> LimitExceeded:
    """Give the error for an answer that is longer than it may be."""
    message = f"the answer has more than {mebibytes:g} MiB"
    return LimitExceeded(message, limit="result_mib", value=mebibytes, unit="MiB", remedy=_FEWER_BYTES)


def too_many(limits: Limits, retry_after: float, message: str, *, running: int = 0) -> LimitExceeded:
    """Give the error for a query that may not wait, or has waited for long enough.

    ``running`` is how many the caller has running: where it may have no more, that is the limit, else the queue is.
    """
    limit = "concurrent" if running >= limits.concurrent else "queue"
    value = getattr(limits, limit)
    remedy = "Send it again later, and not more than a few at the same time."
    return LimitExceeded(message, limit=limit, value=value, unit="", retry_after=retry_after, remedy=remedy)
