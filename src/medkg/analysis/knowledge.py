"""What kind of knowledge body an organisation is: by its classes and by its organisation types.

The kinds are the three that the first step of the Meta-Cluster method names. A body of which sources state several
counts for each; one of which no source states and no rule infers a kind has none, and is taken for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node
from medkg.namespaces import MK, SCHEME

Node = ox.NamedNode


def organisation_type(name: str) -> Node:
    """Give a concept of the scheme."""
    return Node(f"{SCHEME}organisation-type/{name}")


UNIVERSITY: Final = organisation_type("university")
TECHNOLOGY_CENTRE: Final = organisation_type("technology-centre")
#: Stands for every knowledge body that is neither.
KNOWLEDGE: Final = organisation_type("knowledge-entity")
KINDS: Final = (UNIVERSITY, TECHNOLOGY_CENTRE, KNOWLEDGE)
#: What makes a body one of a kind by itself.
_FINE: Final[Mapping[Node, Node]] = {
    mk("HigherEducationInstitution"): UNIVERSITY,
    UNIVERSITY: UNIVERSITY,
    mk("TechnologyCentre"): TECHNOLOGY_CENTRE,
    TECHNOLOGY_CENTRE: TECHNOLOGY_CENTRE,
    organisation_type("research-organisation"): KNOWLEDGE,
    organisation_type("training-centre"): KNOWLEDGE,
}
#: What only says that it is one of knowledge: all universities and technology centres are that, too.
_COARSE: Final = frozenset({mk("KnowledgeOrganisation"), KNOWLEDGE})
#: Classes that leave the kind of a body open.
_OPEN: Final = frozenset(
    map(mk, ("Actor", "Organisation", "AcademicActor", "BusinessActor", "GovernmentActor", "CivilSocietyActor"))
)
_COUNTRY: Final = mk("country")


@dataclass(slots=True)
class Profile:
    """What is known of a body."""

    told: list[ox.Triple] = field(default_factory=list)
    countries: set[Node] = field(default_factory=set)
    _values: set[Node] = field(default_factory=set)

    @property
    def kinds(self) -> frozenset[Node]:
        """Give the kinds of knowledge body it is; none where it is none, or where nobody knows."""
        fine = frozenset(_FINE[value] for value in self._values & _FINE.keys())
        return fine or (frozenset({KNOWLEDGE}) if self._values & _COARSE else frozenset())

    @property
    def otherwise(self) -> bool:
        """Tell whether it is of a kind that is none of knowledge."""
        return bool(self._values - _COARSE - _FINE.keys())

    @property
    def known(self) -> bool:
        """Tell whether anything is known of its kind."""
        return bool(self._values)

    def take(self, statement: ox.Triple, value: Node) -> None:
        """Take a statement on its kind or country in."""
        if statement.predicate == _COUNTRY:
            self.countries.add(value)
        elif value in _OPEN or not value.value.startswith((MK, SCHEME)):
            return
        else:
            self._values.add(value)
        self.told.append(statement)

    def evidence(self, kinds: Collection[Node]) -> tuple[ox.Triple, ...]:
        """Give the statements that make it one of some kinds."""
        return tuple(item for item in self.told if item.predicate != _COUNTRY and _kind_of(item.object) in kinds)

    def places(self) -> tuple[ox.Triple, ...]:
        """Give the statements that say in which countries it is."""
        return tuple(item for item in self.told if item.predicate == _COUNTRY)


def profiles(facts: Facts, bodies: Collection[Node]) -> Mapping[Node, Profile]:
    """Give what is known of each body; of an unknown one a profile that says nothing."""
    found: dict[Node, Profile] = defaultdict(Profile)
    for row in facts.rows_for_many("kinds-and-countries-of-bodies", "body", bodies):
        body, value = node(row, "body"), row["value"]
        if isinstance(value, Node):
            found[body].take(ox.Triple(body, node(row, "property"), value), value)
    return {body: found[body] for body in bodies}


def _kind_of(value: object) -> Node | None:
    return _FINE.get(value, KNOWLEDGE if value in _COARSE else None) if isinstance(value, Node) else None
