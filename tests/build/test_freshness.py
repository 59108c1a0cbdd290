"""A build is seen to be out of date when a file it read has changed."""

from __future__ import annotations

from pathlib import Path

from medkg.build import run_build
from medkg.build.freshness import changed_inputs
from medkg.store.writer import Writer
from tests.build.small_registry import Registry


def test_nothing_has_changed_where_nothing_was_built(registry: Registry) -> None:
    assert changed_inputs(registry.settings) == ()


def test_a_changed_table_and_a_removed_file_are_named(registry: Registry, tmp_path: Path) -> None:
    run_build(registry.settings)
    assert changed_inputs(registry.settings) == ()
    table = next(registry.settings.data.rglob("small-projects.csv"))
    table.write_text(table.read_text(encoding="utf-8").replace("2021-06", "2021-07"), encoding="utf-8")
    mapping = next(registry.settings.data.rglob("projects.rq"))
    mapping.unlink()
    assert {Path(name).name for name in changed_inputs(registry.settings)} == {"small-projects.csv", "projects.rq"}


def test_a_load_after_the_build_leaves_it_up_to_date(registry: Registry, tmp_path: Path) -> None:
    run_build(registry.settings)
    file = tmp_path / "more.nq"
    file.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n", encoding="utf-8")
    with Writer(registry.settings.home) as writer:
        writer.load([file])
    assert changed_inputs(registry.settings) == ()
