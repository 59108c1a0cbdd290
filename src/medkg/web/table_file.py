"""All hits of a search as a table for spreadsheets, made while it is sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from medkg.search.facets import facets
from medkg.search.index import SearchIndex
from medkg.web.display import Display
from medkg.web.searching import SearchView

#: Rows that are sent at once.
_BLOCK: Final = 1000
#: Beginnings by which spreadsheets take a text for a formula, and run it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BETWEEN: Final = "; "


def table_file(found: SearchView, index: SearchIndex, display: Display) -> Iterator[bytes]:
    """Give the table in pieces: IRI, name and its language, and a column for each facet, several values parted.

    What is needed of the request is read before the first piece.
    """
    names = {
        facet.name: {value: found.named(facet, value).text for value in index.columns[facet.name].values}
        for facet in facets()
    }
    numbers = found.found.numbers(order=found.order)
    return _pieces(numbers, names, index, display)


def _pieces(
    numbers: list[int], names: dict[str, dict[str, str]], index: SearchIndex, display: Display
) -> Iterator[bytes]:
    yield _lines([["iri", "name", "language", *names]])
    for start in range(0, len(numbers), _BLOCK):
        rows = []
        for number in numbers[start : start + _BLOCK]:
            iri = index.iri(number)
            name = display.labels.choose(iri, *display.order)
            told = [
                _BETWEEN.join(sorted(own[value] for value in index.columns[facet].of(number)))
                for facet, own in names.items()
            ]
            rows.append([iri, name.text, name.language, *told])
        yield _lines(rows)


def _lines(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """Give a cell that no spreadsheet takes for a formula: an apostrophe before it makes it a text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
