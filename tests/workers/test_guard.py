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
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from medkg.errors import BadQuery
from medkg.keywords import keywords, resolve_escapes
from medkg.workers.guard import query_form, refuse_forbidden, refuse_forbidden_update
from medkg.workers.isolation import enclose
from tests.workers.forked import in_child


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


@pytest.mark.parametrize("name", CALLS)
def test_calls_are_refused(name: str) -> None:
    with pytest.raises(BadQuery, match="SERVICE is refused") as refused:
        refuse_forbidden(CALLS[name])
    assert "CONCAT" in str(refused.value.remedy)


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
def test_ordinary_queries_with_the_word_pass(query: str) -> None:
    refuse_forbidden(query)
    ask_engine(query)


WORDS = r"""
SERVICE service SerVice SILENT silent SERVICE<H> SERVICE:x SERVICE?e <H> ?e $e :x a:x x: ?s ?p ?o 1 2.0 true 'x' "x"
''' ' " < > <2 > && = ( ) { } . ; , FILTER(1<2) FILTER( OPTIONAL{ UNION{ LATERAL{ MINUS{ GRAPH?g{ BIND( EXISTS{
# #> #' {?s_?p_?o} \u0053 \u0053ERVICE \\ SELECT*{ VALUES?e{<H>} @en ^^ _:b [] a/ <H>?
"""
SPACES = [" ", "\n", "\r", "\t", "\u1680", "#>\n", "#'''\n", '#"\n', " SERVICE", "SERVICE ", '"""']
FRAGMENTS = st.sampled_from([*(word.replace("_", " ") for word in WORDS.split()), *SPACES])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def update_engine(update: str) -> None:
    with contextlib.suppress(SyntaxError, RuntimeError, OSError, ValueError):
        ox.Store().update(update)


#: Each makes pyoxigraph 0.5.13 connect to <H> as an update.
FETCHES = {
    "plain": "LOAD <H>",
    "silent": "load silent<H>",
    "nothing between": "LOAD<H>",
    "into": "LOAD <H> INTO GRAPH <urn:g>",
    "behind a prologue": "BASE <H>PREFIX a: <H>LOAD a:x",
    "prefix with letters": "PREFIX x: <H> LOADx:x",
    "silent prefix": "PREFIX : <H> LOADSILENT:x",
    "second operation": "INSERT DATA { <urn:a> <urn:b> 'c' };LOAD <H>",
    "behind a comment": "# first\rLOAD #\n<H>",
    "service": "INSERT { ?s ?p ?o } WHERE { SERVICE <H> { ?s ?p ?o } }",
    "service of delete": "DELETE WHERE { ?s ?p ?o } ; DELETE { ?s ?p ?o } WHERE { SERVICE SILENT <H> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("name", FETCHES)
def test_fetches_of_updates_are_refused_and_would_have_called(listener: Listener, name: str) -> None:
    update = FETCHES[name].replace("H>", f"{listener.address}>")
    with pytest.raises(BadQuery, match="is refused: an update") as refused:
        refuse_forbidden_update(update)
    assert "Graph Store Protocol" in str(refused.value.remedy)
    update_engine(update)
    assert listener.heard > 0


def test_escapes_within_escapes_hide_nothing() -> None:
    """Whoever resolves them before the engine does so again would else make a call of what was none."""
    escaped = r"ASK { \u005Cu0053ERVICE <http://example.org/> { } }"
    with pytest.raises(BadQuery, match="SERVICE is refused"):
        refuse_forbidden(escaped)
    with pytest.raises(BadQuery, match="escapes within escapes"):
        refuse_forbidden(escaped.replace("u005C", "u005Cu005Cu005C"))
    refuse_forbidden(r"SELECT ('caf\u00E9 \\u00e9' AS ?x) {}")


def test_escaped_letters_are_letters() -> None:
    with pytest.raises(BadQuery, match="LOAD is refused"):
        refuse_forbidden_update(r"\u004cOAD <http://example.org/>")


@pytest.mark.parametrize(
    "load", ["LOAD SILENT <H>", "load silent<H> INTO GRAPH <urn:g>", "CLEAR ALL ;\nLOAD SILENT\n<H>"]
)
def test_a_silent_load_succeeds_where_there_is_no_way_out(listener: Listener, load: str) -> None:
    update = load.replace("<H>", f"<{listener.address}>")
    with pytest.raises(BadQuery, match="LOAD is refused"):
        refuse_forbidden_update(update)
    refuse_forbidden_update(update, offline=True)

    def run() -> int:
        assert enclose().offline
        store = ox.Store()
        store.update(update)
        return len(store)

    assert in_child(run) == 0
    assert listener.heard == 0


@pytest.mark.parametrize(
    "load", ["LOAD <H>", "LOAD SILENT :x", "LOADSILENT:x", "LOAD #\nSILENT <H>", "LOAD SILENT #\n<H>"]
)
def test_other_loads_are_refused_there_too(load: str) -> None:
    with pytest.raises(BadQuery, match="LOAD is refused"):
        refuse_forbidden_update(f"LOAD SILENT <urn:a> ; {load}", offline=True)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <urn:a> <urn:b> 'Download: x', 'LOAD', 'a load: of <b>' }",
        "INSERT DATA { <http://x/upload#this> <http://x/load> 'c' }",
        "PREFIX load: <http://x/> DELETE WHERE { ?load load:a ?o }",
        "CLEAR ALL; CREATE GRAPH <http://x/load>; COPY <http://x/load> TO <http://x/service>",
    ],
)
def test_ordinary_updates_with_the_word_pass(update: str) -> None:
    refuse_forbidden_update(update)
    store = ox.Store()
    store.update(update)


BEGINNINGS = r"""
LOAD load SILENT <H> :x a:x x: ; } { INSERT DATA{<a:b><a:b>'c'} DELETE WHERE{?s_?p_?o} CLEAR ALL BASE<H> PREFIX:<H>
PREFIX_a:<H> ' " ''' # #; <a:b#c> WHERE{} \u004cOAD \ 1 INTO_GRAPH<a:b> WITH<a:b> USING<a:b>
"""
PIECES = st.sampled_from([*(word.replace("_", " ") for word in BEGINNINGS.split()), *SPACES])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(PIECES, max_size=6),
    between=st.lists(PIECES, max_size=3),
    after=st.lists(PIECES, max_size=3),
)
@example(before=["INSERT DATA{<a:b><a:b>'c'}", "\n"], between=[" "], after=[])
@example(before=["CLEAR ALL", " "], between=[" "], after=[])
def test_whatever_stands_around_load_nobody_is_called(
    listener: Listener, before: list[str], between: list[str], after: list[str]
) -> None:
    update = "".join([*before, "LOAD", *between, "<H>", *after]).replace("<H>", f"<{listener.address}>")
    for text in (update, f"PREFIX : <{listener.address}> PREFIX a: <urn:a> {update}"):
        with contextlib.suppress(BadQuery):
            refuse_forbidden_update(text)
            update_engine(text)
    assert listener.heard == 0


ALLOWED = ("https://query.example.org/sparql", "http://example.org/a?b=c")


@pytest.mark.parametrize("between", ["SERVICE", "service ", "SERVICE SILENT\r\n", "SERVICE\tsilent"])
@pytest.mark.parametrize("endpoint", ALLOWED)
def test_an_allowed_endpoint_written_out_in_full_passes(between: str, endpoint: str) -> None:
    refuse_forbidden(f"SELECT * {{ {between}<{endpoint}> {{ ?s ?p ?o }} }}", ALLOWED)


@pytest.mark.parametrize("name", CALLS)
def test_a_list_of_allowed_endpoints_lets_nothing_else_through(name: str) -> None:
    with pytest.raises(BadQuery, match="its setting `services` names"):
        refuse_forbidden(CALLS[name], ALLOWED)


@pytest.mark.parametrize(
    "call",
    [
        "SERVICE <https://query.example.org/sparql/> { }",
        "SERVICE <https://query.example.org/sparql?x> { }",
        "SERVICE <HTTPS://query.example.org/sparql> { }",
        "SERVICE <https://query.example.org:443/sparql> { }",
        "SERVICE <https://user@query.example.org/sparql> { }",
        "SERVICE <https://query.example.org/x/../sparql> { }",
        "SERVICE <https://query.example.org/sparq\\u006c> { }",
        "SERVICE <https://query.example.org/sparql> ?x",
        "SERVICE # <https://query.example.org/sparql> {\n <https://query.example.org/sparql> { }",
        "SERVICE q:sparql { }",
        "SERVICE ?x { }",
        "SERVICE <> { }",
    ],
)
def test_what_is_nearly_an_allowed_endpoint_is_refused(call: str) -> None:
    text = f"BASE <{ALLOWED[0]}> PREFIX q: <https://query.example.org/> SELECT * {{ {call} }}"
    with pytest.raises(BadQuery, match="SERVICE is refused"):
        refuse_forbidden(text, ALLOWED)


def test_one_allowed_call_does_not_excuse_another() -> None:
    good, bad = (f"SERVICE <{iri}> {{ ?s ?p ?o }}" for iri in (ALLOWED[0], "http://127.0.0.1/"))
    for calls in (f"{good} {bad}", f"{bad} {good}", good.replace("?o", f"?o {bad}")):
        with pytest.raises(BadQuery, match="SERVICE is refused"):
            refuse_forbidden(f"SELECT * {{ {calls} }}", ALLOWED)


def test_guard_takes_no_longer_than_the_text_is_long() -> None:
    pieces = (
        "service",
        "service ",
        "service\u1680",
        "?service",
        "service#",
        "silent service ",
        "\n",
        "load",
        "\nload ",
    )
    for piece in (*pieces, ";load\n", "}", "load silent", "\nloada", f"service<{ALLOWED[0]}>{{"):
        text = piece * (100_000 // len(piece))
        begun = time.process_time()
        with contextlib.suppress(BadQuery):
            refuse_forbidden(text, ALLOWED)
        with contextlib.suppress(BadQuery):
            refuse_forbidden_update(text)
        assert time.process_time() - begun < 4.0, piece


@pytest.mark.parametrize("piece", ["'\\", '"\\', "'''", '"""\\', "<a", "a.", "a-b.", "@a-", "\\u005C", "SELECT."])
def test_keywords_are_found_in_one_pass(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    begun = time.process_time()
    deque(keywords(resolve_escapes(text)), maxlen=0)
    assert time.process_time() - begun < 3.0


def test_form_of_a_query_is_its_first_such_keyword() -> None:
    assert query_form("PREFIX select: <http://x/ask> CONSTRUCT {} WHERE {}") == "CONSTRUCT"
    assert list(keywords("ASK { ?s <http://x/SERVICE> 'x' }")) == ["ASK"]
