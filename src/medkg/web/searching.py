"""From a search to its page: hits as rows, facets with their counts, ways out where nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any, Final

from medkg.search.asking import Found, Search
from medkg.search.facets import BANDS, Facet, facets
from medkg.search.folding import holds
from medkg.search.index import TEXTS, TYPO
from medkg.search.kinds import HELPER_KINDS
from medkg.search.matching import best_name, snippet_of
from medkg.web.asked import NAME, ORDERS, RELEVANCE, Asked
from medkg.web.components import (
    FormatLink,
    ListRow,
    Pager,
)
from medkg.web.contexts import SearchPage
from medkg.web.display import Display, Shown
from medkg.web.facet_views import ChoiceView, FacetView, OrderView, SnippetView, WayOut
from medkg.web.generation import GenerationView
from medkg.web.i18n.catalogues import gettext
from medkg.web.labels import Text
from medkg.web.lists import list_rows
from medkg.web.negotiation import media_type

#: Values of a facet that a page shows, besides those chosen.
MOST_VALUES: Final = 10
#: Values that are shown where all are asked for.
_ALL_VALUES: Final = 500
#: The ways out of a search that finds nothing; their texts are the messages ``search.<key>``.
WAYS_OUT: Final = ("without", "everywhere", "everything", "meant", "one-word")
#: Words of a text that are tried by themselves where all of them together find nothing.
_MOST_WORDS: Final = 6


class SearchView:
    """One search in one generation, as readers of one language see it."""

    def __init__(self, view: GenerationView, display: Display, asked: Asked, size: int) -> None:
        self._view, self._display, self.asked, self._size = view, display, asked, size
        self.found = Found(view.index, Search(asked.text, asked.chosen))

    def page(self) -> SearchPage:
        """Give the page."""
        asked, rows = self.asked, self.rows()
        shown = self.facets()
        return SearchPage(
            query=asked.text,
            facets=shown,
            chosen=[(facet.key, choice) for facet in shown for choice in facet.choices if choice.chosen],
            orders=self._orders(),
            rows=rows,
            pager=self.pager,
            ways_out=() if rows else tuple(way for way in self._ways_out() if way.count),
            ignored=asked.ignored,
            hidden=[(name, value) for name, value in replace(asked, page=1).fields() if name not in {"q", "all"}],
            clear=Asked(asked.text, order=asked.order).address(),
            corrected=self.corrected if rows else "",
            formats=tuple(FormatLink(name, asked.address(format=name), media_type(name)) for name in ("json", "csv")),
        )

    @cached_property
    def pager(self) -> Pager:
        """Give where we are among all hits; a page beyond the end is the last one."""
        pages = max(1, -(-self.found.total // self._size))
        page = min(self.asked.page, pages)
        previous, following = (replace(self.asked, page=number).address() for number in (page - 1, page + 1))
        return Pager(page, pages, self.found.total, previous if page > 1 else "", following if page < pages else "")

    @cached_property
    def order(self) -> str:
        """Give the name of the index's order for this search; empty for the best first."""
        order = self.asked.order
        if order == NAME:
            return f"{NAME}-{self._display.language}"
        return "" if order == RELEVANCE else order

    @cached_property
    def corrected(self) -> str:
        """Give the words that were looked for instead of those asked for, where all hits come from a slip."""
        first = self.found.numbers(0, 1)
        return self._view.index.corrected(self.asked.text) if first and self.found.rank(first[0]) == TYPO else ""

    def rows(self) -> tuple[ListRow, ...]:
        """Give the hits of the page as rows, each with where it matched if its name does not tell."""
        numbers = self.found.numbers((self.pager.page - 1) * self._size, self._size, self.order)
        rows = list_rows(self._view, self._display, [self._view.index.iri(number) for number in numbers])
        return tuple(self._told(row, number) for row, number in zip(rows, numbers, strict=True))

    def facets(self) -> tuple[FacetView, ...]:
        """Give the facets that tell hits apart, or in which there is a choice."""
        return tuple(view for facet in facets() if (view := self._facet(facet)).choices)

    def choices(self, facet: Facet) -> list[tuple[str, Shown, int]]:
        """Give the values of a facet with their names and counts, in the order in which they are read."""
        counts = self.found.counts(facet.name)
        told = {value: counts.get(value, 0) for value in (*counts, *self.asked.chosen.get(facet.name, ()))}
        return sorted(((value, self.named(facet, value), count) for value, count in told.items()), key=_reading(facet))

    def named(self, facet: Facet, value: str) -> Shown:
        """Give the name of a value."""
        if facet.name == "kind":
            return Shown(kind_name(value))
        if facet.name == "money":
            return Shown(self._band(value))
        return self._display.thing(facet.iri(value)) if facet.prefix else Shown(value)

    def _facet(self, facet: Facet) -> FacetView:
        asked, own = self.asked, self.asked.chosen.get(facet.name, ())
        every = self.choices(facet)
        most = _ALL_VALUES if asked.expanded == facet.name else MOST_VALUES
        shown = [*(item for item in every if item[0] in own), *islice((i for i in every if i[0] not in own), most)]
        views = tuple(self._choice(facet, *item) for item in shown)
        more = len(every) - len(views)
        opened = bool(own) or asked.expanded == facet.name or facet.name == "kind"
        return FacetView(facet.name, views, opened, more, replace(asked, expanded=facet.name).address() if more else "")

    def _choice(self, facet: Facet, value: str, shown: Shown, count: int) -> ChoiceView:
        href = self.asked.toggled(facet.name, value).address()
        return ChoiceView(shown, count, href, value in self.asked.chosen.get(facet.name, ()))

    def _told(self, row: ListRow, number: int) -> ListRow:
        text, index = self.asked.text, self._view.index
        if not text or holds(row.thing.text, text):
            return row
        if self.found.rank(number) == TEXTS:
            return replace(row, snippet=self._snippet(index.texts(number)))
        name, language = best_name(index.names(number), text)
        return replace(row, note=self._display.text(Text(name, language)))

    def _snippet(self, texts: Sequence[tuple[str, str]]) -> SnippetView | None:
        found = snippet_of(texts, self.asked.text)
        if found is None:
            return None
        shown = self._display.text(Text("", found.language))
        return SnippetView(found.parts, shown.language, shown.direction or "auto")

    def _band(self, value: str) -> str:
        starts = dict(BANDS)
        if value not in starts:
            return str(gettext("money.not-stated"))
        names = [*starts]
        after = names[names.index(value) + 1 : names.index(value) + 2]
        low, high = (self._display.count(amount) for amount in (starts[value], starts[after[0]] if after else 0))
        if not after:
            return str(gettext("money.from", low=low))
        return str(gettext(f"money.{'between' if starts[value] else 'below'}", low=low, high=high))

    def _orders(self) -> tuple[OrderView, ...]:
        return tuple(
            OrderView(order, replace(self.asked, order=order, page=1).address(), order == self.asked.order)
            for order in ORDERS
            if order != RELEVANCE or self.asked.text
        )

    def _ways_out(self) -> Iterator[WayOut]:
        """Give what would find something: without one of the choices, or with other words."""
        asked = self.asked
        for facet in facets():
            if values := asked.chosen.get(facet.name):
                names = " · ".join(self.named(facet, value).text for value in values)
                yield self._way("without", names, asked.without(facet.name))
        plain = Asked(asked.text)
        if asked.narrowed:
            yield (self._way("everywhere", asked.text, plain) if asked.text else self._way("everything", "", plain))
        if corrected := self._view.index.corrected(asked.text):
            yield self._way("meant", corrected, Asked(corrected))
        words = list(dict.fromkeys(asked.text.split()))[:_MOST_WORDS]
        yield from (self._way("one-word", word, Asked(word)) for word in words if len(words) > 1)

    def _way(self, message: str, what: str, asked: Asked) -> WayOut:
        found = Found(self._view.index, Search(asked.text, asked.chosen))
        return WayOut(message, Shown(what), found.total, asked.address())


def kind_name(kind: str) -> str:
    """Give what one thing of a kind is called; a kind that the pages know nothing of by its own name."""
    key = f"kind.one.{kind}"
    found = str(gettext(key))
    return kind if found == key else found


def _reading(facet: Facet) -> Callable[[tuple[str, Shown, int]], Any]:
    """Give by what the values of a facet are put in order: years and bands by themselves, others by their counts."""
    bands = [key for key, _ in BANDS]

    def key(item: tuple[str, Shown, int]) -> tuple[Any, ...]:
        value, shown, count = item
        if facet.name == "money":
            return (bands.index(value) if value in bands else len(bands), "")
        if facet.name == "period":
            return (-int(value), "")
        return (value in HELPER_KINDS, -count, shown.text.casefold(), value)

    return key
