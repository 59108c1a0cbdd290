"""Overviews of what a thing's own statements say: money, indicators, what is dated, its website."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import MK, XSD
from medkg.web.compose import Composer, amount_of, bounds_of
from medkg.web.describe import Story
from medkg.web.display import YEARS, Shown
from medkg.web.overview.views import IndicatorRow, MomentRow, MoneyRow, ValueView
from medkg.web.reading_order import rank_of
from medkg.web.statements import Statement, Thing

_HOMEPAGE: Final = "http://xmlns.com/foaf/0.1/homepage"
_DATED: Final = frozenset(XSD + name for name in ("date", "gYear", "gYearMonth"))
#: Dates of one property that are told; the statements below hold all.
_MOST_DATES: Final = 20
#: How a qualifier is written before its number; "exactly" needs no sign.
_SIGNS: Final = {"more-than": "> ", "less-than": "< ", "at-least": "≥ ", "at-most": "≤ ", "approximately": "≈ "}
_VALUES: Final = {MK + "hasIndicatorTarget": MK + "targetValue", MK + "hasIndicatorAchievement": MK + "achievedValue"}


def money(composer: Composer, story: Story) -> tuple[MoneyRow, ...]:
    """Give the figures of a thing, kind by kind, the chosen one of each first."""
    rows = []
    for item, figure in _parts(story, MK + "hasBudgetFigure"):
        for kind in figure.iris(MK + "figureType")[:1]:
            amount, bounds = amount_of(figure, composer.display), bounds_of(figure, composer.display)
            origins = tuple(map(composer.origin, item.origins))
            rows.append(MoneyRow(composer.display.thing(kind), amount, bounds, origins, item.preferred))
    return tuple(sorted((row for row in rows if row.amount), key=lambda row: (row.label.text, not row.chosen)))


def indicators(composer: Composer, story: Story) -> tuple[IndicatorRow, ...]:
    """Give the indicators of a thing: what is promised against what was reached."""
    found: dict[str, tuple[list[ValueView], list[ValueView]]] = {}
    for place, (link, value) in enumerate(_VALUES.items()):
        for item, part in _parts(story, link):
            for indicator in part.iris(MK + "forIndicator"):
                views = found.setdefault(indicator, ([], []))[place]
                views.extend(_values(composer, part, value, item))
    rows = (IndicatorRow(composer.display.thing(name), *views) for name, views in found.items())
    return tuple(sorted(rows, key=lambda row: (not row.reached, row.indicator.text.casefold())))


def stated_values(composer: Composer, things: Iterable[Thing]) -> tuple[IndicatorRow, ...]:
    """Give the values that things state of one indicator, each thing in a row of its own."""
    rows = []
    for thing in things:
        views = [_of(composer, thing, value) for value in _VALUES.values()]
        if any(views):
            rows.append(IndicatorRow(composer.display.thing(thing.iri), *views))
    return tuple(rows)


def _of(composer: Composer, thing: Thing, value: str) -> tuple[ValueView, ...]:
    """Give the values that a thing gives by a property, each with its own origins."""
    return tuple(view for item in thing.properties.get(value, ())[:1] for view in _values(composer, thing, value, item))


def moments(composer: Composer, story: Story) -> tuple[MomentRow, ...]:
    """Give what is dated about a thing and its parts in the order of time; of one date at a time, the chosen one."""
    found: dict[tuple[str, str, str], tuple[Statement, MomentRow]] = {}
    for thing in story.things():
        about = None if thing is story.thing else composer.display.thing(thing.iri)
        for item in _dates(thing):
            day = composer.display.value(item.predicate, item.value)
            row = MomentRow(day, composer.display.thing(item.predicate), about, ())
            found.setdefault((day.machine, item.predicate, thing.iri), (item, row))
    ordered = sorted(found.items(), key=lambda entry: (entry[0][0], rank_of(entry[0][1]), entry[0][2]))
    return tuple(
        MomentRow(row.day, row.what, row.about, tuple(map(composer.origin, item.origins))) for _, (item, row) in ordered
    )


def contact(composer: Composer, story: Story) -> tuple[Shown, ...]:
    """Give the websites of a thing: an organisation is reached there, and no person is named here."""
    return tuple(map(composer.display.term, list(dict.fromkeys(story.thing.values(_HOMEPAGE)))[:_MOST_DATES]))


def _parts(story: Story, link: str) -> Iterator[tuple[Statement, Thing]]:
    for item in story.thing.properties.get(link, ()):
        part = story.parts.get(item.value.value) if isinstance(item.value, ox.NamedNode) else None
        if part is not None:
            yield item, part


def _values(composer: Composer, part: Thing, value: str, item: Statement) -> Iterable[ValueView]:
    display = composer.display
    signs = [_SIGNS.get(iri.rpartition("/")[2], "") for iri in part.iris(MK + "comparator")]
    units = [display.thing(iri) for iri in part.iris(MK + "targetUnit")]
    days = [display.value(MK + "achievedOn", day) for day in part.values(MK + "achievedOn")]
    origins = tuple(map(composer.origin, item.origins))
    for number in part.values(value):
        text = f"{signs[0] if signs else ''}{display.value(value, number).text}"
        yield ValueView(text, units[0] if units else None, days[0] if days else None, None, origins)


def _dates(thing: Thing) -> Iterator[Statement]:
    for predicate, statements in thing.properties.items():
        dated = [item for item in statements if _is_dated(predicate, item.value)]
        chosen = [item for item in dated if item.preferred]
        yield from (chosen or dated)[:_MOST_DATES]


def _is_dated(predicate: str, value: object) -> bool:
    return isinstance(value, ox.Literal) and (value.datatype.value in _DATED or predicate in YEARS)
