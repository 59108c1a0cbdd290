"""Which generations are kept, which is served, and going back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medkg.errors import StoreError
from medkg.namespaces import GRAPH
from medkg.store.generations import Generations
from medkg.store.reader import Reader
from medkg.store.writer import Writer
from tests.store.small_stores import built, content, medkg


def publish(home: Path, count: int, retention: int = 10) -> Generations:
    with Writer(home, retention=retention) as writer:
        for number in range(1, count + 1):
            writer.replace(built(number), reason=f"build {number}")
    return Generations(home)


def test_a_fresh_home_serves_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    assert (Generations(tmp_path).list(), Generations(tmp_path).current()) == ((), None)
    with pytest.raises(StoreError, match="medkg build"):
        Reader(tmp_path)


def test_rollback_serves_an_earlier_generation_and_the_next_change_starts_there(tmp_path: Path) -> None:
    generations = publish(tmp_path, 3)
    assert generations.rollback(1).reason == "build 1"
    assert content(tmp_path) == set(built(1))
    with Writer(tmp_path) as writer:
        manifest = writer.replace([*built(1), *built(9)], reason="after")
    assert (manifest.generation, manifest.parent, manifest.added, manifest.deleted) == (4, 1, 1, 0)
    assert generations.rollback(3).reason == "build 3"
    assert [(item.source, item.target) for item in generations.rollbacks()] == [(3, 1), (4, 3)]


def test_rollback_to_what_is_not_kept_changes_nothing(tmp_path: Path) -> None:
    generations = publish(tmp_path, 2)
    with pytest.raises(StoreError, match=r"generation 7 is not kept\. Kept: 1, 2\."):
        generations.rollback(7)
    assert (generations.current(), generations.rollbacks()) == (2, ())


def test_the_oldest_are_removed_and_never_the_one_served(tmp_path: Path) -> None:
    generations = publish(tmp_path, 5, retention=2)
    assert generations.list() == (3, 4, 5)
    generations.rollback(3)
    assert (generations.prune(1), generations.list()) == ((), (3, 5))
    assert (generations.prune(0), generations.list(), generations.current()) == ((), (3,), 3)
    assert content(tmp_path) == set(built(3))


def test_numbers_of_removed_generations_are_not_used_again(tmp_path: Path) -> None:
    generations = publish(tmp_path, 3, retention=0)
    generations.rollback(3)
    with Writer(tmp_path, retention=0) as writer:
        assert writer.replace(built(9), reason="next").generation == 4
    assert [path.name for path in sorted((tmp_path / "journal").iterdir())] == [f"{n}.rdfp.zst" for n in range(1, 5)]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("{", "the manifest cannot be read"),
        ("[]", "the manifest cannot be read"),
        ('{"generation": 2}', "the manifest cannot be read"),
        (None, "there is no such generation"),
    ],
    ids=["cut", "a list", "fields missing", "no file"],
)
def test_a_damaged_manifest_is_named(tmp_path: Path, damage: str | None, said: str) -> None:
    generations = publish(tmp_path, 2)
    path = generations.layout.manifest(2)
    path.unlink() if damage is None else path.write_text(damage)
    with pytest.raises(StoreError, match=said) as caught:
        Reader(tmp_path)
    assert str(path) in str(caught.value)
    assert medkg(tmp_path, "stats").returncode == 1
    assert medkg(tmp_path, "rollback", "1").returncode == 0
    assert content(tmp_path) == set(built(1))


def test_a_manifest_of_another_generation_is_refused(tmp_path: Path) -> None:
    generations = publish(tmp_path, 2)
    generations.layout.manifest(2).write_bytes(generations.layout.manifest(1).read_bytes())
    with pytest.raises(StoreError, match="it names another generation"):
        generations.manifest(2)


@pytest.mark.parametrize("text", ["", "two", "-1", "1 2"])
def test_a_damaged_pointer_is_named(tmp_path: Path, text: str) -> None:
    publish(tmp_path, 1)
    (tmp_path / "current").write_text(text)
    with pytest.raises(StoreError, match="holds no number"):
        Generations(tmp_path).current()


def test_the_command_line_tells_history_and_statistics(tmp_path: Path) -> None:
    publish(tmp_path, 2)
    assert medkg(tmp_path, "rollback", "--to", "1").returncode == 0
    told = json.loads(medkg(tmp_path, "history", "--json").stdout)
    assert (told["served"], [item["reason"] for item in told["generations"]]) == (1, ["build 1", "build 2"])
    assert [(item["from"], item["to"]) for item in told["rollbacks"]] == [(2, 1)]
    shown = medkg(tmp_path, "history").stdout
    assert "rolled back from 2 to 1" in shown
    counted = json.loads(medkg(tmp_path, "stats", "--json").stdout)
    assert (counted["generation"], counted["quads"], counted["classes"]) == (1, 1, {})
    assert counted["graphs"] == {f"{GRAPH}source/test": 1}
    assert medkg(tmp_path, "rollback").returncode == 2
