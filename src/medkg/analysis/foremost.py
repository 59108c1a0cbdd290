"""The best connected bodies of the co-operation network, and the projects that each two of them share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, ordered, text
from medkg.analysis.network import GROUPINGS, Parts, read_parts
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.errors import BadParameter

#: Bodies that can be asked for: fewer are no network, of more nobody sees anything.
FEWEST, MOST = 3, 60
Node = ox.NamedNode


def report(facts: Facts, given: Given) -> Report:
    """Give the bodies with most partners, and the links among them.

    Raises:
        BadParameter: nothing is known of what is to choose the projects, or the number of bodies is out of bounds.
    """
    wanted = _wanted(given)
    parts = read_parts(facts, given)
    partners, projects = _partners(parts), _projects(parts)
    ranked = sorted(partners, key=lambda body: (-len(partners[body]), -len(projects[body]), body.value))
    shown = ranked[:wanted]
    bodies = tuple(_body(parts, body, len(partners[body]), projects[body]) for body in shown)
    tables = (Table("bodies", bodies), Table("links", tuple(_links(parts, shown, projects))))
    return Report(tables, tuple(_notes(parts, shown, len(ranked))), enough=len(ranked) >= FEWEST)


def _wanted(given: Given) -> int:
    told = text(given, "bodies") or ""
    wanted = int(told)
    if not FEWEST <= wanted <= MOST:
        remedy = f"From {FEWEST} to {MOST} can be asked for."
        raise BadParameter(f"{told} bodies cannot be shown", subject="bodies", remedy=remedy)
    return wanted


def _partners(parts: Parts) -> Mapping[Node, set[Node]]:
    """Give the bodies that each body meets in some project."""
    found: dict[Node, set[Node]] = {}
    for together in parts.met.values():
        for body in together:
            found.setdefault(body, set()).update(together - {body})
    return found


def _projects(parts: Parts) -> Mapping[Node, set[Node]]:
    found: dict[Node, set[Node]] = defaultdict(set)
    for project, together in parts.met.items():
        for body in together:
            found[body].add(project)
    return found


def _body(parts: Parts, body: Node, partners: int, projects: set[Node]) -> Row:
    cells: dict[str, Value] = {
        "body": body,
        "countries": ordered(parts.groups["country"][body]),
        "helices": ordered(parts.groups["helix"][body]),
        "partners": partners,
        "projects": len(projects),
    }
    told = [item for project in ordered(projects) for item in parts.evidence(project, [body])]
    grouped = [item for name in GROUPINGS for item in parts.grouping(name, [body])]
    return Row(cells, (*told, *grouped))


def _links(parts: Parts, shown: Sequence[Node], projects: Mapping[Node, set[Node]]) -> Iterator[Row]:
    """Give the pairs that share projects, those that share most first."""
    shared = {pair: projects[pair[0]] & projects[pair[1]] for pair in combinations(ordered(shown), 2)}
    for pair in sorted(shared, key=lambda pair: (-len(shared[pair]), pair[0].value, pair[1].value)):
        if common := ordered(shared[pair]):
            told = tuple(item for project in common for item in parts.evidence(project, pair))
            yield Row({"first": pair[0], "second": pair[1], "projects": len(common), "which": common}, told)


def _notes(parts: Parts, shown: Sequence[Node], every: int) -> Iterator[Note]:
    if every < FEWEST:
        yield Note("too-little", {"bodies": every})
    elif every > len(shown):
        yield Note("bound", {"shown": len(shown), "bodies": every})
    for name in GROUPINGS:
        silent = sum(not parts.groups[name][body] for body in shown)
        if silent:
            yield Note(f"unknown-{name}", {"silent": silent, "bodies": len(shown)})
