"""Engine time, as a request sees it: refused where it is used up, spent when the answer ends, told in headers."""

from __future__ import annotations

import math

from medkg.access.budget import Left
from medkg.access.caller import Caller
from medkg.access.limits import Limits
from medkg.endpoint.service import Service

#: The window that the allowance belongs to, in seconds.
_WINDOW = 60


class Purse:
    """What one caller may spend on one request.

    Raises:
        LimitExceeded: the caller has nothing left.
    """

    __slots__ = ("_allowance", "_caller", "_service", "left")

    def __init__(self, service: Service, caller: Caller, limits: Limits) -> None:
        self._service = service
        self._caller = caller
        self._allowance = limits.engine_seconds_per_minute
        self.left: Left = service.budget.require(caller.account, self._allowance)

    def spend(self, seconds: float) -> None:
        """Count engine seconds."""
        self._service.budget.spend(self._caller.account, seconds, self._allowance)

    def headers(self) -> list[tuple[str, str]]:
        """Give the headers that tell a client how much is left before this request."""
        return rate_headers(self.left, self._allowance)


def rate_headers(left: Left, allowance: float) -> list[tuple[str, str]]:
    """Give RateLimit headers: whole engine seconds of a minute, and the seconds until all are there again."""
    return [
        ("RateLimit-Policy", f'"engine-seconds";q={allowance:g};w={_WINDOW}'),
        ("RateLimit", f'"engine-seconds";r={max(0, math.floor(left.seconds))};t={math.ceil(left.resets_in)}'),
    ]
