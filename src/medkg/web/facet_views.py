"""The parts that the page of a search is made of, besides its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medkg.web.display import Shown


@dataclass(frozen=True, slots=True)
class SnippetView:
    """A piece of a text that a search found: its parts, each with whether it matched; language where not the page's."""

    parts: Sequence[tuple[str, bool]]
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A value of a facet: how many things there are with it, and the address that chooses it or takes it back."""

    shown: Shown
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet: its values, those chosen first; its name is the message ``facet.<key>``.

    Of many values some are shown: ``more`` is how many others there are, ``href`` the address that shows all.
    """

    key: str
    choices: Sequence[ChoiceView]
    open: bool
    more: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order that hits can be put in; its name is the message ``order.<key>``."""

    key: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class WayOut:
    """What would find something where nothing was found: the message ``search.<key>``, about what, how many, where."""

    key: str
    shown: Shown
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class IgnoredView:
    """A part of an address that was not understood: which field, and what it held."""

    field: str
    value: str
