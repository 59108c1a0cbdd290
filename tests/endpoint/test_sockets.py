"""What needs a real server: clients that go away, answers that break off, slow readers, many at once, the end."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import httpx
import pytest

from .conftest import Registry, served

#: Never ends within a test.
ENDLESS = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?h ?i ?j } }"
ALL = "SELECT ?s ?v { GRAPH ?g { ?s ?p ?v } FILTER(true) }"


@pytest.fixture(scope="module")
def address(filled: Registry) -> Iterator[str]:
    with served(filled.home, limits={"seconds": 60, "result_mib": 2}) as (_, found):
        yield found


def connect(address: str, query: str, accept: str = "text/csv") -> socket.socket:
    """Ask and give the open connection."""
    parts = urlsplit(address)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60)
    head = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def answers(address: str, within: float) -> float:
    """Ask for next to nothing, by way of a child, and give the seconds it took."""
    begun = time.monotonic()
    answer = httpx.get(f"{address}/sparql", params={"query": f"ASK {{ FILTER({begun} > 0) }}"}, timeout=within)
    assert answer.json() == {"head": {}, "boolean": True}
    return time.monotonic() - begun


def outcomes(address: str, outcome: str) -> float:
    text = httpx.get(f"{address}/metrics").text
    return sum(float(value) for value in re.findall(rf'medkg_queries_total\{{.*outcome="{outcome}".*\}} (\S+)', text))


def test_a_client_that_goes_away_frees_its_child(address: str) -> None:
    gone = outcomes(address, "gone")
    waiting = [connect(address, ENDLESS) for _ in range(8)]
    # A request whose sender is gone before the server has read it is not even begun.
    time.sleep(2)
    for connection in waiting:
        connection.close()
    end = time.monotonic() + 30
    while outcomes(address, "gone") < gone + 8:
        assert time.monotonic() < end, "a query goes on although nobody waits for it"
        time.sleep(0.1)
    assert answers(address, 30) < 30


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json", "application/sparql-results+xml"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_an_answer_that_breaks_off_cannot_be_taken_for_whole(address: str, accept: str, coding: str) -> None:
    headers = {"Accept": accept, "Accept-Encoding": coding}
    with httpx.stream("GET", f"{address}/sparql", params={"query": ALL}, headers=headers) as answer:
        if answer.status_code == 200:
            with pytest.raises(httpx.RemoteProtocolError):
                answer.read()
        else:
            # Packed so well that the first bytes were still to be sent when the limit was reached.
            assert coding != "identity"
            assert (answer.status_code, json.loads(answer.read())["limit"]) == (503, "result_mib")
    assert answers(address, 30) < 30


def test_a_slow_reader_keeps_nobody_from_answers(address: str) -> None:
    slow = [connect(address, ALL) for _ in range(3)]
    try:
        for connection in slow:
            assert connection.recv(1)
        assert answers(address, 30) < 30
    finally:
        for connection in slow:
            connection.close()


def test_a_slow_sender_keeps_nobody_from_answers(address: str) -> None:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        kind = "Content-Type: application/sparql-query"
        connection.sendall(f"POST /sparql HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: 10\r\n\r\nASK".encode())
        assert answers(address, 30) < 30


def test_sixty_four_at_once_each_get_their_own_answer(address: str) -> None:
    def ask(number: int) -> int:
        query = f"SELECT (COUNT(*) + {number} AS ?n) {{ FILTER(true) }}"
        answer = httpx.get(f"{address}/sparql", params={"query": query}, timeout=60)
        return int(json.loads(answer.text)["results"]["bindings"][0]["n"]["value"])

    with ThreadPoolExecutor(64) as pool:
        assert list(pool.map(ask, range(64))) == [number + 1 for number in range(64)]


def test_strange_bytes_in_the_address_are_no_error_of_ours(address: str) -> None:
    parts = urlsplit(address)
    for target in (b"/sparql?query=\xff\xfe", b"/search?q=\xc3\xa9\xff", b"/store/\xff", b"/sparql?query=%00", b"/%00"):
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as connection:
            connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            status = connection.makefile("rb").readline()
        assert re.match(rb"HTTP/1.1 [24]\d\d ", status), (target, status)


def test_what_was_begun_is_sent_before_the_server_ends(filled: Registry) -> None:
    with served(filled.home) as (process, address):
        connection = connect(address, ALL.replace("}", "} LIMIT 50000", 2).replace("} LIMIT 50000", "}", 1))
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
        process.send_signal(signal.SIGTERM)
        received = bytearray()
        while piece := connection.recv(65536):
            received += piece
        connection.close()
        assert process.wait(60) == 0
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    assert len(body) == int(length[1]) if length else body.endswith(b"\r\n0\r\n\r\n")
    assert body.count(b"value") == 50_000
