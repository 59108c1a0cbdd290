"""Policies, tenders and agreements about a theme: who wants to change or make them, and what they should heed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, nodes, ordered
from medkg.analysis.report import Note, Row, Table, Value
from medkg.namespaces import RDF

Node = ox.NamedNode
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_POLICY: Final = mk("Policy")
_CONDITION, _APPLIES, _SEVERAL, _CONCERNS = (
    mk(name) for name in ("policyCondition", "appliesTo", "standsForSeveral", "concernsTheme")
)
_TRUE: Final = ox.Literal(True)
#: How a project has to do with a policy.
_BY: Final = {mk("influences"): "influenced", mk("plansAgreement"): "made", mk("realisedAs"): "made"}


@dataclass(slots=True)
class Policy:
    """What is known of a policy, tender or agreement; each statement is kept."""

    iri: Node
    projects: dict[str, set[Node]] = field(default_factory=lambda: defaultdict(set))
    statements: dict[ox.Triple, None] = field(default_factory=dict)

    def take(self, statement: ox.Triple, project: Node | None) -> None:
        """Add a statement; ``project`` is that of a result which is realised as the policy."""
        self.statements[statement] = None
        by, subject = _BY.get(statement.predicate), project or statement.subject
        if by is not None and isinstance(subject, Node):
            self.projects[by].add(subject)
        if project is not None and isinstance(statement.subject, Node) and statement.subject != project:
            self.statements[ox.Triple(project, mk("hasResult"), statement.subject)] = None

    def rows(self) -> Iterator[Row]:
        """Give a row for each condition that a source names, or one without."""
        kinds = self._values(_TYPE)
        told = [one.object for one in self.statements if one.predicate == _CONDITION]
        conditions = sorted((one for one in told if isinstance(one, ox.Literal)), key=str)
        evidence = tuple(sorted(self.statements, key=str))
        for condition in conditions or (None,):
            cells: dict[str, Value] = {
                "policy": self.iri,
                "kind": ordered(kinds - {_POLICY} or kinds),
                "counts": Note("several" if self._several else "one"),
                "concerns": ordered(self._values(_CONCERNS)),
                "influenced": ordered(self.projects["influenced"]),
                "made": ordered(self.projects["made"]),
                "tenders": ordered(self._values(_APPLIES)),
                "condition": condition,
            }
            yield Row(cells, evidence)

    @property
    def _several(self) -> bool:
        return any(one.predicate == _SEVERAL and one.object == _TRUE for one in self.statements)

    def _values(self, prop: Node) -> set[Node]:
        own = (one for one in self.statements if one.predicate == prop and one.subject == self.iri)
        return {one.object for one in own if isinstance(one.object, Node)}


def policies_table(facts: Facts, themes: Collection[Node]) -> Table:
    """Give the policies about the themes and those that projects about them want to influence or bring about."""
    found: dict[Node, Policy] = {}
    for row in facts.rows_for_many("policies-of-themes", "theme", themes):
        policy, project = node(row, "policy"), next(nodes(row, "project"))
        one = found.setdefault(policy, Policy(policy))
        one.take(_statement(row), project)
        if project is not None:
            one.statements[ox.Triple(project, mk("hasTheme"), node(row, "theme"))] = None
    for row in facts.rows_for_many("statements-of-policies", "policy", found):
        found[node(row, "policy")].take(_statement(row), next(nodes(row, "project")))
    return Table("policies", tuple(row for iri in ordered(found) for row in found[iri].rows()))


def _statement(row: ox.QuerySolution) -> ox.Triple:
    return ox.Triple(node(row, "subject"), node(row, "property"), row["object"])
