"""Pages, data and the endpoint say the same over another service as over a generation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from medkg.access.roles import Role
from medkg.access.tokens import Tokens
from medkg.settings import Settings
from medkg.web import create_app
from medkg.web.bridge import Bridge
from tests.remote.conftest import Behind

PATHS = [
    "/",
    "/browse/project",
    "/browse/theme",
    "/search?q=blue",
    "/project/innomed-up",
    "/project/innomed-up.json",
    "/project/innomed-up.csv",
    "/actor/ciheam-bari",
    "/place/italy",
    "/ontology",
    "/ontology/acronym",
    "/scheme/theme",
    "/graph/catalog",
    "/graph/catalog.nt",
]
#: What tells states and processes apart, and nothing else.
STATE = re.compile(r"[Gg]eneration[^·\n]*(·[^·]*·)?|\"generation\": \d+")


def client_over(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings)
    try:
        yield app.test_client(use_cookies=False)
    finally:
        assert isinstance(app.wsgi_app, Bridge)
        app.wsgi_app.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without any generation: over another service none is needed."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def local_client(shipped_home: Path) -> Iterator[FlaskClient]:
    yield from client_over(Settings(home=shipped_home))


@pytest.fixture(scope="module")
def client(behind: Behind, home: Path) -> Iterator[FlaskClient]:
    yield from client_over(Settings(home=home, store=behind.address))


#: Words to cite a page by: they name the state and its day.
CITATION = re.compile(r'<section id="cite".*?</section>', re.DOTALL)
#: How often a term is used, counted with Virtuoso's own graphs.
USES = re.compile(r'(<span class="uses"[^>]*>)[^<]*')


def lines_of(body: str, product: str) -> list[str]:
    text = STATE.sub("", CITATION.sub("", body))
    return sorted((USES.sub(r"\1", text) if product == "Virtuoso" else text).splitlines())


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_the_same_as_over_a_generation(
    client: FlaskClient, local_client: FlaskClient, behind: Behind, path: str
) -> None:
    ours, theirs = local_client.get(path), client.get(path)
    assert (theirs.status_code, theirs.content_type) == (200, ours.content_type)
    assert lines_of(theirs.text, behind.product) == lines_of(ours.text, behind.product)


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/project/nobody-knows-this").status_code == 404


def test_health_says_what_is_lost_and_why(client: FlaskClient, behind: Behind) -> None:
    state = client.get("/health").get_json()
    assert state["status"] == "ok"
    assert {"writes", "generations"} <= set(state["lost"])
    assert ("cut-triples" in state["lost"]) == (behind.product == "Virtuoso")


def test_the_endpoint_answers_strangers(client: FlaskClient, local_client: FlaskClient) -> None:
    query = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?claim a mk:Claim }"}
    ours, theirs = (one.get("/sparql", query_string=query) for one in (local_client, client))
    assert theirs.status_code == 200
    assert json.loads(theirs.data)["results"] == json.loads(ours.data)["results"]


def test_the_endpoint_gives_triples(client: FlaskClient) -> None:
    query = {"query": "CONSTRUCT { ?s a mk:Project } WHERE { ?s a mk:Project }", "format": "nt"}
    answer = client.get("/sparql", query_string=query)
    assert len({quad.subject for quad in ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)}) > 10


@pytest.mark.parametrize(
    ("text", "status"),
    [("SELECT * WHERE { ?s ?p", 400), ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400)],
)
def test_bad_queries_are_refused(client: FlaskClient, text: str, status: int) -> None:
    assert client.get("/sparql", query_string={"query": text}).status_code == status


def test_an_answer_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    query = {"query": "ASK { ?s ?p ?o }"}
    tag = client.get("/sparql", query_string=query).headers["ETag"]
    assert client.get("/sparql", query_string=query, headers={"If-None-Match": tag}).status_code == 304


def test_nothing_is_written(client: FlaskClient, home: Path) -> None:
    _, secret = Tokens(home).create("tests", Role.ADMIN)
    headers = {"Authorization": f"Bearer {secret}"}
    form = {"update": "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }"}
    assert client.post("/update", data=form, headers=headers).status_code == 501
    turtle = {**headers, "Content-Type": "text/turtle"}
    assert client.put("/store?graph=urn:g", data="<urn:a> <urn:b> 1 .", headers=turtle).status_code == 501


def test_no_secret_of_the_address_is_shown(behind: Behind, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    address = behind.address.replace("http://", "http://someone:secret-word@")
    for client in client_over(replace(Settings(home=home), store=address)):
        shown = [client.get(path).text for path in ("/", "/health")]
        shown.append(client.get("/sparql", query_string={"query": "nonsense"}).text)
    written = capfd.readouterr()
    assert not any("secret-word" in text for text in (*shown, written.out, written.err))
