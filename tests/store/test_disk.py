"""A disk that fills up: a clear error, the old generation served, and the next change works once there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from medkg.errors import StoreError
from medkg.store.writer import Writer
from tests.store.small_stores import built, check_whole, content, medkg, n_quads


def bulky(count: int) -> Iterator[Quad]:
    """Give quads with texts that cannot be compressed."""
    node = NamedNode("urn:g:bulky")
    return (Quad(node, node, Literal(os.urandom(1000).hex()), node) for _ in range(count))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("count", [16_000, 30_000], ids=["small route", "bulk route"])
def test_a_full_disk_is_an_error_that_changes_nothing(small_disk: Path, tmp_path: Path, count: int) -> None:
    home = small_disk / "home"
    file = n_quads(tmp_path / "bulky.nq", bulky(count))
    with Writer(home) as writer:
        writer.replace(built(1), reason="good")
        with pytest.raises(StoreError, match="Nothing was published; free space"):
            writer.load([file])
        assert content(home) == set(built(1))
        assert writer.replace(built(1, 2), reason="there is room again").generation == 2
    assert check_whole(home) == 2


def test_a_full_disk_ends_the_command_with_one_message(small_disk: Path, tmp_path: Path) -> None:
    home = small_disk / "home"
    with Writer(home) as writer:
        writer.replace(built(1), reason="good")
    done = medkg(home, "load", n_quads(tmp_path / "bulky.nq", bulky(30_000)))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: store:")
    assert "Traceback" not in done.stderr
    assert check_whole(home) == 1


def test_an_export_to_a_full_disk_leaves_the_file_that_was_there(small_disk: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Writer(home) as writer:
        writer.load([n_quads(tmp_path / "bulky.nq", bulky(15_000))])
    (small_disk / "all.nq").write_text("what was there")
    done = medkg(home, "export", small_disk / "all.nq")
    assert done.returncode == 1
    assert "all.nq: cannot be written" in done.stderr
    assert (small_disk / "all.nq").read_text() == "what was there"
    assert list(small_disk.iterdir()) == [small_disk / "all.nq"]
