"""What is done about a theme: structures that cover it, what projects plan with them, activities, actors and policies.

What a source names in the plural only ("existing innovative clusters") is a kind of structure, and no structure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, mk, node, nodes, ordered
from medkg.analysis.hierarchies import read_hierarchy
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.theme_activities import Activity, activities, activities_table, actors_table
from medkg.analysis.theme_policies import policies_table
from medkg.errors import BadParameter
from medkg.namespaces import SCHEME, SKOS

Node = ox.NamedNode
HAS_THEME: Final = mk("hasTheme")
_COUNTRY, _STATUS, _SEVERAL = mk("country"), mk("structureStatus"), mk("standsForSeveral")
_PLANNED, _CLOSED = (ox.NamedNode(f"{SCHEME}structure-status/{name}") for name in ("planned", "closed"))
_TRUE: Final = ox.Literal(True)
#: What a project wants with a structure.
_WAYS: Final[Mapping[Node, str]] = {
    mk("upgradesStructure"): "upgrades",
    mk("usesStructure"): "uses",
    mk("plansStructure"): "plans",
    mk("creates"): "creates",
}


@dataclass(slots=True)
class Structure:
    """What is known of a structure; each statement is kept."""

    iri: Node
    own: dict[ox.Triple, None] = field(default_factory=dict)
    projects: dict[Node, dict[ox.Triple, None]] = field(default_factory=lambda: defaultdict(dict))
    marks: dict[ox.Triple, None] = field(default_factory=dict)

    def values(self, prop: Node) -> tuple[Node, ...]:
        """Give the values of a property."""
        return ordered({one.object for one in self.marks if one.predicate == prop and isinstance(one.object, Node)})

    @property
    def standing(self) -> str:
        """Tell what it is: several of which none is named, planned, closed, or one that is there."""
        if any(one.predicate == _SEVERAL and one.object == _TRUE for one in self.marks):
            return "several"
        status = self.values(_STATUS)
        return "planned" if _PLANNED in status else "closed" if _CLOSED in status else "one"

    def row(self) -> Row:
        """Give its row: by which way it covers the theme, where it is and whether it is one."""
        way = "both" if self.own and self.projects else "own" if self.own else "project"
        cells: dict[str, Value] = {
            "structure": self.iri,
            "way": Note(f"way-{way}"),
            "projects": ordered(self.projects),
            "countries": self.values(_COUNTRY),
            "standing": Note(f"standing-{self.standing}"),
        }
        through = [statement for project in ordered(self.projects) for statement in self.projects[project]]
        return Row(cells, (*self.own, *through, *self.marks))


def report(facts: Facts, given: Given) -> Report:
    """Give all that is done about a theme and the themes within it.

    Raises:
        BadParameter: nothing is known of the theme, or it is none.
    """
    theme = cast(Node, given["theme"])
    _require(facts, theme)
    themes = _within(facts, theme)
    covering, planned = _structures(facts, themes), _plans(facts, themes)
    done = activities(facts, themes)
    things = facts.rows_for_many("things-of-themes", "theme", themes)
    projects = {node(row, "thing") for row in things if (row["class"], row["property"]) == (mk("Project"), HAS_THEME)}
    policies = policies_table(facts, themes)
    there = [one for one in covering.values() if one.standing == "one"]
    apart = [one for one in covering.values() if one.standing != "one"]
    tables = (
        _measures(there, apart, projects, done, policies),
        Table("structures", tuple(one.row() for one in there)),
        Table("apart", tuple(one.row() for one in apart)),
        planned,
        activities_table(done),
        actors_table(facts, projects, done),
        policies,
    )
    notes = (*_notes(there, apart, themes - {theme}), *_silences(projects, done))
    return Report(tables, notes, bool(there))


def _require(facts: Facts, theme: Node) -> None:
    facts.require(theme, "theme")
    if ox.NamedNode(f"{SKOS}Concept") not in {node(row, "class") for row in facts.rows("thing-classes", thing=theme)}:
        remedy = "Give a concept of the scheme of themes, such as smart-city; /scheme/theme lists them."
        raise BadParameter(f"{theme.value} is no theme", subject="theme", remedy=remedy)


def _within(facts: Facts, theme: Node) -> set[Node]:
    """Give a theme and all narrower ones; that one may stand above itself is survived."""
    return {theme, *read_hierarchy(facts, "theme").below(theme)}


def _structures(facts: Facts, themes: Collection[Node]) -> Mapping[Node, Structure]:
    """Give the structures that are about the themes, in the order of their IRIs."""
    found: dict[Node, Structure] = {}
    for row in facts.rows_for_many("structures-of-themes", "theme", themes):
        structure, themed, link = node(row, "structure"), node(row, "themed"), next(nodes(row, "link"))
        one = found.setdefault(structure, Structure(structure))
        about = ox.Triple(themed, HAS_THEME, node(row, "theme"))
        if link is None:
            one.own[about] = None
        else:
            one.projects[themed] |= {ox.Triple(structure, link, themed): None, about: None}
    _mark(facts, found)
    return {iri: found[iri] for iri in ordered(found)}


def _mark(facts: Facts, found: Mapping[Node, Structure]) -> None:
    for row in facts.rows_for_many("marks-of-structures", "structure", found):
        iri = node(row, "structure")
        found[iri].marks[ox.Triple(iri, node(row, "property"), row["value"])] = None


def _plans(facts: Facts, themes: Collection[Node]) -> Table:
    """Give what projects about the themes, or about structures of them, want with structures."""
    found: dict[tuple[Node, Node, Node], dict[ox.Triple, None]] = defaultdict(dict)
    for row in facts.rows_for_many("plans-of-themes", "theme", themes):
        subject, prop, structure = node(row, "subject"), node(row, "property"), node(row, "structure")
        project = next(nodes(row, "project"))
        held = found[project or subject, prop, structure]
        held[ox.Triple(subject, prop, structure)] = None
        held[ox.Triple(node(row, "themed"), HAS_THEME, node(row, "theme"))] = None
        if project is not None:
            held[ox.Triple(project, mk("hasActivity"), subject)] = None
    structures = {structure: Structure(structure) for _, _, structure in found}
    _mark(facts, structures)
    keys = sorted(found, key=lambda key: (key[2].value, list(_WAYS).index(key[1]), key[0].value))
    return Table("plans", tuple(_plan_row(key, found[key], structures[key[2]]) for key in keys))


def _plan_row(key: tuple[Node, Node, Node], held: Iterable[ox.Triple], structure: Structure) -> Row:
    project, prop, iri = key
    cells: dict[str, Value] = {
        "project": project,
        "way": Note(_WAYS[prop]),
        "structure": iri,
        "standing": Note(f"standing-{structure.standing}"),
        "countries": structure.values(_COUNTRY),
    }
    return Row(cells, (*held, *structure.marks))


def _measures(
    there: Collection[Structure],
    apart: Collection[Structure],
    projects: Collection[Node],
    done: Collection[Activity],
    policies: Table,
) -> Table:
    cells: dict[str, Value] = {
        "structures": len(there),
        "own": sum(bool(one.own) for one in there),
        "planned": sum(one.standing == "planned" for one in apart),
        "kinds": sum(one.standing == "several" for one in apart),
        "projects": len(projects),
        "activities": len(done),
        "policies": len({row.cells["policy"] for row in policies.rows}),
    }
    return Table("measures", (Row(cells),))


def _notes(there: Collection[Structure], apart: Collection[Structure], narrower: Collection[Node]) -> Iterator[Note]:
    if not there:
        yield Note("not-enough")
    if narrower:
        yield Note("narrower", {"themes": ordered(narrower)})
    several = sum(one.standing == "several" for one in apart)
    if several:
        yield Note("kinds", {"kinds": several})


def _silences(projects: Collection[Node], done: Collection[Activity]) -> Iterator[Note]:
    """Give what sources do not tell of activities."""
    silent = len(set(projects) - {one.project for one in done})
    if silent:
        yield Note("silent-projects", {"silent": silent, "projects": len(projects)})
    nameless = sum(not one.actors for one in done)
    if nameless:
        yield Note("nobody-named", {"nameless": nameless, "activities": len(done)})
