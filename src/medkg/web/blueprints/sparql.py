"""What browsers see of /sparql: the editor, answers as tables, short links. The protocol is the endpoint's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from weakref import WeakKeyDictionary

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from medkg.access.limits import limits_for
from medkg.access.roles import Role
from medkg.endpoint.compression import coding_for, packed
from medkg.endpoint.pages import Result, note_in
from medkg.endpoint.problems import json_bytes
from medkg.namespaces import PREFIXES
from medkg.web.caching import entity_tag
from medkg.web.completion import completions
from medkg.web.components import Crumb, ExampleQuery
from medkg.web.contexts import EditorPage
from medkg.web.display import Shown
from medkg.web.editor import KEPT, editor
from medkg.web.generation import GenerationView
from medkg.web.i18n import languages
from medkg.web.limits import quantity
from medkg.web.named_queries import FOLDERS, titled
from medkg.web.rendering import data, display, language, page
from medkg.web.results import result_page
from medkg.web.services import generation, services
from medkg.web.snippets import own_address, snippets

blueprint = Blueprint("sparql", __name__)

_MADE: Final[WeakKeyDictionary[GenerationView, dict[tuple[str, str], bytes]]] = WeakKeyDictionary()


@blueprint.get("/sparql", strict_slashes=False)
def sparql() -> Response:
    """Answer the table that the endpoint has fetched, or the editor."""
    note = note_in(request.environ)
    if not isinstance(note, Result):
        return _editor(request.args.get("query", "") or _example(), request.args.items(multi=True))
    # The table is of the endpoint's generation, the names in it of the pages' own: kept only if they are the same.
    tag = note.tag if generation().tag == note.generation else ""
    return page(result_page(note, display()), tag=tag)


@blueprint.get("/sparql/terms")
def terms() -> Response:
    """Answer what an editor completes from, with names in the page language."""
    coding = coding_for(request.headers.get("Accept-Encoding", ""))
    body = _terms(generation(), coding)
    response = data(body, "json", translated=True, tag=entity_tag(f"terms-{languages().tag}-{coding}"))
    response.headers["Vary"] += ", Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response


def _terms(view: GenerationView, coding: str) -> bytes:
    """Give the packed terms of a generation in the page language, made once for as long as it is served."""
    made = _MADE.setdefault(view, {})
    key = (languages().tag, coding)
    if key not in made:
        body = json_bytes(completions(view, display()))
        made[key] = packed(body, coding) if coding else body
    return made[key]


@blueprint.post("/sparql/links")
def keep() -> AnyResponse:
    """Keep a query under a short address, and lead there. Nothing is run, and the query need not be valid."""
    given = request.form
    kept = tuple((name, value) for name, value in given.items(multi=True) if name in KEPT and value)
    return redirect(f"/q/{services().links.keep(given.get('query', ''), kept)}", 303)


@blueprint.get("/q/<key>")
def kept(key: str) -> Response:
    """Answer the editor with the query of a short link in it."""
    found = services().links.find(key)
    if found is None:
        abort(404)
    return _editor(found.query, found.arguments, f"{own_address()}/q/{key}")


def _editor(query: str, arguments: Iterable[tuple[str, str]], link: str = "") -> Response:
    now = language()
    limits = limits_for(services().settings, Role.ANONYMOUS)
    context = EditorPage(
        crumbs=(Crumb(Shown("sparql.title")),),
        editor=editor(query, arguments),
        examples=_examples(now),
        seconds=quantity(limits.seconds, "s", now),
        size=quantity(limits.result_mib, "MiB", now),
        prefixes=PREFIXES,
        snippets=snippets(query),
        link=link,
    )
    # The operator may change the limits, and nothing of the generation.
    return page(context, tag=entity_tag(f"html-{languages().tag}-{limits.seconds:g}-{limits.result_mib}"))


def _examples(now: str) -> tuple[ExampleQuery, ...]:
    return tuple(
        ExampleQuery(titled(item, now), f"/sparql?edit&example={item.id}", item.text)
        for item in services().queries.values()
        if item.family == FOLDERS[0]
    )


def _example() -> str:
    found = services().queries.get(request.args.get("example", ""))
    return re.sub(r"^#\+.*\n", "", found.text, flags=re.MULTILINE) if found else ""
