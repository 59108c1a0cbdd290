"""What the other service says when it does not answer, as errors of ours, with its own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from medkg.errors import BadQuery, LimitExceeded, QueryError, Unavailable
from medkg.remote.call import Call

_LONGEST_BODY: Final = 16 * 1024
_LONGEST_MESSAGE: Final = 300
_VIRTUOSO: Final = re.compile(r"Virtuoso (\w{5}) Error (.*?)(?:\n\s*\n|\Z)", re.DOTALL)
#: SQL states of Virtuoso: time is up; the query is at fault (syntax, rights, values).
_TIME: Final = ("S1T",)
_OF_THE_QUERY: Final = ("37", "42", "22", "SR")
_LATE: Final = re.compile(r"time[d ]*-?out|too long|deadline", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<(?:script|style).*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
#: The header by which Virtuoso says that a table holds as many rows as it gives at most; how it marks a broken-off one.
_MAX_ROWS: Final = "x-sparql-maxrows"
_INCOMPLETE: Final = "S1TAT"


def refuse_status(call: Call, seconds: float) -> None:
    """Let an answer of status 200 pass.

    Raises:
        BadQuery: the service finds fault with the query.
        LimitExceeded: it took too long for the service.
        Unavailable: anything else: it is elsewhere, does not know us, or failed.
    """
    status = call.response.status
    if status == 200:
        return
    if 300 <= status < 400:
        remedy = "Give the setting store the address that it is now at."
        raise Unavailable(f"answers {status}, and leads elsewhere", subject=_host(call), remedy=remedy)
    raise _refusal(call, status, _message(call), seconds)


def refuse_cut(headers: Mapping[str, str], seconds: float) -> None:
    """Let an answer pass that the service does not call cut.

    Raises:
        LimitExceeded: it holds only what was found in time, or only as many rows as the service gives.
    """
    if headers.get("x-sql-state", "") == _INCOMPLETE:
        raise time_is_up(seconds)
    if _MAX_ROWS in headers:
        raise too_many_rows(int(headers[_MAX_ROWS]))


def time_is_up(seconds: float) -> LimitExceeded:
    """Give the error of a query that took too long."""
    remedy = "Ask for less: fewer patterns, narrower filters, a LIMIT on what is joined first."
    return LimitExceeded("the query took too long", limit="seconds", value=seconds, unit="s", remedy=remedy)


def too_many_rows(most: int) -> LimitExceeded:
    """Give the error of an answer that the service has cut, or may have cut, at its number of rows."""
    remedy = "Ask page by page with ORDER BY, LIMIT and OFFSET, below that number."
    message = "the service behind this one gives no more rows, so the answer may lack some"
    return LimitExceeded(message, limit="remote_rows", value=most, remedy=remedy)


def max_rows(headers: Mapping[str, str]) -> int | None:
    """Give the most rows that the service gives, where an answer says that it has reached them."""
    return int(headers[_MAX_ROWS]) if headers.get(_MAX_ROWS, "").isdigit() else None


def _refusal(call: Call, status: int, message: str, seconds: float) -> QueryError:
    found = _VIRTUOSO.search(message)
    state = found[1] if found else ""
    told = _plain(found[2] if found else message) or f"status {status}"
    if state.startswith(_TIME) or (status >= 408 and not state and _LATE.search(told)) or call.elapsed >= seconds:
        return time_is_up(seconds)
    if status == 400 or state.startswith(_OF_THE_QUERY):
        return BadQuery(f"the service behind this one does not take it: {told}")
    if status in (401, 403):
        return Unavailable(f"refuses us with {status}: {told}", subject=_host(call), remedy=_WHO)
    return Unavailable(f"answers {status}: {told}", subject=_host(call))


_WHO: Final = "Write user and password into the setting store: https://user:password@host/…"


def _message(call: Call) -> str:
    return call.response.read(_LONGEST_BODY).decode("utf-8", "replace")


def _plain(message: str) -> str:
    """Give the words of a message, on one line and not too many; an answer that breaks off is no message."""
    if message.lstrip().startswith("{"):
        return "it broke off in the middle of its answer"
    words = " ".join(_MARKUP.sub(" ", message).split())
    return words if len(words) <= _LONGEST_MESSAGE else f"{words[:_LONGEST_MESSAGE]}…"


def _host(call: Call) -> str:
    return call.address.url
