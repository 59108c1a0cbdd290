"""The activities about a theme: of which kind each is, who leads it and takes part, and what they come to per actor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, nodes, ordered
from medkg.analysis.hierarchies import Hierarchy, read_hierarchy
from medkg.analysis.report import Note, Row, Table, Value
from medkg.namespaces import SCHEME

Node = ox.NamedNode
_KINDS: Final = "activity-type"
#: Kind of activity → the field it belongs to; narrower kinds belong where their broader one does.
FIELD_OF: Final[Mapping[Node, str]] = {
    ox.NamedNode(f"{SCHEME}{_KINDS}/{name}"): group
    for group, names in {
        "capacity": ("capacity-building",),
        "partnering": ("international-partnering", "networking", "partnership-building", "clustering"),
        "policy": ("policy-dialogue",),
    }.items()
    for name in names
}
FIELDS: Final = (*dict.fromkeys(FIELD_OF.values()), "other")
_TYPE, _LED, _INVOLVES, _ACTOR = (mk(name) for name in ("activityType", "ledByGroup", "involvesGroup", "carriedOutBy"))
_HAS_ACTIVITY: Final = mk("hasActivity")
_HAS_PARTNER: Final = mk("hasPartner")
#: The statements about an activity on which the count of an actor rests.
_TOLD_OF_ACTORS: Final = frozenset({_HAS_ACTIVITY, _TYPE, _ACTOR})


@dataclass(slots=True)
class Activity:
    """What is known of an activity of a project; each statement is kept."""

    project: Node
    iri: Node
    values: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))
    fields: tuple[str, ...] = ()
    evidence: dict[ox.Triple, None] = field(default_factory=dict)

    @property
    def actors(self) -> tuple[Node, ...]:
        """Give the actors of whom a source says that they carry it out."""
        return ordered(self.values[_ACTOR])

    def row(self) -> Row:
        """Give its row."""
        cells: dict[str, Value] = {
            "project": self.project,
            "activity": self.iri,
            "kinds": ordered(self.values[_TYPE]),
            "led": ordered(self.values[_LED]),
            "involves": ordered(self.values[_INVOLVES]),
            "actors": self.actors,
        }
        return Row(cells, tuple(self.evidence))


def activities(facts: Facts, themes: Collection[Node]) -> Sequence[Activity]:
    """Give the activities about the themes, or of projects about them, by project and IRI."""
    found: dict[tuple[Node, Node], Activity] = {}
    for row in facts.rows_for_many("activities-of-themes", "theme", themes):
        project, iri = node(row, "project"), node(row, "activity")
        one = found.setdefault((project, iri), Activity(project, iri))
        one.evidence[ox.Triple(project, _HAS_ACTIVITY, iri)] = None
        one.evidence[ox.Triple(node(row, "themed"), mk("hasTheme"), node(row, "theme"))] = None
        prop, value = nodes(row, "property", "value")
        if prop is not None and value is not None:
            one.values[prop].add(value)
            one.evidence[ox.Triple(iri, prop, value)] = None
    broader = read_hierarchy(facts, _KINDS)
    for one in found.values():
        one.fields = _fields(one.values[_TYPE], broader)
        one.evidence = dict.fromkeys(sorted(one.evidence, key=str))
    return [found[key] for key in sorted(found, key=lambda key: (key[0].value, key[1].value))]


def _fields(kinds: Iterable[Node], broader: Hierarchy) -> tuple[str, ...]:
    """Give the fields of some kinds and of what is above them; "other" where none of them has one."""
    every = {one for kind in kinds for one in (kind, *broader.above(kind))}
    found = {FIELD_OF[kind] for kind in every if kind in FIELD_OF}
    return tuple(name for name in FIELDS if name in found) or ("other",)


def activities_table(done: Iterable[Activity]) -> Table:
    """Give one row for each activity."""
    return Table("activities", tuple(one.row() for one in done))


def actors_table(facts: Facts, projects: Collection[Node], done: Iterable[Activity]) -> Table:
    """Give for each actor how many activities of each field are those of its projects.

    An activity of which a source names the actors counts for these alone; any other for each partner of its project.
    """
    by_project: dict[Node, list[Activity]] = defaultdict(list)
    for one in done:
        by_project[one.project].append(one)
    partners: dict[Node, set[Node]] = defaultdict(set)
    for row in facts.rows_for_many("partners-of-projects", "project", {*projects, *by_project}):
        partners[node(row, "body")].add(node(row, "project"))
    named: dict[Node, list[Activity]] = defaultdict(list)
    for one in (one for found in by_project.values() for one in found):
        for body in one.actors:
            named[body].append(one)
    open_ = {project: [one for one in found if not one.actors] for project, found in by_project.items()}
    bodies = ordered({*partners, *named})
    rows = (_actor_row(body, named.get(body, ()), ordered(partners.get(body, ())), open_) for body in bodies)
    return Table("actors", tuple(rows))


def _actor_row(
    body: Node, own: Sequence[Activity], partner_in: Sequence[Node], open_: Mapping[Node, Sequence[Activity]]
) -> Row:
    """Give the counts of an actor; blank where of none of its projects an activity is known."""
    shared = [one for project in partner_in for one in open_.get(project, ())]
    known = own or any(project in open_ for project in partner_in)
    counts = {name: sum(name in one.fields for one in (*own, *shared)) if known else None for name in FIELDS}
    cells: dict[str, Value] = {
        "actor": body,
        "projects": ordered({*partner_in, *(one.project for one in own)}),
        **counts,
        "said": Note("said-both" if own and shared else "said-named" if own else "said-partner"),
    }
    joined = [ox.Triple(project, _HAS_PARTNER, body) for project in partner_in]
    told = [item for one in (*own, *shared) for item in one.evidence if item.predicate in _TOLD_OF_ACTORS]
    return Row(cells, tuple(dict.fromkeys((*joined, *told))))
