"""What the server processes log: a JSON object a line, and nothing of what people wrote or who they are."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import structlog

from medkg.endpoint.shape import shape

#: Enough to find the same query again, too little to be looked up by its text alone.
_HASH_BYTES: Final = 8


def log_in_lines() -> None:
    """Log one JSON object per line to standard error.

    Queries are logged by their hash, never by their text; of a request its path, never its arguments, its body, its
    headers or where it came from. Tracebacks are written without the values of variables for the same reason.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        # One write a line, so that lines of several processes do not run into one another.
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


class Expected(logging.Filter):
    """Keeps out of the server's log what was raised only to break a connection, and told in a line of its own."""

    def __init__(self, error: type[Exception]) -> None:
        super().__init__()
        self._line = re.compile(rf"^(?:[\w.]+\.)?{re.escape(error.__name__)}: ", re.MULTILINE)

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record may be written: the server writes tracebacks into the message."""
        return self._line.search(record.getMessage()) is None


def leave_out(error: type[Exception]) -> None:
    """Keep tracebacks of an error out of granian's log."""
    for handler in logging.getLogger("_granian").handlers:
        handler.addFilter(Expected(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One query and what came of it. ``outcome`` is one of ``metrics.OUTCOMES``, ``sent`` the bytes of the answer."""

    text: str
    outcome: str
    seconds: float
    sent: int
    generation: int
    form: str
    format: str
    role: str
    #: The limit that was reached, if one was.
    limit: str | None = None
    cached: bool = False


class QueryLog:
    """Logs queries, and of slow ones the shape."""

    def __init__(self, slow_query_seconds: float) -> None:
        self._slow = slow_query_seconds
        self._log: Any = structlog.get_logger("medkg.queries")

    def add(self, answered: Answered) -> None:
        """Log one query; one that took longer than ``slow_query_seconds`` a second time, with its shape."""
        told = _told(answered)
        self._log.info("query", **told)
        if answered.seconds >= self._slow:
            self._log.warning("slow-query", **told, shape=shape(answered.text))


def query_hash(text: str) -> str:
    """Give what the log calls a query: 16 hexadecimal digits, the same for the same text."""
    return blake2b(text.encode(errors="surrogatepass"), digest_size=_HASH_BYTES).hexdigest()


def _told(answered: Answered) -> dict[str, Any]:
    told: dict[str, Any] = {
        "query": query_hash(answered.text),
        "outcome": answered.outcome,
        "seconds": round(answered.seconds, 6),
        "bytes": answered.sent,
        "generation": answered.generation,
        "form": answered.form,
        "format": answered.format,
        "role": answered.role,
        "cached": answered.cached,
    }
    return told if answered.limit is None else {**told, "limit": answered.limit}
