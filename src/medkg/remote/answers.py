"""Answers of the other service as terms of the engine, so that callers see no difference."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import pyoxigraph as ox

from medkg.errors import Unavailable
from medkg.remote.bodies import GRAPHS, TABLES, Body, media_type
from medkg.remote.call import Call
from medkg.remote.products import Product
from medkg.remote.refusals import refuse_cut, refuse_status, time_is_up

#: How Virtuoso answers ASK: as a table, of one cell that holds 1, or of none.
_ASK_CELL: Final = "__ASK_RETVAL"
_YES: Final = b'{"head":{},"boolean":true}'
_NO: Final = b'{"head":{},"boolean":false}'
_BUFFER: Final = 256 * 1024

Table = ox.QuerySolutions | ox.QueryBoolean


def open_table(call: Call, product: Product, form: str, seconds: float, most_mib: float | None) -> Table:
    """Give the rows of a SELECT or the answer of an ASK as they come in.

    Raises:
        BadQuery, LimitExceeded, Unavailable: the service refuses, has cut the answer, or gives something else.
    """
    kind = _checked(call, seconds, TABLES)
    own = product.own_json and TABLES[kind] is ox.QueryResultsFormat.JSON
    with told_as_ours(call, seconds):
        body = io.BufferedReader(Body(call.response, most_mib, own_json=own), _BUFFER)
        found = ox.parse_query_results(body, TABLES[kind])
        if form == "ASK" and isinstance(found, ox.QuerySolutions):
            return yes_or_no(_asked(found))
        if isinstance(found, ox.QueryBoolean) != (form == "ASK"):
            raise ValueError(f"no answer to {form}")
        return found


def open_triples(call: Call, seconds: float, most_mib: float | None) -> Iterator[ox.Triple]:
    """Give the triples of a CONSTRUCT or DESCRIBE as they come in.

    Raises:
        BadQuery, LimitExceeded, Unavailable: as :func:`open_table`; Unavailable also where the answer comes without
            a length and without an end mark, since nobody could tell that it was whole.
    """
    kind = _checked(call, seconds, GRAPHS)
    if call.response.length is None and not call.response.chunked:
        raise Unavailable("gives triples without saying where they end", subject=call.address.url)
    body = io.BufferedReader(Body(call.response, most_mib, own_json=False), _BUFFER)
    return (quad.triple for quad in ox.parse(body, format=GRAPHS[kind], base_iri=call.address.url))


def yes_or_no(answer: bool) -> ox.QueryBoolean:
    """Give a truth value as the engine's answer to an ASK."""
    found = ox.parse_query_results(_YES if answer else _NO, ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QueryBoolean):
        raise TypeError("the engine reads a boolean as a table")
    return found


@contextmanager
def told_as_ours(call: Call, seconds: float) -> Iterator[None]:
    """Turn what breaks while an answer is read into errors of ours.

    Raises:
        LimitExceeded: we broke it off because its time was up.
        Unavailable: it broke off, or is not what its type says.
    """
    try:
        yield
    except (OSError, http.client.HTTPException, SyntaxError, ValueError) as error:
        if call.late:
            raise time_is_up(seconds) from error
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        message = f"its answer cannot be read, or breaks off: {reason}"
        raise Unavailable(message, subject=call.address.url) from error
    except Unavailable as error:
        if call.late:
            raise time_is_up(seconds) from error
        raise


def counted(triples: Iterable[ox.Triple], check: Callable[[int], None]) -> Iterator[ox.Triple]:
    """Pass triples on, and have their number checked at the end."""
    number = 0
    for triple in triples:
        number += 1
        yield triple
    check(number)


def _asked(found: ox.QuerySolutions) -> bool:
    if [variable.value for variable in found.variables] != [_ASK_CELL]:
        raise ValueError("no answer to ASK")
    cells = [row[0] for row in found]
    return any(isinstance(cell, ox.Literal) and cell.value in {"1", "true"} for cell in cells)


def _checked(call: Call, seconds: float, known: Container[str]) -> str:
    """Give the media type of an answer that may be read."""
    refuse_status(call, seconds)
    refuse_cut({name.lower(): value for name, value in call.response.headers.items()}, seconds)
    kind = media_type(call.response)
    if kind not in known:
        raise Unavailable(f"answers in {kind}, which is not what was asked for", subject=call.address.url)
    return kind
