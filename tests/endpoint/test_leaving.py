"""Writers that leave, come too often, or bring too much: on a real socket, as clients do it."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from flask.testing import FlaskClient

from medkg.access.record import Record
from medkg.access.roles import Role
from medkg.endpoint.requests import LONGEST_TEXT
from medkg.endpoint.spool import Spool

from .conftest import EX, Registry, app_over, served, settings_of

TURTLE = f"<{EX}new> <{EX}p> 1, 2 ."
GRAPH = f"/store?graph={EX}g/new"
VALUES = " ".join(map(str, range(500)))
ENDLESS = (
    f"INSERT {{ <{EX}a> <{EX}b> ?v0 }} WHERE {{ "
    + " ".join(f"VALUES ?v{n} {{ {VALUES} }}" for n in range(5))
    + " FILTER(?v0 + ?v1 + ?v4 < 0) }"
)
UPDATE = "application/sparql-update"


def eventually(seconds: float, holds: object) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


@contextmanager
def half_sent(address: str, head: str, body: bytes, registry: Registry, length: int) -> Iterator[socket.socket]:
    """Send a request but for the end of its body."""
    place = urlsplit(address)
    lines = [head, f"Host: {place.netloc}", f"Content-Length: {length}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in registry.bearer().items()]
    with socket.create_connection((place.hostname or "", place.port or 0), 30) as sending:
        sending.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        yield sending


def status_of(sending: socket.socket) -> int:
    sending.settimeout(30)
    return int(sending.recv(12).split()[1])


def test_a_client_that_leaves_ends_its_change(registry: Registry) -> None:
    with served(registry.home) as (_, address):
        head = f"POST /update HTTP/1.1\r\nContent-Type: {UPDATE}"
        with half_sent(address, head, ENDLESS.encode(), registry, len(ENDLESS)):
            writes = f"{address}/metrics"
            assert eventually(30, lambda: is_locked(registry.home)), "the change never began"
        assert eventually(20, lambda: not is_locked(registry.home)), "it goes on without its client"
        assert eventually(10, lambda: 'medkg_writes_total{outcome="gone"} 1.0' in httpx.get(writes).text)
        update = f"INSERT DATA {{ <{EX}a> <{EX}b> 1 }}"
        answer = httpx.post(f"{address}/update", data={"update": update}, headers=registry.bearer(), timeout=20)
        assert (answer.status_code, answer.json()["added"]) == (200, 1)
    assert [line["outcome"] for line in Record(registry.home)] == ["gone", "done"]


def is_locked(home: Path) -> bool:
    """Tell whether somebody is writing."""
    with (home / "writer.lock").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_uploads_of_one_token_at_once_are_bounded(registry: Registry) -> None:
    bearer = registry.bearer()
    turtle = {"Content-Type": "text/turtle"}
    with served(registry.home, limits={"concurrent": 1}) as (_, address):
        head = f"PUT {GRAPH} HTTP/1.1\r\nContent-Type: text/turtle"
        with half_sent(address, head, TURTLE[:5].encode(), registry, len(TURTLE)) as first:
            assert eventually(10, lambda: [*(registry.home / "uploads").glob("*")])
            refused = httpx.put(f"{address}{GRAPH}", content=TURTLE, headers=bearer | turtle)
            assert (refused.status_code, refused.json()["limit"], refused.json()["value"]) == (429, "concurrent", 1)
            assert int(refused.headers["Retry-After"]) > 0
            other = registry.bearer(Role.CURATOR)
            assert httpx.put(f"{address}{GRAPH}", content=TURTLE, headers=other | turtle).status_code == 201
            first.sendall(TURTLE[5:].encode())
            assert status_of(first) == 200
        assert httpx.put(f"{address}{GRAPH}", content=TURTLE, headers=bearer | turtle).status_code == 200
    assert not any((registry.home / "uploads").glob("*"))


def test_long_updates_count_as_uploads_and_short_ones_do_not(registry: Registry) -> None:
    long = f"INSERT DATA {{ <{EX}a> <{EX}b> 1 }} #".ljust(LONGEST_TEXT + 1, "x").encode()
    headers = registry.bearer() | {"Content-Type": UPDATE}
    with served(registry.home, limits={"concurrent": 1, "upload_mib": 4}) as (_, address):
        head = f"POST /update HTTP/1.1\r\nContent-Type: {UPDATE}"
        with half_sent(address, head, long[:-1], registry, len(long)) as first:
            url = f"{address}/update"
            assert eventually(10, lambda: httpx.post(url, content=long, headers=headers).status_code == 429)
            short = httpx.post(url, content=f"INSERT DATA {{ <{EX}a> <{EX}b> 2 }}", headers=headers)
            assert (short.status_code, short.json()["added"]) == (200, 1)
            first.sendall(long[-1:])
            assert status_of(first) == 200


def test_what_a_server_left_that_died_is_removed_at_the_next_start(registry: Registry) -> None:
    uploads = registry.home / "uploads"
    left, used, other = (uploads / name for name in ("request-left", "request-used", "notes"))
    for folder in (left, used, other):
        folder.mkdir(parents=True)
        (folder / "0").write_bytes(b"x" * 1000)
    held = os.open(used, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with served(registry.home):
            assert sorted(path.name for path in uploads.iterdir()) == ["notes", "request-used"]
    finally:
        os.close(held)
    Spool(registry.home).clear()
    assert [path.name for path in uploads.iterdir()] == ["notes"]


def test_clearing_a_home_without_uploads_makes_nothing(tmp_path: Path) -> None:
    Spool(tmp_path).clear()
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("chunked", [False, True])
def test_uploads_leave_room_on_the_disk(
    client: FlaskClient, registry: Registry, monkeypatch: pytest.MonkeyPatch, chunked: bool
) -> None:
    """The reserve, raised above what the disk has free, stands for a disk that is nearly full."""
    headers = registry.bearer() | ({"Transfer-Encoding": "chunked"} if chunked else {})
    options = {"content_type": "text/turtle", "headers": headers}
    with monkeypatch.context() as full:
        full.setattr("medkg.endpoint.spool.RESERVE", 1 << 60)
        refused = client.put(GRAPH, data=TURTLE, **options)
        assert (refused.status_code, refused.content_type) == (503, "application/problem+json")
        assert "no room for uploads" in refused.json["detail"]  # type: ignore[index]
        assert not any((registry.home / "uploads").glob("*"))
    assert client.put(GRAPH, data=TURTLE, **options).status_code == 201


def test_a_change_that_fails_costs_its_engine_time(registry: Registry) -> None:
    limits = {"seconds": 1.5, "engine_seconds_per_minute": 1}
    with app_over(settings_of(registry.home, limits)) as app:
        client = app.test_client()
        found = [
            client.post("/update", data={"update": text}, headers=registry.bearer())
            for text in (ENDLESS, f"INSERT DATA {{ <{EX}a> <{EX}b> 1 }}")
        ]
    assert [(one.status_code, one.json["limit"]) for one in found] == [  # type: ignore[index]
        (503, "seconds"),
        (429, "engine_seconds_per_minute"),
    ]
