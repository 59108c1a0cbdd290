"""The description of the endpoint in RDF (SPARQL 1.1 Service Description), from a Turtle template."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from medkg.web.representations import write_triples

_FILE = Path(__file__).parent / "static" / "service-description.ttl"


def describe_service(address: str, name: str) -> bytes:
    """Give the description of the endpoint at an address, in an RDF format by its short name."""
    base = f"{address}/sparql"
    quads = ox.parse(_template(), format=ox.RdfFormat.TURTLE, base_iri=base)
    return write_triples((quad.triple for quad in quads), name)


@cache
def _template() -> bytes:
    return _FILE.read_bytes()
