"""What the pages of the named queries show: frozen classes, each what one part of a template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medkg.web.display import Shown


@dataclass(frozen=True, slots=True)
class QueryItem:
    """One named query in the list of all. Its summary is in English."""

    href: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class QueryGroup:
    """The named queries of one folder."""

    key: str
    items: Sequence[QueryItem]


@dataclass(frozen=True, slots=True)
class ParameterView:
    """One parameter of a named query: its value, an example, help in English, and the thing that the value names."""

    name: str
    type: str
    value: str
    example: str
    help: str
    required: bool
    chosen: Shown | None
