"""Parameters become typed terms; hostile text stays text."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.errors import BadParameter
from medkg.query.catalogue import NamedQuery, Parameter
from medkg.query.parameters import bind, to_term


def query_with(kind: str, *, required: bool = True, scheme: str = "") -> NamedQuery:
    parameter = Parameter(name="x", type=kind, required=required, scheme=scheme)
    text = '#+ a comment with VALUES ?x { "never this" }\nSELECT ?x WHERE { VALUES ?x { "an } example" } }'
    return NamedQuery(id="q", family="f", text=text, summary="s", title={}, parameters={"x": parameter})


def answer(query: NamedQuery, value: str) -> list[object]:
    rows = ox.Store().query(bind(query, {"x": value}))
    assert isinstance(rows, ox.QuerySolutions)
    return [row["x"] for row in rows]


@pytest.mark.parametrize(
    ("kind", "text", "term"),
    [
        ("iri", "id:project/innomed-up", ox.NamedNode("https://w3id.org/medkg/id/project/innomed-up")),
        ("iri", "https://example.org/a", ox.NamedNode("https://example.org/a")),
        ("iri", "urn:x:y", ox.NamedNode("urn:x:y")),
        ("string", ' "quoted" ', ox.Literal('"quoted"')),
        ("integer", "12", ox.Literal(12)),
        ("decimal", "1.50", ox.Literal("1.50", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))),
        ("lang", "AR", ox.Literal("ar")),
    ],
)
def test_a_text_becomes_a_term(kind: str, text: str, term: ox.NamedNode | ox.Literal) -> None:
    assert to_term(Parameter(name="x", type=kind), text) == term


def test_a_slug_names_a_concept_of_the_scheme() -> None:
    parameter = Parameter(name="theme", type="iri", scheme="theme")
    expected = ox.NamedNode("https://w3id.org/medkg/scheme/theme/circular-economy")
    assert to_term(parameter, "circular-economy") == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("iri", "not an iri"),
        ("iri", "https://example.org/> } DROP ALL #"),
        ("integer", "1.5"),
        ("integer", "1; DROP ALL"),
        ("decimal", "NaN"),
        ("decimal", "1e1001"),
        ("decimal", "1e9999999999"),
        ("decimal", "0e-9999999999"),
        ("date", "2019-13-01"),
        ("lang", "en } UNION {"),
    ],
)
def test_a_text_of_the_wrong_type_is_refused_and_named(kind: str, text: str) -> None:
    with pytest.raises(BadParameter) as caught:
        bind(query_with(kind), {"x": text})
    assert "x" in str(caught.value)
    assert kind in str(caught.value)


def test_an_unknown_name_and_a_missing_value_are_refused() -> None:
    with pytest.raises(BadParameter, match="no such parameter"):
        bind(query_with("string"), {"y": "1"})
    with pytest.raises(BadParameter, match="a value is required"):
        bind(query_with("string"), {})


def test_an_optional_parameter_left_out_is_unbound() -> None:
    assert answer(query_with("string", required=False), "") == [None]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip() != ""))
def test_any_text_arrives_as_itself_and_nothing_else(text: str) -> None:
    assert answer(query_with("string"), text) == [ox.Literal(text.strip())]
