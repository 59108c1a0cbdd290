"""Answers to strangers' queries: one function from a request to the bytes of an answer."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from medkg.errors import BadQuery
from medkg.keywords import resolve_escapes
from medkg.query.formats import formats_for, write
from medkg.web.deep import with_room
from medkg.web.generation import GenerationView
from medkg.web.negotiation import AnyFormat
from medkg.workers.guard import refuse_forbidden

#: Characters that XML 1.0 cannot hold and the engine writes as they stand; a carriage return is kept as a reference.
_XML_REPAIR = {number: None for number in range(32) if number not in {9, 10, 13}} | {13: "&#13;"}
#: Calls that give something else each time. UUID stands in STRUUID, too; where they are texts only, nothing is lost.
_NEVER_THE_SAME = re.compile(r"(?:now|rand|uuid|bnode)\s*[(#]", re.IGNORECASE)
#: Blank nodes in a template get new names each time.
_BLANK = re.compile(r"_:|\[")


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """A query of the SPARQL 1.1 protocol, and the data set the request names for it."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SparqlAnswer:
    """An answer in the format chosen for it."""

    body: bytes
    format: AnyFormat


def answer(view: GenerationView, asked: SparqlRequest, chosen: AnyFormat) -> SparqlAnswer:
    """Answer one query from one generation.

    Raises:
        BadQuery: the query is not valid, asks for what is refused, or calls a function nobody knows.
    """
    refuse_forbidden(asked.query)
    try:
        return with_room(asked.query, lambda: _answer(view, asked, chosen))
    except SyntaxError as error:
        raise BadQuery(f"not valid SPARQL: {error}", remedy="The position is line:column, from 1.") from error
    except (RuntimeError, ValueError) as error:
        raise BadQuery(str(error)) from error


def _answer(view: GenerationView, asked: SparqlRequest, chosen: AnyFormat) -> SparqlAnswer:
    result = view.store.query(asked.query, **_dataset(asked))
    fitting = _fitting(chosen, formats_for(result))
    out = io.BytesIO()
    write(result, fitting, out)
    return SparqlAnswer(_repaired(out.getvalue(), fitting), fitting)


def repeatable(query: str, form: str) -> bool:
    """Say whether a query of a form (SELECT, …) gives the same bytes when one generation is asked again."""
    text = resolve_escapes(query)
    return not _NEVER_THE_SAME.search(text) and not (form == "CONSTRUCT" and _BLANK.search(text))


def _dataset(asked: SparqlRequest) -> dict[str, object]:
    """Give the engine's options for the data set the request names; none where it leaves that to the query."""
    if not asked.default_graphs and not asked.named_graphs:
        return {}
    try:
        return {
            "default_graph": [ox.NamedNode(iri) for iri in asked.default_graphs],
            "named_graphs": [ox.NamedNode(iri) for iri in asked.named_graphs],
        }
    except ValueError as error:
        raise BadQuery(f"a graph has no valid IRI: {error}") from error


def _fitting(chosen: AnyFormat, formats: Mapping[str, AnyFormat]) -> AnyFormat:
    """Give the format chosen, or the first that fits where the query was not of the form its words promised."""
    return formats.get(chosen.name) or next(iter(formats.values()))


def _repaired(body: bytes, written: AnyFormat) -> bytes:
    if written.engine is not ox.QueryResultsFormat.XML:
        return body
    return body.decode().translate(_XML_REPAIR).encode()
