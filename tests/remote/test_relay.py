"""Strangers' queries over another service: passed on, bounded, told when they were cut, ended when nobody reads."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TypeVar

import pyoxigraph as ox
import pytest

from medkg.access.limits import Limits, limits_for
from medkg.access.roles import Role
from medkg.errors import BadQuery, LimitExceeded, Unavailable
from medkg.remote.address import read_address
from medkg.remote.answers import told_as_ours
from medkg.remote.call import Call
from medkg.remote.reader import RemoteReader
from medkg.remote.relay import Relay
from medkg.remote.service import Service
from medkg.settings import Settings
from medkg.store.reader import Snapshot
from medkg.workers.answer import Answer
from medkg.workers.asked import Asked
from tests.outgoing.far_side import Handler, certificate_for, far_side, send, table
from tests.remote.conftest import NO_VIRTUOSO, Behind
from tests.remote.servers import ISQL, VIRTUOSO, virtuoso
from tests.remote.values import rows

LIMITS = limits_for(Settings(), Role.ANONYMOUS)
#: Takes longer than the limits here, and still ends: Oxigraph's server goes on when its client has gone.
SLOW = """
    SELECT (COUNT(*) AS ?n) WHERE {
      { SELECT ?a WHERE { ?a ?b ?c } LIMIT 4000 }
      { SELECT ?d WHERE { ?d ?e ?f } LIMIT 4000 }
      FILTER(CONTAINS(CONCAT(STR(?a), STR(?d)), "nowhere"))
    }
"""
MANY = "SELECT ?s ?p ?o WHERE { GRAPH mkg:preferred { ?s ?p ?o } }"

Result = TypeVar("Result")


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Relay]:
    relay = Relay(Settings(), RemoteReader(address).service)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.close()


async def whole(answer: Answer) -> bytes:
    return b"".join([piece async for piece in answer])


def asked(query: str, wanted: str = "json", **dataset: tuple[str, ...]) -> Asked:
    return Asked(query, 1, wanted, dataset.get("default_graphs"), dataset.get("named_graphs"))


def over(address: str, work: Callable[[Relay], Awaitable[Result]]) -> Result:
    """Give what some work with a relay gives."""

    async def run() -> Result:
        async with opened(address) as relay:
            return await work(relay)

    return asyncio.run(run())


def body_of(address: str, question: Asked, limits: Limits = LIMITS) -> bytes:
    async def work(relay: Relay) -> bytes:
        return await whole(await relay.answer(question, limits))

    return over(address, work)


@pytest.mark.parametrize(
    ("name", "format_"),
    [("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML), ("tsv", ox.QueryResultsFormat.TSV)],
)
def test_rows_come_in_the_format_asked_for(
    behind: Behind, local: Snapshot, name: str, format_: ox.QueryResultsFormat
) -> None:
    found = ox.parse_query_results(body_of(behind.address, asked(MANY, name)), format_)
    assert rows(found) == rows(local.query(MANY))


@pytest.mark.parametrize("name", ["nt", "ttl", "rdf", "jsonld"])
def test_triples_come_in_the_format_asked_for(behind: Behind, local: Snapshot, name: str) -> None:
    text = "CONSTRUCT { ?s skos:prefLabel ?o } WHERE { GRAPH mkg:preferred { ?s skos:prefLabel ?o } }"
    formats = {"nt": "application/n-triples", "ttl": "text/turtle", "rdf": "application/rdf+xml"}
    format_ = ox.RdfFormat.from_media_type(formats.get(name, "application/ld+json"))
    triples = {quad.triple for quad in ox.parse(body_of(behind.address, asked(text, name)), format=format_)}
    found = local.query(text)
    assert isinstance(found, ox.QueryTriples)
    assert triples == set(found)


@pytest.mark.parametrize(("text", "expected"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s <urn:nobody> ?o }", False)])
def test_ask_is_answered_as_the_standard_says(behind: Behind, text: str, expected: bool) -> None:
    assert json.loads(body_of(behind.address, asked(text)))["boolean"] is expected


def test_a_format_that_does_not_fit_gives_the_first_that_does(behind: Behind) -> None:
    async def work(relay: Relay) -> tuple[str, str]:
        answer = await relay.answer(asked("ASK {}", "ttl"), LIMITS)
        await whole(answer)
        return answer.head.form, answer.head.format

    assert over(behind.address, work) == ("ASK", "json")


def test_the_request_chooses_the_data_set(behind: Behind, local: Snapshot) -> None:
    graph = "https://w3id.org/medkg/graph/ontology"
    question = asked("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", default_graphs=(graph,))
    body = json.loads(body_of(behind.address, question))
    assert int(body["results"]["bindings"][0]["n"]["value"]) == local.graphs[graph]


def test_an_answer_says_what_it_took(behind: Behind) -> None:
    async def work(relay: Relay) -> tuple[Answer, int]:
        answer = await relay.answer(asked(MANY), LIMITS)
        return answer, len(await whole(answer))

    answer, size = over(behind.address, work)
    assert answer.outcome is not None
    assert answer.outcome.complete
    assert answer.outcome.bytes == size
    assert 0 < answer.outcome.seconds < 30


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * WHERE { SERVIC\\u0045 ?where { ?s ?p ?o } }",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "LOAD <http://127.0.0.1:1/>",
        'DEFINE get:soft "replacing" SELECT * WHERE { ?s ?p ?o }',
        'de\\u0066ine get:soft "replacing" SELECT * WHERE { ?s ?p ?o }',
        "SELECT (bif:http_get('http://127.0.0.1:1/') AS ?x) WHERE {}",
        "SELECT (<sql:anything>(1) AS ?x) WHERE {}",
        "nothing of the kind",
        "",
        "ASK { FILTER(" + "STR(" * 200 + "1" + ")" * 200 + " = '1') }",
        "ASK " + "{" * 2_000 + "}" * 2_000,
        "ASK { FILTER(1" + "+1" * 2_000 + " > 0) }",
        "ASK { {} " + "UNION {} " * 2_000 + "}",
        "ASK { " + "OPTIONAL { ?a ?b ?c } " * 2_000 + "}",
        "ASK { FILTER(1 <" + "(" * 2_000 + "1" + ")" * 2_000 + ">2) }",
        "ASK { ?s ?p '" + "x" * 100_000 + "' }",
    ],
)
def test_what_may_not_be_sent_on_is_refused_before(text: str) -> None:
    nobody_there = "http://127.0.0.1:9/sparql"

    async def work() -> None:
        relay = Relay(Settings(), Service(read_address(nobody_there)))
        await relay.answer(asked(text), LIMITS)

    with pytest.raises(BadQuery):
        asyncio.run(work())


def test_a_query_that_is_none_is_told_in_the_services_words(behind: Behind) -> None:
    with pytest.raises(BadQuery, match=r"(?i)syntax|expected"):
        body_of(behind.address, asked("SELECT * WHERE { ?s ?p }"))


def test_a_query_that_takes_too_long_is_ended_within_a_second(behind: Behind) -> None:
    async def work(relay: Relay) -> float:
        began = monotonic()
        with pytest.raises(LimitExceeded) as caught:
            await relay.answer(asked(SLOW), replace(LIMITS, seconds=1.0))
        assert caught.value.limit == "seconds"
        return monotonic() - began

    assert over(behind.address, work) < 2.5


def test_an_answer_that_is_too_large_is_ended(behind: Behind) -> None:
    with pytest.raises(LimitExceeded) as caught:
        body_of(behind.address, asked(MANY), replace(LIMITS, result_mib=1))
    assert (caught.value.limit, caught.value.value) == ("result_mib", 1)


def test_closing_an_answer_gives_its_place_back(behind: Behind) -> None:
    one = replace(LIMITS, concurrent=1)

    async def work(relay: Relay) -> bytes:
        slow = asyncio.ensure_future(relay.answer(asked(SLOW), one, "somebody"))
        await asyncio.sleep(0.5)
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        return await whole(await asyncio.wait_for(relay.answer(asked("ASK {}"), one, "somebody"), 2))

    assert json.loads(over(behind.address, work))["boolean"] is True


def test_an_answer_nobody_reads_is_held_back_and_ends_when_closed(behind: Behind) -> None:
    async def work(relay: Relay) -> tuple[Answer, bytes]:
        answer = await relay.answer(asked(MANY), LIMITS)
        await asyncio.sleep(1.0)
        assert answer.outcome is None, "all of it was read though nobody wanted it"
        await answer.close()
        return answer, await whole(await relay.answer(asked("ASK {}"), LIMITS))

    answer, body = over(behind.address, work)
    assert answer.outcome is not None
    assert not answer.outcome.complete
    assert json.loads(body)["boolean"] is True


def test_one_caller_cannot_take_all_places(behind: Behind) -> None:
    greedy = replace(LIMITS, concurrent=1, queue=1, seconds=3.0)

    async def work(relay: Relay) -> bytes:
        slow = [asyncio.ensure_future(relay.answer(asked(SLOW), greedy, "greedy")) for _ in range(2)]
        await asyncio.sleep(0.2)
        with pytest.raises(LimitExceeded) as caught:
            await relay.answer(asked("ASK {}"), greedy, "greedy")
        assert caught.value.limit == "queue"
        assert caught.value.retry_after
        body = await whole(await relay.answer(asked("ASK {}"), LIMITS, "modest"))
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return body

    assert json.loads(over(behind.address, work))["boolean"] is True


@pytest.fixture(scope="module")
def cutting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (VIRTUOSO and ISQL):
        pytest.skip(NO_VIRTUOSO)
    data = tmp_path_factory.mktemp("few") / "few.nq"
    lines = [f'<urn:s{number}> <urn:p> "{number}" <urn:g> .\n' for number in range(60)]
    data.write_text("".join(lines), encoding="utf-8")
    with virtuoso(tmp_path_factory.mktemp("cutting"), data, most_rows=20, seconds=2) as address:
        yield address


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s WHERE { GRAPH <urn:g> { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <urn:g> { ?s ?p ?o } }",
        "DESCRIBE ?s FROM <urn:g> WHERE { ?s ?p ?o }",
    ],
)
def test_an_answer_that_the_service_has_cut_is_never_passed_on_as_whole(cutting: str, text: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        body_of(cutting, asked(text))
    assert (caught.value.limit, caught.value.value) == ("remote_rows", 20)


def test_an_answer_below_the_services_number_of_rows_is_passed_on(cutting: str) -> None:
    text = "SELECT ?s WHERE { GRAPH <urn:g> { ?s ?p ?o } } LIMIT 19"
    assert len(json.loads(body_of(cutting, asked(text)))["results"]["bindings"]) == 19
    body = body_of(cutting, asked("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <urn:g> { ?s ?p ?o } } LIMIT 19", "nt"))
    assert body.count(b"\n") == 19


def test_a_service_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    async def work() -> None:
        await Relay(Settings(), Service(read_address("http://127.0.0.1:9/sparql"))).answer(asked("ASK {}"), LIMITS)

    with pytest.raises(Unavailable, match="cannot be reached"):
        asyncio.run(work())


@pytest.mark.parametrize("predicate", ["http://a.example/1", "http://a.example/"])
def test_what_xml_cannot_name_is_refused_and_not_written(oxigraph_address: str, predicate: str) -> None:
    text = f"CONSTRUCT {{ <urn:a:a> <{predicate}> 1 }} WHERE {{}}"
    with pytest.raises(BadQuery, match=f"RDF/XML cannot carry <{predicate}>.*Turtle"):
        body_of(oxigraph_address, asked(text, "rdf"))
    assert predicate.encode() in body_of(oxigraph_address, asked(text, "nt"))


@pytest.mark.parametrize(("seconds", "limit"), [(0.5, "seconds"), (5.0, None)])
def test_a_service_behind_tls_is_asked_and_broken_off_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, limit: str | None
) -> None:
    def answer(handler: Handler) -> None:
        time.sleep(1.0)
        send(handler, table("x", "one"))

    certificate = certificate_for("127.0.0.1", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with far_side(answer, certificate, get=True) as side:
        service = Service(read_address(side.iri.replace("http:", "https:")))
        with Call(service.address, seconds) as call:
            begun = monotonic()
            if limit is None:
                service.send(call, "SELECT ?x {}", "SELECT", ())
                found = service.table(call, "SELECT", seconds, None)
                assert isinstance(found, ox.QuerySolutions)
                assert [row[0].value for row in found] == ["one"]
            else:
                with pytest.raises(LimitExceeded, match="too long"), told_as_ours(call, seconds):
                    service.send(call, "SELECT ?x {}", "SELECT", ())
                assert monotonic() - begun < 0.9
    assert not service.missed
