"""Tables of results as a reader sees them, made from the bytes an answer comes in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox
from babel import units

from medkg.endpoint.pages import Result
from medkg.query.formats import TABLES
from medkg.web.components import Crumb, FormatLink
from medkg.web.contexts import ResultPage
from medkg.web.display import Display, Shown
from medkg.web.editor import editor, fits_address
from medkg.web.snippets import snippets

#: Rows a page shows. The data formats hold all of them.
MOST_ROWS: Final = 500


def result_page(found: Result, display: Display) -> ResultPage:
    """Give the page of a JSON answer, with links to the other formats, which hold all of it."""
    answer = ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON)
    form = editor(found.query, found.arguments)
    crumbs = (Crumb(Shown("sparql.title"), "/sparql"), Crumb(Shown("result.title")))
    time, programs = milliseconds(found.seconds, display), snippets(found.query)
    if isinstance(answer, ox.QueryBoolean):
        return ResultPage(crumbs, form, bool(answer), (), (), 1, True, time, _formats(found), programs)
    columns = tuple(variable.value for variable in answer.variables)
    rows, total = [], 0
    for total, row in enumerate(_rows(answer, found.whole), start=1):
        if total <= MOST_ROWS:
            rows.append(tuple(None if value is None else display.term(value) for value in row))
    whole = found.whole
    return ResultPage(crumbs, form, None, columns, tuple(rows), total, whole, time, _formats(found), programs)


def milliseconds(seconds: float, display: Display) -> str:
    """Give a short time in words: whole milliseconds, and never none."""
    return str(units.format_unit(max(round(seconds * 1000), 1), "millisecond", "short", locale=display.locale))


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
