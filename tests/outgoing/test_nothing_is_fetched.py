"""What else could fetch: data set clauses, contexts, entities, includes. The real engine, and an endpoint that listens.

None of this needs a wall: the engine has no way of fetching it. These tests would tell if a later one had.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.errors import MedkgError
from medkg.store.xmlcheck import CheckedXml
from medkg.workers.guard import refuse_forbidden, refuse_forbidden_update
from tests.outgoing.far_side import FarSide, far_side, send


@pytest.fixture
def side() -> Iterator[FarSide]:
    with far_side(lambda handler: send(handler, b"<urn:a> <urn:b> <urn:c> .", "text/turtle"), get=True) as running:
        yield running


def test_whoever_does_fetch_is_heard(side: FarSide) -> None:
    """The other tests rest on this, and on the engine's LOAD finding an endpoint that it can read."""
    store = ox.Store()
    store.update(f"LOAD <{side.iri}>")
    assert len(store) == len(side.heard) == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <H> { ?s ?p ?o }",
        "SELECT * FROM NAMED <H> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM <H> FROM NAMED <H> { GRAPH <H> { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } FROM <H> WHERE { ?s ?p ?o }",
        "DESCRIBE <H> FROM <H>",
        "ASK FROM <H> { ?s ?p ?o }",
        "SELECT * { GRAPH <H> { ?s ?p ?o } }",
        "BASE <H> SELECT * FROM <> { ?s ?p ?o }",
    ],
)
def test_a_data_set_clause_names_graphs_and_fetches_none(side: FarSide, query: str) -> None:
    query = query.replace("<H>", f"<{side.iri}>")
    refuse_forbidden(query)
    answer = ox.Store().query(query)
    assert not (bool(answer) if isinstance(answer, ox.QueryBoolean) else list(answer))
    assert not side.heard


def test_graphs_named_by_a_request_are_not_fetched(side: FarSide) -> None:
    graph = ox.NamedNode(side.iri)
    answer = ox.Store().query("SELECT * { ?s ?p ?o }", default_graph=[graph], named_graphs=[graph])
    assert isinstance(answer, ox.QuerySolutions)
    assert not list(answer)
    assert not side.heard


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { ?s ?p ?o } USING <H> WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } USING NAMED <H> WHERE { GRAPH ?g { ?s ?p ?o } }",
        "WITH <H> INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "COPY SILENT <H> TO <urn:g>",
        "ADD SILENT <H> TO <urn:g>",
        "MOVE SILENT <H> TO <urn:g>",
        "CREATE SILENT GRAPH <H>",
    ],
)
def test_graphs_of_an_update_are_not_fetched(side: FarSide, update: str) -> None:
    update = update.replace("<H>", f"<{side.iri}>")
    refuse_forbidden_update(update)
    store = ox.Store()
    store.update(update)
    assert len(store) == 0
    assert not side.heard


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ox.RdfFormat.JSON_LD, '{"@context": "H", "@id": "urn:a", "name": "x"}'),
        (ox.RdfFormat.JSON_LD, '{"@context": ["H", {"name": "urn:n"}], "@id": "urn:a", "name": "x"}'),
        (ox.RdfFormat.JSON_LD, '{"@context": {"@import": "H"}, "@id": "urn:a", "name": "x"}'),
        (ox.RdfFormat.JSON_LD, '{"@context": {"b": {"@id": "urn:b", "@context": "H"}}, "b": {"c": "x"}}'),
        (ox.RdfFormat.TURTLE, "@base <H> . @prefix a: <H> . <> a <H> ."),
        (ox.RdfFormat.N3, "@prefix owl: <http://www.w3.org/2002/07/owl#> . <urn:a> owl:imports <H> ."),
    ],
)
def test_what_a_file_names_is_not_fetched(side: FarSide, kind: ox.RdfFormat, text: str) -> None:
    with contextlib.suppress(SyntaxError, OSError):
        list(ox.parse(text.replace("H", side.iri), format=kind, base_iri=side.iri))
    assert not side.heard


def test_a_context_elsewhere_is_refused_and_not_taken_for_an_empty_one(side: FarSide) -> None:
    text = f'{{"@context": "{side.iri}", "@id": "urn:a", "urn:p": "x"}}'
    with pytest.raises(SyntaxError, match=r"(?i)context"):
        list(ox.parse(text, format=ox.RdfFormat.JSON_LD))


ENTITIES = {
    "general": '<!DOCTYPE r [<!ENTITY e SYSTEM "H">]><R><B a="">&e;</B></R>',
    "parameter": '<!DOCTYPE r [<!ENTITY % e SYSTEM "H"> %e;]><R/>',
    "subset": '<!DOCTYPE r SYSTEM "H"><R/>',
    "public": '<!DOCTYPE r PUBLIC "-//X//Y" "H"><R/>',
    "file": '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><R><B>&e;</B></R>',
    "include": '<R xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="H"/></R>',
    "stylesheet": '<?xml-stylesheet href="H"?><R/>',
    "schema": '<R xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="urn:a H"/>',
}


@pytest.mark.parametrize("name", ENTITIES)
def test_nothing_outside_an_xml_file_is_fetched(side: FarSide, name: str) -> None:
    root = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:x:"'
    text = ENTITIES[name].replace("H", side.iri)
    text = text.replace("</R>", "</rdf:RDF>").replace("<R", root)
    text = text.replace("<B", '<rdf:Description rdf:about="urn:a"><u:b').replace("</B>", "</u:b></rdf:Description>")
    found: list[ox.Quad] = []
    with contextlib.suppress(SyntaxError, OSError):
        found = list(ox.parse(text.encode(), format=ox.RdfFormat.RDF_XML))
    assert not side.heard
    hostname = Path("/etc/hostname")
    secret = hostname.read_text(encoding="utf-8").strip() if hostname.is_file() else "root"
    assert not any(secret in str(quad.object) for quad in found)
    if "DOCTYPE" in text:
        with pytest.raises(MedkgError, match="DOCTYPE is refused"):
            CheckedXml("upload", io.BytesIO(text.encode())).readall()
