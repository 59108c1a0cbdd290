"""What browsers see of /sparql: the editor, and the answer to a query as a table. The protocol is the endpoint's."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from medkg.access.limits import limits_for
from medkg.access.roles import Role
from medkg.endpoint.pages import Result, note_in
from medkg.namespaces import PREFIXES
from medkg.web.caching import entity_tag
from medkg.web.components import Crumb, ExampleQuery
from medkg.web.contexts import EditorPage
from medkg.web.display import Shown
from medkg.web.editor import editor
from medkg.web.i18n import languages
from medkg.web.limits import quantity
from medkg.web.rendering import display, language, page
from medkg.web.results import result_page
from medkg.web.services import generation, services

blueprint = Blueprint("sparql", __name__)


@blueprint.get("/sparql", strict_slashes=False)
def sparql() -> Response:
    """Answer the table that the endpoint has fetched, or the editor."""
    note = note_in(request.environ)
    if not isinstance(note, Result):
        return _editor(request.args.get("query", ""))
    # The table is of the endpoint's generation, the names in it of the pages' own: kept only if they are the same.
    tag = note.tag if generation().tag == note.generation else ""
    return page(result_page(note, display()), tag=tag)


def _editor(query: str) -> Response:
    now = language()
    examples = tuple(
        ExampleQuery(item.title.get(now) or item.title["en"], f"/sparql?edit&example={item.id}", item.text)
        for item in services().queries.values()
        if item.family not in {"entity", "list"}
    )
    example = services().queries.get(request.args.get("example", ""))
    text = query or (_without_header(example.text) if example else "")
    form = editor(text, request.args.items(multi=True))
    limits = limits_for(services().settings, Role.ANONYMOUS)
    seconds, size = quantity(limits.seconds, "s", now), quantity(limits.result_mib, "MiB", now)
    context = EditorPage((Crumb(Shown("sparql.title")),), form, examples, seconds, size, PREFIXES)
    # The operator may change the limits, and nothing of the generation.
    return page(context, tag=entity_tag(f"html-{languages().tag}-{limits.seconds:g}-{limits.result_mib}"))


def _without_header(text: str) -> str:
    return re.sub(r"^#\+.*\n", "", text, flags=re.MULTILINE)
