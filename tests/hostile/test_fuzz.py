"""Made-up requests: whatever comes, the answer is one that docs/http.md knows, and never an error of ours."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from medkg.endpoint.fields import read_fields
from medkg.endpoint.problems import Refused
from medkg.workers.guard import refuse_forbidden
from tests.hostile.conftest import LIMITS, Registry
from tests.hostile.test_hostile import assert_alive, assert_no_trace
from tests.hostile.wire import Reply

KNOWN = {200, 201, 204, 301, 303, 304, 308, 400, 401, 404, 405, 406, 413, 414, 415, 416, 431, 503}
SMALL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = settings(SMALL, max_examples=12)

names = st.sampled_from(["query", "format", "default-graph-uri", "named-graph-uri", "lang", "edit", "graph", "x"])
texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["ASK {}", "SELECT * {}", "json", "csv", "http://example.org/a", "", "*", "\r\n", "\0", "../x"]),
)
pieces = st.sampled_from(
    [
        *("ASK", "SELECT", "*", "{", "}", "?s", "?p", "<x:a>", "'", '"', "\\u0041", "#", "\n", "LIMIT", "1", "^", "("),
        *(
            ")",
            "UNION",
            "FILTER",
            "GRAPH",
            "VALUES",
            "BIND",
            "AS",
            "_:b",
            "a",
            "/",
            "|",
            "!",
            "true",
            "@en",
            "^^",
            ".",
            ";",
        ),
    ]
)
types = st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded", "text/plain", ""])
header_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


def ask(registry: Registry, method: str, target: str, body: bytes | None = None, **headers: str) -> Reply:
    with closing(http.client.HTTPConnection(registry.site.host, registry.site.port, timeout=60)) as connection:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        started = time.monotonic()
        connection.request(method, target, body=body, headers=sent)
        answer = connection.getresponse()
        body = whole_or_at_a_limit(answer, started)
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)


def whole_or_at_a_limit(answer: http.client.HTTPResponse, started: float) -> bytes:
    """Give the body; one that was broken off must have reached a limit: other tests leave much in the registry."""
    try:
        return answer.read()
    except http.client.IncompleteRead as cut:
        large = len(cut.partial) >= (LIMITS["result_mib"] - 1) * 1024 * 1024
        assert large or time.monotonic() - started >= LIMITS["seconds"], "broken off before its limits"
        return b""


def assert_sane(reply: Reply) -> None:
    assert reply.status in KNOWN, f"{reply.status} {reply.body[:500]!r}"
    assert_no_trace(reply.body)
    if reply.headers.get("content-type", "").startswith("application/problem+json"):
        assert json.loads(reply.body)["status"] == reply.status


@pytest.fixture(autouse=True)
def log_is_clean(registry: Registry) -> Iterator[None]:
    """Check that a test leaves no traceback in the log and the registry alive."""
    before = registry.log.stat().st_size
    yield
    assert_no_trace(registry.log.read_bytes()[before:])
    assert_alive(registry)


@SMALL
@given(fields=st.lists(st.tuples(names, texts), max_size=6), path=st.sampled_from(["/sparql", "/store", "/search"]))
def test_any_parameters(registry: Registry, fields: list[tuple[str, str]], path: str) -> None:
    assert_sane(ask(registry, "GET", f"{path}?{urlencode(fields, errors='surrogatepass')}"))


@SMALL
@given(raw=st.text("%0123456789abcdefABCDEF&=+;query", max_size=60))
def test_any_query_string(registry: Registry, raw: str) -> None:
    assert_sane(ask(registry, "GET", f"/sparql?{raw}"))


@SMALL
@given(words=st.lists(pieces, max_size=25))
def test_any_words_of_sparql(registry: Registry, words: list[str]) -> None:
    reply = ask(registry, "POST", "/sparql", " ".join(words).encode(), Content_Type="application/sparql-query")
    assert_sane(reply)
    assert reply.status in {200, 400, 503}


@SMALL
@given(body=st.binary(max_size=200), media_type=types)
def test_any_body(registry: Registry, body: bytes, media_type: str) -> None:
    assert_sane(ask(registry, "POST", "/sparql", body, Content_Type=media_type))


@SMALL
@given(
    accept=header_text,
    encoding=header_text,
    tag=header_text,
    language=header_text,
    authorization=st.one_of(st.just(""), header_text),
    path=st.sampled_from(["/sparql?query=ASK%7B%7D", "/store?default", "/", "/health", "/ontology"]),
)
def test_any_headers(
    registry: Registry, accept: str, encoding: str, tag: str, language: str, authorization: str, path: str
) -> None:
    headers = {"Accept": accept, "Accept_Encoding": encoding, "If_None_Match": tag, "Accept_Language": language}
    own = {"Authorization": authorization} if authorization else {}
    assert_sane(ask(registry, "GET", path, None, **headers, **own))


@SMALL
@given(segments=st.lists(st.text(max_size=12), max_size=5))
def test_any_path(registry: Registry, segments: list[str]) -> None:
    assert_sane(ask(registry, "GET", "/" + "/".join(quote(part, errors="surrogatepass") for part in segments)))


@pytest.mark.slow
@FEW
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                ["<x:a>", " ", '"', "1", ".", "[", "]", "(", ")", "@prefix", "\\u0000", "{", "}", "_:b", "é"]
            )
        ).map(lambda parts: "".join(parts).encode()),
    ),
    media_type=st.sampled_from(["text/turtle", "application/n-quads", "application/ld+json", "application/rdf+xml"]),
)
def test_any_upload(registry: Registry, body: bytes, media_type: str) -> None:
    target = "/store?graph=" + quote("http://example.org/fuzz", safe="")
    token = f"Bearer {registry.site.token}"
    reply = ask(registry, "PUT", target, body, Content_Type=media_type, Authorization=token)
    assert_sane(reply)
    assert reply.status in {200, 201, 204, 400, 422}


@given(pairs=st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_fields_are_read_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    raw = urlencode(pairs, errors="surrogatepass").encode()
    unreadable = any("\0" in text or (not text.isascii() and not is_unicode(text)) for pair in pairs for text in pair)
    assert fields_of(raw) == (None if unreadable else pairs)


@given(raw=st.binary())
def test_fields_are_read_or_refused(raw: bytes) -> None:
    found = fields_of(raw)
    assert found is None or not [name for name, value in found if "\0" in name + value]


def fields_of(raw: bytes) -> list[tuple[str, str]] | None:
    """Give the fields, or None where they are refused as a bad request."""
    try:
        return read_fields(raw).pairs
    except Refused as refused:
        return None if refused.problem.status == 400 else []


def is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def disguises() -> st.SearchStrategy[str]:
    """Give spellings of SERVICE: letters small, large and escaped, with what may stand behind them."""
    letters = [
        st.sampled_from([letter, letter.lower(), f"\\u{ord(letter):04X}", f"\\U{ord(letter.lower()):08x}"])
        for letter in "SERVICE"
    ]
    gap = st.sampled_from([" ", "\n", "\t", "# <x:y>\n", "\\u0020", "\\u0023\n", "", "\r\n#\n"])
    silent = st.sampled_from(["", "SILENT", "silent", "SIL\\u0045NT"])
    return st.tuples(st.tuples(*letters).map("".join), gap, silent, gap).map("".join)


@SMALL
@given(
    word=disguises(),
    where=st.sampled_from(
        ["SELECT * {{ {} }}", "ASK {{ FILTER NOT EXISTS {{ {} }} }}", "ASK {{ {{ SELECT * {{ {} }} }} UNION {{}} }}"]
    ),
    before=st.sampled_from(["", "BIND('}' AS ?x) ", "?s ?p '\\'' . ", "<x:#> ?p ?o . ", "# \n"]),
)
def test_no_disguise_gets_out(registry: Registry, word: str, where: str, before: str) -> None:
    callers = len(registry.elsewhere.callers)
    call = f"{before}{word}<http://127.0.0.1:{registry.site.elsewhere}/> {{ ?a ?b ?c }}"
    reply = ask(registry, "POST", "/sparql", where.format(call).encode(), Content_Type="application/sparql-query")
    assert reply.status == 400
    assert registry.elsewhere.callers[callers:] == []


def test_the_disguises_would_get_out_if_nobody_looked() -> None:
    """The engine itself calls for such a text, so that the test above could fail."""
    import pyoxigraph as ox

    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard = threading.Event()

        def accept() -> None:
            connection, _ = listener.accept()
            heard.set()
            connection.close()

        threading.Thread(target=accept, daemon=True).start()
        text = f"ASK {{ SeRVICE SILENT <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?a ?b ?c }} }}"
        assert ox.Store().query(text)
        assert heard.wait(5)
        with pytest.raises(Exception, match="SERVICE is refused"):
            refuse_forbidden(text)


@schemathesis.serializer("application/sparql-query", "application/sparql-update", "application/n-quads", "text/turtle")
def as_text(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send a made-up text as the body of a type that OpenAPI knows nothing of."""
    return str(value).encode("utf-8", "surrogatepass")


schema = schemathesis.openapi.from_path(Path(__file__).with_name("openapi.yaml"))


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_requests_made_of_the_description(registry: Registry, case: schemathesis.Case[Any]) -> None:
    site = f"http://{registry.site.host}:{registry.site.port}"
    try:
        answer = case.call(base_url=site)
    except requests.exceptions.ChunkedEncodingError:
        # Broken off at its end, which this client cannot tell of; another one looks whether it was at a limit.
        sent = requests.Request(**case.as_transport_kwargs(base_url=site)).prepare()
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body
        assert sent.method
        assert body is None or isinstance(body, bytes)
        headers = {name: str(value) for name, value in sent.headers.items()}
        assert_sane(ask(registry, sent.method, sent.path_url, body, **headers))
        return
    case.validate_response(
        answer,
        checks=[status_code_conformance, content_type_conformance],
    )
    assert_no_trace(answer.content)
