"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from medkg.web.components import Pager

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of which list: its number from 1, how many things a page holds, the list's address."""

    number: int
    size: int
    path: str
    arguments: Mapping[str, str]

    def slice(self, items: Sequence[T]) -> tuple[Sequence[T], Pager]:
        """Give the things of the page and its pager; a number beyond the end gives the last page."""
        start, pager = self.place(len(items))
        return items[start : start + self.size], pager

    def place(self, total: int) -> tuple[int, Pager]:
        """Give where the page begins in a list of so many things, and its pager."""
        pages = max(1, -(-total // self.size))
        page = min(max(1, self.number), pages)
        previous = self._link(page - 1) if page > 1 else ""
        following = self._link(page + 1) if page < pages else ""
        return (page - 1) * self.size, Pager(page, pages, total, previous, following)

    def _link(self, page: int) -> str:
        return link(self.path, {**self.arguments, "page": str(page)})


def link(path: str, arguments: Mapping[str, str]) -> str:
    """Give an address with those of its arguments that say something."""
    told = {name: value for name, value in arguments.items() if value}
    return f"{path}?{urlencode(told)}" if told else path
