"""Methods that projects make and apply: which one more than one project applies, as a standard is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, nodes, ordered
from medkg.analysis.report import Note, Row, Table, Value

Node = ox.NamedNode
Told = dict[Node, set[ox.Triple]]
#: A method is used again where at least so many projects apply it.
FEWEST_PROJECTS: Final = 2
_APPLIES: Final = mk("appliesMethod")


@dataclass(slots=True)
class Method:
    """A method, or an output that is to be one: who makes and applies it, and as what it is promised."""

    iri: Node
    applied: Told = field(default_factory=lambda: defaultdict(set))
    made: Told = field(default_factory=lambda: defaultdict(set))
    promised: Told = field(default_factory=lambda: defaultdict(set))

    @property
    def reused(self) -> bool:
        """Say whether more than one project applies it."""
        return len(self.applied) >= FEWEST_PROJECTS

    def told_of(self, project: Node) -> set[ox.Triple]:
        """Give what ties it to a project; nothing where nothing does."""
        return self.applied.get(project, set()) | self.made.get(project, set())

    def row(self) -> Row:
        """Give it as a row."""
        cells: dict[str, Value] = {
            "method": self.iri,
            "promised": ordered(self.promised),
            "made-by": ordered(self.made),
            "applied-by": ordered(self.applied),
            "projects": len(self.applied),
            "verdict": Note("reused" if self.reused else "not-reused"),
        }
        told = {item for held in (self.promised, self.made, self.applied) for said in held.values() for item in said}
        return Row(cells, tuple(sorted(told, key=str)))


@dataclass(frozen=True, slots=True)
class Methods:
    """The methods of some projects, with all projects that apply them."""

    held: Mapping[Node, Method]

    def of_both(self, earlier: Node, later: Node) -> Mapping[Node, tuple[ox.Triple, ...]]:
        """Give the methods that an earlier project makes or applies and a later one applies, with what says so."""
        both = (item for item in self.held.values() if item.told_of(earlier) and later in item.applied)
        return {item.iri: tuple(sorted(item.told_of(earlier) | item.applied[later], key=str)) for item in both}

    def table(self) -> Table:
        """Give one row for each, those that most projects apply first, then by IRI."""
        found = sorted(self.held.values(), key=lambda item: (-len(item.applied), item.iri.value))
        return Table("methods", tuple(item.row() for item in found))

    def notes(self) -> Iterable[Note]:
        """Tell how many are used again."""
        again = sum(item.reused for item in self.held.values())
        if self.held:
            yield Note("methods-reused", {"reused": again, "methods": len(self.held)})


def read_methods(facts: Facts, projects: Collection[Node] | None) -> Methods:
    """Give the methods of some projects, or all: also outputs promised as a method, standard or best practice."""
    found: dict[Node, Method] = {}
    made: dict[Node, Node] = {}
    for row in _rows(facts, projects):
        subject, method = node(row, "subject"), node(row, "method")
        entry = found.setdefault(method, Method(method))
        held = entry.applied if node(row, "property") == _APPLIES else entry.made
        held[node(row, "project")].update(_evidence(row))
        if held is entry.made:
            made[subject] = method
    outputs = "outputs-for-reuse"
    for row in facts.rows(outputs) if projects is None else facts.rows_for_many(outputs, "project", projects):
        _promise(row, found, made)
    return Methods(found)


def _rows(facts: Facts, projects: Collection[Node] | None) -> Iterable[ox.QuerySolution]:
    name = "methods-of-projects"
    if projects is None:
        return facts.rows(name)
    own = {node(row, "method") for row in facts.rows_for_many(name, "project", projects)}
    return facts.rows_for_many(name, "method", own)


def _promise(row: ox.QuerySolution, found: dict[Node, Method], made: Mapping[Node, Node]) -> None:
    """Note as what an output is promised: of the method it is realised as, else of itself."""
    project, output, kind = node(row, "project"), node(row, "output"), node(row, "type")
    method = made.get(output, output)
    entry = found.setdefault(method, Method(method))
    entry.promised[kind].add(ox.Triple(output, mk("outputType"), kind))
    entry.made[project].add(ox.Triple(project, mk("hasResult"), output))


def _evidence(row: ox.QuerySolution) -> Iterable[ox.Triple]:
    (link,) = nodes(row, "link")
    if link is not None:
        yield ox.Triple(node(row, "project"), link, node(row, "subject"))
    yield ox.Triple(node(row, "subject"), node(row, "property"), node(row, "method"))
