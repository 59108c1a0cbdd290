"""The search: page, JSON and CSV at one address, and suggestions while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response, request

from medkg.endpoint.problems import json_bytes
from medkg.search.asking import Found, Search
from medkg.search.facets import facets
from medkg.search.folding import LONGEST_QUERY, fold, holds
from medkg.search.index import TEXTS
from medkg.search.kinds import kind_of
from medkg.search.matching import best_name
from medkg.web.asked import asked_for
from medkg.web.components import ListRow
from medkg.web.labels import Text
from medkg.web.negotiation import HTML, choose
from medkg.web.rendering import data, display, here, language, page
from medkg.web.searching import SearchView, kind_name
from medkg.web.services import generation, services
from medkg.web.table_file import table_file

blueprint = Blueprint("search", __name__)
_FORMATS: Final = (HTML, "json", "csv")
#: Names that are suggested.
MOST_SUGGESTED: Final = 8


@blueprint.get("/search")
def search() -> Response:
    """Answer the things that a text and choices in facets find: a page of them, or all of them as CSV."""
    wanted = choose(request, _FORMATS)
    view = generation()
    asked = asked_for(request.args, view.index)
    found = SearchView(view, display(), asked, services().settings.page_size)
    if wanted == "csv":
        response = data(table_file(found, view.index, display()), "csv", translated=True)
        response.headers["Content-Disposition"] = 'attachment; filename="medkg-search.csv"'
        return response
    if wanted == "json":
        return data(json_bytes(_as_json(found)), "json", translated=True)
    context = found.page()
    return page(context, formats=context.formats)


@blueprint.get("/search/suggest")
def suggest() -> Response:
    """Answer the best few things with a name like ``?q=``, for fields that suggest while somebody types."""
    text = request.args.get("q", "").strip()[:LONGEST_QUERY]
    told = _suggestions(text) if fold(text) else []
    return data(json_bytes({"query": text, "suggestions": told}), "json", translated=True)


def _suggestions(text: str) -> list[dict[str, str]]:
    index = generation().index
    found = Found(index, Search(text))
    numbers = [number for number in found.numbers(0, MOST_SUGGESTED) if found.rank(number) < TEXTS]
    told = (_suggestion(index.iri(number), index.names(number), text) for number in numbers)
    return [one for one in told if one["href"].startswith("/")]


def _suggestion(iri: str, names: Sequence[tuple[str, str]], text: str) -> dict[str, str]:
    """Give a thing by its name, or by the one that the text matches where that is another."""
    shown = display()
    thing, kind = shown.thing(iri), kind_of(iri)
    told = thing if holds(thing.text, text) else shown.text(Text(*best_name(names, text)))
    spoken = told.language or language()
    return {"name": told.text, "language": spoken, "kind": kind, "kindLabel": kind_name(kind), "href": here(thing.href)}


def _as_json(found: SearchView) -> dict[str, Any]:
    asked, pager = found.asked, found.pager
    return {
        "generation": generation().number,
        "query": asked.text,
        "filters": {name: list(values) for name, values in asked.chosen.items() if values},
        "sort": asked.order,
        "ignored": [{"field": item.field, "value": item.value} for item in asked.ignored],
        "total": pager.total,
        "page": pager.page,
        "pages": pager.pages,
        "next": pager.next or None,
        "facets": {facet.name: _choices(found, facet.name) for facet in facets()},
        "results": _things(found.rows()),
    }


def _choices(found: SearchView, name: str) -> list[dict[str, Any]]:
    facet = next(item for item in facets() if item.name == name)
    own = found.asked.chosen.get(name, ())
    return [
        {"value": value, "label": shown.text, "count": count, "chosen": value in own}
        for value, shown, count in found.choices(facet)
    ]


def _things(rows: Sequence[ListRow]) -> list[dict[str, Any]]:
    things = []
    for row in rows:
        told: dict[str, Any] = {"iri": row.thing.title, "label": row.thing.text, "page": here(row.thing.href)}
        told |= {"kind": row.kind, "facts": [item.text for item in row.facts]}
        if row.note:
            told["matched"] = row.note.text
        if row.snippet:
            told["snippet"] = "".join(part for part, _ in row.snippet.parts)
        things.append(told)
    return things
