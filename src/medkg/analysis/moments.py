"""Dates as sources give them, of a day, a month or a year, and what can be told of their order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node

START: Final = mk("startDate")
END: Final = mk("endDate")
_READ: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
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
        read = _READ.fullmatch(date.value) if date is not None else None
        if read is None:
            return None
        year, month, day = read.groups()
        return cls(f"{year}-{month or '01'}-{day or '01'}", f"{year}-{month or '12'}-{day or '31'}")

    @property
    def year(self) -> int:
        """Give the year."""
        return int(self.first[:4])


def dates_of_projects(facts: Facts, projects: frozenset[ox.NamedNode]) -> Mapping[ox.NamedNode, Dates]:
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
