"""Countries: how many organisations, clusters and projects each has, and which two share how many projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, mk, node, ordered
from medkg.analysis.report import Note, Report, Row, Table, Value

#: Column → the class of the things it counts.
COUNTED: Final = {
    "organisations": mk("Organisation"),
    "structures": mk("CollaborativeStructure"),
    "projects": mk("Project"),
}
_COLUMNS: Final = {kind: name for name, kind in COUNTED.items()}
Node = ox.NamedNode


@dataclass(slots=True)
class Places:
    """Things by country; under None those of which no source states one."""

    things: dict[Node | None, dict[str, set[Node]]] = field(
        default_factory=lambda: defaultdict(lambda: {name: set() for name in COUNTED})
    )
    told: dict[Node, dict[Node, set[ox.Triple]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    codes: dict[Node, str] = field(default_factory=dict)
    of_project: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def read(cls, facts: Facts) -> Places:
        """Read the countries of all things, then what each of these things is."""
        found = cls()
        for row in facts.rows("countries-of-things"):
            thing, country = node(row, "thing"), node(row, "country")
            found.told[thing][country].add(ox.Triple(thing, node(row, "property"), country))
        for row in facts.rows("codes-of-countries"):
            found.codes.setdefault(node(row, "country"), row["code"].value)
        for row in facts.rows("organisations-structures-projects"):
            found._count(node(row, "thing"), _COLUMNS[node(row, "class")])
        return found

    def _count(self, thing: Node, column: str) -> None:
        countries = self.told.get(thing, {})
        for country in countries or (None,):
            self.things[country][column].add(thing)
        if column == "projects":
            self.of_project[thing].update(countries)

    def evidence(self, things: set[Node], country: Node) -> Iterator[ox.Triple]:
        """Give the statements that put things into a country."""
        for thing in ordered(things):
            yield from sorted(self.told[thing][country], key=str)


def report(facts: Facts, given: Given) -> Report:
    """Give the countries, those with most organisations first, and the pairs of countries that share projects."""
    places = Places.read(facts)
    tables = (Table("countries", tuple(_countries(places))), Table("partnerships", tuple(_partnerships(places))))
    return Report(tables, tuple(_notes(places)), enough=any(country is not None for country in places.things))


def _countries(places: Places) -> Iterator[Row]:
    """Give a row for each country; the last counts the things of which no source states one."""
    known = [country for country in places.things if country is not None]
    for country in sorted(known, key=lambda one: (-len(places.things[one]["organisations"]), one.value)):
        found = places.things[country]
        told = places.evidence(set().union(*found.values()), country)
        code = ox.Literal(places.codes[country]) if country in places.codes else None
        yield Row({"country": country, "code": code, **{name: len(found[name]) for name in COUNTED}}, tuple(told))
    if None in places.things:
        silent = places.things[None]
        yield Row({"country": Note("no-country"), "code": None, **{name: len(silent[name]) for name in COUNTED}})


def _partnerships(places: Places) -> Iterator[Row]:
    shared: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
    for project, countries in places.of_project.items():
        for pair in combinations(ordered(countries), 2):
            shared[pair].add(project)
    for first, second in sorted(shared, key=lambda pair: (-len(shared[pair]), pair[0].value, pair[1].value)):
        projects = shared[first, second]
        told = (*places.evidence(projects, first), *places.evidence(projects, second))
        cells: dict[str, Value] = {
            "first": first,
            "second": second,
            "projects": len(projects),
            "which": ordered(projects),
        }
        yield Row(cells, told)


def _notes(places: Places) -> Iterator[Note]:
    silent = places.things.get(None)
    if silent is not None:
        yield Note("unknown", {name: len(things) for name, things in silent.items()})
    several = sum(len(countries) > 1 for countries in places.of_project.values())
    if several:
        yield Note("several", {"several": several})
