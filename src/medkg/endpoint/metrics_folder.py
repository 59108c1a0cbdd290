"""The folder in which server processes share their metrics, made before any of them starts."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: Set in the process that starts the others; `medkg.endpoint.metrics` looks at it.
VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


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
