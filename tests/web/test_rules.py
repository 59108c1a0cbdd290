"""The shapes of programmes' rules are there under their IRIs, as Turtle that a SHACL processor reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import SH, Graph, URIRef

from medkg.namespaces import BASE
from medkg.web import create_app
from tests.web.conftest import close, settings_of

PROGRAMME = "/shape/eligibility/interreg-next-med-2021-2027"


@pytest.fixture(scope="module")
def client(shipped_home: Path) -> Iterator[FlaskClient]:
    """Give a client of the shipped registry."""
    app = create_app(settings_of(shipped_home))
    yield app.test_client()
    close(app)


@pytest.mark.parametrize(
    "address", [PROGRAMME, f"{PROGRAMME}/countries-within", "/shape/eligibility/group/countries-within"]
)
def test_an_iri_leads_to_the_file_that_describes_it(client: FlaskClient, address: str) -> None:
    answer = client.get(address, follow_redirects=True)
    assert answer.content_type.startswith("text/turtle")
    graph = Graph().parse(data=answer.get_data(as_text=True), format="turtle")
    assert (URIRef(BASE + address.removeprefix("/")), None, None) in graph


def test_what_is_read_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(f"{PROGRAMME}.ttl")
    assert (None, SH.property, None) in Graph().parse(data=first.get_data(as_text=True), format="turtle")
    assert client.get(f"{PROGRAMME}.ttl", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["none", "..%2Fcore", "..%2F..%2Faxioms", "none/countries-within", "%00"])
def test_what_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/shape/eligibility/{name}").status_code == 404
    assert client.get(f"/shape/eligibility/{name}.ttl").status_code == 404
