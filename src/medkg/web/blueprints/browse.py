"""Lists per kind and the search by name; JSON by Accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from medkg.endpoint.problems import json_bytes
from medkg.search.asking import Found, Search
from medkg.search.folding import holds
from medkg.search.kinds import HELPER_KINDS
from medkg.search.matching import best_name
from medkg.web.components import Crumb, FormatLink, KindCount, ListRow, Pager
from medkg.web.contexts import BrowsePage, SearchPage
from medkg.web.display import Shown
from medkg.web.labels import Text
from medkg.web.links import LISTED_KINDS
from medkg.web.lists import kind_counts, list_rows, sorted_by_name
from medkg.web.negotiation import PAGE_OR_JSON, choose, media_type
from medkg.web.paging import Paging, link
from medkg.web.rendering import data, display, page
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


@blueprint.get("/search")
def search() -> Response:
    """Answer the things whose name holds the words of ``?q=``, best first."""
    wanted = choose(request, PAGE_OR_JSON)
    text, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    index = generation().index
    found = Found(index, Search(text, {"kind": [kind]} if kind else {})) if text else None
    numbers = found.numbers() if found else []
    chosen, pager = _paging("/search", {"q": text, "kind": kind}).slice(numbers)
    rows = _hit_rows(chosen, text)
    if wanted == "json":
        return data(json_bytes({"query": text, **_as_json(rows, pager)}), "json", translated=True)
    return page(SearchPage(text, kind, _kinds_found(found.counts("kind") if found else {}, text), rows, pager))


def page_number() -> int:
    """Give the page asked for; 1 where it is no number."""
    return max(1, request.args.get("page", 1, type=int))


def _hit_rows(numbers: Sequence[int], text: str) -> tuple[ListRow, ...]:
    """Give the rows of found things; the name that matched is told where the one shown does not hold the words."""
    view, shown = generation(), display()
    rows = list_rows(view, shown, [view.index.iri(number) for number in numbers])
    found = []
    for row, number in zip(rows, numbers, strict=True):
        name, language = best_name(view.index.names(number), text)
        note = None if holds(row.thing.text, text) else shown.text(Text(name, language))
        found.append(ListRow(row.thing, row.kind, row.facts, note))
    return tuple(found)


def _paging(path: str, arguments: Mapping[str, str]) -> Paging:
    return Paging(page_number(), services().settings.page_size, path, arguments)


def _kinds_found(counts: Mapping[str, int], text: str) -> tuple[KindCount, ...]:
    ordered = sorted(counts.items(), key=lambda item: (item[0] in HELPER_KINDS, -item[1], item[0]))
    return tuple(KindCount(kind, link("/search", {"q": text, "kind": kind}), count) for kind, count in ordered)


def _as_json(rows: Sequence[ListRow], pager: Pager) -> dict[str, object]:
    things = [
        {
            "iri": row.thing.title,
            "label": row.thing.text,
            "page": row.thing.href,
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
