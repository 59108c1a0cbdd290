"""SERVICE to allowed endpoints, whole: guard, child, relay, broker, and real endpoints that count who calls."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from medkg.errors import BadQuery
from medkg.outgoing.calls import redirected
from medkg.outgoing.endpoints import read_endpoints
from medkg.outgoing.relay import MOST_CALLS
from medkg.outgoing.request import Caller
from medkg.workers.guard import refuse_forbidden
from tests.outgoing.enclosed import ask_enclosed
from tests.outgoing.far_side import FarSide, far_side, send, table


@pytest.fixture
def side() -> Iterator[FarSide]:
    with far_side(lambda handler: send(handler, table("x", "one", "two"))) as running:
        yield running


def test_an_allowed_endpoint_answers(side: FarSide) -> None:
    query = f"SELECT ?x {{ SERVICE <{side.iri}> {{ ?s <urn:q> ?x FILTER(?x > 'a') }} }}"
    refuse_forbidden(query, [side.iri])
    assert ask_enclosed(query, side.iri) == ['"one"', '"two"']
    path, body, headers = side.heard[0]
    assert path == "/sparql"
    assert "?s <urn:q> ?x" in body
    assert headers["Host"] == f"127.0.0.1:{side.port}"
    assert not {"Authorization", "Cookie", "Proxy-Authorization"} & set(headers)


def test_its_answer_is_joined_with_our_own_statements(side: FarSide) -> None:
    query = f"SELECT ?o ?x {{ <urn:s1> <urn:p> ?o SERVICE <{side.iri}> {{ ?s ?p ?x }} }}"
    assert ask_enclosed(query, side.iri) == ['"1" "one"', '"1" "two"']


def test_two_endpoints_are_told_apart(side: FarSide) -> None:
    with far_side(lambda handler: send(handler, table("y", "other"))) as other:
        query = f"SELECT ?x ?y {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} SERVICE <{other.iri}> {{ ?t ?q ?y }} }}"
        assert ask_enclosed(query, f"{other.iri} {side.iri}") == ['"one" "other"', '"two" "other"']
        assert len(side.heard) == len(other.heard) == 1


def test_two_large_answers_are_read_at_the_same_time() -> None:
    """Neither fits the sockets between engine and relay: an answer that waits for the other would never come."""
    many = table("x", *(f"{number:0200}" for number in range(40_000)))
    with (
        far_side(lambda handler: send(handler, many)) as first,
        far_side(lambda handler: send(handler, many)) as second,
    ):
        calls = " ".join(f"SERVICE <{side.iri}> {{ ?s ?p ?x }}" for side in (first, second))
        query = f"SELECT (COUNT(*) AS ?n) {{ {calls} }}"
        assert ask_enclosed(query, f"{first.iri} {second.iri}") == [
            '"40000"^^<http://www.w3.org/2001/XMLSchema#integer>'
        ]


def test_an_endpoint_is_asked_about_another_by_its_own_address(side: FarSide) -> None:
    query = f"SELECT ?x {{ SERVICE <{side.iri}> {{ ?s ?p ?x SERVICE <{side.iri}> {{ ?a ?b ?x }} }} }}"
    ask_enclosed(query, side.iri)
    assert f"SERVICE <{side.iri}>" in side.heard[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "'SERVICE <I> {'",
        "'''SERVICE <I> {'''",
        "'it\\'s SERVICE SILENT <I> {'",
        '"a#" # SERVICE <I> {\n',
        "'<' # SERVICE <I> {\n",
    ],
)
def test_the_same_letters_in_a_text_or_a_comment_stay(side: FarSide, text: str) -> None:
    text = text.replace("<I>", f"<{side.iri}>")
    query = f"SELECT ({text} AS ?t) ?x {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} }}"
    refuse_forbidden(query, [side.iri])
    rows = ask_enclosed(query, side.iri)
    expected = f"SERVICE {'SILENT ' if 'SILENT' in text else ''}<{side.iri}> {{" if "#" not in text else text[1:2]
    assert len(rows) == 2
    assert all(expected in row and "/0/" not in row for row in rows)


def test_what_only_looks_like_an_iri_to_a_reader_stays(side: FarSide) -> None:
    text = f"b SERVICE <{side.iri}> {{ "
    query = f"SELECT ?o {{ ?s ?p ?o FILTER(?o <'a>' && '{text}' = CONCAT('b SER', 'VICE <{side.iri}> {{ ')) }}"
    assert ask_enclosed(query, side.iri) == ['"0"', '"1"', '"2"']
    assert not side.heard


def test_a_prefix_of_the_registry_may_stand_before_the_call(side: FarSide) -> None:
    query = f"SELECT ?x {{ OPTIONAL {{ ?s rdfs:label ?l }} SERVICE <{side.iri}> {{ ?s rdfs:seeAlso ?x }} }}"
    assert side.iri not in redirected(query, {side.iri: "http://127.0.0.1:1234/x/0/"})


def test_an_endpoint_that_fails_fails_the_query_and_says_why() -> None:
    with far_side(lambda handler: send(handler, b"no", status=500)) as side:
        told = ask_enclosed(f"SELECT * {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} }}", side.iri)
        assert isinstance(told, str)
        assert f"<{side.iri}> cannot be asked: it answered with status 500" in told
        assert "/0/" not in told


def test_silent_takes_a_failure_for_an_empty_answer() -> None:
    with far_side(lambda handler: send(handler, b"no", status=500)) as side:
        query = f"SELECT ?o {{ <urn:s1> <urn:p> ?o SERVICE SILENT <{side.iri}> {{ ?s ?p ?x }} }}"
        assert ask_enclosed(query, side.iri) == ['"1"']
        assert len(side.heard) == 1


def test_one_query_may_not_call_without_end(side: FarSide) -> None:
    rows = " ".join(f"{number}" for number in range(MOST_CALLS + 1))
    query = f"SELECT * {{ VALUES ?n {{ {rows} }} LATERAL {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} }} }}"
    told = ask_enclosed(query, side.iri)
    assert f"more than {MOST_CALLS} times" in str(told)
    assert len(side.heard) == MOST_CALLS


def test_too_many_places_are_refused_before_anybody_is_called(side: FarSide) -> None:
    query = f"SELECT * {{ {f'SERVICE <{side.iri}> {{ ?s ?p ?x }} ' * 17} }}"
    with pytest.raises(BadQuery, match="17 times in the query, of at most 16"):
        ask_enclosed(query, side.iri)
    assert not side.heard


def test_an_answer_beyond_the_memory_of_the_child_ends_it() -> None:
    """Half of an answer must not be taken for the beginning of the next."""
    size = 100 << 20
    with far_side(lambda handler: send(handler, b" " * size)) as large:
        caller = Caller(allowed=read_endpoints(large.iri), most_bytes=size)
        query = f"SELECT * {{ SERVICE <{large.iri}> {{ ?s ?p ?x }} }}"
        with pytest.raises(AssertionError, match=f"ended with {signal.SIGABRT.value}$"):
            ask_enclosed(query, large.iri, caller, spare_mib=10)


def test_a_wrong_query_is_reported_where_it_is_wrong(side: FarSide) -> None:
    query = f"SELECT * {{ SERVICE <{side.iri}> {{ ?s ?p ?x }} FILTRE(1) }}"
    column = query.index("FILTRE") + 1
    told = str(ask_enclosed(query, side.iri))
    assert told.startswith("SyntaxError: error at 1:")
    assert column <= int(told.split(":")[2].split()[0]) <= column + 8


def test_without_the_guard_there_is_still_no_way_to_an_address_that_is_not_allowed(side: FarSide) -> None:
    with far_side(lambda handler: send(handler, table("x", "secret"))) as other:
        told = ask_enclosed(f"SELECT * {{ SERVICE <{other.iri}> {{ ?s ?p ?x }} }}", side.iri)
        assert "Connection refused" in str(told)
        assert not other.heard
