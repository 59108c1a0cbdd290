"""The SPARQL 1.1 protocol (query), the editor for browsers, the service description for programs."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from flask import Blueprint, Response, abort, request

from medkg.errors import BadQuery
from medkg.query.formats import GRAPHS, TABLES, formats_of
from medkg.web.caching import VARY_FORMAT, VARY_LANGUAGE, entity_tag, reader_has, tagged
from medkg.web.components import Crumb, ExampleQuery, FormatLink
from medkg.web.contexts import EditorPage
from medkg.web.display import Shown
from medkg.web.execution import SparqlRequest, answer, repeatable
from medkg.web.negotiation import HTML, accepted, choose, choose_format
from medkg.web.rendering import data, display, language, open_to_all, page
from medkg.web.results import result_page
from medkg.web.service_description import describe_service
from medkg.web.services import generation, services
from medkg.workers.guard import query_form, refuse_forbidden

blueprint = Blueprint("sparql", __name__)

QUERY_TYPE: Final = "application/sparql-query"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
UPDATE_TYPE: Final = "application/sparql-update"
_METHODS: Final = "GET, HEAD, POST, OPTIONS"


@blueprint.get("/sparql", provide_automatic_options=False)
def query_by_get() -> Response:
    """Answer a query, or without one the editor or the service description."""
    if "update" in request.args:
        raise _updates_refused()
    if "query" not in request.args:
        return _without_query()
    if request.args.get("edit") is not None:
        return _editor(request.args["query"])
    return _answered(request.args["query"])


@blueprint.post("/sparql", provide_automatic_options=False)
def query_by_post() -> Response:
    """Answer a query sent as a form or as the body itself."""
    kind = request.mimetype
    if kind == UPDATE_TYPE or "update" in request.form:
        raise _updates_refused()
    if kind == QUERY_TYPE:
        return _answered(_body_text())
    if kind != FORM_TYPE:
        abort(415)
    if "query" not in request.form:
        raise BadQuery("the form has no field query", remedy="Send query=… in the form, or the query as the body.")
    return _answered(request.form["query"])


@blueprint.route("/sparql", methods=["OPTIONS"])
def options() -> Response:
    """Answer what other origins may send."""
    response = open_to_all(Response(status=204))
    response.headers["Allow"] = _METHODS
    response.headers["Access-Control-Allow-Methods"] = _METHODS
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _answered(query: str) -> Response:
    refuse_forbidden(query)
    form = query_form(query)
    as_page = _page_wanted(form)
    chosen = TABLES["json"] if as_page else choose_format(request, formats_of(form or "SELECT"))
    same = repeatable(query, form)
    tag = _tag(f"html-{language()}" if as_page else chosen.name) if same else ""
    if reader_has(tag):
        return tagged(open_to_all(Response()), tag, VARY_LANGUAGE if as_page else VARY_FORMAT)
    values = request.form if request.method == "POST" and request.mimetype == FORM_TYPE else request.args
    asked = SparqlRequest(query, tuple(values.getlist("default-graph-uri")), tuple(values.getlist("named-graph-uri")))
    found = answer(generation(), asked, chosen)
    if as_page:
        return page(result_page(found, display(), query, list(values.items(multi=True))), tag=tag)
    response = open_to_all(Response(found.body, content_type=found.format.content_type))
    return tagged(response, _tag(found.format.name) if same else "", VARY_FORMAT)


def _tag(representation: str) -> str:
    """Give the tag of an answer: it may be told before the query runs, so it must belong to this request alone."""
    digest = hashlib.blake2b(request.query_string, digest_size=8).hexdigest()
    return entity_tag(f"{representation}-{digest}")


def _page_wanted(form: str) -> bool:
    """Say whether a reader's browser asks for a table; triples it gets as Turtle, which it shows or saves."""
    accept = accepted(request)
    named = any(media == "text/html" for media, _ in accept)
    prefers_pages = named and accept["text/html"] > accept[TABLES["json"].media_type]
    return form in {"SELECT", "ASK"} and not request.values.get("format") and prefers_pages


def _without_query() -> Response:
    wanted = choose(request, (HTML, "ttl", "nt", "rdf", "jsonld"))
    if wanted == HTML:
        return _editor("")
    address = services().settings.public_url or request.url_root.rstrip("/")
    return data(describe_service(address, wanted), wanted)


def _editor(query: str) -> Response:
    now = language()
    examples = tuple(
        ExampleQuery(item.title.get(now) or item.title["en"], f"/sparql?edit&example={item.id}", item.text)
        for item in services().queries.values()
        if item.family not in {"entity", "list"}
    )
    example = services().queries.get(request.args.get("example", ""))
    text = query or (_without_header(example.text) if example else "")
    tables = (FormatLink(name, "", item.media_type) for name, item in TABLES.items())
    graphs = (FormatLink(name, "", item.media_type) for name, item in GRAPHS.items())
    return page(EditorPage((Crumb(Shown("sparql.title")),), text, examples, tuple(tables), tuple(graphs)))


def _without_header(text: str) -> str:
    return re.sub(r"^#\+.*\n", "", text, flags=re.MULTILINE)


def _body_text() -> str:
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadQuery("the query is not UTF-8", remedy="Send it as UTF-8.") from error


def _updates_refused() -> BadQuery:
    return BadQuery("updates are refused: this endpoint only reads", remedy="Send a query.")
