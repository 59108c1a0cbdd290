"""``medkg serve`` as its users run it: a real server over a real generation, and a clean end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.namespaces import Graphs
from medkg.store.writer import Writer
from medkg.web.measure import spread

from .conftest import fixture_store

_PATIENCE = 60.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with the fixture published in it."""
    folder = tmp_path_factory.mktemp("home")
    publish(folder)
    return folder


def publish(folder: Path) -> None:
    with Writer(folder) as writer:
        writer.replace(list(fixture_store()), reason="fixture")


@contextmanager
def served(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command and give its process and the address it prints."""
    command = [sys.executable, "-m", "medkg", "--home", str(home), *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.kill()


def fetch(url: str, **headers: str) -> tuple[int, str]:
    """Ask until the server listens."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            request = urllib.request.Request(url, headers=headers)
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_its_address_answers_and_ends(home: Path, ending: signal.Signals) -> None:
    with served(home, "serve", "--port", "0", "--workers", "1") as (process, address):
        status, page = fetch(address, Accept="text/html")
        assert status == 200
        assert "/project/innomed-up" in page
        status, body = fetch(f"{address}sparql?query=ASK%7B%7D", Accept="text/csv")
        assert (status, body.strip()) == (200, "true")
        process.send_signal(ending)
        assert process.wait(timeout=_PATIENCE) == 0


def test_demo_serves_what_is_there_on_a_free_port(home: Path) -> None:
    with served(home, "demo") as (process, address):
        assert fetch(f"{address}health")[0] == 200
        process.send_signal(signal.SIGINT)
        process.wait(timeout=_PATIENCE)


def test_server_changes_over_to_a_new_generation(tmp_path: Path) -> None:
    publish(tmp_path)
    with served(tmp_path, "serve", "--port", "0", "--workers", "1") as (_, address):
        assert '"generation": 1' in fetch(f"{address}health")[1]
        with Writer(tmp_path) as writer:
            more = ox.Quad(
                ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.Literal("c"), ox.NamedNode(Graphs.EXTERNAL + "more")
            )
            quads = [*fixture_store(), more]
            writer.replace(quads, reason="one more")
        assert '"generation": 2' in fetch(f"{address}health")[1]


def test_server_processes_end_with_a_server_that_is_ended_abruptly(home: Path) -> None:
    with served(home, "serve", "--port", "0", "--workers", "2") as (process, address):
        fetch(f"{address}health")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 2
        process.kill()
    end = time.monotonic() + _PATIENCE
    # What the server processes had started ends with them, a moment later; until then it may keep the port.
    while listens(address) or any(map(is_running, children)):
        assert time.monotonic() < end
        time.sleep(0.05)


def listens(address: str) -> bool:
    """Tell whether a port of this machine can be connected to."""
    try:
        socket.create_connection(("127.0.0.1", int(address.rstrip("/").rpartition(":")[2]))).close()
    except ConnectionRefusedError:
        return False
    return True


def is_running(process: str) -> bool:
    """Tell whether a process is there and has not ended; what nobody has asked after yet has ended all the same."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_serve_without_a_generation_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "medkg", "--home", str(tmp_path), "serve", "--port", "0"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "medkg build" in found.stderr


def test_serve_on_a_taken_port_says_so(home: Path) -> None:
    with served(home, "serve", "--port", "0", "--workers", "1") as (_, address):
        fetch(f"{address}health")
        port = address.rstrip("/").rpartition(":")[2]
        command = [sys.executable, "-m", "medkg", "--home", str(home), "serve", "--port", port]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in found.stderr


def test_spread_takes_distinct_items_from_everywhere() -> None:
    assert spread(["b", "a", "b", "c"], 10) == ["a", "b", "c"]
    assert spread((str(number) for number in range(100, 200)), 4) == ["100", "125", "150", "175"]
