"""Addresses of this server: ASCII in headers and links, and each leads back to the IRI it was made from."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from medkg.namespaces import ID, SKOS, Graphs
from medkg.query.catalogue import load_catalogue
from medkg.settings import Settings
from medkg.web import create_app
from medkg.web.links import encoded_path, page_path
from medkg.web.services import Services

from .conftest import MemoryReader, fixture_store, snapshot_of

SLUGS = ("élan-méditerranéen", "شبكة", "a#b", "a%20b", "a?b=c", "(x)+1,2;3")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """Give a registry whose things have names nobody should mint."""
    store = fixture_store()
    for slug in SLUGS:
        thing, name = ox.NamedNode(f"{ID}project/{slug}"), ox.Literal(f"Project {slug}", language="en")
        store.add(ox.Quad(thing, ox.NamedNode(SKOS + "prefLabel"), name, ox.NamedNode(Graphs.PREFERRED)))
    settings = Settings()
    reader = MemoryReader(snapshot_of(store))
    return create_app(settings, Services(settings, reader, load_catalogue(settings.queries))).test_client()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_address_is_ascii_and_leads_back(client: FlaskClient, slug: str) -> None:
    iri = f"{ID}project/{slug}"
    path = page_path(iri)
    assert path is not None
    assert path.isascii()
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert f"<bdi>Project {slug}</bdi>" in page.text
    assert page.headers["Link"].isascii()
    for address in re.findall(r"<([^>]*)>", ", ".join(page.headers.getlist("Link"))):
        found = client.get(address)
        assert found.status_code == 200, address
    negotiated = client.get(path, headers={"Accept": "text/turtle"})
    assert negotiated.headers["Content-Location"] == f"{path}.ttl"
    assert f"<{iri}>" in client.get(f"{path}.nt").text


def test_an_identifier_leads_to_an_encoded_address(client: FlaskClient) -> None:
    answer = client.get(encoded_path("/id/project/élan-méditerranéen"), headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/project/%C3%A9lan-m%C3%A9diterran%C3%A9en"
    assert unquote(answer.headers["Location"]) == "/project/élan-méditerranéen"


def test_outside_iris_have_no_page_here() -> None:
    assert page_path("https://example.org/x") is None


def test_no_link_of_a_page_leads_to_the_host_a_path_names(client: FlaskClient) -> None:
    answer = client.get("http://localhost//evil.example/x", headers={"Accept": "text/html"})
    assert 'href="//' not in answer.text
    assert answer.status_code == 404
