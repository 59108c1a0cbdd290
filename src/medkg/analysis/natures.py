"""The actors of a theme or of projects: which are single bodies, which only kinds of which no body is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, ordered
from medkg.analysis.report import Note, Row, Table, Value
from medkg.namespaces import RDF, SCHEME

Node = ox.NamedNode
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_STATUS: Final = mk("structureStatus")
_PLANNED: Final = ox.NamedNode(f"{SCHEME}structure-status/planned")
_GAP: Final = mk("gapAbout")
_COUNTRY: Final = mk("country")
_GROUP: Final = mk("TargetGroup")


@dataclass(slots=True)
class Named:
    """An actor or group that is named, with all that is told of it and by which projects."""

    iri: Node
    told: list[ox.Triple] = field(default_factory=list)
    projects: set[Node] = field(default_factory=set)
    signs: dict[Node, list[Node | ox.Literal]] = field(default_factory=lambda: defaultdict(list))

    @property
    def nature(self) -> str:
        """Tell what it is, as the id of a sentence.

        A kind where the registry notes that names are not given, or it is a target group; a body where a source tells
        what only a body has (a seat, a manager, counted members, a founding, a site); planned where a source says so.
        """
        if _GROUP in self.signs.get(_TYPE, ()):
            return "group"
        if _GAP in self.signs:
            return "kind"
        if self.signs.keys() - {_TYPE, _STATUS}:
            return "body"
        return "planned" if _PLANNED in self.signs.get(_STATUS, ()) else "untold"

    def take(self, prop: Node, value: Node | ox.Literal) -> None:
        """Add a sign; that of a gap says the other way round that the gap is about it."""
        self.signs[prop].append(value)
        if prop == _GAP and isinstance(value, ox.NamedNode):
            self.told.append(ox.Triple(value, prop, self.iri))
        else:
            self.told.append(ox.Triple(self.iri, prop, value))

    def row(self) -> Row:
        """Give it as a row."""
        cells: dict[str, Value] = {
            "actor": self.iri,
            "classes": self._things(_TYPE),
            "nature": Note(self.nature),
            "countries": self._things(_COUNTRY),
            "projects": ordered(self.projects),
        }
        return Row(cells, tuple(dict.fromkeys(self.told)))

    def _things(self, prop: Node) -> tuple[Node, ...]:
        return ordered({item for item in self.signs.get(prop, ()) if isinstance(item, ox.NamedNode)})


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked about: projects, and of a theme its actors and target groups, each with what makes it one."""

    projects: frozenset[Node]
    theme: Node | None
    of_theme: Mapping[Node, ox.Triple]
    groups: Mapping[Node, ox.Triple]
    project: Node | None

    @property
    def narrowed(self) -> bool:
        """Say whether not all projects are asked about."""
        return self.theme is not None or self.project is not None

    @classmethod
    def of(cls, facts: Facts, theme: Node | None, project: Node | None) -> Scope:
        """Read it: all projects, those of a theme, one, or one if it is of the theme."""
        if theme is None and project is not None:
            return cls(frozenset({project}), None, {}, {}, project)
        if theme is None:
            every = frozenset(node(row, "project") for row in facts.rows("programmes-of-projects"))
            return cls(every, None, {}, {}, None)
        found: dict[Node, dict[Node, ox.Triple]] = defaultdict(dict)
        for row in facts.rows("things-of-themes", theme=theme):
            thing = node(row, "thing")
            found[node(row, "class")][thing] = ox.Triple(thing, node(row, "property"), theme)
        projects = frozenset(found[mk("Project")])
        chosen = projects if project is None else projects & {project}
        return cls(chosen, theme, found[mk("Actor")], found[_GROUP], project)


def actors_table(facts: Facts, scope: Scope, addressed: Mapping[Node, Collection[Node]]) -> Table:
    """Give the actors: single bodies first, then planned ones, those of which it is not told, kinds, and groups.

    Of a theme its actors and the target groups related to it; without one the structures that the projects name; of
    one project and a theme what is both.
    ``addressed`` are the projects that address each group.
    """
    found = _named(facts, scope)
    for row in facts.rows_for_many("signs-of-bodies", "actor", found):
        if isinstance(value := row["value"], ox.NamedNode | ox.Literal):
            found[node(row, "actor")].take(node(row, "property"), value)
    groups = (_group(group, told, scope, addressed.get(group, ())) for group, told in scope.groups.items())
    kept = (*found.values(), *(group for group in groups if group.projects))
    order = ("body", "planned", "untold", "kind", "group")
    ranked = sorted(kept, key=lambda item: (order.index(item.nature), item.iri.value))
    return Table("actors", tuple(item.row() for item in ranked))


def _named(facts: Facts, scope: Scope) -> dict[Node, Named]:
    found = {actor: Named(actor, [told]) for actor, told in scope.of_theme.items()}
    for row in _namings(facts, scope):
        project, structure = node(row, "project"), node(row, "structure")
        if scope.theme is None:
            found.setdefault(structure, Named(structure))
        if structure in found:
            found[structure].projects.add(project)
            found[structure].told.append(ox.Triple(project, node(row, "property"), structure))
    if scope.theme is None or scope.project is None:
        return found
    return {actor: named for actor, named in found.items() if scope.project in named.projects}


def _namings(facts: Facts, scope: Scope) -> Iterable[ox.QuerySolution]:
    name = "structures-named-by-projects"
    if scope.theme is not None:
        return facts.rows_for_many(name, "structure", scope.of_theme)
    return facts.rows_for_many(name, "project", scope.projects) if scope.narrowed else facts.rows(name)


def _group(group: Node, told: ox.Triple, scope: Scope, projects: Iterable[Node]) -> Named:
    found = Named(group, [told], {project for project in projects if project in scope.projects})
    found.take(_TYPE, _GROUP)
    found.told += [ox.Triple(project, mk("targets"), group) for project in ordered(found.projects)]
    return found
