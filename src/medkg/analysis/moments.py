"""Dates as sources give them, of a day, a month or a year, and what can be told of their order."""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node
from medkg.namespaces import XSD

START: Final = mk("startDate")
END: Final = mk("endDate")
#: Datatype of a date → how many of year, month and day it has.
_PARTS: Final = {XSD + "date": 3, XSD + "gYearMonth": 2, XSD + "gYear": 1}
#: Property → the date that is chosen for it.
Dates = Mapping[ox.NamedNode, ox.Literal]


@dataclass(frozen=True, slots=True)
class Moment:
    """The days a date can mean, as texts that sort by time."""

    first: str
    last: str

    @classmethod
    def of(cls, date: ox.Literal | None) -> Moment | None:
        """Read a date; None where there is none or it is no year, month or day."""
        days = days_of(date) if date is not None else None
        return None if days is None else cls(days[0].isoformat(), days[1].isoformat())

    @classmethod
    def or_text(cls, date: ox.Literal) -> Moment:
        """Read a date; what is none sorts as written."""
        return cls.of(date) or cls(date.value, date.value)

    @property
    def year(self) -> int:
        """Give the year."""
        return int(self.first[:4])


def days_of(date: ox.Literal) -> tuple[datetime.date, datetime.date] | None:
    """Give the first and the last day that a date may mean, whatever its time zone; None for what is no date."""
    parts = date.value[:10].split("-")[: _PARTS.get(date.datatype.value, 0)]
    with suppress(ValueError):
        if len(parts) == 3:
            day = datetime.date(*map(int, parts))
            return day, day
        if len(parts) == 2:
            year, month = map(int, (parts[0], parts[1][:2]))
            return datetime.date(year, month, 1), datetime.date(year, month, monthrange(year, month)[1])
        if len(parts) == 1:
            year = int(parts[0][:4])
            return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return None


def dates_of_projects(facts: Facts, projects: Collection[ox.NamedNode]) -> Mapping[ox.NamedNode, Dates]:
    """Give the chosen dates of projects; of a project without any, none."""
    found: dict[ox.NamedNode, dict[ox.NamedNode, ox.Literal]] = {project: {} for project in projects}
    for row in facts.rows_for_many("dates-of-projects", "project", projects):
        if isinstance(date := row["date"], ox.Literal):
            found[node(row, "project")].setdefault(node(row, "property"), date)
    return found


def order_of(earlier: Dates, later: Dates) -> str:
    """Tell how a project stands in time to one that goes on from it, as the id of a sentence.

    ``backwards`` where it can only have begun after the later one began or ended; ``follows`` where it ended before the
    later one began; ``overlaps`` where the later one began while it ran; ``order-unknown`` where dates leave it open.
    """
    began, ended = Moment.of(earlier.get(START)), Moment.of(earlier.get(END))
    begins, ends = Moment.of(later.get(START)), Moment.of(later.get(END))
    if began is not None and any(other is not None and began.first > other.last for other in (begins, ends)):
        return "backwards"
    if begins is not None and ended is not None:
        if ended.last < begins.first:
            return "follows"
        if ended.first >= begins.last:
            return "overlaps"
    return "order-unknown"


def years_between(earlier: Dates, later: Dates) -> int | None:
    """Give the difference of the years in which two projects begin; None where one is not known."""
    began, begins = Moment.of(earlier.get(START)), Moment.of(later.get(START))
    return None if began is None or begins is None else begins.year - began.year
