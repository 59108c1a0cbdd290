"""A story as data: triples in the RDF formats, statements with their sources as JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from medkg.endpoint.negotiation import NotAcceptable
from medkg.endpoint.problems import json_bytes
from medkg.errors import BadQuery
from medkg.namespaces import PREFIXES
from medkg.query import rdfxml
from medkg.query.formats import GRAPHS, carried
from medkg.web.compose import lines_text
from medkg.web.describe import Story
from medkg.web.labels import Labels
from medkg.web.statements import Origin, Statement, Term, Thing

#: What can hold any triples; RDF/XML and JSON-LD cannot.
_FOR_ALL = ("ttl", "nt")
_COLUMNS = ("subject", "property", "value", "language", "datatype", "status", "source", "lines", "rule", "row", "claim")


def write_story(story: Story, labels: Labels, name: str, generation: int) -> bytes:
    """Give a story in a format by its short name: ttl, nt, rdf, jsonld, json or csv."""
    if name == "csv":
        return _as_csv(story)
    if name == "json":
        return json_bytes(_as_json(story, labels, generation))
    return write_triples(_triples(story), name)


def write_triples(triples: Iterable[ox.Triple], name: str) -> bytes:
    """Give triples, each once, in an RDF format by its short name.

    Raises:
        NotAcceptable: the format cannot hold them; Turtle and N-Triples can.
    """
    out = io.BytesIO()
    try:
        if name == "rdf":
            out.write(rdfxml.written(dict.fromkeys(triples)))
        else:
            held = carried(dict.fromkeys(triples), name)
            ox.serialize(held, out, format=GRAPHS[name].engine, prefixes=dict(PREFIXES))
    except BadQuery as error:
        raise NotAcceptable({name: GRAPHS[name].media_type for name in _FOR_ALL}) from error
    return out.getvalue()


def _triples(story: Story) -> Iterator[ox.Triple]:
    for statement in _statements(story):
        yield ox.Triple(ox.NamedNode(statement.subject), ox.NamedNode(statement.predicate), statement.value)


def _statements(story: Story) -> Iterator[Statement]:
    for thing in story.things():
        yield from thing.statements()


def _as_csv(story: Story) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for statement in _statements(story):
        for origin in statement.origins:
            writer.writerow(_csv_row(statement, origin))
    return out.getvalue().encode()


def _csv_row(statement: Statement, origin: Origin) -> tuple[str, ...]:
    value = statement.value
    language = value.language or "" if isinstance(value, ox.Literal) else ""
    datatype = value.datatype.value if isinstance(value, ox.Literal) else ""
    source = origin.source or origin.graph
    told = (origin.status, source, lines_text(origin.lines), origin.rule or "", origin.row, origin.claim or "")
    return (statement.subject, statement.predicate, _lexical(value), language, datatype, *told)


def _as_json(story: Story, labels: Labels, generation: int) -> dict[str, Any]:
    return {
        "generation": generation,
        **_thing_json(story.thing, labels),
        "parts": [_thing_json(part, labels) for part in story.parts.values()],
        "gaps": list(story.gaps),
    }


def _thing_json(thing: Thing, labels: Labels) -> dict[str, Any]:
    return {
        "iri": thing.iri,
        "labels": dict(labels.all(thing.iri)),
        "statements": [_statement_json(item) for item in thing.statements()],
    }


def _statement_json(statement: Statement) -> dict[str, Any]:
    value = statement.value
    found: dict[str, Any] = {"property": statement.predicate, "value": _lexical(value)}
    if isinstance(value, ox.NamedNode):
        found["type"] = "iri"
    elif isinstance(value, ox.Literal) and value.language:
        found["language"] = value.language
    elif isinstance(value, ox.Literal):
        found["datatype"] = value.datatype.value
    found["preferred"] = statement.preferred
    found["origins"] = [_origin_json(origin) for origin in statement.origins]
    return found


def _origin_json(origin: Origin) -> dict[str, Any]:
    found: dict[str, Any] = {
        "status": origin.status.value,
        "source": origin.source,
        "graph": origin.graph or None,
        "rule": origin.rule,
        "claim": origin.claim,
        "row": origin.row or None,
        "lines": [list(pair) for pair in origin.lines] or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _lexical(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
