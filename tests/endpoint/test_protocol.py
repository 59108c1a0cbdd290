"""Requests as the SPARQL Protocol allows them and as it does not; formats, codings, caching, limits, problems."""

from __future__ import annotations

import contextlib
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
import zstandard
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from medkg.access.roles import Role
from medkg.endpoint.compression import CODINGS, Unpacker, coding_for, packed
from medkg.endpoint.fields import read_fields
from medkg.endpoint.negotiation import Accept, best_coding
from medkg.endpoint.problems import Refused
from medkg.endpoint.uploads import _Parts

from .conftest import EX, Registry, app_over, make, settings_of, some_quads

UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}
#: Not for the quick door: a child answers it.
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
MANY = "SELECT ?s ?v { GRAPH ?g { ?s ?p ?v } FILTER(true) } LIMIT 400"


@pytest.mark.parametrize(
    ("query_string", "status", "told"),
    [
        ("query=ASK%7B%7D&query=ASK%7B%7D", 400, "2 times"),
        ("query=ASK%7B%", 400, "percent"),
        ("query=ASK%zz", 400, "percent"),
        ("query=ASK%7B%7D%ff", 400, "UTF-8"),
        ("query=ASK%7B%7D%00", 400, "NUL"),
        ("&".join(f"a{number}=1" for number in range(1001)), 400, "fields"),
        ("query=ASK%7B%7D&format=pdf", 406, ""),
        ("query=ASK%7B%7D&format=csv&format=tsv", 400, "2 times"),
        ("query=ASK%7B%7D&default-graph-uri=no+iri", 400, ""),
        ("query=ASK%7B%7D&update=CLEAR+ALL", 400, "/update"),
        ("query=", 400, ""),
    ],
)
def test_requests_that_mean_nothing_are_refused(
    reading: FlaskClient, query_string: str, status: int, told: str
) -> None:
    answer = reading.get("/sparql", query_string=query_string)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json is not None
    assert told in answer.json.get("detail", "") + answer.json.get("remedy", "")
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path", ["/sparql", "/sparql/", "/update", "/store", "/store/x", "/health", "/ready", "/metrics/"]
)
def test_every_address_says_what_may_be_asked(reading: FlaskClient, path: str) -> None:
    wrong = reading.open(path, method="TRACE")
    options = reading.options(path)
    assert (wrong.status_code, options.status_code) == (405, 204)
    assert wrong.headers["Allow"] == options.headers["Access-Control-Allow-Methods"] == options.headers["Allow"]
    assert "OPTIONS" in options.headers["Allow"]
    assert options.headers["Access-Control-Allow-Origin"] == "*"


def test_relative_iris_are_relative_to_the_endpoint(reading: FlaskClient) -> None:
    for query in ("CONSTRUCT { <#s> <p> 1 } { FILTER(true) }", "CONSTRUCT { <#s> <p> 1 } WHERE {}"):
        answer = reading.get("/sparql", query_string={"query": query, "format": "nt"})
        assert answer.text.startswith("<http://localhost/sparql#s> <http://localhost/p> "), answer.text
    assert reading.get("/sparql", query_string={"query": "ASK { <s> <p> <o> }"}).json["boolean"] is False  # type: ignore[index]
    wrong = reading.get("/sparql", query_string={"query": "ASK {\n <s> <p> }"})
    assert (wrong.status_code, wrong.json["line"]) == (400, 2)  # type: ignore[index]
    host = {"Host": "x> { SERVICE <http://127.0.0.1:9/> {} } #"}
    assert reading.get("/sparql", query_string={"query": "ASK { <s> <p> <o> }"}, headers=host).status_code == 400
    assert reading.get("/sparql", headers=host).status_code == 400


def test_a_charset_other_than_utf8_is_refused(reading: FlaskClient) -> None:
    kind = "application/sparql-query; charset=UTF-16"
    assert reading.post("/sparql", data="ASK {}".encode("utf-16"), content_type=kind).status_code == 415
    kind = 'application/sparql-query; charset="utf-8"'
    assert reading.post("/sparql", data="ASK {}", content_type=kind).status_code == 200


def test_the_data_set_of_the_request_wins(reading: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <http://example.org/nothing> { ?s ?p ?o }"
    answer = reading.get("/sparql", query_string={"query": query, "default-graph-uri": [f"{EX}g/many", f"{EX}other"]})
    assert answer.json["results"]["bindings"][0]["n"]["value"] == "60000"  # type: ignore[index]
    form = reading.post("/sparql?default-graph-uri=http://example.org/g/many", data={"query": "ASK { ?s ?p ?o }"})
    assert form.json["boolean"] is True  # type: ignore[index]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("limit", [400, 50_000])
def test_answers_are_packed_as_asked_for(reading: FlaskClient, coding: str, limit: int) -> None:
    fields = {"query": MANY.replace("400", str(limit)), "format": "csv"}
    plain = reading.get("/sparql", query_string=fields)
    answer = reading.get("/sparql", query_string=fields, headers={"Accept-Encoding": f"{coding};q=0.5, identity;q=0.1"})
    assert answer.headers["Content-Encoding"] == coding
    assert len(answer.data) < len(plain.data) / 2
    assert UNPACK[coding](answer.data) == plain.data
    assert plain.data.count(b"\r\n") == limit + 1
    assert plain.headers["ETag"] != answer.headers["ETag"]
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("coding", CODINGS)
def test_bodies_may_be_packed_and_bombs_are_not_unpacked(reading: FlaskClient, coding: str) -> None:
    headers = {"Content-Encoding": coding}
    kind = "application/sparql-query"
    good = reading.post("/sparql", data=packed(COUNT.encode(), coding), content_type=kind, headers=headers)
    assert good.status_code == 200
    bomb = packed(b" " * (200 << 20), coding)
    assert len(bomb) < 1 << 20
    assert reading.post("/sparql", data=bomb, content_type=kind, headers=headers).status_code == 413
    cut = packed(COUNT.encode() * 50, coding)[:-4]
    assert reading.post("/sparql", data=cut, content_type=kind, headers=headers).status_code == 400
    assert reading.post("/sparql", data=b"nonsense", content_type=kind, headers=headers).status_code == 400
    other = reading.post("/sparql", data=b"x", content_type=kind, headers={"Content-Encoding": "compress"})
    assert (other.status_code, other.headers["Accept-Encoding"]) == (415, "zstd, br, gzip")


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0, *;q=0.3", "zstd"),
        ("*;q=0", ""),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("deflate", ""),
        ("gzip;q=nonsense", ""),
    ],
)
def test_the_coding_liked_best_is_taken(header: str, coding: str) -> None:
    assert coding_for(header) == coding
    assert best_coding("br", ("gzip", "br")) == "br"


def test_answers_are_kept_for_one_generation(reading: FlaskClient) -> None:
    fields = {"query": COUNT}
    first = reading.get("/sparql", query_string=fields)
    hits = metric(reading, 'medkg_cache_requests_total{result="hit"}')
    again = reading.get("/sparql", query_string=fields)
    assert again.data == first.data
    assert metric(reading, 'medkg_cache_requests_total{result="hit"}') == hits + 1
    known = reading.get("/sparql", query_string=fields, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
    for query in ("SELECT (RAND() AS ?x) {}", "SELECT (NOW() AS ?x) {}"):
        assert reading.get("/sparql", query_string={"query": query}).headers["Cache-Control"] == "no-store"


def test_what_was_posted_is_not_given_to_who_asks_nothing(reading: FlaskClient) -> None:
    for _ in range(2):
        assert reading.post("/sparql", data={"query": COUNT}).mimetype == "application/sparql-results+json"
    assert reading.get("/sparql").mimetype == "text/turtle"


def metric(client: FlaskClient, name: str) -> float:
    line = next((line for line in client.get("/metrics").text.splitlines() if line.startswith(name)), f"{name} 0")
    return float(line.rpartition(" ")[2])


@pytest.mark.parametrize(
    ("query", "fields", "given"),
    [
        ("DESCRIBE <urn:a>", "format=xml&output=xml&results=xml", "application/rdf+xml"),
        ("DESCRIBE <urn:a>", "format=json-ld&format=application/ld%2Bjson", "application/ld+json"),
        ("DESCRIBE <urn:a>", "format=turtle", "text/turtle"),
        ("DESCRIBE <urn:a>", "format=csv", "application/rdf+xml"),
        ("ASK {}", "format=tsv&format=text/tab-separated-values", "text/tab-separated-values"),
    ],
)
def test_formats_are_named_as_clients_name_them(reading: FlaskClient, query: str, fields: str, given: str) -> None:
    address = f"/sparql?query={quote(query)}&{fields}"
    answer = reading.get(address, headers={"Accept": "application/rdf+xml, text/tab-separated-values"})
    assert (answer.status_code, answer.mimetype) == (200, given)


@pytest.mark.parametrize("path", [f"/store?graph={EX}g/many", "/store?default", "/store"])
def test_graphs_have_tags_and_formats(reading: FlaskClient, path: str) -> None:
    first = reading.get(path)
    assert (first.status_code, first.headers["Vary"]) == (200, "Accept, Accept-Encoding")
    known = reading.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    packed_up = reading.get(path, headers={"Accept-Encoding": "gzip"})
    body = gzip.decompress(packed_up.data) if "Content-Encoding" in packed_up.headers else packed_up.data
    assert body == first.data


@pytest.mark.parametrize(
    ("limits", "query", "status", "limit"),
    [
        ({"seconds": 1}, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?j ?h ?i } }", 503, "seconds"),
        ({"result_mib": 1}, "SELECT * { GRAPH ?g { ?s ?p ?o } }", 503, "result_mib"),
    ],
)
def test_a_broken_limit_is_named_with_its_value_and_a_way_out(
    filled: Registry, limits: dict[str, float], query: str, status: int, limit: str
) -> None:
    with app_over(settings_of(filled.home, limits)) as app:
        if limit == "result_mib":
            with pytest.raises(Exception, match="broken off"):
                app.test_client().get("/sparql", query_string={"query": query})
            return
        answer = app.test_client().get("/sparql", query_string={"query": query})
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        told = answer.json
        assert told is not None
        assert (told["limit"], told["value"]) == (limit, limits[limit])
        assert told["remedy"]
        after = app.test_client().get("/sparql", query_string={"query": "ASK {}"})
        assert after.json == {"head": {}, "boolean": True}


def test_who_has_enough_running_is_told_to_wait_for_it(filled: Registry) -> None:
    query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?j ?h ?i } }"
    settings = settings_of(filled.home, {"seconds": 2, "concurrent": 1, "queue": 0})
    with app_over(settings) as app, ThreadPoolExecutor(2) as callers:
        asked = [callers.submit(app.test_client().get, "/sparql", query_string={"query": query}) for _ in range(2)]
        ran, refused = sorted((one.result() for one in asked), key=lambda answer: answer.status_code, reverse=True)
    assert (ran.status_code, ran.json["limit"]) == (503, "seconds")  # type: ignore[index]
    assert refused.status_code == 429
    assert refused.json is not None
    assert (refused.json["limit"], refused.json["value"]) == ("concurrent", 1)
    assert int(refused.headers["Retry-After"]) >= 1


def test_engine_time_that_is_used_up_is_429_with_a_time_to_come_again(tmp_path: Path) -> None:
    own = make(tmp_path / "home", some_quads(2000))
    with app_over(settings_of(own.home, {"engine_seconds_per_minute": 1, "seconds": 2})) as app:
        client = app.test_client()
        slow = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?j ?h ?i } }"
        first = client.get("/sparql", query_string={"query": "ASK { FILTER(true) }"})
        assert first.headers["RateLimit-Policy"] == '"engine-seconds";q=1;w=60'
        assert client.get("/sparql", query_string={"query": slow}).status_code == 503
        refused = client.get("/sparql", query_string={"query": "ASK { FILTER(false) }"})
        assert (refused.status_code, refused.json["limit"]) == (429, "engine_seconds_per_minute")  # type: ignore[index]
        assert 0 < int(refused.headers["Retry-After"]) <= 120
        token = client.get("/sparql", query_string={"query": slow}, headers=own.bearer(Role.READER))
        assert token.status_code == 503, "another caller has an allowance of its own"


def test_a_bad_token_is_told_for_queries_too(reading: FlaskClient) -> None:
    answer = reading.get("/sparql", query_string={"query": COUNT + "#"}, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


def test_problems_have_titles_in_the_language_asked_for(reading: FlaskClient) -> None:
    answer = reading.get("/sparql?query=x", headers={"Accept-Language": "fr"})
    assert answer.json["title"] == "Cette requête ne peut pas être exécutée"  # type: ignore[index]
    assert answer.headers["Content-Language"] == "fr"


def test_the_service_description_says_what_is_there(reading: FlaskClient) -> None:
    for accept in ("*/*", "text/turtle", "application/n-triples"):
        answer = reading.get("/sparql", headers={"Accept": accept})
        assert answer.status_code == 200
        assert f"{EX}g/many" in answer.text
        assert "60000" in answer.text
        assert "UnionDefaultGraph" not in answer.text
    assert "Limit without a token, seconds: 30 s" in answer.text
    assert reading.get("/sparql", headers={"Accept": "text/html"}).mimetype == "text/html"


def test_a_large_answer_shown_as_a_page_says_that_it_was_cut(reading: FlaskClient) -> None:
    query = "SELECT ?s ?v ?p ?g { GRAPH ?g { ?s ?p ?v } }"
    page = reading.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "too large for a page" in page.text
    assert page.text.count("<tr>") == 501


@given(st.binary(max_size=200))
def test_fields_are_read_or_refused_and_nothing_else(raw: bytes) -> None:
    with contextlib.suppress(Refused):
        assert all("\0" not in value for pair in read_fields(raw).pairs for value in pair)


@given(st.text(max_size=100))
def test_any_accept_header_can_be_read(header: str) -> None:
    found = Accept(header).best({"json": ("application/json",), "csv": ("text/csv",)})
    assert found in {None, "json", "csv"}


@given(st.sampled_from(CODINGS), st.binary(max_size=300), st.integers(1, 40))
def test_packed_bodies_are_unpacked_in_any_pieces(coding: str, data: bytes, size: int) -> None:
    whole, unpacker = packed(data, coding), Unpacker(coding)
    pieces = [piece for at in range(0, len(whole), size) for piece in unpacker.pieces(whole[at : at + size])]
    unpacker.finish()
    assert b"".join(pieces) == data


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4), st.integers(1, 50))
def test_a_form_is_read_in_any_pieces(contents: list[bytes], size: int) -> None:
    contents = [content.replace(b"--X", b"") for content in contents]
    body = b"".join(b"--X\r\nA: b\r\n\r\n" + content + b"\r\n" for content in contents) + b"--X--"
    parts: list[bytes] = []
    reader, held = _Parts(b"\r\n--X"), b"\r\n"
    for at in range(0, len(body), size):
        for head, data in reader.feed(held + body[at : at + size]):
            parts = [*parts, b""] if head is not None else [*parts[:-1], parts[-1] + data]
        held = reader.rest
    assert reader.ended
    assert parts == contents


def test_metrics_and_health_are_told(reading: FlaskClient) -> None:
    text = reading.get("/metrics")
    assert text.content_type.startswith("text/plain; version=0.0.4")
    assert "medkg_queries_total" in text.text
    assert json.loads(reading.get("/ready/").data)["status"] == "ok"


def test_what_keeps_the_children_in_is_told(filled: Registry) -> None:
    with app_over(settings_of(filled.home)) as app:
        client = app.test_client()
        assert client.get("/sparql", query_string={"query": COUNT}).status_code == 200
        told = client.get("/health").json["walls"]  # type: ignore[index]
        assert told == client.get("/ready").json["walls"]  # type: ignore[index]
        # A process of our own gets as far as a child does, whatever this system allows.
        tried = "from medkg.workers.isolation import leave_network; print(leave_network(), end='')"
        reason = subprocess.run([sys.executable, "-c", tried], check=True, capture_output=True, text=True).stdout
        assert (told["namespace"], told["seccomp"]) == (not reason, True)
        assert told["refused"] == ([reason] if reason else [])
        for wall in ("namespace", "seccomp"):
            assert metric(client, f'medkg_children_walls{{wall="{wall}"}}') == told[wall]
