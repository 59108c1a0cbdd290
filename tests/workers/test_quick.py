"""The quick door: what passes gets the very bytes a child gives, and what could cost much does not pass."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from medkg.namespaces import PREFIXES
from medkg.store.generations import Generations
from medkg.store.reader import Snapshot, open_generation
from medkg.store.writer import Writer
from medkg.workers.asked import Asked
from medkg.workers.quick import LONGEST, MOST_BYTES, answer_quickly, quick_query
from tests.workers.serving import LIMITS, Served, serving


@pytest.fixture(scope="module")
def snapshot(home: Path) -> Snapshot:
    return open_generation(Generations(home), 1)


IRIS = st.sampled_from(["<urn:s:odd>", "<urn:s:1>", "<urn:p:value>", "<urn:p:odd>", "<urn:g:1>", "<urn:none>"])
NAMES = st.sampled_from(["skos:prefLabel", "s:odd", "s:1", "rdf:type", "p:value", "p:none"])
TERMS = IRIS | NAMES
VARIABLES = st.sampled_from(["?s", "?p", "?o", "$o", "?s1"])
TEXTS = st.sampled_from(['"value 1"', "'value 101'", '"hé"@fr', '"hé"@FR', '"7"^^xsd:integer', '"07"^^xsd:integer'])
SPACES = st.sampled_from([" ", "\n", "\t \r\n", "  "])
PROLOGUE = "PREFIX s: <urn:s:>\nprefix p:<urn:p:> "
SELECTED = st.sampled_from(["*", "?o", "?s ?p ?o", "$p", "?nothing ?o"])
CLOSED = st.sampled_from(["}", "}", ". }", "} LIMIT 10", "} limit 0", "} LIMIT 1000"])
#: What makes most queries invalid or costly, each put in the place of something harmless.
FLAWS = {
    PROLOGUE: [
        "",
        "PREFIX : <urn:s:> PREFIX s: <urn:p:>",
        "BASE <urn:s:>",
        "PREFIX s: <x>",
        "PREFIX e: <urn:e:> ASK {}",
    ],
    "{": ["", "{ ?a ?b ?c .", "{{", "{ GRAPH ?g {", "{ SERVICE <urn:s:1> {", "FROM <urn:g:1> {", "{ OPTIONAL {", "( {"],
    "}": ["", "}}", "} OFFSET 1", "} LIMIT 5000", "} ORDER BY ?o", "; }", ", ?x }", "# }", "} VALUES ?o { 1 }", "} }"],
    "?o": ["7", "true", "_:b", "[]", "()", "'''a'''", "<relative>", "?s", "(?p AS ?x)", "DISTINCT ?o", '""', "a", "?ö"],
    " ": ["", "\u00a0", "\x00", "#\n", "^", "*", "/", "+ ", "\\u0020"],
    ":": [":\\,", ":%20", ":.", "::", ":-", ":é", ":a.b"],
}


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Give queries of one pattern; every other one has a flaw, so that it is invalid, costly, or still harmless."""
    subject, verb = draw(TERMS | TERMS | TERMS | VARIABLES), draw(TERMS | VARIABLES | st.just("a"))
    pattern = draw(SPACES).join([subject, verb, draw(TERMS | VARIABLES | VARIABLES | TEXTS)])
    if draw(st.booleans()):
        pattern = f"GRAPH {draw(st.sampled_from(['<urn:g:1>', '<urn:g:odd>', 's:1']))} {{ {pattern} }}"
    form = draw(st.sampled_from(["ASK", "ask", "ASK WHERE"]) | SELECTED.map(lambda names: f"SELECT {names}"))
    query = f"{PROLOGUE} {form}{draw(SPACES)}{{ {pattern} {draw(CLOSED)}"
    if draw(st.booleans()):
        harmless = draw(st.sampled_from(sorted(FLAWS)))
        query = query.replace(harmless, draw(st.sampled_from(FLAWS[harmless])), draw(st.sampled_from([1, 2, 9])))
    return query


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries(), st.sampled_from(["json", "xml", "csv", "tsv"]))
def test_what_passes_gets_the_bytes_that_a_child_gives(
    served: Served, snapshot: Snapshot, query: str, wanted: str
) -> None:
    quick = quick_query(query)
    found = quick and answer_quickly(snapshot, quick, wanted, union=True)
    event("answered" if found else "let through" if quick else "kept out")
    if found is not None:
        head, body = served.run(Asked(query, 1, wanted), LIMITS, most_bytes=1 << 20)
        assert head.format == wanted
        assert body == found


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { <urn:s:odd> ?p ?o }",
        "SELECT * WHERE { <urn:s:odd> ?p ?o . }",
        "select?p?o{<urn:s:odd> ?p ?o}",
        "ASK { <urn:s:odd> a skos:Concept }",
        "PREFIX s: <urn:s:>\nSELECT ?o { s:1 <urn:p:value> ?o } LIMIT 3",
        "SELECT ?s { ?s <urn:p:value> 'value 7' } LIMIT 1",
        "SELECT ?o { GRAPH <urn:g:odd> { <urn:s:odd> <urn:p:odd> ?o } }",
    ],
)
@pytest.mark.parametrize("wanted", ["json", "xml", "csv", "tsv"])
def test_point_queries_pass(served: Served, snapshot: Snapshot, query: str, wanted: str) -> None:
    quick = quick_query(query)
    if query.startswith("select?p"):
        assert quick is None  # not worth reading: nobody writes so
        return
    assert quick is not None
    found = answer_quickly(snapshot, quick, wanted, union=True)
    assert found == served.ask(query, wanted)[1]


def test_only_the_prefixes_used_are_given_to_the_engine() -> None:
    quick = quick_query("PREFIX x: <urn:x> SELECT * { skos:Concept x:skos ?o }")
    assert quick is not None
    assert quick.prefixes == {"skos": PREFIXES["skos"]}


NEAR_MISSES = {
    "no end in sight": "SELECT * { ?s ?p ?o }",
    "a limit too high": "SELECT * { ?s ?p ?o } LIMIT 1001",
    "a limit of many digits": f"SELECT * {{ ?s ?p ?o }} LIMIT {'0' * 900}1",
    "the same variable twice: all is looked at for nothing": "SELECT * { ?s ?p ?s } LIMIT 1",
    "the same variable, written otherwise": "ASK { ?s $s <urn:x> }",
    "the same in predicate and object": "ASK { <urn:s:1> ?x ?x }",
    "order": "SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 1",
    "distinct": "SELECT DISTINCT ?p { ?s ?p ?o } LIMIT 1",
    "reduced": "SELECT REDUCED ?p { ?s ?p ?o } LIMIT 1",
    "offset": "SELECT * { ?s ?p ?o } LIMIT 1 OFFSET 100000000",
    "offset first": "SELECT * { ?s ?p ?o } OFFSET 100000000 LIMIT 1",
    "group": "SELECT ?s { ?s ?p ?o } GROUP BY ?s LIMIT 1",
    "an aggregate": "SELECT (COUNT(*) AS ?n) { <urn:s:1> ?p ?o }",
    "two patterns": "SELECT * { <urn:s:1> ?p ?o . ?a ?b ?c }",
    "two objects": "SELECT * { <urn:s:1> ?p ?o, ?q }",
    "two verbs": "SELECT * { <urn:s:1> ?p ?o; ?q ?r }",
    "a path": "ASK { <urn:s:1> <urn:p:value>* ?o }",
    "an inverse path": "ASK { <urn:s:1> ^<urn:p:value> ?o }",
    "a sequence": "ASK { <urn:s:1> <urn:p:value>/<urn:p:value> ?o }",
    "a filter": "SELECT * { <urn:s:1> ?p ?o FILTER(?o) }",
    "a bind": "SELECT * { <urn:s:1> ?p ?o BIND(1 AS ?x) }",
    "values": "SELECT * { <urn:s:1> ?p ?o } VALUES ?o { 1 }",
    "a sub-select": "SELECT * { { SELECT * { <urn:s:1> ?p ?o } } }",
    "nesting": "SELECT * {{ <urn:s:1> ?p ?o }}",
    "all graphs": "SELECT * { GRAPH ?g { <urn:s:1> ?p ?o } }",
    "another server": "SELECT * { SERVICE <urn:s:1> { <urn:s:1> ?p ?o } }",
    "a data set": "SELECT * FROM <urn:g:1> { <urn:s:1> ?p ?o }",
    "a data set without white space": "SELECT * FROM<urn:g:1>{ <urn:s:1> ?p ?o }",
    "a comment": "SELECT * { <urn:s:1> ?p ?o # }\n}",
    "an escape in the text": "SELECT * { <urn:s:1> ?p '\\u0027 }' }",
    "an escape in an IRI": "SELECT * { <urn:s:\\u0031> ?p ?o }",
    "an escape in a name": "SELECT * { <urn:s:1> skos:a\\,b ?o }",
    "a name with dots": "SELECT * { <urn:s:1> skos:a.b ?o }",
    "a name with percent signs": "SELECT * { <urn:s:1> skos:a%20b ?o }",
    "a long text": "SELECT * { <urn:s:1> ?p '''a''' }",
    "a text over two lines": "SELECT * { <urn:s:1> ?p 'a\nb' }",
    "an annotation": "SELECT * { <urn:s:1> ?p ?o {| ?a ?b |} }",
    "a reifier": "SELECT * { <urn:s:1> ?p ?o ~ ?r }",
    "a triple term": "SELECT * { <urn:s:1> ?p <<( ?a ?b ?c )>> }",
    "a blank node": "SELECT * { _:a ?p ?o }",
    "a property list": "SELECT * { [] ?p ?o }",
    "a list": "SELECT * { <urn:s:1> ?p (1 2) }",
    "construct": "CONSTRUCT WHERE { <urn:s:1> ?p ?o }",
    "describe": "DESCRIBE <urn:s:1>",
    "an update": "DELETE WHERE { <urn:s:1> ?p ?o }",
    "a second query": "ASK { <urn:s:1> ?p ?o } ASK {}",
    "a base": "BASE <urn:s:> ASK { <1> ?p ?o }",
    "a variable that goes on in another script": "SELECT * { <urn:s:1> ?p ?pé }",
    "graph and an open brace": "SELECT * { GRAPH <urn:g:1> { <urn:s:1> ?p ?o }",
    "a brace too many": "SELECT * { <urn:s:1> ?p ?o }}",
    "white space that is none": "SELECT * { <urn:s:1>\u00a0?p ?o }",
    "NUL": "SELECT * { <urn:s:1> ?p ?o }\x00",
    "nothing": "",
}


@pytest.mark.parametrize("query", NEAR_MISSES.values(), ids=NEAR_MISSES.keys())
def test_near_misses_are_kept_out(query: str) -> None:
    assert quick_query(query) is None


@pytest.mark.parametrize(
    "piece",
    [
        "PREFIX a: <urn:a> ",
        "?a ",
        "SELECT ",
        "{ ",
        " ",
        "<",
        "'",
        '"',
        ":",
        "a:",
        "-",
        "<urn:a>",
        "@en-a",
        "^^",
        "(",
        "#",
    ],
)
@pytest.mark.parametrize("start", ["", "SELECT * { ", "SELECT ", "PREFIX ", "ASK { <urn:s:1> ?p '"])
def test_reading_takes_no_time(piece: str, start: str) -> None:
    text = (start + piece * LONGEST)[:LONGEST]
    began = time.perf_counter()
    assert quick_query(text) is None
    assert quick_query(text * 1000) is None
    assert time.perf_counter() - began < 0.05


def test_a_long_query_is_not_looked_at() -> None:
    query = "SELECT * { <urn:s:odd> ?p ?o }"
    assert quick_query(query + " " * (LONGEST - len(query))) is not None
    assert quick_query(query + " " * (LONGEST + 1 - len(query))) is None


@pytest.mark.parametrize(
    "query", ["SELECT * { <relative> ?p ?o }", "ASK { nobody:x ?p ?o }", "SELECT ?o ?o { <urn:a> ?p ?o }"]
)
def test_what_the_engine_refuses_is_left_to_a_child(snapshot: Snapshot, query: str) -> None:
    quick = quick_query(query)
    assert quick is not None
    assert answer_quickly(snapshot, quick, "json", union=True) is None


def test_formats_of_triples_are_left_to_a_child(snapshot: Snapshot) -> None:
    quick = quick_query("ASK { <urn:s:odd> ?p ?o }")
    assert quick is not None
    assert answer_quickly(snapshot, quick, "ttl", union=True) is None


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Snapshot]]:
    """Give a store in which one subject has 10,000 statements, and one in the default graph."""
    folder = tmp_path_factory.mktemp("crowded") / "home"
    one, graph = ox.NamedNode("urn:one"), ox.NamedNode("urn:g")
    quads = [ox.Quad(one, ox.NamedNode("urn:p"), ox.Literal(f"value {number}"), graph) for number in range(10_000)]
    with Writer(folder) as writer:
        writer.replace(quads, reason="tests", owned="urn:")
    with serving(folder, children=1, default_graph="own") as served:
        yield served, open_generation(Generations(folder), 1)


def test_a_large_answer_is_left_to_a_child_soon(crowded: tuple[Served, Snapshot]) -> None:
    quick = quick_query("SELECT * { <urn:one> ?p ?o }")
    assert quick is not None
    assert answer_quickly(crowded[1], quick, "json", union=True) is None
    small = quick_query("SELECT ?o { <urn:one> ?p ?o } LIMIT 400")
    assert small is not None
    found = answer_quickly(crowded[1], small, "json", union=True)
    assert found is not None
    assert found.count(b"value ") == 400
    assert len(found) <= MOST_BYTES


def test_the_default_graph_is_the_same_in_both(crowded: tuple[Served, Snapshot]) -> None:
    served, snapshot = crowded
    for query in ("ASK { <urn:one> ?p ?o }", "ASK { GRAPH <urn:g> { <urn:one> ?p ?o } }"):
        quick = quick_query(query)
        assert quick is not None
        assert answer_quickly(snapshot, quick, "json", union=False) == served.ask(query)[1]
