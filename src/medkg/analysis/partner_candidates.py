"""Who could be a partner: organisations and clusters, with what is said of them and of the projects they are in.

The sources use one word for a cluster and for the body that runs it (Med-MCI seeks "clusters" as partners). So a
structure that is a cluster is a candidate, too, of the kind ``business-cluster``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node
from medkg.namespaces import RDF, SCHEME

Node = ox.NamedNode
#: What is said → the statements that say so, in the order in which they are read.
Said = Mapping[Node, tuple[ox.Triple, ...]]
#: The schemes in which what is narrower than something wanted is wanted, too.
SCHEMES: Final = ("organisation-type", "value-chain", "theme", "sector")
CLUSTER_KIND: Final = Node(f"{SCHEME}organisation-type/business-cluster")
_TYPE: Final = Node(RDF + "type")
_PARTNER: Final = mk("hasPartner")
_PARTICIPATES: Final = mk("participatesIn")
_SEVERAL: Final = mk("standsForSeveral")
#: Property of a body → what it tells.
_OWN: Final[Mapping[Node, str]] = {
    mk("organisationType"): "kinds",
    mk("legalStatus"): "legal",
    mk("country"): "countries",
    mk("inHelix"): "helices",
    mk("worksOnValueChain"): "chains",
    mk("inSector"): "topics",
    mk("hasTheme"): "topics",
    mk("structureStatus"): "status",
}
#: Property of a project → what it tells of those who take part.
_OF_PROJECT: Final[Mapping[Node, str]] = {
    mk("targetsValueChain"): "chains",
    mk("inSector"): "topics",
    mk("hasTheme"): "topics",
}


@dataclass(slots=True)
class Candidate:
    """A body with what is said of it; ``projects`` are those it takes part in, each with the statement."""

    iri: Node
    facts: dict[str, dict[Node, tuple[ox.Triple, ...]]] = field(default_factory=lambda: defaultdict(dict))
    projects: dict[Node, ox.Triple] = field(default_factory=dict)
    #: The statement that it stands for several bodies which no source names.
    several: ox.Triple | None = None

    def known(self, what: str) -> Said:
        """Give what is known of one kind (``kinds``, ``countries``, ``chains`` …)."""
        return self.facts.get(what, {})


def read_candidates(facts: Facts) -> dict[Node, Candidate]:
    """Give all organisations and clusters by their IRIs."""
    rows = sorted(facts.rows("facts-of-candidates"), key=_order)
    found = {node(row, "body"): Candidate(node(row, "body")) for row in rows if node(row, "property") == _TYPE}
    for row in rows:
        body, prop = node(row, "body"), node(row, "property")
        if (one := found.get(body)) is not None:
            _take(one, ox.Triple(body, prop, row["value"]), prop, node(row, "value"))
    for row in facts.rows("partners-of-projects"):
        project, body = node(row, "project"), node(row, "body")
        if body in found:
            found[body].projects[project] = ox.Triple(project, _PARTNER, body)
    _take_topics(facts, found.values())
    return found


def _order(row: ox.QuerySolution) -> tuple[str, ...]:
    """Give a key for rows that a query leaves unordered."""
    return tuple(term.value for term in row)


def _take(one: Candidate, statement: ox.Triple, prop: Node, value: Node) -> None:
    if prop == _TYPE and value == mk("Cluster"):
        one.facts["kinds"][CLUSTER_KIND] = (statement,)
    elif prop == _PARTICIPATES:
        one.projects.setdefault(value, statement)
    elif prop == _SEVERAL and value.value == "true":
        one.several = statement
    elif prop in _OWN:
        one.facts[_OWN[prop]].setdefault(value, (statement,))


def _take_topics(facts: Facts, candidates: Iterable[Candidate]) -> None:
    """Add what the projects are about; what is said of the body itself goes before."""
    topics: dict[Node, list[tuple[str, ox.Triple, Node]]] = defaultdict(list)
    for row in sorted(facts.rows("topics-of-projects"), key=_order):
        project, prop, topic = (node(row, name) for name in ("project", "property", "topic"))
        topics[project].append((_OF_PROJECT[prop], ox.Triple(project, prop, topic), topic))
    for one in candidates:
        for project in sorted(one.projects, key=lambda item: item.value):
            for what, statement, topic in topics.get(project, ()):
                one.facts[what].setdefault(topic, (one.projects[project], statement))


def read_links(
    candidates: Mapping[Node, Candidate], consortium: Iterable[Node], own: Node | None
) -> dict[Node, dict[Node, ox.Triple]]:
    """Give where a consortium worked before: project → those of its bodies in it. Its own project is left out."""
    found: dict[Node, dict[Node, ox.Triple]] = defaultdict(dict)
    for body in consortium:
        for project, statement in candidates[body].projects.items() if body in candidates else ():
            if project != own:
                found[project][body] = statement
    return found
