"""Identifiers, pages and data of things: what answers, where it leads, and that nothing is left out."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.parse
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from medkg.namespaces import BASE, Graphs
from medkg.web.links import page_path
from medkg.web.statements import anchor_of

from .conftest import fixture_store

HTML = {"Accept": "text/html"}
PROJECT = "https://w3id.org/medkg/id/project/innomed-up"
SUBJECTS = sorted(
    {
        quad.subject.value
        for quad in fixture_store()
        if isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.startswith(BASE)
        and getattr(quad.graph_name, "value", "") != Graphs.SHAPES
        and not quad.subject.value.endswith("nat-tech-uni-athens")
    }
)


class Anchors(HTMLParser):
    """Collects the anchors of the statements a page shows, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.found.update((values.get("data-statements") or "").split())
        self.found.add(values.get("id") or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def anchors(html: str) -> Anchors:
    parser = Anchors()
    parser.feed(html)
    return parser


@given(iri=st.sampled_from(SUBJECTS))
@hypothesis_settings(max_examples=len(SUBJECTS), deadline=None)
def test_page_shows_every_statement_of_its_thing(app_client: FlaskClient, store: ox.Store, iri: str) -> None:
    answer = app_client.get(page_path(iri), headers=HTML)
    assert answer.status_code == 200, iri
    shown = anchors(answer.text).found
    for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None, None):
        if getattr(quad.graph_name, "value", "") != Graphs.SHAPES:
            assert anchor_of(iri, quad.predicate.value, quad.object) in shown, quad


def test_project_page_tells_its_parts_with_every_statement(app_client: FlaskClient, store: ox.Store) -> None:
    shown = anchors(app_client.get("/project/innomed-up", headers=HTML).text).found
    parts = (
        "figure/innomed-up-total-002",
        "participation/innomed-up-ntua",
        "figure/birzeit-002",
        "objective/innomed-up-1",
    )
    for part in (*parts, "gap/innomed-up-birzeit-region"):
        iri = f"{BASE}id/{part}"
        quads = list(store.quads_for_pattern(ox.NamedNode(iri), None, None, None))
        assert quads
        for quad in quads:
            assert anchor_of(iri, quad.predicate.value, quad.object) in shown, quad


def test_project_page_tells_all_its_founding_document_says(app_client: FlaskClient, store: ox.Store) -> None:
    shown = anchors(app_client.get("/project/innomed-up", headers=HTML).text).found
    path: str | None = "/project/innomed-up?section=remainder"
    while path:
        page = app_client.get(path, headers=HTML).text
        shown |= anchors(page).found
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(Graphs.SOURCE + "002_doc")):
        assert anchor_of(getattr(quad.subject, "value", ""), quad.predicate.value, quad.object) in shown, quad


def test_statement_shows_source_lines_and_claim(client: FlaskClient) -> None:
    page = client.get("/project/innomed-up", headers=HTML).text
    start = page.index('href="/claim/00000000000000aa"')
    badge = page[start : page.index("</span>", page.index("lines", start))]
    assert "stated" in badge
    assert "/source/002_doc" in badge
    assert "L5, L37–L46" in page[start : start + 600]


def test_preferred_value_comes_first_and_others_are_named_as_such(client: FlaskClient) -> None:
    page = client.get("/project/innomed-up", headers=HTML).text
    first, others, second = (
        page.index("September 1, 2019"),
        page.index("Other sources say"),
        page.index("October 15, 2019"),
    )
    assert first < others < second


def test_inferred_value_names_its_rule(client: FlaskClient) -> None:
    page = client.get("/project/innomed-up", headers=HTML).text
    assert 'href="/rule/property-chain"' in page


def test_amounts_keep_their_precision(client: FlaskClient) -> None:
    page = client.get("/project/innomed-up", headers=HTML).text
    assert "3.12 million EUR" in page
    assert "between €3,115,000 and €3,125,000" in page
    assert "1.1 million – 1.5 million EUR" in page
    assert "€236,910.29" in page


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "/project/innomed-up"),
        ("*/*", "/project/innomed-up"),
        ("text/turtle", "/project/innomed-up.ttl"),
        ("application/n-triples", "/project/innomed-up.nt"),
        ("application/ld+json", "/project/innomed-up.jsonld"),
        ("application/rdf+xml", "/project/innomed-up.rdf"),
        ("application/json", "/project/innomed-up.json"),
        ("text/csv", "/project/innomed-up.csv"),
        ("text/html;q=0.3, text/turtle;q=0.8", "/project/innomed-up.ttl"),
    ],
)
def test_identifier_leads_to_what_the_reader_prefers(client: FlaskClient, accept: str, target: str) -> None:
    answer = client.get("/id/project/innomed-up", headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["Location"] == target
    assert "Accept" in answer.headers["Vary"]


def test_unknown_format_is_406_and_names_what_exists(client: FlaskClient) -> None:
    answer = client.get("/id/project/innomed-up", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.json is not None
    assert answer.json["available"]["ttl"] == "text/turtle"
    assert set(answer.json["available"]) == {"html", "ttl", "jsonld", "nt", "rdf", "json", "csv"}


def test_earlier_identifier_leads_on_permanently(client: FlaskClient) -> None:
    for path, target in (
        ("/id/actor/nat-tech-uni-athens", "/id/actor/ntua"),
        ("/actor/nat-tech-uni-athens.ttl", "/actor/ntua.ttl"),
    ):
        answer = client.get(path, headers=HTML)
        assert (answer.status_code, answer.headers["Location"]) == (301, target)


@pytest.mark.parametrize(
    "path",
    [
        "/project/a b",
        "/project/%3Cx%3E",
        "/project/%7B%7D.ttl",
        "/project/%00",
        "/id/project/%22%3E",
        "/ontology/%7B",
        "/ontology/",
        "/scheme/x%20y",
        "/graph/%20",
        "/project/" + "a" * 5000,
        "/project/..%2f..%2fetc",
        "/project/.ttl",
        "/project/innomed-up/",
        "/project/innomed-up?by=not an iri",
        "/project/innomed-up?by=%3Cx%3E",
        "/static/../wsgi.py",
    ],
)
def test_address_that_no_thing_can_have_is_404(client: FlaskClient, path: str) -> None:
    for headers in (HTML, {}):
        assert client.get(path, headers=headers).status_code == 404


@given(
    start=st.sampled_from(
        [
            "/",
            "/project/",
            "/id/actor/",
            "/ontology/",
            "/scheme/",
            "/graph/",
            "/source/",
            "/search?q=",
            "/browse/",
            "/sparql?query=",
        ]
    ),
    rest=st.text(max_size=40),
    accept=st.sampled_from(["text/html", "text/turtle", "application/json", "*/*", "", "nonsense"]),
)
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_address_breaks_the_server(app_client: FlaskClient, start: str, rest: str, accept: str) -> None:
    answer = app_client.get(start + urllib.parse.quote(rest, safe="/"), headers={"Accept": accept})
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "path", ["/id/project/nobody", "/project/nobody", "/project/nobody.ttl", "/id/dragon/x", "/graph/nowhere"]
)
def test_unknown_thing_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


def test_404_page_suggests_a_search(client: FlaskClient) -> None:
    assert 'value="birzeit uni"' in client.get("/actor/birzeit-uni", headers=HTML).text


def expected_triples(store: ox.Store) -> set[ox.Triple]:
    return {quad.triple for quad in store.quads_for_pattern(ox.NamedNode(PROJECT), None, None, None)}


# rdflib warns of its own JSON-LD reader.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("suffix", "syntax"),
    [("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")],
)
def test_data_parse_and_hold_every_statement(client: FlaskClient, store: ox.Store, suffix: str, syntax: str) -> None:
    answer = client.get(f"/project/innomed-up.{suffix}")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    graph = rdflib.Graph().parse(data=answer.data, format=syntax)
    engine = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
    subjects = {str(item) for item in graph.subjects()}
    assert PROJECT in subjects
    assert BASE + "id/figure/birzeit-002" in subjects
    if suffix in engine:
        triples = {quad.triple for quad in ox.parse(answer.data, format=engine[suffix])}
        assert expected_triples(store) <= triples
    assert len(set(graph.predicate_objects(rdflib.URIRef(PROJECT)))) == len(expected_triples(store))


def test_json_gives_statements_with_their_origins(client: FlaskClient) -> None:
    body = json.loads(client.get("/project/innomed-up.json").data)
    acronym = next(item for item in body["statements"] if item["property"].endswith("/acronym"))
    assert acronym["value"] == "INNOMED-UP"
    assert acronym["origins"][0] == {
        "status": "stated",
        "source": BASE + "id/source/002_doc",
        "claim": BASE + "id/claim/00000000000000aa",
        "row": "s002-002",
        "lines": [[5, 5], [37, 46]],
    }
    assert body["generation"] == 7


def test_csv_gives_one_row_per_statement_and_origin(client: FlaskClient, store: ox.Store) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/project/innomed-up.csv").text, newline="")))
    told = {(row["property"], row["value"]) for row in rows if row["subject"] == PROJECT}
    assert told == {(item.predicate.value, getattr(item.object, "value", "")) for item in expected_triples(store)}
    assert {row["status"] for row in rows} >= {"stated", "external", "inferred", "chosen"}


def test_page_negotiates_too_and_says_where_the_data_are(client: FlaskClient) -> None:
    answer = client.get("/project/innomed-up", headers={"Accept": "text/turtle"})
    assert answer.mimetype == "text/turtle"
    assert answer.headers["Content-Location"] == "/project/innomed-up.ttl"
    links = client.get("/project/innomed-up", headers=HTML).headers.getlist("Link")
    assert '</project/innomed-up.jsonld>; rel="alternate"; type="application/ld+json"' in links


def test_incoming_links_are_counted_and_paged(client: FlaskClient) -> None:
    page = client.get("/place/greece", headers=HTML).text
    assert "What refers to this" in page
    by = "https://w3id.org/medkg/ontology/country"
    first = client.get("/place/greece", query_string={"by": by}, headers=HTML).text
    assert "National Technical University of Athens" in first
    assert "Pôle Mer Méditerranée" in first


def test_hostile_literals_are_only_text(client: FlaskClient) -> None:
    page = client.get("/project/hostile", headers=HTML).text
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(&#39;name&#39;)&lt;/script&gt;" in page
    assert 'href="javascript:' not in page


def test_source_page_tells_lines_in_order(client: FlaskClient) -> None:
    numbers: list[int] = []
    path: str | None = "/source/002_doc"
    while path:
        page = client.get(path, headers=HTML).text
        numbers += [int(item.split("<")[0].split("–")[0].split(",")[0]) for item in page.split("<h3><bdi>L")[1:]]
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else None
    assert numbers
    assert numbers == sorted(numbers)


def test_shapes_stay_out_of_pages(client: FlaskClient) -> None:
    assert client.get("/shape/Secret", headers=HTML).status_code == 404


def test_graph_page_and_data(client: FlaskClient, store: ox.Store) -> None:
    assert "statements" in client.get("/graph/preferred", headers=HTML).text
    body = client.get("/graph/source/002_doc.nt").data
    expected = list(store.quads_for_pattern(None, None, None, ox.NamedNode(Graphs.SOURCE + "002_doc")))
    assert len(list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))) == len(expected)
