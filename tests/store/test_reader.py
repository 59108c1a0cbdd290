"""Readers change over when the pointer moves, and finish what they began."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import NamedNode, QuerySolutions

from medkg.errors import StoreError
from medkg.namespaces import GRAPH
from medkg.store.base import Store
from medkg.store.reader import Reader, names_dataset
from medkg.store.writer import Writer
from tests.store.small_stores import built, quad

ALL = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s"


def subjects(store: Store, text: str = ALL) -> list[str]:
    return [row["s"].value for row in cast("QuerySolutions", store.query(text))]


def test_a_reader_changes_over_and_keeps_what_it_began(tmp_path: Path) -> None:
    with Writer(tmp_path, retention=0) as writer:
        writer.replace(built(1), reason="first")
        reader = Reader(tmp_path)
        begun = reader.snapshot()
        rows = cast("QuerySolutions", begun.query(ALL))
        for number in (2, 3):
            writer.replace(built(number), reason="next")
        assert not writer.generations.layout.generation(1).exists()
        assert [row["s"].value for row in rows] == subjects(begun) == ["urn:s:1"]
        assert (reader.generation, subjects(reader)) == (3, ["urn:s:3"])
        assert reader.graphs == {GRAPH + "source/test": 1}


def test_a_reader_goes_back_with_a_rollback(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        writer.replace(built(2), reason="second")
    reader = Reader(tmp_path)
    assert subjects(reader) == ["urn:s:2"]
    writer.generations.rollback(1)
    assert (reader.generation, subjects(reader)) == (1, ["urn:s:1"])


def test_a_reader_goes_on_with_the_last_good_generation_and_says_why(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        reader = Reader(tmp_path)
        writer.replace(built(2), reason="second")
        manifest = writer.generations.layout.manifest(2)
        good = manifest.read_bytes()
        manifest.write_bytes(b"{")
        assert (reader.generation, subjects(reader)) == (1, ["urn:s:1"])
        assert "the manifest cannot be read" in str(reader.problem)
        manifest.write_bytes(good)
        writer.generations.serve(2)
        assert (reader.generation, reader.problem) == (2, None)


@contextmanager
def no_more_files() -> Iterator[None]:
    """Leave this process no file to open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def until(wanted: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait for something to become true."""
    ends = time.monotonic() + seconds
    while not wanted() and time.monotonic() < ends:
        time.sleep(0.02)
    return wanted()


def test_a_change_over_that_failed_once_is_tried_again(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        reader = Reader(tmp_path)
        writer.replace(built(2), reason="second")
    with no_more_files():
        assert subjects(reader) == ["urn:s:1"]
        assert "Too many open files" in str(reader.problem)
    assert until(lambda: reader.generation == 2)
    assert (subjects(reader), reader.problem) == (["urn:s:2"], None)


def test_a_pointer_that_cannot_be_looked_at_leaves_the_last_good_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Writer(home) as writer:
        writer.replace(built(1), reason="first")
    reader = Reader(home)
    home.rename(tmp_path / "away")
    home.symlink_to(home)
    assert (reader.generation, subjects(reader)) == (1, ["urn:s:1"])
    assert "cannot be looked at" in str(reader.problem)
    with pytest.raises(StoreError, match="cannot be looked at"):
        Reader(home)
    home.unlink()
    (tmp_path / "away").rename(home)
    assert until(lambda: reader.problem is None)
    assert reader.generation == 1


def test_a_failure_is_logged_once_and_to_standard_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        reader = Reader(tmp_path)
    (tmp_path / "current").write_text("nonsense")
    for _ in range(3):
        assert reader.generation == 1
    told = capfd.readouterr()
    assert (told.out, told.err.count("change-over-failed")) == ("", 1)


def test_the_default_graph_is_the_union_unless_the_query_chooses(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace([*built(1), quad(2, GRAPH + "inferred")], reason="two graphs")
    reader = Reader(tmp_path)
    assert subjects(reader) == ["urn:s:1", "urn:s:2"]
    chosen = "SELECT ?s FROM mkg:inferred WHERE { ?s ?p ?o }"
    assert subjects(reader, chosen) == ["urn:s:2"]
    named = "SELECT ?s FROM NAMED mkg:inferred WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert subjects(reader, named) == ["urn:s:2"]
    options = {"default_graph": NamedNode(GRAPH + "inferred")}
    assert [row["s"].value for row in cast("QuerySolutions", reader.query(ALL, **options))] == ["urn:s:2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM <urn:g> { ?s ?p ?o }", True),
        ("SELECT * from<urn:g>{?s ?p ?o}", True),
        ("ASK\nFROM NAMED <urn:g> {}", True),
        ("SELECT * { ?s ?p 'FROM <urn:g>' }", False),
        ('SELECT * { ?s ?p """a "FROM" b""" }', False),
        ("# FROM <urn:g>\nASK {}", False),
        ("SELECT ?from { ?from ex:from <http://from/FROM> }", False),
        ("SELECT $FROM { $FROM from:x 'a'@from }", False),
        ("ASK { ?s <urn:p#x> 1 } # FROM", False),
    ],
)
def test_a_data_set_clause_is_told_from_the_same_letters_elsewhere(text: str, expected: bool) -> None:
    assert names_dataset(text) is expected


def test_many_threads_see_whole_generations_only(tmp_path: Path) -> None:
    wrong: list[list[str]] = []
    done = threading.Event()
    with Writer(tmp_path, retention=0) as writer:
        writer.replace(built(0, 100), reason="first")
        reader = Reader(tmp_path)

        def read() -> None:
            while not done.is_set():
                found = subjects(reader)
                first = int(found[0].rpartition(":")[2])
                if len(found) != 2 or f"urn:s:{first % 100 + 100}" not in found:
                    wrong.append(found)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(1, 15):
            writer.replace(built(number, number + 100), reason="next")
        done.set()
        for thread in threads:
            thread.join()
        assert subjects(reader) == ["urn:s:114", "urn:s:14"]
    assert wrong == []
