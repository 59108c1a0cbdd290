"""Which representation a reader gets, from the Accept header as programs really send it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

ASK = "ASK {}"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json;charset=utf-8", "application/json"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("text/html;level=1", "text/html"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("TEXT/TURTLE", "text/turtle"),
        ("text/html;level=1;q=0.2, text/turtle;charset=utf-8;q=0.7", "text/turtle"),
        ("application/*", "application/ld+json"),
        ("application/*;q=0.9, text/html;q=0.8", "application/ld+json"),
        ("application/xhtml+xml", "text/html"),
        ("text/*", "text/html"),
        ("text/html;q=0, */*", "text/turtle"),
        ("*/*, text/csv", "text/csv"),
        ("image/png, */*;q=0.1", "text/html"),
        (";;;,,,", "text/html"),
        ("nonsense", "text/html"),
        ("", "text/html"),
    ],
)
def test_entity_comes_in_what_the_header_means(client: FlaskClient, accept: str, media: str) -> None:
    answer = client.get("/project/innomed-up", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json;charset=utf-8", "application/sparql-results+json"),
        ("application/sparql-results+xml; charset=utf-8", "application/sparql-results+xml"),
        ("text/csv;header=present", "text/csv"),
        ("text/html;level=1", "text/html"),
        ("text/*", "text/csv"),
        ("application/*", "application/sparql-results+json"),
        (";;;,,,", "application/sparql-results+json"),
    ],
)
def test_answer_comes_in_what_the_header_means(client: FlaskClient, accept: str, media: str) -> None:
    answer = client.get("/sparql", query_string={"query": ASK}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media)


@pytest.mark.parametrize("accept", ["image/png;level=1", "*/*;q=0", "text/turtle;q=0", "video/*"])
def test_what_is_not_to_be_had_stays_refused(client: FlaskClient, accept: str) -> None:
    assert client.get("/project/innomed-up", headers={"Accept": accept}).status_code == 406


def test_problem_comes_as_a_page_to_whom_asks_for_one_with_parameters(client: FlaskClient) -> None:
    assert client.get("/nothing", headers={"Accept": "text/html;level=1"}).mimetype == "text/html"
    assert client.get("/nothing", headers={"Accept": "application/json;charset=utf-8"}).mimetype == (
        "application/problem+json"
    )
