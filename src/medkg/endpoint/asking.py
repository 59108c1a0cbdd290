"""A question put to those who answer: what it costs the asker is counted, however it ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Final

from medkg.access.caller import Caller
from medkg.access.limits import Limits
from medkg.endpoint.budgeting import Purse
from medkg.endpoint.description import own_address
from medkg.endpoint.questions import Question
from medkg.endpoint.requests import Call, Disconnected, while_connected
from medkg.endpoint.service import Service
from medkg.endpoint.watching import killed_for
from medkg.errors import LimitExceeded, QueryError
from medkg.workers.answer import Answer, seconds_spent
from medkg.workers.asked import Asked

#: What may be a relative IRI, or a comparison.
_RELATIVE: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\x00-\x20]*>")


def may_be_relative(query: str) -> bool:
    """Say whether a query may hold a relative IRI, whose meaning depends on the address of the endpoint."""
    return _RELATIVE.search(query) is not None


async def ask(
    service: Service, call: Call, question: Question, generation: int, caller: Caller
) -> tuple[Answer, Purse]:
    """Give the answer as soon as its head is known, and the purse that pays for it: see :func:`finish`.

    Raises:
        QueryError: why there is no answer.
        Disconnected: the client went away.
    """
    limits = service.limits(caller)
    purse = Purse(service, caller, limits)
    await service.start()
    base = f"{own_address(service, call)}/sparql" if may_be_relative(question.query) else None
    graphs = question.default_graphs, question.named_graphs
    asked = Asked(question.query, generation, question.format, *graphs, base)
    try:
        return await while_connected(call, _begun(service, asked, limits, purse, caller)), purse
    except (QueryError, Disconnected) as error:
        if reason := killed_for(error):
            service.metrics.killed(reason)
        raise
    finally:
        service.gauge()


async def _begun(service: Service, asked: Asked, limits: Limits, purse: Purse, caller: Caller) -> Answer:
    """Give an answer that has begun; spend what one took that never did."""
    try:
        return await service.answers.answer(asked, limits, caller.account)
    except (QueryError, asyncio.CancelledError) as error:
        purse.spend(seconds_spent(error) or 0.0)
        raise


async def beginning(answer: Answer, most: int) -> tuple[bytes, bool]:
    """Give up to ``most`` bytes of an answer, and whether that is all of it."""
    found = bytearray()
    async for piece in answer:
        found += piece
        if len(found) > most:
            return bytes(found), False
    return bytes(found), True


async def pieces(answer: Answer, purse: Purse, service: Service) -> AsyncGenerator[bytes, None]:
    """Give the bytes of an answer as they come; it is finished when they end, or nobody wants more."""
    try:
        async for piece in answer:
            yield piece
    except LimitExceeded as error:
        service.metrics.killed(error.limit)
        raise
    finally:
        if answer.outcome is None:
            service.metrics.killed("gone")
        await finish(answer, purse)
        service.gauge()


async def finish(answer: Answer, purse: Purse) -> None:
    """End an answer and spend what it took."""
    await answer.close()
    if answer.outcome is not None:
        purse.spend(answer.outcome.seconds)
