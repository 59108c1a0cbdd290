"""A service that goes, hangs, comes back or talks nonsense: it is told, and nobody waits who need not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from medkg.errors import Unavailable
from medkg.remote import reader as states
from medkg.remote.reader import RemoteReader
from medkg.settings import Settings
from medkg.web import create_app
from medkg.web.bridge import Bridge
from tests.outgoing.far_side import Handler, far_side, send, table
from tests.remote.servers import oxigraph
from tests.workers.serving import command, descendants, eventually


@contextmanager
def client_over(address: str, home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home=home, store=address))
    try:
        yield app.test_client(use_cookies=False)
    finally:
        assert isinstance(app.wsgi_app, Bridge)
        app.wsgi_app.close()


def status_of(client: FlaskClient, path: str) -> int:
    return int(client.get(path).status_code)


def test_nobody_is_ready_while_the_service_is_gone_and_all_are_when_it_is_back(tmp_path: Path) -> None:
    with ExitStack() as opened:
        with oxigraph(tmp_path / "going", None) as address:
            client = opened.enter_context(client_over(address, tmp_path))
            assert status_of(client, "/ready") == 200
        # The state is looked at each minute: that nobody was there for a query is what tells it at once.
        assert status_of(client, "/sparql?query=ASK{}") == 503
        assert eventually(lambda: status_of(client, "/ready") == 503)
        health = client.get("/health")
        assert (health.status_code, health.json["status"]) == (200, "unavailable")  # type: ignore[index]
        assert "cannot be reached" in health.json["cause"]  # type: ignore[index]
        with oxigraph(tmp_path / "going", None, port=urlsplit(address).port):
            assert eventually(lambda: status_of(client, "/ready") == 200)
            assert status_of(client, "/sparql?query=ASK{}") == 200


@contextmanager
def halted(address: str) -> Iterator[None]:
    """Let the process of a service stand still: it takes connections and answers nothing."""
    port = str(urlsplit(address).port).encode()
    (process,) = [pid for pid in descendants() if b":" + port in command(pid)]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_a_service_that_hangs_holds_up_nobody_who_does_not_ask_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "INTERVAL", 0.0)
    with oxigraph(tmp_path / "hanging", None) as address, client_over(address, tmp_path) as client:
        with halted(address):
            paths = ("/sparql?query=ASK{}", "/browse/project")
            asking = [threading.Thread(target=client.get, args=(path,)) for path in paths]
            for thread in asking:
                thread.start()
            took = [seconds_of(client, path) for path in ("/health", "/ready", "/metrics") * 20]
            assert asking[0].is_alive(), "the query was answered, so nothing hung"
        for thread in asking:
            thread.join(30)
        assert max(took) < 1.0


def seconds_of(client: FlaskClient, path: str) -> float:
    begun = time.monotonic()
    client.get(path)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "body",
    [
        table("something", "else"),
        table("graph", "urn:g"),
        b'{"head":{"vars":["graph","triples"]},"results":{"bindings":[{"graph":{"type":"uri","value":"urn:g"}}]}}',
        b'{"head":{},"boolean":true}',
        b"{",
        b"",
    ],
)
def test_a_service_that_says_something_else_about_itself_is_none(body: bytes) -> None:
    with far_side(lambda handler: send(handler, body), get=True) as side, pytest.raises(Unavailable):
        RemoteReader(side.iri)


def test_the_state_stays_while_the_service_talks_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "INTERVAL", 0.0)
    words = [b'{"head":{"vars":["graph"]},"results":{"bindings":[]}}']

    def answer(handler: Handler) -> None:
        send(handler, words[-1])

    with far_side(answer, get=True) as side:
        reader = RemoteReader(side.iri)
        kept = reader.snapshot()
        words.append(table("graph", "not a graph"))
        assert eventually(lambda: reader.snapshot() is kept and reader.problem is not None)
        assert "something else" in str(reader.problem)
