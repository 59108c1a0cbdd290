"""The index of a generation is made once, kept as a file that several processes read, and removed with it."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest

from medkg.namespaces import ID, RDFS
from medkg.query.asking import NamedQueries
from medkg.search import storing
from medkg.search.asking import Found, Search
from medkg.search.index import SearchIndex
from medkg.search.storing import BrokenIndexError, index_of, read, write
from medkg.store.layout import Layout
from tests.search.registries import asked_of


@pytest.fixture
def asked() -> NamedQueries:
    return asked_of([(ID + "actor/birzeit", RDFS + "label", ox.Literal("Birzeit University"))])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for number in (1, 2):
        Layout(tmp_path).generation(number).mkdir(parents=True)
    return tmp_path


def files(home: Path) -> list[str]:
    return sorted(path.name.rpartition("-")[0] for path in (home / "search").glob("*.index"))


def finds(index: SearchIndex) -> bool:
    return Found(index, Search("birzeit")).total == 1


def test_a_file_is_made_once_and_read_again(asked: NamedQueries, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert finds(index_of(asked, "1-aa", home))
    monkeypatch.setattr(storing, "gathered", lambda _: pytest.fail("gathered again"))
    assert finds(index_of(asked, "1-aa", home))
    assert files(home) == ["1-aa"]


def test_those_who_come_together_make_one_file(asked: NamedQueries, home: Path) -> None:
    made: list[SearchIndex] = []
    threads = [threading.Thread(target=lambda: made.append(index_of(asked, "1-aa", home))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [finds(index) for index in made] == [True] * 4
    assert [path.name for path in (home / "search").iterdir() if path.name.startswith(".")] == []


def test_indexes_go_with_their_generations(asked: NamedQueries, home: Path) -> None:
    for tag in ("1-aa", "3-cc", "2-old"):
        index_of(asked, tag, home)
    index = index_of(asked, "2-bb", home)
    assert files(home) == ["1-aa", "2-bb"]
    assert finds(index)


@pytest.mark.parametrize("content", [b"", b"no index", b"medkg search index\n{", b"medkg search index\n"])
def test_a_broken_file_is_made_anew(asked: NamedQueries, home: Path, content: bytes) -> None:
    index_of(asked, "1-aa", home)
    path = next((home / "search").glob("*.index"))
    path.write_bytes(content)
    assert finds(index_of(asked, "1-aa", home))
    assert finds(SearchIndex(read(path)))


def test_a_file_that_ends_too_early_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.index"
    write(path, {"a": np.arange(9), "empty": np.zeros(0, np.uint8), "b": np.arange(3, dtype=np.uint8)})
    assert {name: array.tolist() for name, array in read(path).items()} == {
        "a": [*range(9)],
        "empty": [],
        "b": [0, 1, 2],
    }
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BrokenIndexError, match="ends in the middle of b"):
        read(path)


def test_where_nothing_can_be_written_it_is_made_in_memory(asked: NamedQueries, home: Path) -> None:
    (home / "search").write_bytes(b"in the way")
    assert finds(index_of(asked, "1-aa", home))
    assert finds(index_of(asked, "1-aa", None))
