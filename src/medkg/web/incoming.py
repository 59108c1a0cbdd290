"""What refers to a thing: counted by the store, listed as far as a page shows it, the rest page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medkg.namespaces import MK
from medkg.web.components import IncomingView, Pager
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.lexical import iri_of, text_of
from medkg.web.links import is_iri, page_path
from medkg.web.paging import Paging, link
from medkg.web.statements import Term

#: How many of the things that refer to this one are listed before a link leads to all of them.
FIRST_INCOMING: Final = 12
#: Properties by which no more things than these refer are read whole: the page can then say whether it names them all.
#: Of the others it gives the number and the way to them.
_READ_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Tallies:
    """How many things refer to one thing, by property and by kind of what refers."""

    counts: Mapping[tuple[str, str], int]

    def by_property(self) -> Mapping[str, int]:
        """Give property → how many things refer by it."""
        found: dict[str, int] = {}
        for (predicate, _), count in self.counts.items():
            found[predicate] = found.get(predicate, 0) + count
        return found

    def most(self, kind: str, names: Iterable[str]) -> int:
        """Give how many things of a kind refer by that one of some properties by which most do."""
        return max((self.counts.get((MK + name, kind), 0) for name in names), default=0)

    def property_of(self, kind: str, names: Iterable[str]) -> str:
        """Give the one of some properties by which most things of a kind refer, the first of equal ones."""
        return max(names, key=lambda name: self.counts.get((MK + name, kind), 0))

    def of_kind(self, predicate: str, kind: str) -> int:
        """Give how many things of a kind, or of all where it is empty, refer by a property."""
        found = (count for (name, word), count in self.counts.items() if name == predicate and kind in ("", word))
        return sum(found)


def tallies_of(view: GenerationView, iri: str) -> Tallies:
    """Count what refers to a thing; nothing is read but the counts."""
    if not is_iri(iri):
        return Tallies({})
    rows = view.rows("incoming-counts", object=iri)
    return Tallies({(row["predicate"].value, text_of(row["kind"])): int(row["count"].value) for row in rows})


def incoming_views(
    view: GenerationView, display: Display, iri: str, tallies: Tallies, told: Collection[str]
) -> tuple[IncomingView, ...]:
    """Give what refers to a thing, by property; ``told`` are the things that the page names anyway."""
    counts = tallies.by_property()
    things = _first(view, iri, counts)
    views = (_view(display, iri, name, count, things.get(name, ()), told) for name, count in counts.items())
    return tuple(sorted(views, key=lambda item: (-item.count, item.property.text)))


def referring(
    view: GenerationView, display: Display, iri: str, predicate: str, kind: str, paging: Paging
) -> tuple[tuple[Shown, ...], Pager]:
    """Give one page of the things that refer to a thing by a property, all or those of a kind, by English name."""
    total = tallies_of(view, iri).of_kind(predicate, kind)
    start, pager = paging.place(total)
    found = page_of_things(view, iri, predicate, paging.size, start, kind) if total else ()
    return tuple(map(display.term, found)), pager


def page_of_things(
    view: GenerationView, iri: str, predicate: str, size: int, start: int, kind: str = ""
) -> tuple[Term, ...]:
    """Give so many of the things that refer to a thing by a property, from a place on in the order of their names."""
    more = {"kind": kind} if kind else {}
    rows = view.page_of_rows("incoming-page", size, start, object=iri, predicate=predicate, **more)
    return tuple(row["subject"] for row in rows)


def _view(
    display: Display, iri: str, predicate: str, count: int, things: Sequence[Term], told: Collection[str]
) -> IncomingView:
    more = link(page_path(iri) or "/", {"by": predicate}) if count > min(FIRST_INCOMING, len(things)) else ""
    known = len(things) == count and all(iri_of(item) in told for item in things)
    shown = [display.term(item) for item in things]
    if len(things) == count:
        shown.sort(key=lambda item: item.text.casefold())
    return IncomingView(display.thing(predicate), count, tuple(shown[:FIRST_INCOMING]), more, known)


def _first(view: GenerationView, iri: str, counts: Mapping[str, int]) -> Mapping[str, Sequence[Term]]:
    few = [name for name, count in counts.items() if count <= _READ_WHOLE]
    found: dict[str, list[Term]] = {name: [] for name in counts}
    if few:
        for row in view.rows_for_many("incoming-things", "predicate", few, object=iri):
            found[row["predicate"].value].append(row["subject"])
    return found
