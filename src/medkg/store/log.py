"""Where the store tells what needs no error: a log line, never on standard output."""

from __future__ import annotations

import importlib
import sys
from typing import Any


def log(name: str) -> Any:
    """Give the logger the program has configured; one to standard error where it has configured none.

    The library is loaded here, not before: that takes longer than most changes, and most have nothing to log.
    """
    structlog = importlib.import_module("structlog")
    if structlog.is_configured():
        return structlog.get_logger(name)
    return structlog.wrap_logger(structlog.PrintLogger(sys.stderr))
