"""How much each role may ask: the defaults, and what the setting ``limits`` changes in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Final

from medkg.access.roles import Role
from medkg.errors import SettingsError
from medkg.settings import Settings


def _limit(unit: str, help_text: str, *, least: float = 1, most: float) -> Any:
    return field(metadata={"unit": unit, "help": help_text, "least": least, "most": most})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one role. The help of each stands in its field's metadata; docs/limits.md is checked against it."""

    seconds: float = _limit(
        "s", "Time of one query or change by the clock, waiting for its turn aside.", least=0.1, most=86_400
    )
    memory_mib: int = _limit(
        "MiB", "Memory that it may take on top of what its process holds before.", least=128, most=1 << 20
    )
    result_mib: int = _limit("MiB", "One answer before compression.", most=1 << 20)
    concurrent: int = _limit(
        "",
        "Queries of one caller that run at once, and uploads that are there at once, in each server process.",
        most=1_000,
    )
    queue: int = _limit("", "Queries of one caller that wait in each server process.", least=0, most=10_000)
    engine_seconds_per_minute: float = _limit(
        "s", "Engine time of one caller in a minute, given back steadily.", most=60_000
    )
    upload_mib: int = _limit("MiB", "Body of one request, unpacked.", most=1 << 20)


def unit_of(limit: str) -> str:
    """Give what a limit is counted in; empty for numbers of things."""
    return str(_FIELDS[limit].metadata["unit"])


def limits_for(settings: Settings, role: Role) -> Limits:
    """Give the limits of a role.

    Raises:
        SettingsError: the setting ``limits`` cannot be used; call it once for any role at the start.
    """
    return _table(settings.limits)[role]


@lru_cache(maxsize=8)
def _table(text: str) -> Mapping[Role, Limits]:
    changes = _parsed(text)
    for word in changes:
        if Role.named(word) is None:
            remedy = f"The roles are: {', '.join(role.word for role in Role)}."
            raise SettingsError(f"{word!r} is no role", subject="limits", remedy=remedy)
    return {role: _changed(role, changes.get(role.word, {})) for role in Role}


def _parsed(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        content = json.loads(text)
    except ValueError as error:
        raise SettingsError(f"not JSON: {error}", subject="limits", remedy=_EXAMPLE) from error
    if not isinstance(content, dict):
        raise SettingsError(f"{content!r} is no table of roles", subject="limits", remedy=_EXAMPLE)
    return content


def _changed(role: Role, values: Any) -> Limits:
    subject = f"limits, {role.word}"
    if not isinstance(values, dict):
        raise SettingsError(f"{values!r} is no table of limits", subject=subject, remedy=_EXAMPLE)
    unknown = sorted(set(values) - set(_FIELDS))
    if unknown:
        remedy = f"The limits are: {', '.join(_FIELDS)}."
        raise SettingsError(f"{unknown[0]!r} is no limit", subject=subject, remedy=remedy)
    checked: dict[str, Any] = {name: _checked(f"{subject}, {name}", name, value) for name, value in values.items()}
    return replace(DEFAULTS[role], **checked)


def _checked(subject: str, name: str, value: Any) -> float:
    item = _FIELDS[name]
    whole = item.type == "int"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise SettingsError(f"{value!r} is no {'whole ' if whole else ''}number", subject=subject)
    least, most = item.metadata["least"], item.metadata["most"]
    if not least <= value <= most:
        raise SettingsError(f"{value!r} is not between {least} and {most}", subject=subject)
    return value if whole else float(value)


_FIELDS: Final = {item.name: item for item in fields(Limits)}
_EXAMPLE: Final = 'Write it like {"anonymous": {"seconds": 10, "result_mib": 64}}.'


def _defaults(*values: Any) -> Limits:
    return Limits(**dict(zip(_FIELDS, values, strict=True)))


#: In the order of the fields: seconds, memory, result, concurrent, queue, engine seconds a minute, upload.
DEFAULTS: Final[Mapping[Role, Limits]] = {
    Role.ANONYMOUS: _defaults(30.0, 1_024, 256, 2, 128, 60.0, 2),
    Role.READER: _defaults(120.0, 2_048, 1_024, 4, 128, 240.0, 2),
    Role.CONTRIBUTOR: _defaults(120.0, 2_048, 1_024, 4, 128, 240.0, 64),
    Role.CURATOR: _defaults(300.0, 3_072, 2_048, 4, 128, 600.0, 256),
    Role.ADMIN: _defaults(3_600.0, 4_096, 8_192, 8, 128, 7_200.0, 2_048),
}
