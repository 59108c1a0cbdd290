"""Money by programme, priority, country, region, helix, value chain or year: sums, EU shares, gaps.

Every sum and rate has the bounds that follow from those of its figures. What no source states is counted, and is in no
sum. Amounts of different currencies are never added: each currency has its own row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.amounts import rate, rounded, rounded_down, rounded_up
from medkg.analysis.ceilings import Ceilings
from medkg.analysis.double_financing import Hints, read_hints
from medkg.analysis.facts import Facts, Given, asked_for, in_order, mk, node, nodes, text
from medkg.analysis.figures import EU, PARTNER, TOTAL, Figure, Figures, read_figures, total
from medkg.analysis.report import Amount, Note, Report, Row, Table, Value
from medkg.errors import BadParameter
from medkg.namespaces import RDF

#: By what projects can be grouped.
GROUPINGS: Final = ("programme", "priority", "country", "region", "helix", "value-chain", "year")
#: Groupings in which a participation stands where its own body stands, not where its project does → the
#: property that says where.
_OF_BODIES: Final = {"country": mk("country"), "region": mk("locatedIn"), "helix": mk("inHelix")}
Node = ox.NamedNode
Key = ox.NamedNode | ox.Literal | None


@dataclass(slots=True)
class Group:
    """Projects or participations that belong together; each with the statements that put it there."""

    key: Key
    members: dict[Node, set[ox.Triple]] = field(default_factory=dict)

    def evidence(self, figures: Iterable[Figure]) -> tuple[ox.Triple, ...]:
        """Give what puts the members here, and the statements of the figures."""
        placed = sorted({item for held in self.members.values() for item in held}, key=str)
        return (*placed, *(item for figure in figures for item in figure.evidence))


def report(facts: Facts, given: Given) -> Report:
    """Give the money of all projects, or of those of one programme.

    Raises:
        BadParameter: projects cannot be grouped so, nothing is known of the programme, or the ceiling is no percentage.
    """
    by, programme = _grouping(given), asked_for(given, "programme")
    if programme is not None:
        facts.require(programme, "programme")
    ceilings = Ceilings.read(facts, given, programme)
    projects = _projects(facts, programme)
    figures = read_figures(facts)
    groups = _groups_of_projects(facts, by, projects)
    partners = _groups_of_participations(facts, by, groups, projects)
    hints = read_hints(facts, projects)
    tables = (
        Table("groups", _sorted(row for group in groups for row in _rows(group, figures, ceilings))),
        Table("partners", _sorted(row for group in partners for row in _partner_rows(group, figures))),
        hints.table,
    )
    enough = any(row.cells["total"] or row.cells["eu"] for row in tables[0].rows)
    return Report(tables, tuple(_notes(projects, groups, figures, ceilings, hints)), enough)


def _grouping(given: Given) -> str:
    by = text(given, "by") or GROUPINGS[0]
    if by not in GROUPINGS:
        remedy = f"There are: {', '.join(GROUPINGS)}."
        raise BadParameter(f"projects cannot be grouped by {by!r}", subject="by", remedy=remedy)
    return by


def _projects(facts: Facts, programme: Node | None) -> frozenset[Node]:
    rows = facts.rows("programmes-of-projects")
    return frozenset(node(row, "project") for row in rows if programme in (None, row["programme"]))


def _groups_of_projects(facts: Facts, by: str, projects: Collection[Node]) -> list[Group]:
    """Give the groups; the last, without a key, has the projects of which no source states where they belong."""
    found: dict[Key, Group] = {}
    for row in facts.rows("groups-of-projects", by=ox.Literal(by)):
        if (project := node(row, "project")) in projects:
            statement = ox.Triple(node(row, "subject"), node(row, "property"), row["object"])
            found.setdefault(row["group"], Group(row["group"])).members.setdefault(project, set()).add(statement)
    placed = {project for group in found.values() for project in group.members}
    apart = {project: {_is_project(project)} for project in projects if project not in placed}
    return [*found.values(), *([Group(None, apart)] if apart else [])]


def _is_project(project: Node) -> ox.Triple:
    return ox.Triple(project, ox.NamedNode(f"{RDF}type"), mk("Project"))


def _groups_of_participations(
    facts: Facts, by: str, groups: Sequence[Group], projects: Collection[Node]
) -> list[Group]:
    """Give the participations where their bodies stand; where a body cannot stand, with their projects."""
    where: dict[Node, list[Key]] = {}
    for group in groups:
        for project in group.members:
            where.setdefault(project, []).append(group.key)
    regions = _regions(facts) if by == "region" else {}
    found: dict[Key, Group] = {}
    for row in in_order(facts.rows("groups-of-participations"), "participation", "project", "body"):
        one, project = node(row, "participation"), node(row, "project")
        keys = where.get(project, [])
        if by in _OF_BODIES:
            keys = regions.get(row["body"], [None]) if by == "region" else [row[by]]
        for key in keys if project in projects else ():
            found.setdefault(key, Group(key)).members.setdefault(one, set()).update(_placing(row, by, key))
    return list(found.values())


def _regions(facts: Facts) -> Mapping[object, list[Key]]:
    """Give the regions of each body of which any is known."""
    found: dict[object, list[Key]] = {}
    for row in in_order(facts.rows("places-of-bodies"), "place"):
        if (row["property"], row["kind"]) == (_OF_BODIES["region"], mk("Region")):
            found.setdefault(row["body"], []).append(row["place"])
    return found


def _placing(row: ox.QuerySolution, by: str, key: Key) -> Iterable[ox.Triple]:
    one, project = node(row, "participation"), node(row, "project")
    body = next(nodes(row, "body"))
    yield ox.Triple(one, mk("participationIn"), project)
    if body is not None:
        yield ox.Triple(one, mk("participant"), body)
        if by in _OF_BODIES and key is not None:
            yield ox.Triple(body, _OF_BODIES[by], key)


def _rows(group: Group, figures: Figures, ceilings: Ceilings) -> Iterable[Row]:
    for currency in figures.currencies(group.members, (TOTAL, EU)):
        totals, shares = (figures.of(group.members, kind, currency) for kind in (TOTAL, EU))
        cells: dict[str, Value] = {
            **_heading(group),
            "projects": len(group.members),
            **_sum("total", group, figures, TOTAL, totals),
            **_sum("eu", group, figures, EU, shares),
            **_rate(group, totals, shares, ceilings),
        }
        told = group.evidence([*totals.values(), *shares.values()])
        yield Row(cells, (*told, *ceilings.evidence(group.key)))


def _heading(group: Group) -> dict[str, Value]:
    return {"group": Note("no-group") if group.key is None else group.key}


def _sum(name: str, group: Group, figures: Figures, kind: Node, found: Mapping[Node, Figure]) -> dict[str, Value]:
    silent = figures.silent(group.members, kind)
    return {f"{name}-stated": len(found), f"{name}-silent": silent, name: total(found)}


def _rate(
    group: Group, totals: Mapping[Node, Figure], shares: Mapping[Node, Figure], ceilings: Ceilings
) -> dict[str, Value]:
    """Give the share of the EU in the projects of which both figures are stated."""
    both = totals.keys() & shares.keys()
    whole = total({project: totals[project] for project in both})
    part = total({project: shares[project] for project in both})
    if whole is None or part is None:
        blank = dict.fromkeys(("rate-low", "rate-high", "rate", "ceiling", "judgement"))
        return {"both": 0, **blank}
    found = rate(part, whole)
    return {
        "both": len(both),
        "rate-low": rounded_down(found.low),
        "rate-high": rounded_up(found.high),
        "rate": rounded(found.nominal),
        **ceilings.cells(found, group.key),
    }


def _partner_rows(group: Group, figures: Figures) -> Iterable[Row]:
    for currency in figures.currencies(group.members, (PARTNER, EU)):
        budgets, shares = (figures.of(group.members, kind, currency) for kind in (PARTNER, EU))
        cells: dict[str, Value] = {
            **_heading(group),
            "participations": len(group.members),
            **_sum("budget", group, figures, PARTNER, budgets),
            **_sum("eu", group, figures, EU, shares),
        }
        yield Row(cells, group.evidence([*budgets.values(), *shares.values()]))


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Order years by time, other groups by what is certain of their money; what belongs nowhere is last."""
    return tuple(sorted(rows, key=_rank))


def _rank(row: Row) -> tuple[object, ...]:
    group = row.cells["group"]
    amounts = [value for value in row.cells.values() if isinstance(value, Amount)]
    least = -amounts[0].low if amounts and not isinstance(group, ox.Literal) else 0
    name = group.value if isinstance(group, ox.NamedNode | ox.Literal) else ""
    return isinstance(group, Note), least, name, amounts[0].currency if amounts else ""


def _notes(
    projects: Collection[Node], groups: Sequence[Group], figures: Figures, ceilings: Ceilings, hints: Hints
) -> Iterable[Note]:
    if not projects:
        yield Note("no-projects")
        return
    yield from _silence(projects, figures)
    several = len([one for group in groups for one in group.members]) - len(projects)
    if several:
        yield Note("overlap", {"times": several})
    codes = figures.currencies(projects, (TOTAL, EU))
    if len(codes) > 1:
        yield Note("currencies", {"currencies": len(codes)})
    yield ceilings.note(group.key for group in groups)
    yield from hints.notes


def _silence(projects: Collection[Node], figures: Figures) -> Iterable[Note]:
    for name, kind in (("no-total", TOTAL), ("no-eu", EU)):
        if silent := figures.silent(projects, kind):
            yield Note(name, {"silent": silent, "projects": len(projects)})
    stated = [figure for one in projects for kind in (TOTAL, EU) for figure in figures.stated(one, kind).values()]
    unbounded = sum(figure.amount.high is None for figure in stated)
    if unbounded:
        yield Note("no-bound", {"figures": unbounded})
    if unread := figures.unread & frozenset(projects):
        yield Note("unread", {"projects": tuple(sorted(unread, key=lambda project: project.value))})
