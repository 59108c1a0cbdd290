"""What a child gives: forms, formats, data sets, and what is wrong with a query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from structlog.testing import capture_logs

from medkg.errors import BadQuery, Unavailable
from medkg.workers.answer import Head
from medkg.workers.asked import Asked
from tests.outgoing.far_side import Handler, far_side, send, table
from tests.workers.serving import LIMITS, Served, serving

ODD = "SELECT ?o { <urn:s:odd> <urn:p:odd> ?o }"
EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"


def rows(body: bytes) -> list[dict[str, str]]:
    return [{name: value["value"] for name, value in row.items()} for row in json.loads(body)["results"]["bindings"]]


def count(body: bytes) -> int:
    return int(rows(body)[0]["n"])


@pytest.mark.parametrize(
    ("query", "wanted", "given"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "tsv", Head("SELECT", "tsv")),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "ttl", Head("SELECT", "json")),
        ("ASK {}", "xml", Head("ASK", "xml")),
        ("CONSTRUCT WHERE { <urn:s:odd> <urn:p:number> ?o }", "rdf", Head("CONSTRUCT", "rdf")),
        ("CONSTRUCT WHERE { <urn:s:odd> ?p ?o }", "csv", Head("CONSTRUCT", "ttl")),
        ("DESCRIBE <urn:s:odd>", "nt", Head("DESCRIBE", "nt")),
        ("# CONSTRUCT\nDESCRIBE <urn:s:odd>", "nt", Head("DESCRIBE", "nt")),
    ],
)
def test_the_head_says_form_and_format(served: Served, query: str, wanted: str, given: Head) -> None:
    assert served.ask(query, wanted)[0] == given


def test_the_engine_writes_all_rows(served: Served) -> None:
    _, body = served.ask("SELECT * { ?s <urn:p:value> ?o }", "tsv")
    assert len(body.splitlines()) == 20_001


def test_the_registry_prefixes_need_no_declaration(served: Served) -> None:
    assert served.ask("ASK { <urn:s:odd> <urn:p:number> ?n FILTER(DATATYPE(?n) = xsd:integer) }")[1].endswith(b"true}")


def test_xml_can_be_read_whatever_the_data_hold(served: Served) -> None:
    tree = ElementTree.fromstring(served.ask(ODD, "xml")[1])  # noqa: S314 - our own data
    texts = {element.text for element in tree.iter() if element.tag.endswith("literal")}
    assert texts >= {"a\rb", "ab", "é\u202f", '<&">'}


def test_rdf_xml_is_the_same_triples_or_is_refused(served: Served) -> None:
    query = "CONSTRUCT WHERE { <urn:s:odd> <urn:p:odd> ?o }"
    with pytest.raises(BadQuery, match=r"RDF/XML cannot carry the character U\+(0001|FFFE)"):
        served.ask(query, "rdf")
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?s = <urn:s:odd> && !REGEX(STR(?o), '[\x01\ufffe]')) }"
    triples = {quad.triple for quad in ox.parse(served.ask(query, "rdf")[1], format=ox.RdfFormat.RDF_XML)}
    assert triples == {quad.triple for quad in ox.parse(served.ask(query, "nt")[1], format=ox.RdfFormat.N_TRIPLES)}
    assert len(triples) == 5
    with pytest.raises(BadQuery, match=r"cannot carry <urn:p:1>.*Turtle"):
        served.ask("CONSTRUCT { <urn:a> <urn:p:1> <urn:b> } {}", "rdf")
    assert served.alive()


def test_half_a_character_at_the_border_of_two_pieces_stays_whole(served: Served) -> None:
    query = "SELECT ?x { ?s <urn:p:value> ?o BIND(CONCAT(STR(?s), 'é\ufffeé日本') AS ?x) }"
    _, body = served.ask(query, "xml")
    tree = ElementTree.fromstring(body)  # noqa: S314 - our own data
    texts = [element.text or "" for element in tree.iter() if element.tag.endswith("literal")]
    assert len(texts) == 20_000
    assert all(text.endswith("éé日本") for text in texts)


def test_triples_come_once(served: Served) -> None:
    _, body = served.ask("CONSTRUCT { <urn:a> <urn:b> <urn:c> . ?s a <urn:d> } WHERE { ?s <urn:p:value> ?o }", "nt")
    assert len(body.splitlines()) == len(set(body.splitlines())) == 201


def test_a_construct_loses_no_triple(served: Served) -> None:
    head, body = served.ask(EVERYTHING, "jsonld")
    assert head.format == "jsonld"
    assert len(set(ox.parse(body, format=ox.RdfFormat.JSON_LD))) == 20_007


def test_an_answer_tells_what_it_took(served: Served) -> None:
    answer = served.begin("CONSTRUCT WHERE { <urn:s:odd> ?p ?o }")
    body = answer.whole
    assert body is not None
    assert answer.outcome is not None
    assert (answer.outcome.bytes, answer.outcome.rows, answer.outcome.complete) == (len(body), 7, True)
    assert 0 < answer.outcome.seconds < 5


@pytest.mark.parametrize(
    ("defaults", "named", "in_default", "in_graphs"),
    [
        (None, None, 20_007, 20_007),
        (("urn:g:0",), None, 10_000, 0),
        (("urn:g:0", "urn:g:1"), (), 20_000, 0),
        (None, ("urn:g:odd",), 0, 7),
        (("urn:g:1",), ("urn:g:odd",), 10_000, 7),
        ((), (), 0, 0),
    ],
)
def test_the_request_names_the_data_set(
    served: Served,
    defaults: tuple[str, ...] | None,
    named: tuple[str, ...] | None,
    in_default: int,
    in_graphs: int,
) -> None:
    for query, expected in (
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", in_default),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", in_graphs),
    ):
        asked = Asked(query, 1, "json", defaults, named)
        assert count(served.run(asked, LIMITS, most_bytes=1 << 20)[1]) == expected


def test_the_query_names_the_data_set(served: Served) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <urn:g:odd> { ?s ?p ?o }"
    assert count(served.ask(query)[1]) == 7
    over = Asked(query, 1, "json", ("urn:g:0",))
    assert count(served.run(over, LIMITS, most_bytes=1 << 20)[1]) == 10_000


@pytest.fixture(scope="module")
def own(home: Path) -> Iterator[Served]:
    with serving(home, default_graph="own", children=1) as pool:
        yield pool


def test_a_store_may_have_a_default_graph_of_its_own(own: Served) -> None:
    assert count(own.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[1]) == 0
    assert count(own.ask("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")[1]) == 20_007


def test_what_is_no_query_is_told_with_its_place(served: Served) -> None:
    with pytest.raises(BadQuery, match=r"not valid SPARQL: error at 2:") as caught:
        served.ask("ASK {\n  }}")
    assert isinstance(caught.value.__cause__, SyntaxError)


@pytest.mark.parametrize("query", ["SELECT (<urn:f>(1) AS ?x) {}", "ASK { ?s ?p ?o FILTER(<urn:f>(?s)) }"])
def test_an_unknown_function_is_named(served: Served, query: str) -> None:
    with pytest.raises(BadQuery, match="urn:f"):
        served.ask(query)


def test_relative_iris_are_those_of_the_base(served: Served) -> None:
    query = "SELECT (STR(<a>) AS ?a) (STR(<../#b>) AS ?b) {}"
    asked = Asked(query, 1, "json", base="http://there.example/x/sparql")
    body = served.run(asked, LIMITS, most_bytes=1 << 20)[1]
    assert rows(body) == [{"a": "http://there.example/x/a", "b": "http://there.example/#b"}]
    with pytest.raises(BadQuery, match="not valid SPARQL: error at 1:"):
        served.ask(query)
    own = Asked(f"BASE <urn:own:x>\n{query}", 1, "json", base="no iri")
    with pytest.raises(BadQuery):
        served.run(own, LIMITS, most_bytes=100)


def test_what_the_engine_quotes_of_a_query_is_cut(served: Served) -> None:
    with pytest.raises(BadQuery, match="urn:fff") as caught:
        served.ask(f"SELECT (<urn:{'f' * 3_000_000}>(1) AS ?x) {{}}")
    assert len(caught.value.message) < 1_100


@pytest.mark.parametrize("graph", ["no iri", "urn:a\x00", "<urn:a>"])
def test_a_graph_without_an_iri_is_refused(served: Served, graph: str) -> None:
    with pytest.raises(BadQuery):
        served.run(Asked("ASK {}", 1, "json", (graph,)), LIMITS, most_bytes=100)


@pytest.mark.parametrize("query", ["ASK {} # \ud800", "", "\x00", "ASK {} \ufffe" * 3, "SELECT" * 50_000])
def test_texts_that_are_no_queries_are_refused(served: Served, query: str) -> None:
    with pytest.raises(BadQuery):
        served.ask(query)
    assert served.alive()


def test_a_generation_that_is_not_there_is_unavailable(served: Served) -> None:
    with pytest.raises(Unavailable, match="17"):
        served.run(Asked("ASK {}", 17, "json"), LIMITS, most_bytes=100)
    assert served.alive()


#: What opens a query, what is repeated before its middle, the middle, what is repeated after it, what closes it.
NESTED = {
    "groups": ("ASK {", "{", "", "}", "}"),
    "parentheses": ("ASK { FILTER(", "(", "true", ")", ") }"),
    "negations": ("ASK { FILTER(", "!", "true", "", ") }"),
    "paths": ("ASK { ?s ", "(", "<urn:p:value>", ")", " ?o }"),
    "selects": ("", "SELECT * {", "", "}", ""),
    "triple terms": ("ASK { ?s ?p ", "<<( ?s ?p ", "?o", " )>>", " }"),
}


def nested(kind: str, depth: int) -> str:
    opening, before, middle, after, closing = NESTED[kind]
    return opening + before * depth + middle + after * depth + closing


@pytest.mark.parametrize("kind", sorted(NESTED))
def test_ten_thousand_levels_are_answered(served: Served, kind: str) -> None:
    head, _ = served.ask(nested(kind, 10_000))
    assert head.form in {"ASK", "SELECT"}


@pytest.mark.parametrize("kind", ["groups", "parentheses"])
def test_half_a_million_levels_are_refused_and_harm_nobody(served: Served, kind: str) -> None:
    with pytest.raises(BadQuery, match="too deeply nested"):
        served.ask(nested(kind, 500_000))
    assert served.alive()


def test_a_child_calls_only_whom_the_operator_allows(home: Path) -> None:
    def answer(handler: Handler) -> None:
        send(handler, table("x", "far"))

    with far_side(answer) as allowed, far_side(answer) as other:
        with serving(home, services=allowed.iri, children=1) as served:
            query = "SELECT ?x ?o { <urn:s:odd> <urn:p:number> ?o SERVICE <%s> { ?s ?p ?x } }"
            assert rows(served.ask(query % allowed.iri)[1]) == [{"x": "far", "o": "7"}]
            with pytest.raises(Unavailable):
                served.ask(query % other.iri)
            with pytest.raises(BadQuery, match="17 times"):
                served.ask("ASK {" + f"SERVICE <{allowed.iri}> {{ ?s ?p ?x }} " * 17 + "}")
        assert (len(allowed.heard), len(other.heard)) == (1, 0)


def test_an_endpoint_that_fails_is_named_and_is_no_error_of_ours(home: Path) -> None:
    with (
        far_side(lambda handler: send(handler, b"no", status=500)) as side,
        serving(home, services=side.iri, children=1) as served,
        capture_logs() as logged,
    ):
        with pytest.raises(Unavailable) as caught:
            served.ask(f"SELECT * {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} }}")
        assert caught.value.message == f"<{side.iri}> cannot be asked: it answered with status 500"
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


def test_without_allowed_endpoints_no_child_calls_anybody(served: Served) -> None:
    with far_side(lambda handler: send(handler, table("x", "secret"))) as side:
        with pytest.raises(Unavailable):
            served.ask(f"SELECT * {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} }}")
        assert not side.heard
