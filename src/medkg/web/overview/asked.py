"""Overviews that need a query: lists of what refers to a thing, programmes by year, chains, what is related."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from medkg.namespaces import MK
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.incoming import Tallies, page_of_things
from medkg.web.lexical import iri_of, number_of, text_of
from medkg.web.links import page_path
from medkg.web.lists import list_rows
from medkg.web.overview.views import ChainView, GroupView, ListView, RelatedRow, YearRow
from medkg.web.paging import link

#: Things of a list that an overview shows, and groups of things, before it links to all.
FIRST_LISTED: Final = 8
_MOST_GROUPS: Final = 12
#: Of longer lists the groups say more than the first few names, which it takes long to find.
_LONGEST_ORDERED: Final = 1_000
#: Property → the query that counts by it: the engine is five times as quick where it stands in the query itself.
GROUPINGS: Final = {
    "inHelix": "incoming-by-helix",
    "country": "incoming-by-country",
    "involvesCountry": "incoming-by-involved-country",
    "underProgramme": "incoming-by-programme",
    "worksOnValueChain": "incoming-by-value-chain",
}
_MOST_RELATED: Final = 6
_MOST_REASONS: Final = 3
#: How much it says about two things that they share a value of a property. Value chains say more than themes.
_WEIGHTS: Final = {"hasPartner": 3, "partnerIn": 3, "participatesIn": 3, "targetsValueChain": 2, "worksOnValueChain": 2}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of an overview: its key, the properties by which things of a kind refer, by what they are grouped.

    The property by which most refer is the one that counts.
    """

    key: str
    kind: str
    names: Sequence[str]
    by: str = ""


def lists(
    view: GenerationView, display: Display, iri: str, tallies: Tallies, listings: Iterable[Listing]
) -> tuple[ListView, ...]:
    """Give the lists that hold something, each with its first things and its groups."""
    return tuple(_list(view, display, iri, tallies, item) for item in listings if tallies.most(item.kind, item.names))


def list_of(view: GenerationView, display: Display, key: str, iris: Sequence[str], more: str) -> ListView:
    """Give a list of things that the page knows already; ``more`` is the way to all of them."""
    rows = list_rows(view, display, iris[:FIRST_LISTED])
    return ListView(key, len(iris), rows, more=more if len(iris) > FIRST_LISTED else "")


def years(view: GenerationView, display: Display, iri: str, tallies: Tallies, names: Sequence[str]) -> list[YearRow]:
    """Give the projects of a programme by the year they start; those without a date come last, without a year."""
    if not tallies.most("project", names):
        return []
    predicate = MK + tallies.property_of("project", names)
    started: dict[str, set[str]] = defaultdict(set)
    sums: dict[str, list[tuple[str, str, Decimal, Decimal]]] = defaultdict(list)
    for row in view.rows("starts-and-money", object=iri, predicate=predicate):
        year, project = text_of(row["start"])[:4], row["project"].value
        started[year].add(project)
        if (bounds := _bounds(row)) is not None:
            sums[year].append((project, _currency(row["currency"]), *bounds))
    ordered = sorted(started, key=lambda year: (not year, year))
    return [_year(display, year, len(started[year]), sums[year]) for year in ordered]


def chain(view: GenerationView, display: Display, iri: str) -> ChainView | None:
    """Give the earlier and later projects of a project; None where no source states any."""
    found: dict[str, list[Shown]] = {"earlier": [], "later": []}
    for row in view.rows("chain-of-project", project=iri):
        found[text_of(row["way"])].append(display.term(row["other"]))
    if not any(found.values()):
        return None
    href = f"/analyses/legacy-chain?{urlencode({'project': iri})}"
    return ChainView(found["earlier"], found["later"], href)


def related(view: GenerationView, display: Display, iri: str) -> tuple[RelatedRow, ...]:
    """Give the things that share most with one, each with what they share; equal ones in the order of their names."""
    shared: dict[str, dict[str, int]] = defaultdict(dict)
    for row in view.rows("shared-with-things", thing=iri):
        other, value = iri_of(row["other"]), iri_of(row["shared"])
        if other and value and page_path(other):
            shared[other][value] = _WEIGHTS.get(row["property"].value.removeprefix(MK), 1)
    best = sorted(shared, key=lambda other: (-sum(shared[other].values()), display.thing(other).text, other))
    return tuple(_related(display, other, shared[other]) for other in best[:_MOST_RELATED])


def _list(view: GenerationView, display: Display, iri: str, tallies: Tallies, item: Listing) -> ListView:
    name = MK + tallies.property_of(item.kind, item.names)
    total = tallies.most(item.kind, item.names)
    ordered = total <= _LONGEST_ORDERED
    things = page_of_things(view, iri, name, FIRST_LISTED, 0, item.kind) if ordered else ()
    rows = list_rows(view, display, [found for thing in things if (found := iri_of(thing))])
    more = link(page_path(iri) or "/", {"by": name, "kind": item.kind}) if total > FIRST_LISTED else ""
    groups = _groups(view, display, iri, name, item) if item.by and total > 1 else ()
    return ListView(item.key, total, rows, display.thing(MK + item.by) if groups else None, groups, more)


def _groups(view: GenerationView, display: Display, iri: str, name: str, item: Listing) -> tuple[GroupView, ...]:
    rows = list(view.rows(GROUPINGS[item.by], object=iri, predicate=name, kind=item.kind))
    groups = tuple(GroupView(display.term(row["value"]), int(row["count"].value)) for row in rows[:_MOST_GROUPS])
    rest = len(rows) - len(groups)
    return (*groups, GroupView(Shown("…"), rest)) if rest else groups


def _related(display: Display, other: str, shared: Mapping[str, int]) -> RelatedRow:
    reasons = sorted(shared, key=lambda value: (-shared[value], display.thing(value).text, value))
    shown = tuple(map(display.thing, reasons[:_MOST_REASONS]))
    return RelatedRow(display.thing(other), shown, len(reasons) - len(shown))


def _bounds(row: ox.QuerySolution) -> tuple[Decimal, Decimal] | None:
    exact, low, high = (number_of(row[name]) for name in ("exact", "low", "high"))
    if exact is not None:
        return exact, exact
    return (low, high) if low is not None and high is not None else None


def _currency(term: object) -> str:
    return (iri_of(term) or "").rpartition("/")[2].upper()


def _year(display: Display, year: str, projects: int, figures: Sequence[tuple[str, str, Decimal, Decimal]]) -> YearRow:
    known = len({project for project, *_ in figures})
    if not figures or len({currency for _, currency, *_ in figures}) > 1 or known < len(figures):
        return YearRow(year, projects, 0, "")
    currency = figures[0][1]
    low, high = sum(item[2] for item in figures), sum(item[3] for item in figures)
    least, most = display.money(Decimal(low), currency), display.money(Decimal(high), currency)
    return YearRow(year, projects, known, least if low == high else f"{least} – {most}")
