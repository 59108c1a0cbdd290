"""The folder ``access/`` of a home: files that only the server's user reads, replaced whole or not at all."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from medkg.store.layout import file_errors, sync_folder

PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700


def access_folder(home: Path) -> Path:
    """Give the folder, made where it is missing, readable by its owner alone.

    Raises:
        StoreError: it cannot be made.
    """
    folder = Path(home) / "access"
    with file_errors(folder):
        if not folder.is_dir():
            Path(home).mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
            _give_to_owner_of(folder.parent, folder)
    return folder


def open_private(path: Path, flags: int) -> int:
    """Give the descriptor of a file that is made, where it is missing, readable by its owner alone.

    Raises:
        StoreError: it cannot be opened.
    """
    with file_errors(path):
        new = not path.exists()
        descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        if new:
            _give_to_owner_of(path.parent, path)
    return descriptor


def write_private(path: Path, content: bytes) -> None:
    """Replace a file by one rename; it outlasts a loss of power. The caller holds the lock of what it replaces.

    Raises:
        StoreError: it cannot be written, and is as it was.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with file_errors(path):
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            _give_to_owner_of(path.parent, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold a lock file; the kernel lets it go when the process ends. False where another holds it and we do not wait.

    Raises:
        StoreError: the lock file cannot be made.
    """
    descriptor = open_private(path, os.O_RDWR)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _give_to_owner_of(folder: Path, path: Path) -> None:
    """Let root make tokens for a server that runs as another user."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
