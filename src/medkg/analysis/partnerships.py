"""Public-private partnerships, investment alliances, symbiosis networks and agreements, as sources tell of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, nodes, ordered
from medkg.analysis.report import Note, Row, Table, Value
from medkg.namespaces import RDF

Node = ox.NamedNode
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_SEVERAL: Final = mk("standsForSeveral")
_TRUE: Final = ox.Literal(True)
#: The properties of which a partnership has values of its own; where it is the value, somebody plans or uses it.
_OWN: Final[Mapping[Node, str]] = {
    mk("structureStatus"): "status",
    mk("scale"): "scale",
    mk("hasMember"): "members",
    mk("country"): "countries",
}


@dataclass(slots=True)
class Partnership:
    """What is known of one partnership; each statement is kept."""

    iri: Node
    kinds: set[Node] = field(default_factory=set)
    values: dict[str, set[Node]] = field(default_factory=lambda: defaultdict(set))
    several: bool = False
    evidence: dict[ox.Triple, None] = field(default_factory=dict)

    def take(self, statement: ox.Triple) -> None:
        """Add what a statement says."""
        self.evidence[statement] = None
        subject, value = statement.subject, statement.object
        if statement.predicate == _SEVERAL:
            self.several |= value == _TRUE
        elif statement.predicate in _OWN and isinstance(value, Node):
            self.values[_OWN[statement.predicate]].add(value)
        elif isinstance(subject, Node):
            self.values["by"].add(subject)

    def row(self) -> Row:
        """Give its row."""
        cells: dict[str, Value] = {
            "partnership": self.iri,
            "kind": ordered(self.kinds),
            "counts": Note("several" if self.several else "one"),
            "status": ordered(self.values["status"]),
            "scale": ordered(self.values["scale"]),
            "countries": ordered(self.values["countries"]),
            "by": ordered(self.values["by"]),
            "members": ordered(self.values["members"]),
        }
        kinds = (ox.Triple(self.iri, _TYPE, kind) for kind in ordered(self.kinds))
        return Row(cells, (*kinds, *self.evidence))


def partnerships(facts: Facts) -> Table:
    """Give all of them, in the order of their IRIs."""
    found: dict[Node, Partnership] = {}
    for row in facts.rows("statements-of-partnerships"):
        iri = node(row, "partnership")
        one = found.setdefault(iri, Partnership(iri))
        one.kinds.add(node(row, "kind"))
        if next(nodes(row, "subject")) is not None:
            one.take(ox.Triple(node(row, "subject"), node(row, "property"), row["object"]))
    return Table("partnerships", tuple(found[iri].row() for iri in ordered(found)))
