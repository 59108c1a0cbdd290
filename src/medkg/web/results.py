"""Tables of results as a reader sees them, made from the bytes an answer comes in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from medkg.endpoint.pages import Result
from medkg.query.formats import TABLES
from medkg.web.components import Crumb, FormatLink
from medkg.web.contexts import ResultPage
from medkg.web.display import Display, Shown
from medkg.web.editor import editor, fits_address

#: Rows a page shows. The data formats hold all of them.
MOST_ROWS: Final = 500


def result_page(found: Result, display: Display) -> ResultPage:
    """Give the page of a JSON answer, with links to the other formats, which hold all of it."""
    answer = ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON)
    form = editor(found.query, found.arguments)
    crumbs = (Crumb(Shown("sparql.title"), "/sparql"), Crumb(Shown("result.title")))
    if isinstance(answer, ox.QueryBoolean):
        return ResultPage(crumbs, form, bool(answer), (), (), 1, True, _formats(found))
    columns = tuple(variable.value for variable in answer.variables)
    rows, total = [], 0
    for total, row in enumerate(_rows(answer, found.whole), start=1):
        if total <= MOST_ROWS:
            rows.append(tuple(None if value is None else display.term(value) for value in row))
    return ResultPage(crumbs, form, None, columns, tuple(rows), total, found.whole, _formats(found))


def _formats(found: Result) -> tuple[FormatLink, ...]:
    kept = [pair for pair in found.arguments if pair[0] not in {"format", "lang", "edit"} and pair[1]]
    return tuple(
        FormatLink(
            name,
            f"/sparql?{urlencode([*kept, ('format', name)])}" if fits_address(found.query) else "",
            item.media_type,
        )
        for name, item in TABLES.items()
    )


def _rows(answer: ox.QuerySolutions, whole: bool) -> Iterator[ox.QuerySolution]:
    """Give the rows; where the answer was cut, those before the cut."""
    try:
        yield from answer
    except SyntaxError:
        if whole:
            raise
