"""A graph of /store as RDF/XML or JSON-LD: whole, refused at once, or visibly broken; never a little wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from medkg.endpoint.exchange import BrokenOff

from .conftest import EX, app_over, make, settings_of


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Give a registry with graphs that XML cannot hold, and one that it can."""
    p, o = ox.NamedNode(EX + "p"), ox.Literal("line\r\nend\t")
    graphs: dict[str, list[ox.Triple]] = {
        "predicate": [ox.Triple(p, ox.NamedNode(EX + "1"), o)],
        "character": [ox.Triple(p, p, ox.Literal("bell\x07"))],
        "term": [ox.Triple(p, p, ox.Triple(p, p, o))],
        "fine": [ox.Triple(ox.BlankNode("1a"), p, o), ox.Triple(p, p, ox.BlankNode("1a"))],
        "late": [ox.Triple(ox.NamedNode(f"{EX}s/{n}"), p, ox.Literal(f"{n:0200}")) for n in range(5_000)],
    }
    graphs["late"].append(ox.Triple(ox.NamedNode("urn:z"), ox.NamedNode(EX + "1"), o))
    quads = [
        ox.Quad(one.subject, one.predicate, one.object, ox.NamedNode(EX + name))
        for name, triples in graphs.items()
        for one in triples
    ]
    home = make(tmp_path_factory.mktemp("strange") / "home", quads).home
    with app_over(settings_of(home)) as app:
        yield app.test_client(use_cookies=False)


@pytest.mark.parametrize(
    ("graph", "name", "told"),
    [
        ("predicate", "rdf", f"<{EX}1>, which does not"),
        ("character", "rdf", "U+0007"),
        ("term", "jsonld", "triple term"),
    ],
)
def test_a_graph_that_a_format_cannot_hold_is_refused_as_a_query_is(
    strange: FlaskClient, graph: str, name: str, told: str
) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{EX}{graph}> {{ ?s ?p ?o }} }}"
    asked = strange.get("/sparql", query_string={"query": query, "format": name})
    answer = strange.get("/store", query_string={"graph": EX + graph, "format": name})
    assert (asked.status_code, answer.status_code) == (400, 406)
    assert asked.json is not None
    assert answer.json is not None
    assert told in answer.json["detail"]
    assert answer.json["detail"].endswith(asked.json["detail"])
    assert strange.get("/store", query_string={"graph": EX + graph}).status_code == 200


def test_a_data_set_that_json_ld_cannot_hold_is_refused(strange: FlaskClient) -> None:
    answer = strange.get("/store", headers={"Accept": "application/ld+json"})
    assert answer.status_code == 406
    assert "triple term" in str(answer.json)
    assert strange.get("/store", headers={"Accept": "application/n-quads"}).status_code == 200


def test_what_xml_can_hold_comes_whole(strange: FlaskClient) -> None:
    read = {}
    for name, kind in (("rdf", ox.RdfFormat.RDF_XML), ("nt", ox.RdfFormat.N_TRIPLES)):
        answer = strange.get("/store", query_string={"graph": EX + "fine", "format": name})
        read[name] = ox.Dataset(ox.parse(answer.data, format=kind))
        read[name].canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert read["rdf"] == read["nt"]
    assert len(read["rdf"]) == 2


def test_what_xml_cannot_hold_breaks_an_answer_that_has_begun(strange: FlaskClient) -> None:
    with pytest.raises(BrokenOff):
        strange.get("/store", query_string={"graph": EX + "late", "format": "rdf"})
