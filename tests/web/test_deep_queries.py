"""Deep and long queries are answered or refused; they do not end the process."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from medkg.endpoint.questions import LONGEST_QUERY

DEEP = {
    "groups": "ASK " + "{" * 5_000 + "}" * 5_000,
    "parentheses": "SELECT (" + "(" * 5_000 + "1" + ")" * 5_000 + " AS ?x) {}",
    "additions": "SELECT (1" + "+1" * 3_000 + " AS ?x) {}",
    "unions": "ASK { {?s ?p ?o}" + " UNION {?s ?p ?o}" * 2_500 + " }",
}


@pytest.mark.parametrize("name", list(DEEP))
def test_a_deep_query_gets_an_answer_and_the_server_goes_on(client: FlaskClient, name: str) -> None:
    assert client.post("/sparql", data={"query": DEEP[name]}).status_code in {200, 400}
    assert client.get("/sparql", query_string={"query": "ASK {}"}).json == {"head": {}, "boolean": True}


def test_a_query_beyond_the_length_is_refused_with_the_length(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": "ASK {}" + " " * LONGEST_QUERY})
    assert answer.status_code == 400
    assert answer.json is not None
    assert f"{LONGEST_QUERY:,}" in answer.json["detail"]
