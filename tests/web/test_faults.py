"""The place where reading a query stopped: what the engine says of broken queries leads a reader to the mistake."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.syntax import position_of
from medkg.web.components import FaultView
from medkg.web.faults import fault_in


def fault_of(query: str) -> FaultView:
    """Give the place in a query that the real engine refuses."""
    with pytest.raises(SyntaxError) as refused:
        ox.Store().query(query)
    place = position_of(str(refused.value))
    assert place is not None
    fault = fault_in(query, f"{place[0]}:{place[1]}", str(refused.value))
    assert fault is not None
    return fault


@pytest.mark.parametrize(
    ("query", "mistake"),
    [
        ("SELECT * WHERE {\n ?s ?p }", "}"),
        ("SELECT * {\n ?s 'ééé😀' }", "'ééé😀'"),
        ("SELECT * {\r\n ?s 'é' }", "'é'"),
        ("SELECT * { ?s ?p ?o } LIMIT x", "x"),
        ("SELECT * { ?a foo:bar ?c }", "foo:bar"),
        ("SELECT * { ?a <a b> ?c }", "b>"),
        ("SELECT", "SELECT"),
        ("SELECT * { ?s ?p ?o", "?o"),
        ('SELECT * {\n ?s ?p ?o\n FILTER(lang(?o) = "ar"\n}\nORDER BY ?o', "}"),
    ],
)
def test_the_mistake_is_among_the_marked_words(query: str, mistake: str) -> None:
    assert mistake in " ".join(line.marked for line in fault_of(query).lines)


def test_the_marked_line_is_the_queries_own_with_those_above_it() -> None:
    fault = fault_of("# 1\n# 2\n# 3\nSELECT *\nWHERE { ?s foo:bar ?o }\n# 6")
    assert (fault.line, fault.column) == (5, 19)
    shown = [(line.number, line.before, line.marked, line.behind) for line in fault.lines]
    assert shown == [(3, "# 3", "", ""), (4, "SELECT *", "", ""), (5, "WHERE { ?s ", "foo:bar", " ?o }")]


def test_a_keyword_that_was_looked_for_leads_back_to_where_it_was() -> None:
    query = "ASK { FILTER(1 = 1\n}\nORDER BY ?x"
    told = fault_in(query, "3:2", "error at 3:2: expected NOT")
    other = fault_in(query, "3:2", 'error at 3:2: expected one of "(", NOT')
    assert told is not None
    assert other is not None
    assert [line.marked for line in told.lines] == ["", "}", "ORDER"]
    assert [line.marked for line in other.lines] == ["", "", "ORDER"]


@pytest.mark.parametrize(
    ("query", "hint", "marked"),
    [
        ("SELECT * {\n ?a foo:bar ?c }", "fault.prefix", "foo:bar"),
        ("SELECT * { ?a <http://a b> ?c }", "fault.iri", "b>"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", "fault.twice", None),
        ("SELECT (?x AS ?y) { ?x ?y ?z }", "fault.twice", None),
        ("SELECT ?x (COUNT(*) AS ?n) { ?x ?y ?z }", "fault.unbound", None),
        ("SELECT ?x { ?x ?y ?z } GROUP BY ?y", "fault.unbound", None),
        ("SELECT * { ?a ?b ?c", "", "?c"),
    ],
)
def test_mistakes_the_engine_knows_by_name_are_told_by_name(query: str, hint: str, marked: str | None) -> None:
    fault = fault_of(query)
    assert fault.hint == hint
    assert (fault.lines[-1].marked if fault.lines else None) == marked


def test_a_line_without_end_is_cut_around_the_mistake() -> None:
    query = f"SELECT * {{ {'?s ?p ?o . ' * 1_000} ?s foo:bar ?o . {'?s ?p ?o . ' * 1_000} }}"
    line = fault_of(query).lines[0]
    assert line.marked == "foo:bar"
    assert line.before.startswith("…")
    assert line.behind.endswith("…")
    assert len(line.before + line.behind) < 250
    word = fault_in("a" * 100_000, "1:50000", "")
    assert word is not None
    assert 1 <= len(word.lines[0].marked) <= 200


def test_a_place_outside_the_query_has_no_line() -> None:
    assert fault_in("ASK {}", "9:1", "") == FaultView(9, 1)
    assert fault_in(" \n ", "1:1", "") == FaultView(1, 1)
    assert fault_in("ASK {}", "", "") is None


@given(
    query=st.text(st.sampled_from("a {}\n\r\t'é😀\u202e\u2028<&"), max_size=300),
    line=st.integers(0, 40),
    column=st.integers(0, 400),
    expected=st.sampled_from(["expected NOT", "expected one of LATERAL, SERVICE, [_]", 'expected "}"', ""]),
)
def test_what_is_shown_stands_in_the_query(query: str, line: int, column: int, expected: str) -> None:
    fault = fault_in(query, f"{line}:{column}", f"error at {line}:{column}: {expected}")
    assert fault is not None
    assert (fault.line, fault.column) == (line, column)
    lines = query.split("\n")
    for shown in fault.lines:
        text = (shown.before + shown.marked + shown.behind).strip("…")
        assert text in lines[shown.number - 1]
        assert shown.marked == shown.marked.strip() or shown.marked == ""
