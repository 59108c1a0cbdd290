"""The suites are worth what their comparison is worth: it must see every difference and no other."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tests.w3c.isomorphism import Row, isomorphic, isomorphic_in_order
from tests.w3c.results import Outcome, Spellings, Table, agree, table
from tests.w3c.suites import Score, exceptions, unexpected

A, B, C, D = (ox.BlankNode(name) for name in "abcd")
P, Q = ox.NamedNode("http://example.org/p"), ox.NamedNode("http://example.org/q")


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ([(A, P)], [(B, P)], True),
        ([(A, P), (A, Q)], [(B, Q), (B, P)], True),
        ([(A, P), (A, Q)], [(B, P), (C, Q)], False),
        ([(A, A)], [(A, B)], False),
        ([(A, P)], [(P, A)], False),
        ([(P,), (P,)], [(P,)], False),
        ([(P,), (P,), (Q,)], [(P,), (Q,), (Q,)], False),
        ([(None, P)], [(A, P)], False),
        ([(A, B), (B, A)], [(C, D), (D, C)], True),
        ([(A, B), (B, A), (C, D), (D, C)], [(A, B), (B, C), (C, D), (D, A)], False),
        ([(A, B), (B, C), (C, A)], [(B, A), (A, C), (C, B)], True),
    ],
)
def test_rows_are_the_same_but_for_the_names_of_blank_nodes(ours: list[Row], theirs: list[Row], same: bool) -> None:
    assert isomorphic(ours, theirs) is same
    assert isomorphic(theirs, ours) is same


def test_two_triangles_are_no_hexagon_though_every_node_looks_alike() -> None:
    nodes = [ox.BlankNode(f"n{number}") for number in range(6)]
    triangles: list[Row] = [(nodes[i], nodes[(i + 1) % 3 + 3 * (i // 3)]) for i in range(6)]
    hexagon: list[Row] = [(nodes[i], nodes[(i + 1) % 6]) for i in range(6)]
    assert not isomorphic(triangles, hexagon)
    assert isomorphic(hexagon, hexagon[3:] + hexagon[:3])


def test_order_counts_where_the_test_fixes_it() -> None:
    assert isomorphic_in_order([(P,), (A,)], [(P,), (B,)])
    assert not isomorphic_in_order([(P,), (Q,)], [(Q,), (P,)])


def typed(spelling: str, kind: str) -> bytes:
    return f'?x\n"{spelling}"^^<http://www.w3.org/2001/XMLSchema#{kind}>\n'.encode()


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        (typed("01", "integer"), typed("1", "integer"), True),
        (typed("1", "integer"), typed("1.0", "decimal"), False),
        (typed("1", "int"), typed("1", "integer"), False),
        (typed("1e0", "double"), typed("1.0", "double"), True),
        (typed("NaN", "double"), typed("NaN", "double"), True),
        (typed("1", "boolean"), typed("true", "boolean"), True),
        (typed("1", "boolean"), typed("false", "boolean"), False),
        (typed("x", "integer"), typed("y", "integer"), False),
        (b'?x\n"a"@en\n', b'?x\n"a"\n', False),
    ],
)
def test_numbers_are_compared_by_type_and_value(ours: bytes, theirs: bytes, same: bool) -> None:
    assert agree(table(ours, "tsv"), table(theirs, "tsv")) is same


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (True, False),
        (True, Table(("x",), [])),
        (Table(("x",), []), Table(("y",), [])),
        (Table(("x",), [(P,), (Q,)], ordered=True), Table(("x",), [(Q,), (P,)])),
        (Spellings(("x",), [("1.0",)]), Spellings(("x",), [("1",)])),
        ([(P, Q, A)], [(P, Q, Q)]),
    ],
)
def test_differences_are_seen(expected: Outcome, found: Outcome) -> None:
    assert not agree(expected, found)
    assert agree(expected, expected)


def test_reduced_allows_any_number_of_repetitions_up_to_all() -> None:
    whole = Table(("x",), [(P,), (P,), (Q,)])
    assert agree(whole, Table(("x",), [(P,), (Q,)]), lax=True)
    assert not agree(whole, Table(("x",), [(P,), (P,)]), lax=True)
    assert not agree(whole, Table(("x",), [(P,), (P,), (P,), (Q,)]), lax=True)


def test_an_exception_that_passes_is_told_like_a_failure() -> None:
    known = exceptions()
    nearly = Score("some", len(known), dict.fromkeys(list(known)[1:], "wrong"))
    assert unexpected([nearly]) == [
        f"{next(iter(known))} passed, so it is no exception: {known[next(iter(known))]}",
    ]
    one_more = Score("some", len(known) + 1, dict.fromkeys([*known, "sparql11/add/add01"], "wrong"))
    assert unexpected([one_more]) == ["sparql11/add/add01 failed: wrong"]
