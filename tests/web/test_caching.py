"""What caches and readers are told: tags, what answers depend on, the generation, addresses; what the log is told."""

from __future__ import annotations

import json

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from medkg.endpoint.cache import AnswerCache
from medkg.endpoint.logs import log_in_lines
from medkg.web import endpoint_of
from medkg.web.generation import GenerationView

HTML = {"Accept": "text/html"}
SELECT = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 2"


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json", "text/html"])
def test_a_query_answered_before_is_not_run_again(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    service = endpoint_of(app).service
    arguments = {"query": SELECT}
    first = client.get("/sparql", query_string=arguments, headers={"Accept": accept})
    monkeypatch.setattr(service, "answers", None)
    monkeypatch.setattr(service, "cache", AnswerCache(0))
    headers = {"Accept": accept, "If-None-Match": f'"other", {first.headers["ETag"]}'}
    again = client.get("/sparql", query_string=arguments, headers=headers)
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Vary", "Cache-Control", "X-Generation"):
        assert again.headers[name] == first.headers[name]


def test_the_tag_of_one_query_is_not_that_of_another(client: FlaskClient) -> None:
    tag = client.get("/sparql", query_string={"query": SELECT}).headers["ETag"]
    for query, status in ((SELECT.replace("2", "3"), 200), ("SELECT nonsense", 400), ("CLEAR ALL", 400)):
        answer = client.get("/sparql", query_string={"query": query}, headers={"If-None-Match": tag})
        assert answer.status_code == status
    anything = client.get("/sparql", query_string={"query": "SELECT nonsense"}, headers={"If-None-Match": "*"})
    assert anything.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (rand ( ) AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (STRUUID# #\n() AS ?x) {}",
        "SELECT (BNODE() AS ?x) {}",
        "SELECT (BNODE('x') AS ?x) {}",
        "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }",
        "CONSTRUCT { _:x ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_what_is_never_the_same_has_no_tag(client: FlaskClient, query: str) -> None:
    for headers in ({}, HTML):
        answer = client.get("/sparql", query_string={"query": query}, headers=headers)
        assert answer.status_code == 200
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", ["text/html", "text/csv"])
def test_answers_to_post_are_not_kept(client: FlaskClient, accept: str) -> None:
    answer = client.post("/sparql", data={"query": SELECT}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, accept)
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_data_depend_on_the_format_and_pages_on_the_language(client: FlaskClient) -> None:
    for path in ("/project/innomed-up.ttl", "/graph/preferred.nt", "/ontology.ttl"):
        assert client.get(path).headers["Vary"] == "Accept", path
    for path in ("/sparql", "/sparql?query=ASK{}", "/store?default"):
        assert client.get(path).headers["Vary"] == "Accept, Accept-Encoding", path
    for path in ("/", "/project/innomed-up", "/browse/project", "/sparql"):
        assert client.get(path, headers=HTML).headers["Vary"] == "Accept, Accept-Language", path


def test_lists_as_json_have_names_in_the_language_asked_for(client: FlaskClient) -> None:
    answers = [
        client.get("/browse/place?format=json", headers={"Accept-Language": language}) for language in ("en", "ar")
    ]
    assert answers[0].data != answers[1].data
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]
    assert answers[0].headers["Vary"] == "Accept, Accept-Language"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/health", 200),
        ("GET", "/ready", 200),
        ("GET", "/id/project/innomed-up", 303),
        ("GET", "/project/innomed-up.ttl", 200),
        ("GET", "/nothing", 404),
        ("GET", "/sparql?query=nonsense", 400),
        ("GET", "/sparql?query=ASK%7B%7D&format=pdf", 406),
        ("POST", "/sparql", 415),
        ("PUT", "/sparql", 405),
        ("OPTIONS", "/sparql", 204),
    ],
)
def test_answers_say_their_generation(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method, headers={"Accept": "*/*"})
    assert (answer.status_code, answer.headers["X-Generation"]) == (status, "7")


def test_static_files_belong_to_no_generation(client: FlaskClient) -> None:
    with client.get("/static/style.css") as answer:
        assert "X-Generation" not in answer.headers


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%3Fs%20%3Fp%20%22hush%22%7D&key=hush", "/browse/project?q=hush"])
def test_the_log_has_the_path_and_nothing_of_the_query(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    def fail(self: object, *given: object, **options: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(GenerationView, "labels", property(fail))
    monkeypatch.setattr(endpoint_of(app).service, "caller", fail)
    kept = structlog.get_config()
    log_in_lines()
    structlog.configure(cache_logger_on_first_use=False)
    try:
        answer = client.get(path)
    finally:
        structlog.configure(**kept)
    assert answer.status_code == 500
    logged = "".join(capsys.readouterr())
    assert path.partition("?")[0] in logged
    assert "ZeroDivisionError" in logged
    assert "hush" not in logged
    assert "hush" not in json.dumps(answer.json)
