"""The formats of answers: their names, media types and file endings, and how an answer is written in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, Generic, TypeVar

import pyoxigraph as ox

from medkg.namespaces import PREFIXES
from medkg.query import jsonld, rdfxml
from medkg.store.base import Answer

Engine = TypeVar("Engine", ox.QueryResultsFormat, ox.RdfFormat)


@dataclass(frozen=True, slots=True)
class Format(Generic[Engine]):
    """One format: short name (also the file ending), media type, and the engine's own name for it."""

    name: str
    media_type: str
    engine: Engine
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """Give the value of a Content-Type header."""
        return f"{self.media_type}; charset=utf-8"


TableFormat = Format[ox.QueryResultsFormat]
GraphFormat = Format[ox.RdfFormat]

#: For SELECT and ASK, the first is the one given where the caller has no wish.
TABLES: Mapping[str, TableFormat] = MappingProxyType(
    {
        "json": Format("json", "application/sparql-results+json", ox.QueryResultsFormat.JSON, ("application/json",)),
        "xml": Format(
            "xml", "application/sparql-results+xml", ox.QueryResultsFormat.XML, ("application/xml", "text/xml")
        ),
        "csv": Format("csv", "text/csv", ox.QueryResultsFormat.CSV),
        "tsv": Format("tsv", "text/tab-separated-values", ox.QueryResultsFormat.TSV),
    }
)

#: For CONSTRUCT and DESCRIBE.
GRAPHS: Mapping[str, GraphFormat] = MappingProxyType(
    {
        "ttl": Format("ttl", "text/turtle", ox.RdfFormat.TURTLE, ("application/x-turtle",)),
        "nt": Format("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, ("text/plain",)),
        "rdf": Format("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML, ("application/xml", "text/xml")),
        "jsonld": Format("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD, ("application/json",)),
    }
)


def formats_of(form: str) -> Mapping[str, TableFormat] | Mapping[str, GraphFormat]:
    """Give the formats that fit a query form (SELECT, ASK, CONSTRUCT, DESCRIBE)."""
    return TABLES if form in {"SELECT", "ASK"} else GRAPHS


def formats_for(answer: Answer) -> Mapping[str, TableFormat] | Mapping[str, GraphFormat]:
    """Give the formats that fit an answer."""
    return TABLES if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean) else GRAPHS


def carried(triples: Iterable[ox.Triple], name: str) -> Iterable[ox.Triple]:
    """Give triples one by one, as long as the format of that short name can carry them.

    Raises:
        BadQuery: RDF/XML or JSON-LD cannot carry one.
    """
    if name == "rdf":
        return rdfxml.carried(triples)
    return jsonld.carried(triples) if name == "jsonld" else triples


def write(answer: Answer, wanted: TableFormat | GraphFormat, out: IO[bytes]) -> None:
    """Write an answer; triples are written once each, since the engine may repeat what a template gives twice.

    Raises:
        ValueError: the format does not fit the answer.
        BadQuery: the format cannot carry a triple.
    """
    if not isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        if not isinstance(wanted.engine, ox.RdfFormat):
            raise ValueError(f"triples cannot be written as {wanted.name}")
        # A dictionary keeps the order of the engine and drops repetitions.
        triples = dict.fromkeys(answer)
        if wanted.engine == ox.RdfFormat.RDF_XML:
            out.write(rdfxml.written(triples))
        else:
            ox.serialize(carried(triples, wanted.name), out, format=wanted.engine, prefixes=dict(PREFIXES))
        return
    if not isinstance(wanted.engine, ox.QueryResultsFormat):
        raise ValueError(f"a table cannot be written as {wanted.name}")
    answer.serialize(out, format=wanted.engine)
