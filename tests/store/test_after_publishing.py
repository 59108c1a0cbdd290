"""Once the pointer has moved a generation is published: what fails then is told, and never called a failed change."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path, PosixPath
from typing import Self

import pytest
from pyoxigraph import Quad

from medkg.errors import StoreError
from medkg.store.generations import Generations
from medkg.store.layout import Layout
from medkg.store.writer import Writer
from tests.store.small_stores import built, check_whole, medkg, n_quads, quad

Mount = Callable[[Path], Path]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Give a function that makes a folder a mount point, which nobody can move or remove."""
    mounted: list[Path] = []

    def mount(folder: Path) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("only root may mount")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        unmount(folder)


def unmount(folder: Path) -> None:
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Irremovable(PosixPath):
    """A file that a broken disk does not let go."""

    failure: BaseException = OSError(errno.EIO, os.strerror(errno.EIO))

    def unlink(self, missing_ok: bool = False) -> None:
        raise self.failure


class Interrupted(Irremovable):
    failure = KeyboardInterrupt()


class Unsynced(PosixPath):
    """A file whose folder cannot be synced."""

    @property
    def parent(self) -> Self:
        return type(self)("/proc/self/no-such-folder")


class PendingStays(Layout):
    @property
    def pending(self) -> Path:
        return Irremovable(self.home / "pending")


class PendingInterrupts(Layout):
    @property
    def pending(self) -> Path:
        return Interrupted(self.home / "pending")


class PointerUnsynced(Layout):
    @property
    def current(self) -> Path:
        return Unsynced(self.home / "current")


def test_an_old_generation_that_cannot_be_removed_is_told_and_the_new_one_is_served(
    tmp_path: Path, mount: Mount, capfd: pytest.CaptureFixture[str]
) -> None:
    with Writer(tmp_path, retention=1) as writer:
        for number in (1, 2):
            writer.replace(built(number), reason="build")
        stuck = mount(tmp_path / "generations" / "1")
        assert writer.replace(built(2, 3), reason="third").generation == 3
        assert [item.subject for item in writer.warnings] == [str(stuck)]
        assert writer.replace(built(2, 4), reason="fourth").parent == 3
        assert (writer.generations.current(), writer.generations.list()) == (4, (1, 3, 4))
        unmount(stuck)
        assert writer.replace(built(5), reason="fifth").generation == 5
        assert (writer.warnings, writer.generations.list()) == ((), (4, 5))
    told = capfd.readouterr()
    assert (told.out, told.err.count("old-generation-not-removed")) == ("", 2)
    assert "Nothing was published" not in told.err
    assert check_whole(tmp_path) == 5


def test_a_load_succeeds_though_an_old_generation_stays(tmp_path: Path, mount: Mount) -> None:
    home = tmp_path / "home"
    with Writer(home) as writer:
        writer.replace(built(1), reason="first")
        writer.replace(built(2), reason="second")
    mount(home / "generations" / "1")
    file = n_quads(tmp_path / "more.nq", [quad(1)])
    done = medkg(home, "load", file, environ={"MEDKG_RETENTION": "1"})
    assert (done.returncode, "old-generation-not-removed" in done.stderr) == (0, True)
    assert check_whole(home) == 3


@pytest.mark.parametrize("layout", [PendingStays, PointerUnsynced])
def test_a_failure_after_the_pointer_moved_is_no_failed_change(tmp_path: Path, layout: type[Layout]) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        writer.generations.layout = layout(tmp_path)
        assert writer.replace(built(1, 2), reason="second").generation == 2
        assert writer.replace(built(1, 2, 3), reason="third").parent == 2
        writer.generations.layout = Layout(tmp_path)
    assert check_whole(tmp_path) == 3
    with Writer(tmp_path) as writer:
        assert writer.replace(built(5), reason="fourth").parent == 3
    assert not (tmp_path / "pending").exists()


def test_an_interruption_after_the_pointer_moved_leads_on_from_what_is_served(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        writer.generations.layout = PendingInterrupts(tmp_path)
        with pytest.raises(KeyboardInterrupt):
            writer.replace(built(1, 2), reason="second")
        assert writer.generations.current() == 2
        writer.generations.layout = Layout(tmp_path)
        manifest = writer.replace(built(1, 2, 3), reason="third")
        assert (manifest.parent, manifest.added, manifest.deleted) == (2, 1, 0)
    assert check_whole(tmp_path) == 3


def test_a_writer_does_not_build_on_anything_but_what_is_served(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        writer.replace(built(2), reason="second")
        manifest = writer.generations.layout.manifest(2)
        good = manifest.read_bytes()
        manifest.write_bytes(b"{")
        for _ in range(2):
            with pytest.raises(StoreError, match="the manifest cannot be read"):
                writer.replace(built(3), reason="third")
        assert (writer.generations.current(), writer.generations.list()) == (2, (1, 2))
        manifest.write_bytes(good)
        assert writer.replace(built(3), reason="third").parent == 2
    assert check_whole(tmp_path) == 3


def test_what_cannot_be_cleared_up_does_not_hide_why_a_change_failed(tmp_path: Path, mount: Mount) -> None:
    stuck = tmp_path / "staging" / "stuck"

    def broken() -> Iterator[Quad]:
        stuck.mkdir()
        mount(stuck)
        yield from built(2)
        raise LookupError("the source broke off")

    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        with pytest.raises(LookupError, match="the source broke off") as caught:
            writer.replace(broken(), reason="bad")
        assert any("clearing up failed" in note for note in caught.value.__notes__)
        with pytest.raises(StoreError, match="reading or writing failed"):
            writer.replace(built(2), reason="still in the way")
        unmount(stuck)
        assert writer.replace(built(2), reason="free again").generation == 2
    assert check_whole(tmp_path) == 2


def test_what_cannot_be_cleared_up_at_the_end_is_no_failed_change(
    tmp_path: Path, mount: Mount, capfd: pytest.CaptureFixture[str]
) -> None:
    stuck = tmp_path / "staging" / "stuck"
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        stuck.mkdir()
        mount(stuck)
    assert "not-cleared-up" in capfd.readouterr().err
    assert check_whole(tmp_path) == 1
    with pytest.raises(StoreError), Writer(tmp_path):
        pass


def test_a_writer_goes_on_while_the_error_of_the_last_change_is_kept(tmp_path: Path) -> None:
    class Failing(Generations):
        def put(self, made: Path, journal: Path, number: int) -> None:
            engine = writer._primary.engine()
            raise OSError(errno.EIO, f"{made} with {journal} and {len(engine)} statements")

    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        writer.generations = Failing(tmp_path)
        with pytest.raises(StoreError, match=r"1 statements.*Nothing was published") as caught:
            writer.replace(built(2), reason="bad")
        writer.generations = Generations(tmp_path)
        assert (writer.generations.list(), writer.generations.current()) == ((1,), 1)
        assert writer.replace(built(1, 2), reason="good").parent == 1
    assert check_whole(tmp_path) == 2
    assert caught.value.__traceback__ is not None


def test_files_of_a_change_lie_in_the_generation_before_it_is_served(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    class Watched(Generations):
        def serve(self, number: int) -> None:
            seen.append(sorted(entry.name for entry in self.layout.generation(number).iterdir()))
            super().serve(number)

    with Writer(tmp_path) as writer:
        writer.generations = Watched(tmp_path)
        writer.replace(built(1), reason="first", files={"report.json": b"{}\n"})
    assert seen == [["manifest.json", "report.json", "store"]]
    assert (tmp_path / "generations" / "1" / "report.json").read_bytes() == b"{}\n"


@pytest.mark.parametrize("name", ["manifest.json", "store", "../current", "", "a/b", ".."])
def test_files_have_names_of_their_own(tmp_path: Path, name: str) -> None:
    with Writer(tmp_path) as writer, pytest.raises(ValueError, match="no names for files beside the manifest"):
        writer.replace(built(1), reason="first", files={name: b""})
    assert Generations(tmp_path).current() is None


def test_a_rollback_that_was_not_carried_out_is_not_told(tmp_path: Path) -> None:
    class Killed(Generations):
        def serve(self, number: int) -> None:
            raise KeyboardInterrupt

    with Writer(tmp_path) as writer:
        for number in range(3):
            writer.replace(built(number), reason="build")
    Generations(tmp_path).rollback(2)
    with pytest.raises(KeyboardInterrupt):
        Killed(tmp_path).rollback(1)
    told = [(3, 2)]
    assert [(item.source, item.target) for item in Generations(tmp_path).rollbacks()] == told
    with Writer(tmp_path) as writer:
        assert writer.replace(built(9), reason="after").parent == 2
    assert [(item.source, item.target) for item in Generations(tmp_path).rollbacks()] == told


def test_a_rollback_that_was_carried_out_is_told_though_the_process_was_killed(tmp_path: Path) -> None:
    class Killed(Generations):
        def serve(self, number: int) -> None:
            super().serve(number)
            raise KeyboardInterrupt

    with Writer(tmp_path) as writer:
        for number in range(3):
            writer.replace(built(number), reason="build")
    with pytest.raises(KeyboardInterrupt):
        Killed(tmp_path).rollback(1)
    assert [(item.source, item.target) for item in Generations(tmp_path).rollbacks()] == [(3, 1)]
    Generations(tmp_path).rollback(1)
    with Writer(tmp_path) as writer:
        writer.replace(built(9), reason="after")
    assert [(item.source, item.target) for item in Generations(tmp_path).rollbacks()] == [(3, 1), (1, 1)]


def test_a_damaged_record_of_rollbacks_is_named(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="build")
    (tmp_path / "rollbacks.jsonl").write_text("nonsense\n")
    with pytest.raises(StoreError, match=r"rollbacks\.jsonl: cannot be read"):
        Generations(tmp_path).rollbacks()
    with Writer(tmp_path) as writer:
        assert writer.replace(built(2), reason="the record hinders nobody").generation == 2
