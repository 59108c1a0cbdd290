"""Where uploads lie until they are published: a folder for each request, so many of a caller, never the last room."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import structlog

from medkg.access.caller import Caller
from medkg.access.limits import Limits
from medkg.errors import LimitExceeded, StoreError
from medkg.store.layout import file_errors

#: Bytes of the disk that uploads leave to everything else: what is served goes on, and what failed can be recorded.
RESERVE: Final = 64 * 1024 * 1024
_PREFIX: Final = "request-"
#: Seconds after which a caller that has too many uploads here may try again.
_SOON: Final = 5.0
_OPEN: Final = os.O_RDONLY | os.O_DIRECTORY
log = structlog.get_logger("medkg.endpoint")


class Spool:
    """The folder ``uploads`` of a home as one server process uses it; others may use it, too.

    Who works with a folder holds it locked, which ends with the process however that ends.
    """

    def __init__(self, home: Path) -> None:
        self._parent = home / "uploads"
        self._counts: Counter[str] = Counter()

    @contextmanager
    def folder(self, caller: Caller, limits: Limits) -> Iterator[Path]:
        """Give a folder of its own for one request's files, which goes with the request.

        Raises:
            LimitExceeded: the caller has as many uploads here as it may (``concurrent``).
            StoreError: the folder cannot be made.
        """
        with self.counted(caller, limits), ExitStack() as held:
            yield self._made(held)

    @contextmanager
    def counted(self, caller: Caller, limits: Limits) -> Iterator[None]:
        """Count one upload more of a caller for the time of the block.

        Raises:
            LimitExceeded: it has as many here as it may (``concurrent``).
        """
        if self._counts[caller.account] >= limits.concurrent:
            raise _too_many(limits)
        self._counts[caller.account] += 1
        try:
            yield
        finally:
            self._counts[caller.account] -= 1
            self._counts += Counter()  # forgets whom it counts no more

    def clear(self) -> None:
        """Remove what server processes left that ended in the middle of an upload; what fails goes to the log."""
        try:
            with file_errors(self._parent), suppress(FileNotFoundError), _locked(self._parent):
                for folder in self._parent.glob(f"{_PREFIX}*"):
                    with suppress(BlockingIOError, FileNotFoundError), _locked(folder, fcntl.LOCK_NB):
                        shutil.rmtree(folder)
        except StoreError as error:
            log.warning("uploads-not-cleared", error=str(error))

    def _made(self, held: ExitStack) -> Path:
        with file_errors(self._parent):
            self._parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Nobody takes the folder for one that was left before it is locked.
            with _locked(self._parent):
                folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent))
                held.enter_context(_locked(folder))
        # What cannot be removed now is when a server starts.
        held.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder


def require_room(folder: Path, size: int) -> None:
    """Refuse to write so many bytes where they would take the last of the disk.

    Raises:
        StoreError: they would leave less than :data:`RESERVE`.
    """
    with file_errors(folder):
        free = shutil.disk_usage(folder).free
    if free - size < RESERVE:
        message = (
            f"there is no room for uploads: {free // (1 << 20)} MiB are free, and the last {RESERVE >> 20} are kept"
        )
        raise StoreError(message, remedy="Free space on the disk of the home, then send it again.")


@contextmanager
def _locked(folder: Path, how: int = 0) -> Iterator[None]:
    descriptor = os.open(folder, _OPEN)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | how)
        yield
    finally:
        os.close(descriptor)


def _too_many(limits: Limits) -> LimitExceeded:
    message = f"{limits.concurrent} uploads of yours are here already, being received or waiting for their turn"
    remedy = "Send it again when one of them has been answered."
    value = limits.concurrent
    return LimitExceeded(message, limit="concurrent", value=value, retry_after=_SOON, remedy=remedy)
