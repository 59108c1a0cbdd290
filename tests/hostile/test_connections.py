"""Clients that misbehave over time: slow, silent, half gone, in a crowd."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hostile.conftest import Registry
from tests.hostile.heavy import TRIPLES
from tests.hostile.test_hostile import assert_alive
from tests.hostile.wire import BROKEN, CLOSED, Site, receive, request, send

#: Seconds after which a client that does not get on with its request is let go, and some for a busy machine.
HEAD_SECONDS, BODY_SECONDS, MORE = 30.0, 30.0, 15.0
SPARQL = ["Content-Type: application/sparql-query"]
ENDLESS = request("POST", "/sparql", f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} }}".encode(), SPARQL)


def connect(site: Site, patience: float = 60.0) -> socket.socket:
    return socket.create_connection((site.host, site.port), timeout=patience)


@pytest.mark.slow
def test_slow_heads_and_a_body_that_never_comes_whole_are_given_up_and_keep_nobody_from_an_answer(
    registry: Registry,
) -> None:
    part = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
    )
    crowd = [connect(registry.site) for _ in range(200)]
    # Both are waited for at the same time, since each is given half a minute.
    with connect(registry.site, BODY_SECONDS + MORE) as body:
        try:
            body.sendall(part)
            for client in crowd:
                client.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ")
            assert_alive(registry)
            started = time.monotonic()
            while time.monotonic() - started < 3:
                for client in crowd:
                    client.sendall(b"a")
                time.sleep(0.5)
            assert_alive(registry)
            crowd[0].settimeout(HEAD_SECONDS + MORE)
            assert receive(crowd[0]).status in {CLOSED, 408}
            assert receive(body).status in {CLOSED, 408}
        finally:
            for client in crowd:
                client.close()
    assert_alive(registry)


def test_a_crowd_of_silent_clients_keeps_nobody_from_an_answer(registry: Registry) -> None:
    crowd = [connect(registry.site) for _ in range(300)]
    assert_alive(registry)
    for client in crowd:
        client.close()
    assert_alive(registry)


def test_a_client_that_has_sent_all_may_close_its_side(registry: Registry) -> None:
    with connect(registry.site) as client:
        client.sendall(request("GET", "/sparql?query=ASK%7B%7D"))
        client.shutdown(socket.SHUT_WR)
        assert receive(client).status in {200, CLOSED}
    assert_alive(registry)


def test_a_client_that_closes_in_the_middle_of_its_body_harms_nobody(registry: Registry) -> None:
    for _ in range(20):
        with connect(registry.site) as client:
            client.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n")
            client.sendall(b"Content-Length: 100\r\n\r\nASK")
    assert_alive(registry)


def test_clients_that_leave_free_their_children(registry: Registry) -> None:
    for _ in range(20):
        with connect(registry.site) as client:
            client.sendall(ENDLESS)
    time.sleep(0.3)
    assert_alive(registry)


def test_a_reader_that_stops_reading_holds_up_nobody(registry: Registry) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    with connect(registry.site) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(request("POST", "/sparql", text.encode(), SPARQL))
        assert client.recv(100)
        for _ in range(5):
            assert_alive(registry)


def test_requests_sent_in_one_breath_are_answered_in_their_order(registry: Registry) -> None:
    first = b"GET /sparql?query=ASK%7B%7D&format=csv HTTP/1.1\r\nHost: a\r\n\r\n"
    second = b"GET /nowhere HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n"
    with connect(registry.site) as client:
        client.sendall(first + second + first.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answers = b""
        while piece := client.recv(65_536):
            answers += piece
    statuses = [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200"]


@pytest.mark.slow
def test_a_crowd_of_endless_queries_ends_and_small_ones_of_others_get_through(registry: Registry) -> None:
    with ThreadPoolExecutor(8) as crowd:
        endless = [crowd.submit(send, registry.site, ENDLESS, patience=60.0) for _ in range(8)]
        time.sleep(0.2)
        for _ in range(10):
            reply, seconds = registry.ask(token=True)
            assert reply.status == 200
            assert seconds < 8.0
        statuses = [future.result().status for future in endless]
    assert set(statuses) <= {503, 429}, statuses
    assert_alive(registry)


def test_an_answer_that_was_broken_off_cannot_be_taken_for_a_whole_one(registry: Registry) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    for kind in ("json", "xml", "csv", "tsv"):
        reply = send(registry.site, request("POST", f"/sparql?format={kind}", text.encode(), SPARQL))
        assert reply.status in {BROKEN, 503}, (kind, reply.status, len(reply.body))
