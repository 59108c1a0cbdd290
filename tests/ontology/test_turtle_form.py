"""The stable form keeps the meaning, does not depend on the order of the input, and is its own fixed point."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, XSD

from medkg.errors import OntologyError
from medkg.ontology.files import ontology_files, read_turtle, turtle_files
from medkg.ontology.parsing import parse_turtle
from medkg.ontology.turtle import format_turtle, write_turtle
from medkg.settings import load_settings

FOLDER = load_settings(environ={}).ontology
EX = Namespace("https://example.org/")
PREFIXES = "@prefix ex: <https://example.org/> .\n"


@pytest.mark.parametrize("path", turtle_files(FOLDER), ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_stable_form_of_a_shipped_file_means_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    formatted = format_turtle(text, str(path))
    assert isomorphic(parse_turtle(formatted, str(path)), parse_turtle(text, str(path)))
    assert format_turtle(formatted, str(path)) == formatted


@pytest.mark.parametrize("path", turtle_files(FOLDER), ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_shipped_file_is_in_the_stable_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == format_turtle(text, str(path)), "run: medkg ontology format"


def test_the_order_of_the_input_makes_no_difference() -> None:
    path = ontology_files(FOLDER)[-1]
    shipped = read_turtle(path)
    triples = list(shipped)
    random.Random(7).shuffle(triples)  # noqa: S311 - any order will do
    shuffled = Graph(bind_namespaces="none")
    names: dict[object, BNode] = {}
    for prefix, namespace in shipped.namespaces():
        shuffled.bind(prefix, namespace)
    for triple in triples:
        s, p, o = (names.setdefault(t, BNode()) if isinstance(t, BNode) else t for t in triple)
        shuffled.add((s, p, o))
    assert write_turtle(shuffled, "shuffled") == write_turtle(shipped, "shipped")


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
LITERALS = st.one_of(
    TEXTS.map(Literal),
    st.tuples(TEXTS, st.sampled_from(["en", "fr", "ar", "pt-br"])).map(lambda pair: Literal(pair[0], lang=pair[1])),
    st.sampled_from(["1", "-1", "01", "1.5", "1.", ".5"]).map(lambda t: Literal(t, datatype=XSD.decimal)),
    st.sampled_from(["1", "+1", "007"]).map(lambda text: Literal(text, datatype=XSD.integer)),
    st.just(Literal("2019-09", datatype=XSD.gYearMonth)),
)
NODES = st.sampled_from([EX.a, EX["b.c"], EX["d/e"], URIRef("urn:f"), EX["g-"], EX["1"]])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NODES, st.sampled_from([EX.p, EX.q, RDF.value]), st.one_of(NODES, LITERALS)), max_size=12))
def test_any_graph_survives(triples: list[tuple[URIRef, URIRef, URIRef | Literal]]) -> None:
    graph = Graph(bind_namespaces="none")
    graph.bind("ex", EX)
    for triple in triples:
        graph.add(triple)
    again = parse_turtle(write_turtle(graph, "any"), "any")
    assert {tuple(t.n3() for t in triple) for triple in again} == {tuple(t.n3() for t in triple) for triple in graph}


def test_comments_stay_in_front_of_what_they_precede() -> None:
    text = (
        f"# About the file.\n{PREFIXES}\n# About b.\nex:b ex:p 1 .\n\n# About a.\nex:a ex:p <urn:x#y> .\n# The end.\n"
    )
    assert format_turtle(text, "notes.ttl") == (
        f"# About the file.\n\n{PREFIXES}\n# About a.\nex:a ex:p <urn:x#y> .\n\n"
        "# About b.\nex:b ex:p 1 .\n\n# The end.\n"
    )


def test_a_hash_in_a_string_is_no_comment() -> None:
    text = f'{PREFIXES}\nex:a ex:p "no # comment" ;\n    ex:q """two\nlines # neither""" .\n'
    assert format_turtle(text, "hash.ttl") == text


def test_both_spellings_of_a_directive_are_read() -> None:
    text = "PREFIX ex: <https://example.org/>\n# About a.\nex:a ex:p ex:b .\n"
    assert format_turtle(text, "sparql.ttl") == f"{PREFIXES}\n# About a.\nex:a ex:p ex:b .\n"


def test_a_base_is_kept_for_what_has_no_prefix() -> None:
    text = "@base <https://example.org/> .\n\n<a/b> <p> <c> .\n"
    assert format_turtle(text, "base.ttl") == text


def test_a_literal_keeps_its_spelling() -> None:
    text = f'{PREFIXES}\nex:a ex:p "007"^^<http://www.w3.org/2001/XMLSchema#byte> ,\n        007 ,\n        1.50 .\n'
    assert format_turtle(text, "numbers.ttl") == text


def test_unused_prefixes_go() -> None:
    assert format_turtle(PREFIXES + "<urn:a> <urn:p> <urn:b> .\n", "x.ttl") == "<urn:a> <urn:p> <urn:b> .\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ex:a ex:p ex:b ; # why\n    ex:q ex:c .\n", r"x\.ttl, line 2: a comment inside a statement: '# why'"),
        ("# about nothing\n[] ex:p ex:b .\n", r"the comment in front of '\[\]' would lose its place"),
        ("ex:a ex:p _:n . ex:b ex:p _:n . _:n ex:q 1 .\n", "a blank node is used twice"),
        ("_:n ex:p _:m . _:m ex:p _:n .\n", "a circle of blank nodes"),
        ("ex:a ex:p .\n", r"x\.ttl, line 2: not valid Turtle"),
        ("eg:a ex:p ex:b .\n", r"x\.ttl, line 2: not valid Turtle"),
        ("<a> ex:p ex:b .\n", r"x\.ttl, line 2: not valid Turtle"),
    ],
)
def test_what_has_no_stable_form_is_refused(text: str, message: str) -> None:
    with pytest.raises(OntologyError, match=message):
        format_turtle(PREFIXES + text, "x.ttl")
