"""A search as its address says it: text, choices, order, page; and the addresses that differ from it in one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from medkg.search.facets import facets
from medkg.search.folding import LONGEST_QUERY
from medkg.search.index import SearchIndex
from medkg.web.facet_views import IgnoredView

PATH: Final = "/search"
#: The orders that can be asked for; the first is that of a text, the second that of a search without one.
RELEVANCE, NAME = "relevance", "name"
ORDERS: Final = (RELEVANCE, NAME, "newest", "budget")
#: Pages beyond this number are not asked for by people.
_LAST_PAGE: Final = 10_000_000
_LONGEST_TOLD: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: ``expanded`` is the facet of which all values are shown; ``ignored`` what was not understood."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str = RELEVANCE
    page: int = 1
    expanded: str = ""
    ignored: Sequence[IgnoredView] = ()

    @property
    def usual_order(self) -> str:
        """Give the order in which hits stand where none is asked for."""
        return RELEVANCE if self.text else NAME

    @property
    def narrowed(self) -> bool:
        """Say whether there is any choice in a facet."""
        return any(self.chosen.values())

    def fields(self) -> list[tuple[str, str]]:
        """Give the fields of the address, those that say something."""
        choices = [(name, value) for name, values in self.chosen.items() for value in values]
        order = self.order if self.order != self.usual_order else ""
        page = str(self.page) if self.page > 1 else ""
        told = [("q", self.text), *choices, ("sort", order), ("all", self.expanded), ("page", page)]
        return [(name, value) for name, value in told if value]

    def address(self, **more: str) -> str:
        """Give the address of this search."""
        told = urlencode([*self.fields(), *more.items()])
        return f"{PATH}?{told}" if told else PATH

    def toggled(self, facet: str, value: str) -> Asked:
        """Give the search with a value chosen, or without it where it is."""
        own = self.chosen.get(facet, ())
        values = tuple(item for item in own if item != value) if value in own else (*own, value)
        return replace(self, chosen={**self.chosen, facet: values}, page=1)

    def without(self, facet: str) -> Asked:
        """Give the search without the choices in a facet."""
        return replace(self, chosen={**self.chosen, facet: ()}, page=1)


def asked_for(arguments: MultiDict[str, str], index: SearchIndex) -> Asked:
    """Read the fields of an address. What no thing of the index has, and what is no order, is ignored and told."""
    ignored: list[IgnoredView] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in facets():
        known = index.columns[facet.name].values
        wanted = [value for value in dict.fromkeys(arguments.getlist(facet.name)) if value]
        chosen[facet.name] = tuple(value for value in wanted if value in known)
        ignored += [_ignored(facet.name, value) for value in wanted if value not in known]
    order = arguments.get("sort", "")
    if order and order not in ORDERS:
        ignored.append(_ignored("sort", order))
    text = arguments.get("q", "").strip()[:LONGEST_QUERY]
    expanded = arguments.get("all", "")
    asked = Asked(text, chosen, RELEVANCE, _page(arguments), expanded if expanded in index.columns else "", ignored)
    return replace(asked, order=order if order in ORDERS else asked.usual_order)


def _page(arguments: MultiDict[str, str]) -> int:
    return min(max(1, arguments.get("page", 1, type=int)), _LAST_PAGE)


def _ignored(name: str, value: str) -> IgnoredView:
    return IgnoredView(name, value if len(value) <= _LONGEST_TOLD else f"{value[:_LONGEST_TOLD]}…")
