"""Audiences and drivers across projects: who is addressed and promised what, by whom else, and for which reasons.

A group that is named without a gain is promised nothing as far as sources say; nothing is read from a wider group's
gain into a narrower one, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from medkg.analysis.drivers import Reasons
from medkg.analysis.facts import Facts, Given, asked_for, mk, ordered
from medkg.analysis.natures import Scope, actors_table
from medkg.analysis.projects import asked_project
from medkg.analysis.reach import Engagement, Reach, way_up
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.texts import joined
from medkg.errors import BadParameter
from medkg.namespaces import SCHEME

Node = ox.NamedNode
#: An audience is shared where at least so many projects address it.
FEWEST_PROJECTS: Final = 2
_TARGETS: Final = mk("targets")


def report(facts: Facts, given: Given) -> Report:
    """Give actors, audiences with what they are promised, who else reaches them, and the reasons that are shared.

    Raises:
        BadParameter: nothing is known of the theme or project, or it is none.
    """
    theme, project = _asked_theme(facts, given), asked_project(facts, given)
    scope = Scope.of(facts, theme, project)
    wanted = scope.projects if scope.narrowed else None
    reach, reasons = Reach.of(facts, wanted), Reasons.of(facts, wanted)
    promises, unpromised = _promises(scope, reach), _unpromised(scope, reach)
    tables = (
        actors_table(facts, scope, reach.addressed),
        promises,
        unpromised,
        _shared(scope, reach),
        reasons.table(),
        reasons.topics_table(),
    )
    named = reach.named(scope.projects)
    return Report(tables, tuple(_notes(scope, reach, reasons, tables)), bool(named))


def _asked_theme(facts: Facts, given: Given) -> Node | None:
    theme = asked_for(given, "theme")
    if theme is None:
        return None
    facts.require(theme, "theme")
    if not theme.value.startswith(f"{SCHEME}theme/"):
        remedy = "Choose one of the list at /theme, such as coworking; a sector or value chain is none."
        raise BadParameter(f"{theme.value} is no theme", subject="theme", remedy=remedy)
    return theme


def _promises(scope: Scope, reach: Reach) -> Table:
    held = reach.promised(scope.projects)
    return Table("promises", tuple(_promise(group, item, reach) for (group, _), told in held.items() for item in told))


def _promise(group: Node, engagement: Engagement, reach: Reach) -> Row:
    wider = ordered(reach.groups.above(group) - {group})
    cells: dict[str, Value] = {
        "group": group,
        "wider": wider,
        "project": engagement.project,
        "benefits": ordered(engagement.benefits),
        "condition": joined(engagement.conditions),
    }
    return Row(cells, (*engagement.evidence(group), *_ways(group, wider, reach)))


def _ways(group: Node, wider: Iterable[Node], reach: Reach) -> Iterable[ox.Triple]:
    return dict.fromkeys(step for wide in wider for step in way_up(reach.groups, group, wide))


def _unpromised(scope: Scope, reach: Reach) -> Table:
    """Give the groups that a project names and promises nothing, with those around them to which it does."""
    promised = reach.promised(scope.projects)
    missing = [pair for pair in reach.named(scope.projects) if pair not in promised]
    return Table("unpromised", tuple(_unpromised_row(group, project, reach) for group, project in missing))


def _unpromised_row(group: Node, project: Node, reach: Reach) -> Row:
    wider, narrower = reach.groups.above(group), reach.groups.below(group)
    told = (item for item in reach.engagements.get(project, ()) if item.benefits)
    around = {near for item in told for near in item.groups if near in wider or near in narrower}
    cells: dict[str, Value] = {
        "group": group,
        "wider": ordered(wider - {group}),
        "project": project,
        "around": ordered(around - {group}),
    }
    return Row(cells, (ox.Triple(project, _TARGETS, group), *_ways(group, ordered(wider - {group}), reach)))


def _shared(scope: Scope, reach: Reach) -> Table:
    """Give the groups that several projects reach, by name or by a narrower group; of most projects first."""
    own = {group for group, _ in reach.named(scope.projects)}
    around = own | {wide for group in own for wide in reach.groups.above(group)}
    rows = [_shared_row(group, reach) for group in ordered(around)]
    counted = [(count, row) for row in rows if isinstance(count := row.cells["count"], int)]
    ranked = sorted(counted, key=lambda pair: -pair[0])
    return Table("shared", tuple(row for count, row in ranked if count >= FEWEST_PROJECTS))


def _shared_row(group: Node, reach: Reach) -> Row:
    direct, through = reach.addressed.get(group, frozenset()), reach.through(group)
    narrower = {narrow for held in through.values() for narrow in held}
    cells: dict[str, Value] = {
        "group": group,
        "projects": ordered(direct),
        "through": tuple(project for project in through if project not in direct),
        "narrower": ordered(narrower),
        "count": len(direct | through.keys()),
    }
    named = (ox.Triple(project, _TARGETS, group) for project in ordered(direct))
    narrow = (ox.Triple(project, _TARGETS, item) for project, held in through.items() for item in ordered(held))
    ways = dict.fromkeys(step for item in ordered(narrower) for step in way_up(reach.groups, item, group))
    return Row(cells, (*named, *narrow, *ways))


def _notes(scope: Scope, reach: Reach, reasons: Reasons, tables: Iterable[Table]) -> Iterable[Note]:
    rows = {table.id: table.rows for table in tables}
    if scope.theme is not None and not scope.projects:
        yield Note("no-project", {"theme": scope.theme})
    known = {project for _, project in reach.named(scope.projects)}
    yield Note("audiences" if known else "no-audiences", {"known": len(known), "projects": len(scope.projects)})
    if rows["unpromised"]:
        named = len(rows["unpromised"]) + len(reach.promised(scope.projects))
        yield Note("unpromised", {"unpromised": len(rows["unpromised"]), "named": named})
    giving = len(reasons.projects & scope.projects)
    yield Note("reasons", {"known": giving, "projects": len(scope.projects), "shared": reasons.shared})
    kinds = sum(row.cells["nature"] in (Note("kind"), Note("group")) for row in rows["actors"])
    if kinds:
        yield Note("kinds", {"kinds": kinds, "actors": len(rows["actors"])})
    if circles := reach.groups.circles():
        yield Note("circle", {"groups": tuple(group for members in circles for group in members)})
