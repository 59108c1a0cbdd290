"""What went wrong with a page, as a page or a problem document; what each error means, the endpoint knows."""

from __future__ import annotations

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from medkg.endpoint.negotiation import NotAcceptable
from medkg.endpoint.pages import note_in
from medkg.endpoint.problems import PROBLEM_TYPE, Problem, document, json_bytes, of_error, of_formats, of_status
from medkg.errors import MedkgError
from medkg.web.caching import VARY_FORMAT
from medkg.web.components import FormatLink
from medkg.web.contexts import ProblemPage
from medkg.web.links import encoded_path
from medkg.web.negotiation import accepted
from medkg.web.rendering import open_to_all, page
from medkg.web.services import generation_in_use

log = structlog.get_logger("medkg.web")


def register(app: Flask) -> None:
    """Answer every error of an application through this module, and what the endpoint hands over."""
    app.register_error_handler(MedkgError, _deliberate)
    app.register_error_handler(NotAcceptable, lambda error: answer(of_formats(error)))
    app.register_error_handler(HTTPException, lambda error: _with_headers(error, answer(_of_http(error))))
    app.register_error_handler(Exception, _unforeseen)
    app.before_request(_handed_over)


def answer(problem: Problem) -> Response:
    """Give the answer: a page for readers who prefer one, else a problem document.

    The frame of a page needs a generation; where there is none everybody gets the document.
    """
    if wants_page() and generation_in_use() is not None:
        return _with_own(problem, page(_context(problem), problem.status))
    body = json_bytes(document(problem, encoded_path(request.path)))
    response = Response(body, problem.status, content_type=PROBLEM_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = VARY_FORMAT
    return _with_own(problem, open_to_all(response))


def wants_page() -> bool:
    """Say whether the reader prefers a page to a document."""
    accept = accepted(request)
    return accept.quality("text/html") > accept.quality("application/json")


def _context(problem: Problem) -> ProblemPage:
    choices = tuple(FormatLink(name, f"?format={name}", media) for name, media in problem.available.items())
    return ProblemPage(
        status=problem.status,
        slug=problem.slug,
        detail=problem.detail,
        remedy=problem.remedy,
        position=problem.position,
        suggestion=problem.suggestion,
        choices=choices,
    )


def _with_own(problem: Problem, response: Response) -> Response:
    for name, value in problem.headers:
        response.headers[name] = value
    return response


def _handed_over() -> Response | None:
    """Show the problem of a request that the endpoint answered for a browser."""
    note = note_in(request.environ)
    return answer(note) if isinstance(note, Problem) else None


def _deliberate(error: MedkgError) -> Response:
    problem = of_error(error)
    if problem.status >= 500:
        log.error("request failed", path=request.path, error=str(error))
    return answer(problem)


def _of_http(error: HTTPException) -> Problem:
    return of_status(error.code or 500, request.path)


def _with_headers(error: HTTPException, response: Response) -> Response:
    if error.code == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "GET, HEAD, OPTIONS")
    return response


def _unforeseen(error: Exception) -> Response:
    """Answer an error nobody foresaw: the log gets everything, the reader a reason to try again, never a traceback."""
    log.exception("unforeseen error", path=request.path, exc_info=error)
    return answer(_of_http(InternalServerError()))
