"""Which project goes on from which earlier one, as sources state it, with their dates and generations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, ordered
from medkg.analysis.hierarchies import Hierarchy
from medkg.analysis.moments import START, Dates, Moment, dates_of_projects

Node = ox.NamedNode
BUILDS_ON: Final = mk("buildsOn")
_DESCRIPTION: Final = ox.NamedNode("http://purl.org/dc/terms/description")
#: What sorts after every date that is known.
_NO_DATE: Final = "~"


@dataclass(slots=True)
class Link:
    """That one project goes on from another, with what its sources say of it."""

    later: Node
    earlier: Node
    words: list[ox.Literal] = field(default_factory=list)
    shared: dict[Node, list[ox.Triple]] = field(default_factory=dict)

    @property
    def statement(self) -> ox.Triple:
        """Give the statement that makes it."""
        return ox.Triple(self.later, BUILDS_ON, self.earlier)

    def evidence(self) -> Iterable[ox.Triple]:
        """Give the statements about it, dates and methods left out."""
        yield self.statement
        yield from (ox.Triple(self.later, _DESCRIPTION, text) for text in self.words)
        told = {item: None for topic in ordered(self.shared) for item in self.shared[topic]}
        yield from told


@dataclass(frozen=True, slots=True)
class Chains:
    """Links in their order, with the dates and generations of their projects."""

    links: Sequence[Link]
    hierarchy: Hierarchy
    dates: Mapping[Node, Dates]
    generations: Mapping[Node, int]

    @classmethod
    def of(cls, facts: Facts, project: Node | None) -> Chains:
        """Read all links, or those of what a project goes back to and of what goes back to it, however far."""
        pairs = [(node(row, "project"), node(row, "earlier")) for row in facts.rows("legacies-of-projects")]
        every = Hierarchy(pairs)
        chosen = every.things if project is None else every.above(project) | every.below(project) | {project}
        kept = [pair for pair in pairs if chosen.issuperset(pair)]
        hierarchy = Hierarchy(kept)
        dates = dates_of_projects(facts, hierarchy.things)
        return cls(_links(facts, kept), hierarchy, dates, hierarchy.generations())

    @property
    def projects(self) -> frozenset[Node]:
        """Give the projects that are linked."""
        return self.hierarchy.things

    def families(self) -> Sequence[Sequence[Node]]:
        """Give the projects of each chain by generation, then by known start, then by IRI; longest chains first."""
        found = [tuple(sorted(members, key=self._place)) for members in self.hierarchy.families()]
        return sorted(found, key=lambda members: (-self.generations[members[-1]], min(item.value for item in members)))

    def told_dates(self, *projects: Node) -> Iterable[ox.Triple]:
        """Give the statements of the dates of projects."""
        for project in projects:
            yield from (ox.Triple(project, prop, date) for prop, date in self.dates[project].items())

    def _place(self, project: Node) -> tuple[int, str, str]:
        start = Moment.of(self.dates[project].get(START))
        return self.generations[project], _NO_DATE if start is None else start.first, project.value


def _links(facts: Facts, pairs: Collection[tuple[Node, Node]]) -> tuple[Link, ...]:
    """Give the links by the IRIs of the later and the earlier project."""
    found = {pair: Link(*pair) for pair in sorted(pairs, key=lambda pair: (pair[0].value, pair[1].value))}
    later = {pair[0] for pair in pairs}
    for row in facts.rows_for_many("words-on-legacies", "project", later):
        link = found.get((node(row, "project"), node(row, "earlier")))
        if link is not None and isinstance(words := row["words"], ox.Literal):
            link.words.append(words)
    for row in facts.rows_for_many("relations-of-legacies", "project", later):
        if (link := found.get((node(row, "project"), node(row, "earlier")))) is not None:
            link.shared[node(row, "reason")] = list(_relation(row, link))
    return tuple(found.values())


def _relation(row: ox.QuerySolution, link: Link) -> Iterable[ox.Triple]:
    relation = node(row, "relation")
    yield from (ox.Triple(relation, mk("relatesProject"), project) for project in (link.earlier, link.later))
    yield ox.Triple(relation, mk("relationReason"), node(row, "reason"))
