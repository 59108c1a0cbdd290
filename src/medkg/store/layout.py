"""Where the parts of a store lie under its home, and how files there are written so that a crash cannot tear them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import StoreError


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths under one home. docs/generations.md describes each."""

    home: Path

    @property
    def primary(self) -> Path:
        """The folder a writer changes; remade from the generation served by each writer."""
        return self.home / "primary"

    @property
    def staging(self) -> Path:
        """What a writer has in the making; whatever lies here was never published."""
        return self.home / "staging"

    @property
    def generations(self) -> Path:
        """The folder of all generations."""
        return self.home / "generations"

    @property
    def current(self) -> Path:
        """The file naming the generation served."""
        return self.home / "current"

    @property
    def pending(self) -> Path:
        """The file naming a generation that is put in place but perhaps not served yet."""
        return self.home / "pending"

    @property
    def lock(self) -> Path:
        """The file a writer holds locked."""
        return self.home / "writer.lock"

    @property
    def rollbacks(self) -> Path:
        """One JSON object a line for each rollback."""
        return self.home / "rollbacks.jsonl"

    def generation(self, number: int) -> Path:
        """Give the folder of one generation."""
        return self.generations / str(number)

    def store(self, number: int) -> Path:
        """Give the checkpoint of one generation."""
        return self.generation(number) / "store"

    def manifest(self, number: int) -> Path:
        """Give the manifest of one generation."""
        return self.generation(number) / "manifest.json"

    def journal(self, number: int) -> Path:
        """Give the patch that made one generation out of its parent."""
        return self.home / "journal" / f"{number}.rdfp.zst"

    def make_folders(self) -> None:
        """Make the folders that a writer finds as others left them; ``staging`` it makes itself, holding the lock.

        Raises:
            StoreError: the home cannot be written.
        """
        with file_errors(self.home):
            for folder in (self.generations, self.journal(0).parent):
                folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def file_errors(subject: Path, remedy: str = "Free space or mend the disk, then run it again.") -> Iterator[None]:
    """Turn what the operating system or the engine says about files into a StoreError about ``subject``."""
    try:
        yield
    except PermissionError as error:
        rights = "Give this user the right to write there, or choose another folder with --home."
        raise StoreError(
            f"cannot be written: {error.strerror or error}", subject=str(subject), remedy=rights
        ) from error
    except (OSError, RuntimeError) as error:
        raise StoreError(f"reading or writing failed: {error}", subject=str(subject), remedy=remedy) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of a file outlast a loss of power."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file by one rename, so that a reader sees the old content or the new, never a part."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def move_durably(source: Path, target: Path) -> None:
    """Move a finished file or folder into its place."""
    source.rename(target)
    sync_folder(target.parent)


def remove(path: Path) -> None:
    """Remove a file, or a folder with what is in it; it may be gone already."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
