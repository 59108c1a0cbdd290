"""The limits of roles: sensible defaults, changed by a setting that is checked."""

from __future__ import annotations

import json
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as some

from medkg.access.limits import DEFAULTS, Limits, limits_for, unit_of
from medkg.access.roles import Role
from medkg.errors import SettingsError
from medkg.settings import Settings

NAMES = [item.name for item in fields(Limits)]


@pytest.mark.parametrize("name", NAMES)
def test_no_role_has_less_than_the_one_before_it(name: str) -> None:
    values = [getattr(limits_for(Settings(), role), name) for role in Role]
    assert values == sorted(values)


@pytest.mark.parametrize("role", Role)
def test_the_defaults_would_pass_the_check_of_the_setting(role: Role) -> None:
    given_again = json.dumps({role.word: asdict(DEFAULTS[role])})
    assert limits_for(Settings(limits=given_again), role) == DEFAULTS[role]


def test_the_setting_changes_what_it_names_and_nothing_else() -> None:
    settings = Settings(limits='{"anonymous": {"seconds": 10, "queue": 0}, "reader": {}}')
    changed = limits_for(settings, Role.ANONYMOUS)
    assert (changed.seconds, changed.queue) == (10.0, 0)
    assert changed.result_mib == DEFAULTS[Role.ANONYMOUS].result_mib
    assert limits_for(settings, Role.READER) == DEFAULTS[Role.READER]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "limits: not JSON"),
        ("[1]", "limits: [1] is no table of roles"),
        ('{"guest": {}}', "'guest' is no role. The roles are: anonymous, reader"),
        ('{"reader": 5}', "limits, reader: 5 is no table of limits"),
        ('{"reader": {"time": 5}}', "limits, reader: 'time' is no limit. The limits are: seconds"),
        ('{"reader": {"seconds": "5"}}', "limits, reader, seconds: '5' is no number"),
        ('{"reader": {"seconds": true}}', "limits, reader, seconds: True is no number"),
        ('{"reader": {"seconds": NaN}}', "limits, reader, seconds: nan is not between"),
        ('{"reader": {"seconds": 0}}', "limits, reader, seconds: 0 is not between 0.1 and 86400"),
        ('{"reader": {"memory_mib": 512.5}}', "limits, reader, memory_mib: 512.5 is no whole number"),
        ('{"reader": {"concurrent": 0}}', "limits, reader, concurrent: 0 is not between 1 and 1000"),
        ('{"reader": {"queue": -1}}', "limits, reader, queue: -1 is not between 0"),
    ],
)
def test_a_wrong_setting_names_role_limit_and_value(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        limits_for(Settings(limits=text), Role.ADMIN)
    assert told in str(refused.value)


@given(some.text() | some.recursive(some.none() | some.floats() | some.text(), some.lists).map(json.dumps))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    if text.strip() and text.strip() != "{}":
        with pytest.raises(SettingsError):
            limits_for(Settings(limits=text), Role.READER)


def test_units_are_those_of_the_table() -> None:
    assert [unit_of(name) for name in NAMES] == ["s", "MiB", "MiB", "", "", "s", "MiB"]
