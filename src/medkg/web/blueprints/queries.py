"""The named queries: the list of all, a page for each, and the address that programs call."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from medkg.endpoint.problems import json_bytes
from medkg.query.catalogue import NamedQuery
from medkg.query.parameters import bind
from medkg.web.named_queries import is_listed, queries_page, query_page
from medkg.web.negotiation import PAGE_OR_JSON, choose
from medkg.web.rendering import data, display, language, page
from medkg.web.services import services

blueprint = Blueprint("queries", __name__)

#: Arguments of a call that are no parameters of the query.
_NO_PARAMETERS = ("format", "lang")


@blueprint.get("/queries")
def queries() -> Response:
    """Answer the list of all named queries; as JSON with their parameters."""
    found = services().queries
    if choose(request, PAGE_OR_JSON) == "json":
        return data(json_bytes([_told(item) for item in found.values() if is_listed(item)]), "json")
    return page(queries_page(found, language()))


@blueprint.get("/queries/<name>")
def query(name: str) -> Response:
    """Answer the page of one, with the values of the address in its form."""
    return page(query_page(_named(name), _given(), display()))


@blueprint.get("/queries/<name>/result")
def result(name: str) -> AnyResponse:
    """Lead to the answer: the protocol has it, with its limits, its formats and its page."""
    text = bind(_named(name), _given()).strip()
    wish = request.args.get("format", "")
    return redirect(f"/sparql?{urlencode({'query': text} | ({'format': wish} if wish else {}))}", 303)


def _named(name: str) -> NamedQuery:
    found = services().queries.get(name)
    if found is None or not is_listed(found):
        abort(404)
    return found


def _given() -> Mapping[str, str]:
    return {name: value for name, value in request.args.items() if name not in _NO_PARAMETERS}


def _told(item: NamedQuery) -> dict[str, object]:
    parameters = {
        parameter.name: {"type": parameter.type, "required": parameter.required, "example": parameter.example}
        for parameter in item.parameters.values()
    }
    return {
        "id": item.id,
        "folder": item.family,
        "title": dict(item.title),
        "summary": item.summary,
        "parameters": parameters,
        "result": f"/queries/{item.id}/result",
    }
