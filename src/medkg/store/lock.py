"""The lock that lets one writer at a time change a home."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import IO

from medkg.errors import StoreBusy
from medkg.store.layout import Layout, file_errors

#: Seconds between two attempts of one who waits.
_PAUSE = 0.02


@contextmanager
def writer_lock(layout: Layout, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of a home; the kernel releases it when the process ends, however it ends.

    The engine locks ``primary/`` as well, but that folder is remade by each writer, so the lock stands outside it.

    Raises:
        StoreBusy: another writer holds it, and has not let it go after ``wait`` seconds.
        StoreError: the home cannot be written.
    """
    layout.make_folders()
    with file_errors(layout.home):
        file = layout.lock.open("ab")
    with file:
        until = monotonic() + wait
        while not _locked(file):
            if monotonic() >= until:
                remedy = "Wait until it has ended, then run this again; what is served stays as it is."
                raise StoreBusy("another process is writing", subject=str(layout.home), remedy=remedy)
            sleep(_PAUSE)
        yield


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
