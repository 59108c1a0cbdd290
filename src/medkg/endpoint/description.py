"""The description of the endpoint in RDF (SPARQL 1.1 Service Description): what it reads, gives, holds and bounds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import fields as fields_of
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from medkg.access.limits import limits_for, unit_of
from medkg.access.roles import Role
from medkg.changes.requests import DEFAULT
from medkg.endpoint.fields import Fields
from medkg.endpoint.negotiation import accept_of, chosen
from medkg.endpoint.problems import refusal
from medkg.endpoint.requests import Call
from medkg.endpoint.responses import Reply
from medkg.endpoint.service import Served, Service
from medkg.endpoint.tags import caching_headers, entity_tag, names_tag
from medkg.namespaces import DCTERMS, PREFIXES, RDF
from medkg.query.formats import GRAPHS
from medkg.store.manifest import Manifest

_FILE: Final = Path(__file__).with_name("description.ttl")
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID_TRIPLES: Final = ox.NamedNode(PREFIXES["void"] + "triples")
_TYPE: Final = ox.NamedNode(RDF + "type")
_DESCRIPTION: Final = ox.NamedNode(DCTERMS + "description")
_FORMATS: Final = ("ttl", "nt", "rdf", "jsonld")
_OFFERED: Final = {
    **{name: (GRAPHS[name].media_type, *GRAPHS[name].also) for name in _FORMATS},
    "html": ("text/html", "application/xhtml+xml"),
}
_UNION: Final = "Without a data set in the request or the query, the default graph is the union of all named graphs."
_OWN: Final = (
    "Without a data set in the request or the query, the default graph holds what was put into no named graph."
)


def describe(service: Service, served: Served, call: Call, fields: Fields) -> Reply | None:
    """Give the description in the format asked for; None for a reader who prefers the editor's page.

    Raises:
        NotAcceptable: it does not exist in a format asked for.
        Refused: ``format`` stands twice.
    """
    asked = fields.one("format") or None
    name = "html" if "edit" in fields else chosen(accept_of(call.header(b"accept")), asked, _OFFERED)
    if name == "html":
        return None
    address = f"{own_address(service, call)}/sparql"
    tag = entity_tag(served.tag, name, address.encode())
    headers = caching_headers(served.number, tag)
    if names_tag(call.header(b"if-none-match"), tag):
        return Reply(304, headers)
    return Reply(200, [*headers, ("Content-Type", GRAPHS[name].content_type)], _written(service, served, address, name))


def own_address(service: Service, call: Call) -> str:
    """Give the address of this server as its askers see it, without a slash at its end; it is an IRI.

    Raises:
        Refused: the request's Host header makes none.
    """
    if service.settings.public_url:
        return service.settings.public_url
    host = call.header(b"host") or "localhost"
    try:
        return ox.NamedNode(f"{call.scope.get('scheme', 'http')}://{host}").value
    except ValueError as error:
        raise refusal(400, f"the Host header is no host: {error}") from error


def _written(service: Service, served: Served, address: str, name: str) -> bytes:
    fixed = (quad.triple for quad in ox.parse(_template(), format=ox.RdfFormat.TURTLE, base_iri=address))
    out = io.BytesIO()
    prefixes = {**PREFIXES, "sd": _SD}
    ox.serialize([*fixed, *_variable(service, served, address)], out, format=GRAPHS[name].engine, prefixes=prefixes)
    return out.getvalue()


def _distinct(manifest: Manifest) -> int:
    """Give the statements of the union: those of all graphs, unless one stands in two of them."""
    return manifest.mirrored or manifest.quads


def _variable(service: Service, served: Served, address: str) -> Iterator[ox.Triple]:
    endpoint, dataset = ox.NamedNode(address), ox.NamedNode(f"{address}#dataset")
    default = ox.NamedNode(f"{address}#default-graph")
    yield ox.Triple(dataset, _DESCRIPTION, ox.Literal(_UNION if service.union else _OWN, language="en"))
    if service.union:
        yield ox.Triple(endpoint, _sd("feature"), _sd("UnionDefaultGraph"))
        yield ox.Triple(default, _VOID_TRIPLES, ox.Literal(_distinct(served.snapshot.manifest)))
    if service.allowed:
        yield ox.Triple(endpoint, _sd("feature"), _sd("BasicFederatedQuery"))
    for text in _limits(service):
        yield ox.Triple(endpoint, _DESCRIPTION, ox.Literal(text, language="en"))
    for number, (iri, size) in enumerate(sorted(served.snapshot.graphs.items()), start=1):
        if iri != DEFAULT:
            yield from _named_graph(address, dataset, number, iri, size)


def _named_graph(address: str, dataset: ox.NamedNode, number: int, iri: str, size: int) -> Iterator[ox.Triple]:
    named, content = ox.NamedNode(f"{address}#named-{number}"), ox.NamedNode(f"{address}#graph-{number}")
    yield ox.Triple(dataset, _sd("namedGraph"), named)
    yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
    yield ox.Triple(named, _sd("name"), ox.NamedNode(iri))
    yield ox.Triple(named, _sd("graph"), content)
    yield ox.Triple(content, _TYPE, _sd("Graph"))
    yield ox.Triple(content, _VOID_TRIPLES, ox.Literal(size))


def _limits(service: Service) -> Iterator[str]:
    """Give a sentence for each limit of those who ask without a token."""
    limits = limits_for(service.settings, Role.ANONYMOUS)
    for item in fields_of(limits):
        value = f"{getattr(limits, item.name):g} {unit_of(item.name)}".strip()
        yield f"Limit without a token, {item.name}: {value}. {item.metadata['help']}"


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)


@cache
def _template() -> bytes:
    return _FILE.read_bytes()
