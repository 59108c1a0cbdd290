"""What went wrong, as a problem document (RFC 9457): one table from error class to status. No I/O, no framework."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from medkg.endpoint.negotiation import NotAcceptable
from medkg.errors import (
    AccessRefused,
    BadParameter,
    BadQuery,
    LimitExceeded,
    MedkgError,
    SourceError,
    StoreBusy,
    StoreError,
    Unavailable,
    ValidationError,
)
from medkg.namespaces import BASE
from medkg.syntax import position_of

PROBLEM_TYPE: Final = "application/problem+json"

#: Error class → HTTP status and the name of the problem, most special class first.
STATUSES: Final[tuple[tuple[type[MedkgError], int, str], ...]] = (
    (BadQuery, 400, "bad-query"),
    (BadParameter, 400, "bad-parameter"),
    (LimitExceeded, 503, "limit-exceeded"),
    (Unavailable, 503, "unavailable"),
    (AccessRefused, 403, "access-refused"),
    (ValidationError, 422, "invalid-data"),
    (StoreBusy, 503, "unavailable"),
    (StoreError, 503, "unavailable"),
    (SourceError, 400, "bad-request"),
    (MedkgError, 500, "internal"),
)
#: Limits that are the caller's own to keep; every other means that the server has not enough to give.
LIMIT_STATUSES: Final[Mapping[str, int]] = {
    "upload_mib": 413,
    "engine_seconds_per_minute": 429,
    "concurrent": 429,
}
#: HTTP status → the name of the problem, for errors of the request itself.
HTTP_NAMES: Final[Mapping[int, str]] = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "bad-request",
    413: "too-large",
    414: "too-large",
    415: "unsupported-media-type",
    500: "internal",
    501: "unavailable",
}
#: The scheme of tokens, as a client without a good one is told.
CHALLENGE: Final = 'Bearer realm="medkg"'
#: Seconds after which it makes sense to come again where nobody knows better.
_SOON: Final = 2
_MOST_FINDINGS: Final = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem as a page and a document tell it. ``headers`` go with the answer, ``more`` into the document."""

    status: int
    slug: str
    detail: str = ""
    remedy: str = ""
    position: str = ""
    available: Mapping[str, str] = field(default_factory=dict)
    suggestion: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 - what was done to the request
    """The request itself cannot be answered; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail or problem.slug)
        self.problem = problem


def refusal(status: int, detail: str, remedy: str = "", **headers: str) -> Refused:
    """Give the refusal of a request; ``Retry_After=…`` and the like become headers."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    slug = HTTP_NAMES.get(status, "bad-request" if status < 500 else "internal")
    return Refused(Problem(status, slug, detail, remedy, headers=named))


def of_error(error: MedkgError) -> Problem:
    """Give the problem of a deliberate error."""
    status, slug = next((status, slug) for kind, status, slug in STATUSES if isinstance(error, kind))
    shown = status < 500 or isinstance(error, LimitExceeded)
    subject = f"{error.subject}: " if error.subject and shown and not isinstance(error, LimitExceeded) else ""
    problem = Problem(status, slug, f"{subject}{error.message}", error.remedy or "", _position(error.message))
    if isinstance(error, LimitExceeded):
        return _of_limit(error, problem)
    if isinstance(error, AccessRefused) and not error.known:
        return replace(problem, status=401, headers=(("WWW-Authenticate", CHALLENGE),))
    if isinstance(error, ValidationError):
        return replace(problem, more=_findings(error.report))
    if isinstance(error, StoreBusy):
        return replace(problem, headers=(("Retry-After", str(_SOON)),))
    return problem


def of_formats(error: NotAcceptable) -> Problem:
    """Give the problem of a wish for a format that does not exist, with what does."""
    return Problem(406, "not-acceptable", available=error.available)


def of_status(status: int, path: str) -> Problem:
    """Give the problem of an HTTP error; of an address that leads nowhere with words to search for."""
    slug = HTTP_NAMES.get(status, "bad-request" if status < 500 else "internal")
    words = re.findall(r"[a-z0-9]+", path.rpartition("/")[2].lower())
    return Problem(status, slug, suggestion=" ".join(words)[:80] if status == 404 else "")


def _position(message: str) -> str:
    """Give line and column of a parser's message (``3:14``), or nothing."""
    found = position_of(message)
    return f"{found[0]}:{found[1]}" if found else ""


def document(problem: Problem, instance: str, title: str = "") -> dict[str, Any]:
    """Give the problem document; ``instance`` is the path asked for."""
    found: dict[str, Any] = {
        "type": f"{BASE}problem/{problem.slug}",
        "title": title or problem.slug.replace("-", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "remedy": problem.remedy,
        "instance": instance,
        **problem.more,
    }
    if problem.position:
        line, _, column = problem.position.partition(":")
        found |= {"line": int(line), "column": int(column)}
    if problem.available:
        found["available"] = dict(problem.available)
    return {name: value for name, value in found.items() if value != ""}


def json_bytes(value: object) -> bytes:
    """Give JSON as it is sent: UTF-8, names of things readable."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _of_limit(error: LimitExceeded, problem: Problem) -> Problem:
    status = LIMIT_STATUSES.get(error.limit, problem.status)
    seconds = error.retry_after
    headers = () if seconds is None else (("Retry-After", str(max(1, math.ceil(seconds)))),)
    more = {"limit": error.limit, "value": error.value, "unit": error.unit}
    return replace(problem, status=status, headers=headers, more=more)


def _findings(report: Any) -> dict[str, Any]:
    """Give the first findings of a validation report as texts, and how many there are."""
    findings = list(getattr(report, "findings", ()))
    return {"findings": [str(item) for item in findings[:_MOST_FINDINGS]], "findings_total": len(findings)}
