"""What the log is told, collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """Give the list to which every log line is added; the configuration of before is put back."""
    before = structlog.get_config()
    was_configured = structlog.is_configured()
    capture = LogCapture()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.reset_defaults()
    if was_configured:
        structlog.configure(**before)
