"""What another endpoint answers (SERVICE) belongs to no generation: it is asked anew each time, by every door."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from flask.testing import FlaskClient

from medkg.endpoint.tags import repeatable
from medkg.workers.quick import quick_query
from tests.outgoing.far_side import FarSide, far_side, send, table

from .conftest import Registry, app_over, make, settings_of, some_quads


@pytest.fixture(scope="module")
def side() -> Iterator[FarSide]:
    """Give an endpoint whose answer is another number each time."""
    numbers = count()
    with far_side(lambda handler: send(handler, table("x", f"answer {next(numbers)}"))) as running:
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return make(tmp_path_factory.mktemp("far") / "home", some_quads(1))


@pytest.fixture(scope="module")
def calling(home: Registry, side: FarSide) -> Iterator[FlaskClient]:
    with app_over(settings_of(home.home, services=side.iri)) as app:
        yield app.test_client(use_cookies=False)


@pytest.mark.parametrize("written", ["SERVICE <{}> {{", "sErViCe SILENT<{}>{{"])
@pytest.mark.parametrize(
    "query", ["SELECT ?x { CALL ?s ?p ?x } }", "CONSTRUCT { <urn:a> <urn:b> ?x } { CALL ?s ?p ?x } }"]
)
def test_a_far_answer_is_neither_kept_nor_tagged(calling: FlaskClient, side: FarSide, written: str, query: str) -> None:
    fields = {"query": query.replace("CALL", written.format(side.iri))}
    told = [calling.get("/sparql", query_string=fields) for _ in range(3)]
    assert [answer.status_code for answer in told] == [200, 200, 200], told[0].text
    assert len({answer.data for answer in told}) == 3
    for answer in told:
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    assert quick_query(fields["query"]) is None
    posted = {calling.post("/sparql", data=fields).data for _ in range(2)}
    assert len(posted) == 2


def test_a_page_of_a_far_answer_is_neither_kept_nor_tagged(calling: FlaskClient, side: FarSide) -> None:
    fields = {"query": f"SELECT ?x {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} }}"}
    told = [calling.get("/sparql", query_string=fields, headers={"Accept": "text/html"}) for _ in range(2)]
    assert all("answer " in answer.text and "ETag" not in answer.headers for answer in told)
    assert [answer.headers["Cache-Control"] for answer in told] == ["no-store", "no-store"]
    assert told[0].data != told[1].data


def test_our_own_answers_are_still_kept(calling: FlaskClient) -> None:
    for query in ("ASK { <urn:service> ?p ?o }", "SELECT ?service { ?service ?p 'service', 'no service at all' }"):
        answer = calling.get("/sparql", query_string={"query": query})
        assert (answer.status_code, "ETag" in answer.headers) == (200, True)


@pytest.mark.parametrize(
    ("query", "form", "same"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT", True),
        ("SELECT * { ?s ?p 'customer service' }", "SELECT", True),
        ("SELECT (NOW() AS ?x) {}", "SELECT", False),
        ("SELECT (N\\u004FW() AS ?x) {}", "SELECT", False),
        ("SELECT (STRUUID # the others\n () AS ?x) {}", "SELECT", False),
        ("SELECT * { BIND(rand () AS ?x) }", "SELECT", False),
        ("CONSTRUCT { [] ?p ?o } { ?s ?p ?o }", "CONSTRUCT", False),
        ("SELECT * { [] ?p ?o }", "SELECT", True),
        ("SELECT * { SERVICE<urn:x>{ ?s ?p ?o } }", "SELECT", False),
        ("SELECT * { service\n?g{ ?s ?p ?o } }", "SELECT", False),
        ("SELECT * { \\u0053ERVICE <urn:x> { ?s ?p ?o } }", "SELECT", False),
    ],
)
def test_a_query_whose_answer_changes_by_itself_is_told(query: str, form: str, same: bool) -> None:
    assert repeatable(query, form) is same
