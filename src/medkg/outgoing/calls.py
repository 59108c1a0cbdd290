"""SERVICE calls in a query: where they certainly are, and the query with another address in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from medkg.errors import BadQuery
from medkg.namespaces import PREFIXES
from medkg.syntax import position_of

#: A call that names its endpoint itself, with nothing between the words that could be read in two ways.
CONSTANT_CALL: Final = re.compile(
    r"(?P<word>service)[ \t\r\n]*(?:silent[ \t\r\n]*)?<(?P<endpoint>[^<>\"{}|^`\\\x00-\x20]*)>[ \t\r\n]*\{",
    re.IGNORECASE,
)
#: Places in one query; each costs one more reading of it.
_MOST_PLACES: Final = 16
#: As long as the keyword and of the same kinds of characters, so that it is read as the same thing wherever the
#: keyword is part of a text, a name or a comment, and nowhere else.
_NO_KEYWORD: Final = "SERVICF"
#: Behind any query, this is where a parser stops.
_STOP: Final = "\n)"


def redirected(query: str, places: Mapping[str, str]) -> str:
    """Give a query that calls ``places[iri]`` wherever the query calls ``iri``.

    The engine's own parser says which of the places that look like a call are one: those without which it stops there.
    The same letters in a text or a comment stay as they are. A query that is not valid is given back as it is.

    Raises:
        BadQuery: there are too many calls to look at.
    """
    found = [match for match in CONSTANT_CALL.finditer(query) if match["endpoint"] in places]
    if len(found) > _MOST_PLACES:
        remedy = "Ask in several queries."
        raise BadQuery(f"SERVICE stands {len(found)} times in the query, of at most {_MOST_PLACES}", remedy=remedy)
    pieces, end = [], 0
    for match in _certain(query, found):
        begin, behind = match.span("endpoint")
        pieces += [query[end:begin], places[match["endpoint"]]]
        end = behind
    return "".join([*pieces, query[end:]])


def _certain(query: str, found: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Give those of the places found where the parser reads the keyword."""
    if not found:
        return
    store = ox.Store()
    # The registry's prefixes may be used undeclared; a reading without them would stop at the first.
    whole = _stops_at(store, query)
    if whole[0] != query.count("\n") + 2:
        return  # it stops within the query, and says so better about the query as it was sent
    for match in found:
        begin, end = match.span("word")
        if _stops_at(store, f"{query[:begin]}{_NO_KEYWORD}{query[end:]}") != whole:
            yield match


def _stops_at(store: ox.Store, query: str) -> tuple[int, int]:
    """Give line and column where the parser gives up; nothing is run, since no query ends like this."""
    try:
        store.query(query + _STOP, prefixes=dict(PREFIXES))
    except SyntaxError as error:
        if position := position_of(str(error)):
            return position
    raise BadQuery("SERVICE is refused: where it stands in the query cannot be told", remedy="Write it more plainly.")
