"""Lists per kind and the search by name; JSON by Accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from medkg.endpoint.problems import json_bytes
from medkg.web.components import Crumb, FormatLink, ListRow, Pager
from medkg.web.contexts import BrowsePage
from medkg.web.display import Shown
from medkg.web.links import LISTED_KINDS
from medkg.web.lists import kind_counts, list_rows, sorted_by_name
from medkg.web.negotiation import PAGE_OR_JSON, choose, media_type
from medkg.web.paging import Paging
from medkg.web.rendering import data, display, here, page
from medkg.web.services import generation, services

blueprint = Blueprint("browse", __name__)


@blueprint.get("/browse")
def kinds() -> AnyResponse:
    """Lead to the first list."""
    return redirect(f"/browse/{LISTED_KINDS[0]}", 303)


@blueprint.get("/browse/<kind>")
def browse(kind: str) -> Response:
    """Answer the things of one kind by name, one page of them."""
    if kind not in LISTED_KINDS:
        abort(404)
    wanted = choose(request, PAGE_OR_JSON)
    view, shown = generation(), display()
    iris = sorted_by_name(shown, view.members[kind])
    chosen, pager = _paging(request.path, {}).slice(iris)
    rows = list_rows(view, shown, chosen)
    if wanted == "json":
        return data(json_bytes(_as_json(rows, pager)), "json", translated=True)
    formats = (FormatLink("json", f"{request.path}?format=json", media_type("json")),)
    crumbs = (Crumb(Shown(f"kind.{kind}")),)
    return page(BrowsePage(kind, crumbs, kind_counts(view.members), rows, pager, formats), formats=formats)


def page_number() -> int:
    """Give the page asked for; 1 where it is no number."""
    return max(1, request.args.get("page", 1, type=int))


def _paging(path: str, arguments: Mapping[str, str]) -> Paging:
    return Paging(page_number(), services().settings.page_size, path, arguments)


def _as_json(rows: Sequence[ListRow], pager: Pager) -> dict[str, object]:
    things = [
        {
            "iri": row.thing.title,
            "label": row.thing.text,
            "page": here(row.thing.href),
            "kind": row.kind,
            "facts": [item.text for item in row.facts],
        }
        | ({"matched": row.note.text} if row.note else {})
        for row in rows
    ]
    return {
        "generation": generation().number,
        "total": pager.total,
        "page": pager.page,
        "pages": pager.pages,
        "next": pager.next or None,
        "results": things,
    }
