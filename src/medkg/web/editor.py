"""The form that asks a query, filled in. It works without a script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote_plus

from medkg.query.formats import GRAPHS, TABLES
from medkg.web.components import EditorView, FormatLink

#: Bytes of an address that every proxy on the way lets through; a longer query is asked by POST.
LONGEST_IN_ADDRESS: Final = 4_000
#: Fields of a request that change its answer, besides the query.
KEPT: Final = frozenset({"default-graph-uri", "named-graph-uri"})


def editor(query: str, arguments: Iterable[tuple[str, str]] = ()) -> EditorView:
    """Give the form with a query in it; of the other arguments of a request those that change its answer stay."""
    pairs = tuple(arguments)
    wish = next((value for name, value in pairs if name == "format"), "")
    return EditorView(
        query=query,
        method="get" if fits_address(query) else "post",
        hidden=tuple(pair for pair in pairs if pair[0] in KEPT),
        tables=tuple(FormatLink(name, "", item.media_type) for name, item in TABLES.items()),
        graphs=tuple(FormatLink(name, "", item.media_type) for name, item in GRAPHS.items()),
        chosen=wish if wish in {*TABLES, *GRAPHS} else "",
    )


def fits_address(query: str) -> bool:
    """Say whether a query may stand in an address."""
    return len(query) <= LONGEST_IN_ADDRESS and len(quote_plus(query)) <= LONGEST_IN_ADDRESS
