"""The drivers, challenges and other reasons of projects, and which of them several projects have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, ordered
from medkg.analysis.report import Note, Row, Table, Value

Node = ox.NamedNode
#: Shared is what at least so many projects have.
FEWEST_PROJECTS: Final = 2
_ANSWERS: Final = mk("addressesChallenge")
_KINDS: Final = {mk("Driver"): "driver", mk("Challenge"): "challenge"}


@dataclass(slots=True)
class Reason:
    """A reason with the projects that give it and the topics it is about, each with the statement that says so."""

    iri: Node
    classes: set[Node] = field(default_factory=set)
    projects: dict[Node, ox.Triple] = field(default_factory=dict)
    topics: dict[Node, ox.Triple] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Tell its kind, as the id of a sentence; driver and challenge exclude each other."""
        kinds = [name for kind, name in _KINDS.items() if kind in self.classes]
        return "kind-contradictory" if len(kinds) > 1 else kinds[0] if kinds else "reason"


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of the projects asked about, with what all projects share with them."""

    own: frozenset[Node]
    held: Mapping[Node, Reason]

    @classmethod
    def of(cls, facts: Facts, projects: Collection[Node] | None) -> Reasons:
        """Read the reasons of some projects, or of all; with them those of others that are about the same topics."""
        found: dict[Node, Reason] = {}
        if projects is None:
            _take_reasons(found, facts.rows("reasons-of-projects"))
            _take_topics(found, facts.rows("topics-of-reasons"))
            return cls(frozenset(found), found)
        own = {node(row, "reason") for row in facts.rows_for_many("reasons-of-projects", "project", projects)}
        rows = facts.rows_for_many("topics-of-reasons", "reason", own)
        alike = facts.rows_for_many("topics-of-reasons", "topic", {node(row, "topic") for row in rows})
        near = own | {node(row, "reason") for row in alike}
        _take_reasons(found, facts.rows_for_many("reasons-of-projects", "reason", near))
        _take_topics(found, (*rows, *alike))
        return cls(frozenset(own), found)

    @property
    def projects(self) -> frozenset[Node]:
        """Give the projects that give one of the reasons asked about."""
        return frozenset(project for reason in self.own for project in self.held[reason].projects)

    @property
    def shared(self) -> int:
        """Count the reasons asked about that several projects give."""
        return sum(len(self.held[reason].projects) >= FEWEST_PROJECTS for reason in self.own)

    def table(self) -> Table:
        """Give the reasons asked about, those of most projects first, then by IRI."""
        ranked = sorted((self.held[item] for item in self.own), key=lambda one: (-len(one.projects), one.iri.value))
        return Table("reasons", tuple(map(_row, ranked)))

    def topics_table(self) -> Table:
        """Give the topics about which several projects have reasons, those of most projects first, then by IRI."""
        about: dict[Node, list[Reason]] = defaultdict(list)
        for reason in (self.held[item] for item in ordered(self.held)):
            for topic in reason.topics:
                about[topic].append(reason)
        wanted = {topic for item in self.own for topic in self.held[item].topics}
        rows = [_topic(topic, about[topic]) for topic in ordered(wanted)]
        shared = [row for row in rows if _count(row) >= FEWEST_PROJECTS]
        return Table("topics", tuple(sorted(shared, key=_count, reverse=True)))


def _take_reasons(found: dict[Node, Reason], rows: Iterable[ox.QuerySolution]) -> None:
    for row in rows:
        project, iri = node(row, "project"), node(row, "reason")
        reason = found.setdefault(iri, Reason(iri))
        reason.classes.add(node(row, "class"))
        reason.projects.setdefault(project, ox.Triple(project, node(row, "property"), iri))


def _take_topics(found: Mapping[Node, Reason], rows: Iterable[ox.QuerySolution]) -> None:
    for row in rows:
        if (reason := found.get(node(row, "reason"))) is not None:
            topic, prop = node(row, "topic"), node(row, "property")
            backwards = prop == _ANSWERS
            told = ox.Triple(topic, prop, reason.iri) if backwards else ox.Triple(reason.iri, prop, topic)
            reason.topics.setdefault(topic, told)


def _row(reason: Reason) -> Row:
    projects = ordered(reason.projects)
    cells: dict[str, Value] = {
        "reason": reason.iri,
        "kind": Note(reason.kind),
        "topics": ordered(reason.topics),
        "projects": projects,
        "count": len(projects),
    }
    about = (reason.topics[topic] for topic in ordered(reason.topics))
    return Row(cells, (*(reason.projects[project] for project in projects), *about))


def _topic(topic: Node, reasons: Iterable[Reason]) -> Row:
    held = tuple(reasons)
    projects = {project for reason in held for project in reason.projects}
    told = [item for reason in held for item in (reason.topics[topic], *reason.projects.values())]
    cells: dict[str, Value] = {
        "topic": topic,
        "reasons": tuple(reason.iri for reason in held),
        "projects": ordered(projects),
        "count": len(projects),
    }
    return Row(cells, tuple(sorted(told, key=str)))


def _count(row: Row) -> int:
    count = row.cells["count"]
    return count if isinstance(count, int) else 0
