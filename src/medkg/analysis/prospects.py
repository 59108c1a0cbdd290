"""Real bodies that a consortium could ask: those of the countries and helix wanted, its acquaintances first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.consortium import COUNTRY, HELIX, Body
from medkg.analysis.facts import Facts, mk, node, ordered

Node = ox.NamedNode
#: Bodies that are named for each that is wanted.
NAMED: Final = 5
_PARTNER: Final = mk("hasPartner")


@dataclass(slots=True)
class Prospect:
    """A body with its country, helices and projects."""

    iri: Node
    country: Node
    helices: set[Node] = field(default_factory=set)
    projects: set[Node] = field(default_factory=set)

    def evidence(self, shared: Collection[Node]) -> Iterable[ox.Triple]:
        """Give what makes it one: its country, its helices, and the projects that it shares."""
        yield ox.Triple(self.iri, COUNTRY, self.country)
        yield from (ox.Triple(self.iri, HELIX, helix) for helix in ordered(self.helices))
        yield from (ox.Triple(project, _PARTNER, self.iri) for project in ordered(self.projects & set(shared)))


@dataclass(frozen=True, slots=True)
class Prospects:
    """All bodies of some countries, and the projects of a consortium."""

    found: Mapping[Node, Prospect]
    shared: frozenset[Node]

    @classmethod
    def read(cls, facts: Facts, countries: Collection[Node], members: Sequence[Body]) -> Prospects:
        """Read the bodies of countries that are no members, and which projects the members have part in."""
        own = {body.iri for body in members}
        found: dict[Node, Prospect] = {}
        theirs: set[Node] = set()
        wanted = {*countries, *(country for body in members for country in body.countries)}
        for row in facts.rows_for_many("bodies-of-countries", "country", wanted):
            body, prop, value = (node(row, name) for name in ("body", "property", "value"))
            if body in own:
                theirs.update([value] if prop == _PARTNER else [])
            elif (country := node(row, "country")) in countries:
                known = found.setdefault(body, Prospect(body, country))
                if prop == _PARTNER:
                    known.projects.add(value)
                elif prop == HELIX:
                    known.helices.add(value)
        return cls(found, frozenset(theirs))

    def best(self, countries: Collection[Node], helices: Collection[Node]) -> tuple[Prospect, ...]:
        """Give the best few: with most projects shared, then with most projects, then by IRI."""
        fit = [
            one
            for one in self.found.values()
            if one.country in countries and (not helices or not one.helices.isdisjoint(helices))
        ]
        fit.sort(key=lambda one: (-len(one.projects & self.shared), -len(one.projects), one.iri.value))
        return tuple(fit[:NAMED])
