"""The parts of the measurements, against a real server of few statements."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from medkg.bench import driving
from medkg.bench.comparing import Questions
from medkg.bench.driving import drive
from medkg.bench.killing import disturbance, kills
from medkg.bench.peers import serve_oxigraph
from medkg.bench.processes import Served, Watch, family, serving
from medkg.bench.questions import JSON, points, question
from medkg.bench.registry import PARTNERS, STATEMENTS_OF_A_PROJECT, write_registry
from medkg.bench.streaming import streams
from medkg.errors import StoreError
from medkg.store.layout import Layout

QUADS = 3_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    write_registry(folder / "registry.nq", QUADS)
    command = [sys.executable, "-m", "medkg", "--home", str(folder / "home"), "load", str(folder / "registry.nq")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "home"


@pytest.fixture(scope="module")
def peer(home: Path) -> Iterator[Served]:
    with serving(*serve_oxigraph(Layout(home).store(1))) as served:
        yield served


@pytest.fixture
def store(home: Path) -> ox.Store:
    return ox.Store.read_only(str(Layout(home).store(1)))


def asked(target: str) -> str:
    return unquote(target.partition("?query=")[2])


def test_point_queries_are_distinct_valid_and_find_something(store: ox.Store) -> None:
    kinds = ("statements", "name", "referrers", "join")
    targets = list(points("/sparql", QUADS, kinds))
    projects = QUADS // STATEMENTS_OF_A_PROJECT - 1
    assert len(targets) == len(set(targets)) == 4 * projects * PARTNERS
    for target in targets:
        found = store.query(asked(target), use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        assert 1 <= len(list(found)) <= 4


@pytest.mark.parametrize("name", ["endless", "whole"])
def test_other_questions_are_valid(store: ox.Store, name: str) -> None:
    empty = ox.Store()
    assert isinstance(empty.query(question(name)), ox.QuerySolutions)


def test_the_update_of_a_soak_leaves_what_its_check_wants() -> None:
    empty = ox.Store()
    for number in ("1", "2"):
        empty.update(question("exchange", "ru", NUMBER=number))
        found = empty.query(question("whole"))
        assert isinstance(found, ox.QuerySolutions)
        assert [[term.value for term in row] for row in found] == [["10", "1"]]


def test_each_question_is_given_out_once_until_all_were() -> None:
    questions = Questions("/sparql", QUADS)
    number = len(list(points("/sparql", QUADS)))
    first, again = questions.take(number - 10)
    assert not again
    second, again = questions.take(10)
    assert not again
    assert len({*first, *second}) == number
    assert questions.take(1) == (first[:1], True)


@pytest.mark.parametrize("by", ["wrk", "python"])
def test_a_load_counts_answers_and_failures(peer: Served, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "wrk" and not shutil.which("wrk"):
        pytest.skip("WRK IS NOT INSTALLED, so the load it makes is not tested")
    monkeypatch.setattr(driving, "generator", lambda: by)
    good = drive(peer.port, list(points(peer.path, QUADS)), 4, 1, JSON)
    assert good.failed == 0
    assert good.requests > 50
    assert 0.8 < good.seconds < 5
    assert 0 < good.p50_ms <= good.p99_ms <= good.longest_ms
    bad = drive(peer.port, [f"{peer.path}?query=nonsense", "/nowhere"], 2, 1, JSON)
    assert bad.failed == bad.requests > 0


def test_long_answers_are_counted_and_a_short_one_is_refused(peer: Served) -> None:
    found = list(streams([peer], 2_900, 1))
    assert [(item.server, item.format, item.rows) for item in found] == [
        ("oxigraph", "json", 2_900),
        ("oxigraph", "tsv", 2_900),
    ]
    assert all(item.mib > 0.1 and item.web_most_mib >= item.web_before_mib > 1 for item in found)
    with pytest.raises(StoreError, match="of 4,000 rows"):
        list(streams([peer], 4_000, 1))


def test_small_queries_are_measured_beside_endless_ones_which_end_with_it(peer: Served) -> None:
    for found in disturbance(peer, QUADS, 1):
        assert found.failed == 0
        assert found.quiet_p99_ms > 0
        assert found.disturbed_p99_ms > 0
        assert found.ratio == found.disturbed_p99_ms / found.quiet_p99_ms
    assert not [thread.name for thread in threading.enumerate() if "ask" in thread.name]


def test_a_server_that_does_not_stop_a_query_is_no_measurement(peer: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medkg.bench.killing.question", lambda _: "ASK {}")
    with pytest.raises(StoreError, match="answered with 200"):
        kills(peer, 0.1, 1)


def test_memory_is_that_of_the_process_and_its_children() -> None:
    hungry = "import subprocess, sys; x = b'a' * (100 << 20); "
    parent = hungry + "p = subprocess.Popen([sys.executable, '-c', sys.argv[1]]); print('ready', flush=True); p.wait()"
    child = hungry + "sys.stdin.read()"
    command = [sys.executable, "-c", parent, child]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        served = Served("hungry", 0, "", process)
        with Watch(served) as watch:
            assert len(family(process.pid)) == 2
            end = time.monotonic() + 20
            while watch.most.all_mib <= 200 and time.monotonic() < end:
                threading.Event().wait(0.1)
        assert watch.most.all_mib > 200
        assert watch.most.processes == 2
        process.communicate()
    assert served.memory().all_mib == 0


def test_a_server_that_ends_at_once_is_told() -> None:
    with pytest.raises(StoreError, match="ended with 3"), serving("short", [sys.executable, "-c", "exit(3)"], 1, "/"):
        raise AssertionError("it does not answer")


def test_wrk_says_what_the_script_reads() -> None:
    script = (Path(driving.__file__).parent / "requests.lua").read_text(encoding="utf-8")
    told = re.findall(r'"(\w+)": %', script)
    assert told == ["requests", "seconds", "failed", "p50_ms", "p99_ms", "longest_ms"]


def test_the_peer_answers_like_any_server(peer: Served) -> None:
    connection = HTTPConnection("127.0.0.1", peer.port)
    connection.request("GET", f"{peer.path}?query=ASK%7B%7D")
    assert connection.getresponse().status == 200
    connection.close()
    assert os.getpid() not in family(peer.process.pid)
