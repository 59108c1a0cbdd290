"""docs/settings.md says of each setting what the code says."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from medkg.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_a_setting_is_documented_with_its_variable_and_help(item: Field[Any]) -> None:
    start = f"| `{item.name}` | `MEDKG_{item.name.upper()}` |"
    rows = [line for line in TABLE if line.startswith(start)]
    assert len(rows) == 1, f"add to docs/settings.md a row that starts with: {start}"
    assert item.metadata["help"] in rows[0]


def test_nothing_is_documented_that_does_not_exist() -> None:
    documented = {line.split("`")[1] for line in TABLE if line.startswith("| `")}
    assert documented == {item.name for item in fields(Settings)}
