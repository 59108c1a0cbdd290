"""What becomes of each query is counted and logged once, however it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from types import MappingProxyType
from typing import Final

from medkg.endpoint.logs import Answered, QueryLog
from medkg.endpoint.metrics import Metrics
from medkg.endpoint.negotiation import NotAcceptable
from medkg.endpoint.problems import Refused
from medkg.endpoint.requests import Disconnected
from medkg.errors import AccessRefused, BadQuery, LimitExceeded, MedkgError, StoreError, Unavailable

#: Error class → how the metrics call the outcome, most special class first.
_OUTCOMES: Final[Mapping[type[Exception], str]] = MappingProxyType(
    {
        BadQuery: "bad-query",
        Refused: "bad-query",
        NotAcceptable: "bad-query",
        AccessRefused: "refused",
        Unavailable: "unavailable",
        StoreError: "unavailable",
        Disconnected: "gone",
        MedkgError: "failed",
    }
)
#: Limits that say that others came first, or too much was asked before; the query itself was not begun.
_BUSY: Final = frozenset({"queue", "concurrent", "engine_seconds_per_minute"})


class Watched:
    """One query from its arrival to its end; what is known of it is filled in on the way."""

    __slots__ = ("arguments", "cached", "form", "format", "generation", "role", "sent", "started", "text")

    def __init__(self) -> None:
        self.started = perf_counter()
        self.text: str | None = None
        self.arguments: Sequence[tuple[str, str]] = ()
        self.form = self.format = ""
        self.role = "anonymous"
        self.generation = self.sent = 0
        self.cached = False

    def end(self, metrics: Metrics, log: QueryLog, outcome: str, limit: str | None = None) -> None:
        """Count and log it; a request that held no query is neither."""
        if self.text is None:
            return
        seconds = perf_counter() - self.started
        form = self.form.lower()
        metrics.query(outcome=outcome, form=form, seconds=seconds, sent=self.sent)
        log.add(
            Answered(
                text=self.text,
                outcome=outcome,
                seconds=seconds,
                sent=self.sent,
                generation=self.generation,
                form=form,
                format=self.format,
                role=self.role,
                limit=limit,
                cached=self.cached,
            )
        )


def killed_for(error: BaseException) -> str | None:
    """Give how the metrics call the reason for which a child was ended; None where none was."""
    if isinstance(error, LimitExceeded):
        return None if error.limit in _BUSY else error.limit
    return "gone" if isinstance(error, Disconnected) else None


def outcome_of(error: BaseException) -> tuple[str, str | None]:
    """Give how the metrics call an error, and the limit that was reached, if one was."""
    if isinstance(error, LimitExceeded):
        return ("busy" if error.limit in _BUSY else "limit"), error.limit
    if not isinstance(error, Exception):
        return "gone", None
    return next((name for kind, name in _OUTCOMES.items() if isinstance(error, kind)), "failed"), None
