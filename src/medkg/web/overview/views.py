"""The parts of an overview: frozen classes, each what one partial template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medkg.web.components import ListRow, OriginView
from medkg.web.display import Shown


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of things in a list: by what, and how many."""

    label: Shown
    count: int


@dataclass(frozen=True, slots=True)
class ListView:
    """Things of one kind, counted: the first of them, how they are spread, the way to all.

    Its title is the message ``overview.<key>``; ``by`` is the property by which its groups are made.
    """

    key: str
    total: int
    rows: Sequence[ListRow]
    by: Shown | None = None
    groups: Sequence[GroupView] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One figure: what it is, the amount with its precision, its bounds, where it comes from, whether it is chosen."""

    label: Shown
    amount: str
    bounds: tuple[str, str] | None
    origins: Sequence[OriginView]
    chosen: bool


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """What is promised of an indicator and what was reached, each with its unit, date and origin."""

    indicator: Shown
    promised: Sequence[ValueView]
    reached: Sequence[ValueView]


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of an indicator: the number with its qualifier, its unit, when, whose, from where."""

    number: str
    unit: Shown | None
    on: Shown | None
    holder: Shown | None
    origins: Sequence[OriginView]


@dataclass(frozen=True, slots=True)
class MomentRow:
    """Something dated: when, with the precision of its source, what of, and where it comes from."""

    day: Shown
    what: Shown
    about: Shown | None
    origins: Sequence[OriginView]


@dataclass(frozen=True, slots=True)
class YearRow:
    """The projects of a programme that start in a year, and what the European Union gives those with a figure."""

    year: str
    projects: int
    known: int
    amount: str


@dataclass(frozen=True, slots=True)
class ChainView:
    """The projects that one takes up and those that take it up, and where their chain is analysed."""

    earlier: Sequence[Shown]
    later: Sequence[Shown]
    href: str


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """A thing that shares something with this one: the first of what they share, and how much more there is."""

    thing: Shown
    reasons: Sequence[Shown]
    more: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is told first about a thing; ``template`` is that of its kind. Parts that hold nothing are not shown."""

    template: str
    helices: Sequence[GroupView] = ()
    countries: Sequence[GroupView] = ()
    lists: Sequence[ListView] = ()
    money: Sequence[MoneyRow] = ()
    indicators: Sequence[IndicatorRow] = ()
    moments: Sequence[MomentRow] = ()
    years: Sequence[YearRow] = ()
    chain: ChainView | None = None
    related: Sequence[RelatedRow] = ()
    contact: Sequence[Shown] = ()
