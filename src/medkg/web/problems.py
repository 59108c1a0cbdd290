"""What went wrong with a page, as a page or a problem document; what each error means, the endpoint knows."""

from __future__ import annotations

from urllib.parse import urlencode

import structlog
from flask import Flask, Response, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError

from medkg.endpoint.negotiation import NotAcceptable
from medkg.endpoint.pages import Failure, note_in
from medkg.endpoint.problems import PROBLEM_TYPE, Problem, document, json_bytes, of_error, of_formats, of_status
from medkg.errors import MedkgError
from medkg.web.caching import VARY_FORMAT, code_tag
from medkg.web.components import Crumb, FormatLink
from medkg.web.contexts import BareProblemPage, ProblemPage
from medkg.web.display import Shown
from medkg.web.editor import editor, fits_address
from medkg.web.faults import fault_in
from medkg.web.labels import direction
from medkg.web.limits import limit_in
from medkg.web.links import encoded_path
from medkg.web.negotiation import accepted
from medkg.web.rendering import language, open_to_all, page, page_without_frame
from medkg.web.services import generation_in_use

log = structlog.get_logger("medkg.web")


def register(app: Flask) -> None:
    """Answer every error of an application through this module, and what the endpoint hands over."""
    app.register_error_handler(MedkgError, _deliberate)
    app.register_error_handler(NotAcceptable, lambda error: answer(of_formats(error)))
    app.register_error_handler(HTTPException, lambda error: _with_headers(error, answer(_of_http(error))))
    app.register_error_handler(Exception, _unforeseen)
    app.before_request(_handed_over)


def answer(problem: Problem, asked: Failure | None = None) -> Response:
    """Give the answer: a page for readers who prefer one, else a problem document. ``asked`` has the query it is about.

    The frame of a page needs a generation; where there is none the page does without.
    """
    if wants_page() and generation_in_use() is not None:
        return _with_own(problem, page(_context(problem, asked), problem.status))
    if wants_page():
        return _with_own(problem, page_without_frame(_bare(problem), problem.status))
    body = json_bytes(document(problem, encoded_path(request.path)))
    response = Response(body, problem.status, content_type=PROBLEM_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = VARY_FORMAT
    return _with_own(problem, open_to_all(response))


def wants_page() -> bool:
    """Say whether the reader prefers a page to a document."""
    accept = accepted(request)
    return accept.quality("text/html") > accept.quality("application/json")


def _context(problem: Problem, asked: Failure | None) -> ProblemPage:
    return ProblemPage(
        status=problem.status,
        slug=problem.slug,
        detail=problem.detail,
        remedy=problem.remedy,
        crumbs=(Crumb(Shown("sparql.title"), "/sparql"), Crumb(Shown(f"problem.{problem.slug}"))) if asked else (),
        fault=fault_in(asked.query, problem.position, problem.detail) if asked else None,
        limit=limit_in(problem, language()),
        editor=editor(asked.query, asked.arguments) if asked else None,
        suggestion=problem.suggestion,
        choices=tuple(FormatLink(name, _in_format(name, asked), media) for name, media in problem.available.items()),
    )


def _bare(problem: Problem) -> BareProblemPage:
    now = language()
    style = url_for("static", filename="style.css", v=code_tag())
    return BareProblemPage(now, direction(now), style, problem.status, problem.slug, problem.detail, problem.remedy)


def _in_format(name: str, asked: Failure | None) -> str:
    """Give the address of the same in another format; none where the query is too long for an address."""
    if asked is None:
        return f"?format={name}"
    kept = [pair for pair in asked.arguments if pair[0] not in {"format", "lang"}]
    return f"?{urlencode([*kept, ('format', name)])}" if fits_address(asked.query) else ""


def _with_own(problem: Problem, response: Response) -> Response:
    for name, value in problem.headers:
        response.headers[name] = value
    return response


def _handed_over() -> Response | None:
    """Show the problem of a request that the endpoint answered for a browser."""
    note = note_in(request.environ)
    return answer(note.problem, note) if isinstance(note, Failure) else None


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
