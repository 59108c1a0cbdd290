"""A home with one generation, and a pool over it that tests share where they do no more than ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from medkg.store.writer import Writer
from tests.workers.serving import Served, serving, statements


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home of 20,000 statements. Read only: a test that publishes makes its own."""
    folder = tmp_path_factory.mktemp("workers") / "home"
    with Writer(folder) as writer:
        writer.replace(statements(20_000), reason="tests", owned="urn:")
    return folder


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    with serving(home) as pool:
        yield pool
