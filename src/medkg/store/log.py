"""Where the store tells what needs no error: a log line, never on standard output."""

from __future__ import annotations

import sys
from typing import Any

import structlog


def log(name: str) -> Any:
    """Give the logger the program has configured; one to standard error where it has configured none."""
    if structlog.is_configured():
        return structlog.get_logger(name)
    return structlog.wrap_logger(structlog.PrintLogger(sys.stderr))
