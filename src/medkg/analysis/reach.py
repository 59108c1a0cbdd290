"""Whom projects address and what they promise them, with the wider groups of the scheme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, ordered
from medkg.analysis.hierarchies import Hierarchy, read_hierarchy
from medkg.namespaces import SKOS

Node = ox.NamedNode
_ENGAGES: Final = mk("engages")
_AUDIENCE: Final = mk("audience")
_BENEFIT: Final = mk("benefit")
_BROADER: Final = ox.NamedNode(SKOS + "broader")


@dataclass(slots=True)
class Engagement:
    """One way in which a project serves groups: whom, with what gain, on which condition."""

    project: Node
    iri: Node
    groups: set[Node] = field(default_factory=set)
    benefits: set[Node] = field(default_factory=set)
    conditions: set[ox.Literal] = field(default_factory=set)

    def take(self, prop: Node, value: object) -> None:
        """Add what is said of it."""
        if isinstance(value, ox.Literal):
            self.conditions.add(value)
        elif isinstance(value, ox.NamedNode):
            (self.groups if prop == _AUDIENCE else self.benefits).add(value)

    def evidence(self, group: Node) -> Iterable[ox.Triple]:
        """Give what makes its benefits promised to a group."""
        yield ox.Triple(self.project, _ENGAGES, self.iri)
        yield ox.Triple(self.iri, _AUDIENCE, group)
        yield from (ox.Triple(self.iri, _BENEFIT, benefit) for benefit in ordered(self.benefits))
        conditions = sorted(self.conditions, key=str)
        yield from (ox.Triple(self.iri, mk("condition"), text) for text in conditions)


@dataclass(frozen=True, slots=True)
class Reach:
    """The audiences of projects: what is promised to them, and to whom nothing is."""

    engagements: Mapping[Node, tuple[Engagement, ...]]
    #: Group → the projects that address it.
    addressed: Mapping[Node, frozenset[Node]]
    groups: Hierarchy

    @classmethod
    def of(cls, facts: Facts, projects: Collection[Node] | None) -> Reach:
        """Read what some projects, or all, promise, and who else addresses their groups or groups around these."""
        groups = read_hierarchy(facts, "target-group")
        if projects is None:
            return cls(_engagements(facts.rows("promises-to-audiences")), _addressed(facts, None), groups)
        own = _addressed(facts, {"project": projects})
        around = {wide for group in own for wide in (group, *groups.above(group))}
        around |= {narrow for group in around for narrow in groups.below(group)}
        rows = facts.rows_for_many("promises-to-audiences", "project", projects)
        return cls(_engagements(rows), _addressed(facts, {"group": around}), groups)

    def named(self, projects: Collection[Node]) -> tuple[tuple[Node, Node], ...]:
        """Give the groups that some projects address, each with its project, in the order of the IRIs."""
        pairs = (
            (group, project) for group in self.addressed for project in self.addressed[group] if project in projects
        )
        return tuple(sorted(pairs, key=lambda pair: (pair[0].value, pair[1].value)))

    def promised(self, projects: Collection[Node]) -> Mapping[tuple[Node, Node], tuple[Engagement, ...]]:
        """Give the groups to which some projects promise a benefit, each with its project."""
        found: dict[tuple[Node, Node], list[Engagement]] = defaultdict(list)
        for project in projects:
            for engagement in self.engagements.get(project, ()):
                for group in engagement.groups if engagement.benefits else ():
                    found[group, project].append(engagement)
        ranked = sorted(found, key=lambda pair: (pair[0].value, pair[1].value))
        return {pair: tuple(found[pair]) for pair in ranked}

    def through(self, group: Node) -> Mapping[Node, frozenset[Node]]:
        """Give the projects that address a narrower group, each with the narrower groups it addresses."""
        found: dict[Node, set[Node]] = defaultdict(set)
        for narrow in self.groups.below(group) - {group}:
            for project in self.addressed.get(narrow, ()):
                found[project].add(narrow)
        return {project: frozenset(found[project]) for project in ordered(found)}


def way_up(groups: Hierarchy, group: Node, wider: Node) -> Iterable[ox.Triple]:
    """Give the statements that lead from a group to a wider one, along every way there is."""
    between = (groups.above(group) | {group}) & (groups.below(wider) | {wider})
    for below in ordered(between):
        yield from (ox.Triple(below, _BROADER, above) for above in ordered(groups.up.get(below, set()) & between))


def _engagements(rows: Iterable[ox.QuerySolution]) -> Mapping[Node, tuple[Engagement, ...]]:
    found: dict[tuple[Node, Node], Engagement] = {}
    for row in rows:
        project, iri = node(row, "project"), node(row, "engagement")
        found.setdefault((project, iri), Engagement(project, iri)).take(node(row, "property"), row["value"])
    held: dict[Node, list[Engagement]] = defaultdict(list)
    for key in sorted(found, key=lambda key: (key[0].value, key[1].value)):
        held[key[0]].append(found[key])
    return {project: tuple(told) for project, told in held.items()}


def _addressed(facts: Facts, wanted: Mapping[str, Collection[Node]] | None) -> Mapping[Node, frozenset[Node]]:
    name = "target-groups-of-projects"
    rows = (
        facts.rows(name)
        if wanted is None
        else [row for parameter, things in wanted.items() for row in facts.rows_for_many(name, parameter, things)]
    )
    found: dict[Node, set[Node]] = defaultdict(set)
    for row in rows:
        found[node(row, "group")].add(node(row, "project"))
    return {group: frozenset(found[group]) for group in ordered(found)}
