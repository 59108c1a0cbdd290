"""A limit that was reached, as a reader is told of it: its value with its unit, in the page's language."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from babel.numbers import format_decimal
from babel.units import format_unit

from medkg.access.limits import Limits
from medkg.endpoint.problems import Problem
from medkg.web.components import LimitView
from medkg.web.i18n.catalogues import read_translations

#: Limits that have texts of their own: those of roles, and the number of rows that a service behind this one gives.
TOLD_LIMITS: Final = (*(item.name for item in fields(Limits)), "remote_rows")


def limit_in(problem: Problem, language: str) -> LimitView | None:
    """Give the limit that a problem is about; None where it is about none."""
    if problem.slug != "limit-exceeded":
        return None
    name = str(problem.more.get("limit", ""))
    value = quantity(problem.more.get("value", 0), str(problem.more.get("unit", "")), language)
    wait = dict(problem.headers).get("Retry-After", "")
    key = f"limit.{name}" if name in TOLD_LIMITS else f"problem.{problem.slug}"
    return LimitView(key, name, value, quantity(int(wait), "s", language) if wait else "")


def quantity(value: float, unit: str, language: str) -> str:
    """Give a number with its unit in words; of a unit that has none, as it stands."""
    if unit == "s":
        return str(format_unit(value, "duration-second", length="long", locale=language))
    name = str(read_translations(language).gettext("unit.mib")) if unit == "MiB" else unit
    return f"{format_decimal(value, locale=language)}\N{NO-BREAK SPACE}{name}".rstrip()
