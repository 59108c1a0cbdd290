"""The folder in which server processes share their metrics, made before any of them starts."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from medkg.store.layout import file_errors

#: Set in the process that starts the others; `medkg.endpoint.metrics` looks at it.
VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
#: The files of one process, and how large the library makes them; what is counted here takes a tenth of that.
_KINDS: Final = ("counter", "histogram", "gauge_livesum", "gauge_livemin", "gauge_livemostrecent")
_SIZE: Final = 1 << 16


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Give a folder that the processes started meanwhile count in, and remove it at the end.

    Counts begin at nought each time the server starts, as Prometheus expects of a restart. A folder that the operator
    names in the variable himself is used as it is and stays.
    """
    named = os.environ.get(VARIABLE)
    if named:
        yield Path(named)
        return
    with tempfile.TemporaryDirectory(prefix="medkg-metrics-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ[VARIABLE]


def reserve(folder: Path) -> None:
    """Make the files of this process with all their room: the library maps them, and a full disk would kill us.

    Raises:
        StoreError: the disk has no room for them.
    """
    for kind in _KINDS:
        path = folder / f"{kind}_{os.getpid()}.db"
        with file_errors(path), path.open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, _SIZE)
