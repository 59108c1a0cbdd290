"""Whose turn it is with another service: who has enough running is told so, and who meets others is told that."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from medkg.access.limits import Limits, limits_for
from medkg.access.roles import Role
from medkg.errors import LimitExceeded
from medkg.remote.turns import Turns
from medkg.settings import Settings

LIMITS = limits_for(Settings(), Role.ANONYMOUS)
NO_QUEUE = replace(LIMITS, concurrent=1, queue=0)
HASTY = replace(LIMITS, concurrent=1, queue=1, seconds=0.05)


@pytest.mark.parametrize("limits", [NO_QUEUE, HASTY], ids=["none may wait", "none may wait for long"])
def test_the_limit_that_was_met_is_named(limits: Limits) -> None:
    async def met(caller: str) -> tuple[str, float]:
        turns = Turns(1)
        await turns.take("a", NO_QUEUE)
        with pytest.raises(LimitExceeded) as caught:
            await turns.take(caller, limits)
        assert caught.value.retry_after is not None
        return caught.value.limit, caught.value.value

    assert asyncio.run(met("a")) == ("concurrent", 1)
    assert asyncio.run(met("b"))[0] == "queue"
