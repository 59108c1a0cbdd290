"""The SPARQL 1.1 protocol: ways to ask, formats of answers, refusals, the editor, the description."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.parse
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient

from medkg.web import create_app

from .conftest import settings_of

SELECT = "SELECT ?label WHERE { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } ORDER BY ?label LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . FILTER(?s = <https://w3id.org/medkg/id/project/innomed-up>) }"
SHAPES_ASK = "ASK { <https://w3id.org/medkg/shape/Secret> ?p ?o }"


def rows_in(body: bytes, media: str) -> int:
    """Count the rows of a table by reading it."""
    if media == "text/csv":
        return len(list(csv.reader(io.StringIO(body.decode(), newline="")))) - 1
    solutions = ox.parse_query_results(body, ox.QueryResultsFormat.from_media_type(media))
    assert isinstance(solutions, ox.QuerySolutions)
    return len(list(solutions))


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_three_ways_to_ask_give_one_answer(client: FlaskClient, way: str) -> None:
    if way == "get":
        answer = client.get("/sparql", query_string={"query": SELECT})
    elif way == "form":
        answer = client.post("/sparql", data={"query": SELECT})
    else:
        answer = client.post("/sparql", data=SELECT, content_type="application/sparql-query")
    assert answer.status_code == 200
    assert answer.mimetype == "application/sparql-results+json"
    assert len(json.loads(answer.data)["results"]["bindings"]) == 3
    assert answer.headers["X-Generation"] == "7"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_select_is_negotiated(client: FlaskClient, accept: str, media: str) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert rows_in(answer.data, media) == 3


# rdflib warns of its own JSON-LD reader.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
        ("*/*", "turtle"),
    ],
)
def test_construct_is_negotiated_and_parses(client: FlaskClient, accept: str, syntax: str) -> None:
    answer = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": accept})
    graph = rdflib.Graph().parse(data=answer.data, format=syntax)
    reference = client.get("/sparql", query_string={"query": CONSTRUCT, "format": "nt"}).data
    assert len(graph) == len(list(ox.parse(reference, format=ox.RdfFormat.N_TRIPLES))) > 10


def test_ask_and_format_argument(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "ASK {}", "format": "xml"})
    root = ElementTree.fromstring(answer.data)  # noqa: S314 - our own answer
    assert [item.text for item in root.iter("{http://www.w3.org/2005/sparql-results#}boolean")] == ["true"]


def test_editor_that_leaves_the_format_open_gets_one_that_fits(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": CONSTRUCT, "format": ""}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    other = client.get("/sparql", query_string={"query": CONSTRUCT, "format": "csv"})
    assert (other.status_code, other.mimetype) == (200, "text/turtle")
    wrong = client.get("/sparql", query_string={"query": CONSTRUCT, "format": "pdf"})
    assert wrong.status_code == 406


def test_format_that_does_not_exist_is_406(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.json is not None
    assert set(answer.json["available"]) == {"json", "xml", "csv", "tsv"}


def test_default_graph_is_the_union_of_all_graphs(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": SHAPES_ASK}).json == {"head": {}, "boolean": True}
    named = "ASK { GRAPH <https://w3id.org/medkg/graph/preferred> { ?s ?p ?o } }"
    assert client.get("/sparql", query_string={"query": named}).json == {"head": {}, "boolean": True}


@pytest.mark.parametrize("name", ["default-graph-uri", "FROM"])
def test_data_set_is_chosen_by_protocol_or_query(client: FlaskClient, name: str) -> None:
    graph = "https://w3id.org/medkg/graph/inferred"
    count = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
    if name == "FROM":
        answer = client.get("/sparql", query_string={"query": count.format(f"FROM <{graph}>")})
    else:
        answer = client.post("/sparql", data={"query": count.format(""), "default-graph-uri": graph})
    assert json.loads(answer.data)["results"]["bindings"][0]["n"]["value"] == "4"


@pytest.mark.parametrize(
    "clause",
    ["FROM:inferred", "from:inferred", "FROM:preferred FROM NAMED:claims FROM:inferred", "FROM # FROM\n:inferred"],
)
def test_a_prefix_may_touch_the_word_from(client: FlaskClient, clause: str) -> None:
    count = f"PREFIX : <https://w3id.org/medkg/graph/> SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"
    apart = re.sub(r"(FROM|NAMED):", r"\1 :", count, flags=re.IGNORECASE)
    assert rows(client, count) == rows(client, apart)
    assert rows(client, count) != rows(client, count.replace(clause, ""))


def rows(client: FlaskClient, query: str) -> object:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/json"})
    return json.loads(answer.data)["results"]["bindings"]


def test_a_prefix_called_from_chooses_no_data_set(client: FlaskClient) -> None:
    query = "PREFIX from: <http://x/> SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?s != from:a) }"
    assert rows(client, query) == rows(client, query.replace("from:", "x:"))


def test_named_graph_of_the_protocol(client: FlaskClient) -> None:
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    graph = "https://w3id.org/medkg/graph/inferred"
    found = client.get("/sparql", query_string={"query": query, "named-graph-uri": graph}).json
    assert found is not None
    assert [row["g"]["value"] for row in found["results"]["bindings"]] == [graph]


@pytest.mark.parametrize(
    "query",
    [
        "LOAD <http://127.0.0.1:9/data>",
        "PREFIX x: <http://x/> INSERT DATA { x:a x:b x:c }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
    ],
)
def test_what_writes_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get("/sparql", query_string={"query": query})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert "refused" in answer.json["detail"]


def test_updates_are_refused(client: FlaskClient) -> None:
    for answer in (
        client.post("/sparql", data={"update": "CLEAR ALL"}),
        client.post("/sparql", data="CLEAR ALL", content_type="application/sparql-update"),
        client.get("/sparql", query_string={"update": "CLEAR ALL"}),
    ):
        assert answer.status_code == 400


def test_syntax_error_names_its_position(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT * WHERE {\n ?s ?p }"})
    assert answer.status_code == 400
    assert answer.json is not None
    assert (answer.json["line"], answer.json["column"]) == (2, 9)
    page = client.get("/sparql", query_string={"query": "SELECT * WHERE {\n ?s ?p }"}, headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert "2:9" in page.text


def test_unknown_function_is_the_askers_problem(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT (<http://x/f>(1) AS ?x) {}"})
    assert answer.status_code == 400
    assert answer.json is not None
    assert "http://x/f" in answer.json["detail"]


def test_wrong_bodies(client: FlaskClient) -> None:
    assert client.post("/sparql", data="x", content_type="text/plain").status_code == 415
    assert client.post("/sparql", data={"q": "ASK {}"}).status_code == 400
    assert client.post("/sparql", data=b"\xff\xfe", content_type="application/sparql-query").status_code == 400
    assert client.post("/sparql", data=b"#" * (3 << 20), content_type="application/sparql-query").status_code == 413
    assert client.put("/sparql", data="x").status_code == 405


def test_editor_works_without_a_script(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert '<form class="editor" action="/sparql" method="get"' in page
    assert '<textarea id="query" name="query"' in page
    assert "<button>Run</button>" in page


def test_editor_tells_the_limits_and_the_prefixes(client: FlaskClient, home: Path) -> None:
    french = client.get("/sparql", headers={"Accept": "text/html", "Accept-Language": "fr"})
    told = french.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Une requête peut durer 30 secondes et donner 256 Mio" in told
    assert "<code>skos:</code>" in told
    limits = json.dumps({"anonymous": {"seconds": 7, "result_mib": 3}})
    other = create_app(settings_of(home, limits=limits)).test_client()
    again = other.get("/sparql", headers={"Accept": "text/html", "If-None-Match": french.headers["ETag"]})
    assert again.status_code == 200
    assert "A query may run for 7 seconds and give 3\N{NO-BREAK SPACE}MiB" in again.text


def test_a_browser_sees_a_table_with_ways_to_take_it_away(client: FlaskClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    query = "SELECT ?thing ?label { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
    page = client.get("/sparql", query_string={"query": query}, headers=browser).text
    assert '<th><bdi dir="ltr">thing</bdi></th><th><bdi dir="ltr">label</bdi></th>' in page
    assert 'href="/project/innomed-up"' in page
    assert "&lt;script&gt;alert" in page
    assert "<script>" not in page
    assert "&amp;format=csv" in page
    again = client.get("/sparql", query_string={"query": query, "edit": "1"}, headers=browser).text
    assert "skos/core#prefLabel&gt;" in again[again.index("<textarea") :]
    assert "Yes" in client.get("/sparql", query_string={"query": "ASK {}"}, headers=browser).text


def test_a_table_that_is_cut_says_so(client: FlaskClient) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 501"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
    assert "501 rows." in page
    assert "Only the first 500 are shown here" in page
    assert page.count("<tr>") == 501


def test_service_description(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.data, format="turtle")
    endpoint = rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#endpoint")
    assert [str(item) for item in graph.objects(None, endpoint)] == ["http://localhost/sparql"]


def test_options_and_head(client: FlaskClient) -> None:
    options = client.options("/sparql")
    assert options.status_code == 204
    assert options.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"
    head = client.head("/sparql?" + urllib.parse.urlencode({"query": SELECT}))
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) > 100


def test_xml_keeps_control_characters_out(client: FlaskClient) -> None:
    query = r'SELECT ("a\rb\u0001c" AS ?x) {}'
    answer = client.get("/sparql", query_string={"query": query, "format": "xml"})
    root = ElementTree.fromstring(answer.data)  # noqa: S314 - our own answer
    assert [item.text for item in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == ["a\rbc"]
