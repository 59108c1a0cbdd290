"""No query of a stranger makes this server call another: a socket on loopback listens, and must hear nothing."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from medkg.errors import BadQuery
from medkg.keywords import keywords, resolve_escapes
from medkg.web.guard import query_form, refuse_forbidden


class Listener:
    """A listening socket that counts who calls, then hangs up: the engine waits for that, so the count is whole."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.heard = 0
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection:
                if connection.recv(4) == b"stop":
                    return
                self.heard += 1

    def close(self) -> None:
        with socket.create_connection(self.socket.getsockname()) as connection:
            connection.sendall(b"stop")
        self.thread.join()
        self.socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with contextlib.closing(Listener()) as found:
        yield found


def ask_engine(query: str) -> None:
    """Let the engine answer a query to its end; an error of its own is an answer, too."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c")))
    with contextlib.suppress(SyntaxError, RuntimeError, OSError, ValueError):
        answer = store.query(query)
        if not isinstance(answer, ox.QueryBoolean):
            deque(answer, maxlen=0)


#: Each makes pyoxigraph 0.5.13 connect to <H>, or reads as if it did; found by trying them on the engine.
CALLS = {
    "plain": "SELECT * { SERVICE <H> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <H> { ?s ?p ?o } }",
    "mixed case": "SELECT * { sErViCe sIlEnT <H> { ?s ?p ?o } }",
    "nothing between": "SELECT * { SERVICE<H>{ ?s ?p ?o } }",
    "prefixed name": "PREFIX : <H> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "prefix with letters": "PREFIX x: <H> SELECT * { SERVICEx:x { ?s ?p ?o } }",
    "prefix with a space of Python's": "PREFIX a\u1680b: <H> SELECT * { SERVICE a\u1680b:x { ?s ?p ?o } }",
    "silent prefixed name": "PREFIX : <H> SELECT * { OPTIONAL { SERVICESILENT:x { ?s ?p ?o } } }",
    "after UNION": "PREFIX : <H> SELECT * { { ?a ?b ?c } UNION{SERVICE:x{ ?s ?p ?o }} }",
    "behind an IRI that is none": "SELECT * { FILTER(1<2)SERVICE#>\n<H>{ ?s ?p ?o } }",
    "between comparisons": "SELECT * { FILTER(1<2&&'>'='>')SERVICE <H> {?s ?p 'x'} }",
    "between comments and quotes": "SELECT * { FILTER(1<2#>'''\n) SERVICE <H> { ?s ?p ?o } #'''\n}",
    "behind a quote in a comment": "SELECT * { ?s ?p ?o #'\nSERVICE <H> {} #'\n}",
    "behind a long string": "SELECT * { ?s ?p '''it's''' . SERVICE <H> {} }",
    "comment between": "SELECT * { SERVICE # one\n # two\r SILENT # three\n <H> { ?s ?p ?o } }",
    "variable": "SELECT * { VALUES ?x { <H> } LATERAL { SERVICE ?x { ?s ?p ?o } } }",
    "variable at once": "SELECT * { VALUES ?x { <H> } LATERAL { SERVICE$x { ?s ?p ?o } } }",
    "variable with a sign": "SELECT * { VALUES ?\u2122 { <H> } LATERAL { SERVICE ?\u2122 { ?s ?p ?o } } }",
    "relative": "BASE <H> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "behind a number": "SELECT * { OPTIONAL { ?s ?p 1SERVICE <H> { ?s ?p ?o } } }",
    "behind a name that is no IRI": "PREFIX : <http://h:1> SELECT * { ?s ?p :SERVICE <H> { ?s ?p ?o } }",
    "not exists": "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE <H> { ?s ?p ?o } } }",
    "sub-select": "SELECT * { { SELECT ?s { SERVICE <H> { ?s ?p ?o } } LIMIT 1 } }",
    "minus": "SELECT * { ?s ?p ?o MINUS { SERVICE <H> { ?s ?p ?o } } }",
    "graph": "SELECT * { GRAPH ?g { SERVICE <H> { ?s ?p ?o } } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <H> { ?s ?p ?o } }",
    "describe": "DESCRIBE ?s { SERVICE <H> { ?s ?p ?o } }",
    "short escape": r"SELECT * { \u0053ERVICE <H> { ?s ?p ?o } }",
    "short escape inside": r"SELECT * { SERVIC\u0065 \u003cH> { ?s ?p ?o } }",
    "long escape": r"SELECT * { \U00000053ERVICE ?x { ?s ?p ?o } }",
    "escaped quote": r'SELECT ("\u0022 AS ?x) { SERVICE <H> {} }',
}


@pytest.mark.parametrize("way", ["get", "form", "body"])
@pytest.mark.parametrize("name", CALLS)
def test_calls_are_refused_and_nobody_is_called(client: FlaskClient, listener: Listener, name: str, way: str) -> None:
    query = CALLS[name].replace("H>", f"{listener.address}>")
    if way == "get":
        answer = client.get("/sparql", query_string={"query": query})
    elif way == "form":
        answer = client.post("/sparql", data={"query": query})
    else:
        answer = client.post("/sparql", data=query.encode(), content_type="application/sparql-query")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["detail"].startswith("SERVICE is refused")
    assert "CONCAT" in answer.json["remedy"]
    assert listener.heard == 0


@pytest.mark.parametrize("name", ["plain", "prefixed name", "behind an IRI that is none", "between comparisons"])
def test_without_the_guard_the_engine_calls(listener: Listener, name: str) -> None:
    ask_engine(CALLS[name].replace("<H>", f"<{listener.address}>"))
    assert listener.heard > 0


REFUSED_THOUGH_HARMLESS = [
    "SELECT ('web service: x' AS ?x) {}",
    "PREFIX service: <http://x/> SELECT * { ?s service:a ?o }",
    "SELECT * { ?s <http://x/service:8080/a> ?o }",
    "SELECT ('service' AS ?x) {} #service #",
]


@pytest.mark.parametrize("query", REFUSED_THOUGH_HARMLESS)
def test_what_might_be_a_call_is_refused_with_a_way_out(query: str) -> None:
    with pytest.raises(BadQuery, match="part them from what follows"):
        refuse_forbidden(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ('SERVICE' AS ?x) {}",
        "SELECT (CONCAT('web servi', 'ce: x') AS ?x) {}",
        "SELECT ('a service for all' AS ?x) {}",
        "SELECT ('What service?' AS ?x) {}",
        'SELECT ("""LOAD "SERVICE" x""" AS ?x) {}',
        "SELECT ?service ?webservice { BIND(1 AS ?service) } # SERVICE",
        "SELECT * { ?service <http://x/service/a> ?service FILTER(?service < 3) }",
        "SELECT * { ?s <http://x/a#SERVICE> ?o . ?o <http://x/service/b> <http://x/my-service> }",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>\nSELECT * { ?s a sd:Service ; sd:endpoint ?o }",
        "SELECT ('it\\'s SERVICE' AS ?x) {}",
        "PREFIX : <http://x/> SELECT * { ?s :load :service }",
    ],
)
def test_ordinary_queries_with_the_word_pass(client: FlaskClient, query: str) -> None:
    assert client.get("/sparql", query_string={"query": query}).status_code == 200


WORDS = r"""
SERVICE service SerVice SILENT silent SERVICE<H> SERVICE:x SERVICE?e <H> ?e $e :x a:x x: ?s ?p ?o 1 2.0 true 'x' "x"
''' ' " < > <2 > && = ( ) { } . ; , FILTER(1<2) FILTER( OPTIONAL{ UNION{ LATERAL{ MINUS{ GRAPH?g{ BIND( EXISTS{
# #> #' {?s_?p_?o} \u0053 \u0053ERVICE \\ SELECT*{ VALUES?e{<H>} @en ^^ _:b [] a/ <H>?
"""
SPACES = [" ", "\n", "\r", "\t", "\u1680", "#>\n", "#'''\n", '#"\n', " SERVICE", "SERVICE ", '"""']
FRAGMENTS = st.sampled_from([*(word.replace("_", " ") for word in WORDS.split()), *SPACES])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(FRAGMENTS, max_size=5),
    between=st.lists(FRAGMENTS, max_size=4),
    after=st.lists(FRAGMENTS, max_size=3),
)
@example(before=["FILTER(1<2)"], between=["#>\n"], after=[])
@example(before=["FILTER(1<2&&'>'='>')"], between=[], after=[])
@example(before=["FILTER(1<2", "#'''\n", ")"], between=[" "], after=["#'''\n"])
def test_whatever_stands_around_service_nobody_is_called(
    listener: Listener, before: list[str], between: list[str], after: list[str]
) -> None:
    inner = "".join([*before, "SERVICE", *between, "<H>{?s ?p ?o}", *after])
    query = f"PREFIX : <H> PREFIX a: <H> SELECT * {{ {inner} }}".replace("<H>", f"<{listener.address}>")
    with contextlib.suppress(BadQuery):
        refuse_forbidden(query)
        ask_engine(query)
    assert listener.heard == 0


def test_guard_takes_no_longer_than_the_text_is_long() -> None:
    for piece in ("service", "service ", "service\u1680", "?service", "service#", "silent service "):
        text = piece * (100_000 // len(piece))
        begun = time.process_time()
        with contextlib.suppress(BadQuery):
            refuse_forbidden(text)
        assert time.process_time() - begun < 2.0, piece


@pytest.mark.parametrize("piece", ["'\\", '"\\', "'''", '"""\\', "<a", "a.", "a-b.", "@a-", "\\u005C", "SELECT."])
def test_keywords_are_found_in_one_pass(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    begun = time.process_time()
    deque(keywords(resolve_escapes(text)), maxlen=0)
    assert time.process_time() - begun < 3.0


def test_form_of_a_query_is_its_first_such_keyword() -> None:
    assert query_form("PREFIX select: <http://x/ask> CONSTRUCT {} WHERE {}") == "CONSTRUCT"
    assert list(keywords("ASK { ?s <http://x/SERVICE> 'x' }")) == ["ASK"]
