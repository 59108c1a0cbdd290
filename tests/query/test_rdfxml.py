"""What is given as RDF/XML is read back as the same triples, by the engine and by an XML parser of its own."""

from __future__ import annotations

from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.errors import BadQuery
from medkg.query.rdfxml import written

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = (
    "http://a.example/",
    "urn:a:",
    RDF,
    "http://www.w3.org/2000/xmlns/",
    "http://www.w3.org/2004/02/skos/core#",
)
ENDINGS = st.text(st.sampled_from("ab1-._:/#%é·ª𠀀&'?") | st.characters(categories=["L", "N"]), max_size=4)
#: An IRI has one fragment.
IRIS = st.builds(str.__add__, st.sampled_from(NAMESPACES), ENDINGS).filter(lambda iri: iri.count("#") < 2)
NAMED = IRIS.map(lambda iri: ox.NamedNode(iri.replace("%", "%20")))
BLANK = st.sampled_from(["1a", "a", "b1a", "_a", "a.b", "é", "a_2e_b"]).map(ox.BlankNode)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
PLAIN = TEXTS.map(ox.Literal) | TEXTS.map(lambda text: ox.Literal(text, language="el"))
PREDICATES = NAMED | st.just(ox.NamedNode(f"{RDF}type"))
INNER = st.builds(ox.Triple, NAMED | BLANK, PREDICATES, NAMED | BLANK | PLAIN)
TRIPLES = st.builds(ox.Triple, NAMED | BLANK, PREDICATES, NAMED | BLANK | PLAIN | INNER)


def canonical(triples: list[ox.Triple]) -> ox.Dataset:
    found = ox.Dataset(ox.Quad(*triple) for triple in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


@given(st.lists(TRIPLES, max_size=4))
def test_the_same_triples_come_back(triples: list[ox.Triple]) -> None:
    fit = []
    for triple in triples:
        try:
            written([triple])
        except BadQuery:
            continue
        fit.append(triple)
    body = written(fit)
    ElementTree.fromstring(body)  # noqa: S314 - our own data
    assert canonical([quad.triple for quad in ox.parse(body, format=ox.RdfFormat.RDF_XML)]) == canonical(fit)


@pytest.mark.parametrize(
    "iri", ["http://a.example/", "http://a.example/1", "http://a.example/%20", "http://a.example/ª", f"{RDF}li"]
)
def test_what_is_no_name_is_told(iri: str) -> None:
    node = ox.NamedNode("urn:a:a")
    with pytest.raises(BadQuery, match=rf"cannot carry <{iri}>.*Turtle"):
        written([ox.Triple(node, node, node), ox.Triple(node, ox.NamedNode(iri), node)])


@pytest.mark.parametrize("end", ["a", "a1", "é", "a·", "?a=b&c", "1a"])
def test_what_is_a_name_is_carried(end: str) -> None:
    node = ox.NamedNode("urn:a:a")
    triple = ox.Triple(node, ox.NamedNode(f"http://a.example/{end}"), ox.BlankNode("1"))
    (found,) = ox.parse(written([triple]), format=ox.RdfFormat.RDF_XML)
    assert found.predicate == triple.predicate
