"""Hints of double financing: one body in two projects that run at the same time and want nearly the same.

A hint is a reason to look, nothing more: projects of one programme may well share partners and themes on purpose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, in_order, mk, node, ordered
from medkg.analysis.moments import END, START, Moment, dates_of_projects
from medkg.analysis.report import Note, Row, Table, Value

#: Aims are near where at least this part of all aims of two projects is shared (Jaccard's index), and this many are.
NEAR: Final = Decimal("0.5")
FEWEST_AIMS: Final = 2
#: What says what a project is about, for the purpose of being alike.
_AIMS: Final = frozenset({mk("hasTheme"), mk("targetsValueChain")})
_DIGITS: Final = Decimal("0.001")
Node = ox.NamedNode


@dataclass(slots=True)
class Project:
    """What is known of a project: partners, aims with the statements that say so, and its period."""

    iri: Node
    bodies: set[Node] = field(default_factory=set)
    aims: dict[Node, ox.Triple] = field(default_factory=dict)
    #: Start and end, where both are known.
    period: tuple[ox.Literal, ox.Literal] | None = None

    def evidence(self, bodies: Iterable[Node], aims: Iterable[Node]) -> Iterable[ox.Triple]:
        """Give the statements about its period and about some of its partners and aims."""
        yield from (ox.Triple(self.iri, mk("hasPartner"), body) for body in bodies)
        yield from (self.aims[aim] for aim in aims)
        if self.period is not None:
            yield ox.Triple(self.iri, START, self.period[0])
            yield ox.Triple(self.iri, END, self.period[1])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two projects with a body in common whose aims are near."""

    first: Project
    second: Project

    @property
    def bodies(self) -> tuple[Node, ...]:
        """Give the partners of both."""
        return ordered(self.first.bodies & self.second.bodies)

    @property
    def aims(self) -> tuple[Node, ...]:
        """Give the aims of both."""
        return ordered(self.first.aims.keys() & self.second.aims.keys())

    @property
    def likeness(self) -> Decimal:
        """Give Jaccard's index of the aims."""
        return Decimal(len(self.aims)) / len(self.first.aims.keys() | self.second.aims.keys())

    @property
    def overlap(self) -> tuple[ox.Literal, ox.Literal] | None:
        """Give the later start and the earlier end, as stated; None where a date is unknown or none overlaps."""
        if self.first.period is None or self.second.period is None:
            return None
        starts, ends = zip(self.first.period, self.second.period, strict=True)
        start = max(starts, key=lambda date: Moment.or_text(date).first)
        end = min(ends, key=lambda date: Moment.or_text(date).last)
        return (start, end) if Moment.or_text(start).first <= Moment.or_text(end).last else None

    @property
    def certain(self) -> bool:
        """Say whether the periods overlap however the dates are read, which may be months or years."""
        periods = [period for period in (self.first.period, self.second.period) if period is not None]
        latest = max(Moment.or_text(start).last for start, _ in periods)
        return latest <= min(Moment.or_text(end).first for _, end in periods)


@dataclass(frozen=True, slots=True)
class Hints:
    """The table of hints, and what is to be said of it."""

    table: Table
    notes: tuple[Note, ...]


def read_hints(facts: Facts, wanted: Collection[Node]) -> Hints:
    """Give the hints of which at least one project is wanted, the most alike first, then by IRI."""
    projects = _projects(facts)
    near = [pair for pair in _pairs(projects) if pair.first.iri in wanted or pair.second.iri in wanted]
    undated = sum(pair.first.period is None or pair.second.period is None for pair in near)
    found = sorted((pair for pair in near if pair.overlap is not None), key=_rank)
    notes = [Note("hints-only", {"hints": len(found)})] if found else [Note("no-hints")]
    return Hints(Table("hints", tuple(map(_row, found))), (*notes, *_undated(undated)))


def _undated(pairs: int) -> Iterable[Note]:
    return (Note("undated", {"pairs": pairs}),) if pairs else ()


def _projects(facts: Facts) -> Mapping[Node, Project]:
    found: dict[Node, Project] = {}
    for row in in_order(facts.rows("topics-of-projects"), "project", "topic", "property"):
        project, prop, aim = (node(row, name) for name in ("project", "property", "topic"))
        if prop in _AIMS:
            found.setdefault(project, Project(project)).aims.setdefault(aim, ox.Triple(project, prop, aim))
    for row in facts.rows("partners-of-projects"):
        if (known := found.get(node(row, "project"))) is not None:
            known.bodies.add(node(row, "body"))
    for iri, dates in dates_of_projects(facts, found.keys()).items():
        if START in dates and END in dates:
            found[iri].period = (dates[START], dates[END])
    return found


def _pairs(projects: Mapping[Node, Project]) -> Iterable[Pair]:
    """Give the pairs with a body in common and near aims. Costs what the bodies' projects cost, not all pairs."""
    by_body: dict[Node, list[Node]] = defaultdict(list)
    for project in projects.values():
        for body in project.bodies if len(project.aims) >= FEWEST_AIMS else ():
            by_body[body].append(project.iri)
    met = {pair for held in by_body.values() for pair in combinations(ordered(held), 2)}
    for first, second in met:
        pair = Pair(projects[first], projects[second])
        if len(pair.aims) >= FEWEST_AIMS and pair.likeness >= NEAR:
            yield pair


def _rank(pair: Pair) -> tuple[Decimal, int, str, str]:
    return -pair.likeness, -len(pair.bodies), pair.first.iri.value, pair.second.iri.value


def _row(pair: Pair) -> Row:
    start, end = pair.overlap or (None, None)
    cells: dict[str, Value] = {
        "first": pair.first.iri,
        "second": pair.second.iri,
        "bodies": pair.bodies,
        "aims": pair.aims,
        "likeness": pair.likeness.quantize(_DIGITS),
        "from": start,
        "until": end,
        "overlap": Note("overlap-certain" if pair.certain else "overlap-possible"),
    }
    both = (pair.first, pair.second)
    return Row(cells, tuple(item for one in both for item in one.evidence(pair.bodies, pair.aims)))
