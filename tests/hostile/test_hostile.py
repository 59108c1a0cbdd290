"""Each hostile request gets its right refusal, and the registry answers on as if nothing had been."""

from __future__ import annotations

import json

import pytest

from tests.hostile import heavy, malformed, nesting, outward
from tests.hostile.conftest import Registry
from tests.hostile.wire import BROKEN, CLOSED, Hostile, Reply, request, send

CASES = malformed.CASES + nesting.CASES + heavy.CASES + outward.CASES
#: Texts that belong into a log at most, and of ours not even there; the last is said of a server process that died.
TRACES = (b"Traceback", b'File "/', b"panicked at", b"site-packages", b"Unexpected exit")
#: The longest a refusal may take: the limits of two and eight seconds, and the work around them on a busy machine.
LONGEST = 30.0


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_hostile_request_is_answered_rightly_and_harms_nobody(registry: Registry, case: Hostile) -> None:
    before = registry.log.stat().st_size
    callers = len(registry.elsewhere.callers)
    reply = send(registry.site, case.raw(registry.site), patience=LONGEST)
    told = registry.log.read_bytes()[before:]
    assert reply.status in case.expected, f"{reply.status} {reply.body[:500]!r}"
    assert_no_trace(reply.body + told)
    assert "x-injected" not in reply.headers
    assert_problem(reply)
    assert registry.elsewhere.callers[callers:] == [], "somebody was called"
    assert_alive(registry)


def assert_problem(reply: Reply) -> None:
    """Check that a refusal by the application is a problem document that says what was wrong."""
    if reply.status < 400:
        return
    # What is hardly HTTP the server refuses before the application sees it: without a word.
    if not reply.body or not reply.headers.get("content-type"):
        assert reply.status in {400, 413, 414, 431, 501, 505}
        return
    assert reply.headers["content-type"].startswith("application/problem+json"), reply
    problem = json.loads(reply.body)
    assert problem["status"] == reply.status
    assert problem["type"].startswith("https://w3id.org/medkg/problem/")
    assert problem["title"]
    if reply.status == 503:
        assert problem["limit"] in {"seconds", "memory_mib", "result_mib"}, problem
        assert problem["value"] > 0
        assert problem["remedy"]


def assert_no_trace(text: bytes) -> None:
    """Check that neither answer nor log holds a traceback."""
    assert not [trace for trace in TRACES if trace in text], text[-3000:].decode(errors="replace")


def assert_alive(registry: Registry) -> None:
    """Check that the registry answers within a second, and that its pages, which read the store too, can be read."""
    # A machine busy with other tests may be late once; a registry that was harmed is late each time.
    assert min(_seconds_of_an_answer(registry) for _ in range(3)) < 1.0
    assert send(registry.site, request("GET", "/")).status == 200
    assert registry.process.poll() is None


def _seconds_of_an_answer(registry: Registry) -> float:
    reply, seconds = registry.ask()
    assert (reply.status, reply.body.strip()) == (200, b"true")
    return seconds


def test_there_are_enough_of_them_and_no_two_are_one() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 100
    assert all(case.expected for case in CASES)
    assert not [case.name for case in CASES if case.expected <= {CLOSED, BROKEN}]


def test_the_port_that_nobody_may_call_sees_who_does(registry: Registry) -> None:
    import socket

    callers = len(registry.elsewhere.callers)
    with socket.create_connection(("127.0.0.1", registry.elsewhere.port)) as caller:
        caller.sendall(b"hello")
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(1) == b""
    assert registry.elsewhere.callers[callers:] == [b"hello"]
    del registry.elsewhere.callers[callers:]
