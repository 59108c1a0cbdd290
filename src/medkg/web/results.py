"""Tables of results as a reader sees them, made from the bytes an answer comes in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from medkg.endpoint.pages import Result
from medkg.query.formats import TABLES
from medkg.web.components import Crumb, FormatLink
from medkg.web.contexts import ResultPage
from medkg.web.display import Display, Shown
from medkg.web.paging import link

#: Rows a page shows. The data formats hold all of them.
MOST_ROWS: Final = 500


def result_page(found: Result, display: Display) -> ResultPage:
    """Give the page of a JSON answer, with links to the other formats, which hold all of it."""
    answer = ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON)
    kept = {name: value for name, value in found.arguments if name not in {"format", "lang"}}
    formats = tuple(
        FormatLink(name, link("/sparql", {**kept, "format": name}), item.media_type) for name, item in TABLES.items()
    )
    crumbs = (Crumb(Shown("sparql.title"), "/sparql"), Crumb(Shown("result.title")))
    edit = link("/sparql", {"query": found.query, "edit": "1"})
    if isinstance(answer, ox.QueryBoolean):
        return ResultPage(crumbs, found.query, edit, bool(answer), (), (), 1, True, formats)
    columns = tuple(variable.value for variable in answer.variables)
    rows, total = [], 0
    for total, row in enumerate(_rows(answer, found.whole), start=1):
        if total <= MOST_ROWS:
            rows.append(tuple(None if value is None else display.term(value) for value in row))
    return ResultPage(crumbs, found.query, edit, None, columns, tuple(rows), total, found.whole, formats)


def _rows(answer: ox.QuerySolutions, whole: bool) -> Iterator[ox.QuerySolution]:
    """Give the rows; where the answer was cut, those before the cut."""
    try:
        yield from answer
    except SyntaxError:
        if whole:
            raise
