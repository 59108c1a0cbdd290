"""What the tests of builds share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.build.small_registry import Registry


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Give a registry that was not built yet."""
    return Registry(tmp_path)
