"""docs/limits.md says what the code does."""

from __future__ import annotations

import re
import tomllib
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from medkg.access.caller import Caller
from medkg.access.limits import DEFAULTS, Limits, limits_for
from medkg.access.record import Record, Write
from medkg.access.roles import Action, Role, may
from medkg.settings import Settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")


def cells(start: str) -> list[str]:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(start)]
    return [cell.strip() for cell in row.strip("|").split("|")]


@pytest.mark.parametrize("item", fields(Limits), ids=lambda item: item.name)
def test_a_limit_is_documented_with_its_defaults(item: Field[Any]) -> None:
    unit, *values, meaning = cells(f"| `{item.name}` |")[1:]
    assert (unit, meaning) == (item.metadata["unit"], item.metadata["help"])
    assert [float(value) for value in values] == [getattr(DEFAULTS[role], item.name) for role in Role]


def test_the_columns_are_the_roles_in_order() -> None:
    assert cells("| limit | unit |")[2:-1] == [f"`{role.word}`" for role in Role]


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_do_is_documented(role: Role) -> None:
    documented = [bool(cell) for cell in cells(f"| `{role.word}` |")[1:]]
    assert documented == [may(role, action) for action in (Action.QUERY, Action.ADD, Action.CHANGE, Action.WHOLE)]


def test_the_examples_of_the_setting_say_the_same() -> None:
    (table,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (text,) = re.findall(r"MEDKG_LIMITS='(.*)'", PAGE)
    limits = limits_for(Settings(limits=text), Role.ANONYMOUS)
    named = tomllib.loads(table)["limits"]["anonymous"]
    assert {name: getattr(limits, name) for name in named} == named


def test_every_field_of_the_record_is_documented(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.add(Caller("a", Role.ADMIN, None, "token:a"), Write(operation="PUT", outcome="done"))
    section = PAGE.partition("## The record of writes")[2]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(next(iter(record)))
