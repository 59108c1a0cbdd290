"""Tables of results as a reader sees them, made from the bytes an answer comes in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

from medkg.query.formats import TABLES
from medkg.web.components import Crumb, FormatLink
from medkg.web.contexts import ResultPage
from medkg.web.display import Display, Shown
from medkg.web.execution import SparqlAnswer
from medkg.web.paging import link

#: Rows a page shows. The data formats hold all of them.
MOST_ROWS: Final = 500


def result_page(found: SparqlAnswer, display: Display, query: str, arguments: Sequence[tuple[str, str]]) -> ResultPage:
    """Give the page of a JSON answer; ``arguments`` are those of the request, for links to the other formats."""
    answer = ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON)
    kept = {name: value for name, value in arguments if name not in {"format", "lang"}}
    formats = tuple(
        FormatLink(name, link("/sparql", {**kept, "format": name}), item.media_type) for name, item in TABLES.items()
    )
    crumbs = (Crumb(Shown("sparql.title"), "/sparql"), Crumb(Shown("result.title")))
    edit = link("/sparql", {"query": query, "edit": "1"})
    if isinstance(answer, ox.QueryBoolean):
        return ResultPage(crumbs, query, edit, bool(answer), (), (), 1, formats)
    columns = tuple(variable.value for variable in answer.variables)
    rows, total = [], 0
    for total, row in enumerate(answer, start=1):
        if total <= MOST_ROWS:
            rows.append(tuple(None if value is None else display.term(value) for value in row))
    return ResultPage(crumbs, query, edit, None, columns, tuple(rows), total, formats)
