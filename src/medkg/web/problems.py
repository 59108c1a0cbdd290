"""What went wrong, as a page or a problem document (RFC 9457): one table from error class to status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from medkg.errors import BadParameter, BadQuery, LimitExceeded, MedkgError, StoreError, Unavailable
from medkg.namespaces import BASE
from medkg.web.caching import VARY_FORMAT
from medkg.web.components import FormatLink
from medkg.web.contexts import ProblemPage
from medkg.web.links import encoded_path
from medkg.web.negotiation import NotAcceptable, accepted
from medkg.web.rendering import json_bytes, open_to_all, page
from medkg.web.services import generation_in_use

PROBLEM_TYPE: Final = "application/problem+json"
log = structlog.get_logger("medkg.web")

#: Error class → HTTP status and the name of the problem, most special class first.
STATUSES: Final[tuple[tuple[type[MedkgError], int, str], ...]] = (
    (BadQuery, 400, "bad-query"),
    (BadParameter, 400, "bad-parameter"),
    (LimitExceeded, 503, "limit-exceeded"),
    (Unavailable, 503, "unavailable"),
    (StoreError, 503, "unavailable"),
    (MedkgError, 500, "internal"),
)
#: HTTP status → the name of the problem, for errors of the request itself.
HTTP_NAMES: Final[Mapping[int, str]] = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    414: "too-large",
    415: "unsupported-media-type",
    500: "internal",
}
_POSITION: Final = re.compile(r"\bat (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem as both forms of the answer tell it."""

    status: int
    slug: str
    detail: str = ""
    remedy: str = ""
    position: str = ""
    choices: tuple[FormatLink, ...] = ()
    suggestion: str = ""


def register(app: Flask) -> None:
    """Answer every error of an application through this module."""
    app.register_error_handler(MedkgError, lambda error: answer(of_error(error)))
    app.register_error_handler(NotAcceptable, lambda error: answer(of_formats(error)))
    app.register_error_handler(HTTPException, lambda error: _with_headers(error, answer(of_http(error))))
    app.register_error_handler(Exception, _unforeseen)


def of_error(error: MedkgError) -> Problem:
    """Give the problem of a deliberate error."""
    status, slug = next((status, slug) for kind, status, slug in STATUSES if isinstance(error, kind))
    if status >= 500:
        log.error("request failed", path=request.path, error=str(error))
    subject = f"{error.subject}: " if error.subject and status < 500 else ""
    return Problem(status, slug, f"{subject}{error.message}", error.remedy or "", position_in(error.message))


def of_formats(error: NotAcceptable) -> Problem:
    """Give the problem of a wish for a format that does not exist, with what does."""
    choices = tuple(FormatLink(name, f"?format={name}", media) for name, media in error.available.items())
    return Problem(406, "not-acceptable", choices=choices)


def of_http(error: HTTPException) -> Problem:
    """Give the problem of an HTTP error."""
    status = error.code or 500
    slug = HTTP_NAMES.get(status, "bad-request" if status < 500 else "internal")
    words = re.findall(r"[a-z0-9]+", request.path.rpartition("/")[2].lower())
    return Problem(status, slug, suggestion=" ".join(words)[:80] if status == 404 else "")


def position_in(message: str) -> str:
    """Give line and column of a parser's message (``3:14``), or nothing."""
    match = _POSITION.search(message)
    return f"{match[1]}:{match[2]}" if match else ""


def answer(problem: Problem) -> Response:
    """Give the answer: a page for readers who prefer one, else a problem document.

    The frame of a page needs a generation; where there is none everybody gets the document.
    """
    if wants_page() and generation_in_use() is not None:
        context = ProblemPage(
            status=problem.status,
            slug=problem.slug,
            detail=problem.detail,
            remedy=problem.remedy,
            position=problem.position,
            suggestion=problem.suggestion,
            choices=problem.choices,
        )
        return page(context, problem.status)
    response = Response(json_bytes(document(problem)), problem.status, content_type=PROBLEM_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = VARY_FORMAT
    return open_to_all(response)


def document(problem: Problem) -> dict[str, object]:
    """Give the problem document."""
    found: dict[str, object] = {
        "type": f"{BASE}problem/{problem.slug}",
        "title": problem.slug.replace("-", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "remedy": problem.remedy,
        "instance": encoded_path(request.path),
    }
    if problem.position:
        line, _, column = problem.position.partition(":")
        found |= {"line": int(line), "column": int(column)}
    if problem.choices:
        found["available"] = {item.name: item.media_type for item in problem.choices}
    return {name: value for name, value in found.items() if value != ""}


def wants_page() -> bool:
    """Say whether the reader prefers a page to a document."""
    accept = accepted(request)
    return accept["text/html"] > accept["application/json"] and accept["text/html"] > 0


def _with_headers(error: HTTPException, response: Response) -> Response:
    if isinstance(error, HTTPException) and error.code == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "GET, HEAD, OPTIONS")
    return response


def _unforeseen(error: Exception) -> Response:
    """Answer an error nobody foresaw: the log gets everything, the reader a reason to try again, never a traceback."""
    log.exception("unforeseen error", path=request.path, exc_info=error)
    return answer(of_http(InternalServerError()))
