"""Chains of projects: which takes up what of which earlier one, in which order of time, and what contradicts itself.

Only what a source states makes a link. Dates order projects as far as they are known; nothing is put where no date is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from medkg.analysis.chains import BUILDS_ON, Chains, Link
from medkg.analysis.facts import Facts, Given, mk, node, ordered
from medkg.analysis.moments import END, START, Moment, order_of, years_between
from medkg.analysis.projects import asked_project
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.reuse import Methods, read_methods
from medkg.analysis.texts import joined
from medkg.namespaces import SCHEME

Node = ox.NamedNode
_REASON: Final = mk("hasRationale")
#: Column → what the concepts of its scheme begin with.
_TOPICS: Final = {"sectors": "sector/", "value-chains": "value-chain/", "themes": "theme/"}


def report(facts: Facts, given: Given) -> Report:
    """Give the links, chains and contradictions of all projects or of one, and the methods that are used again.

    Raises:
        BadParameter: nothing is known of the project, or it is none.
    """
    project = asked_project(facts, given)
    chains = Chains.of(facts, project)
    wanted = None if project is None else chains.projects | {project}
    methods, unheld = read_methods(facts, wanted), _unheld(facts, wanted)
    families = chains.families()
    contradictions = Table("contradictions", (*_circles(chains), *_backwards(chains)))
    tables = (
        Table("links", tuple(_link(link, chains, methods) for link in chains.links)),
        Table("chains", tuple(_chain(number, members, chains) for number, members in enumerate(families, 1))),
        Table("generations", tuple(_generations(families, chains))),
        contradictions,
        unheld,
        methods.table(),
    )
    return Report(tables, _notes(chains, families, contradictions, unheld, methods), bool(chains.links))


def _link(link: Link, chains: Chains, methods: Methods) -> Row:
    earlier, later = chains.dates[link.earlier], chains.dates[link.later]
    taken = methods.of_both(link.earlier, link.later)
    cells: dict[str, Value] = {
        "later": link.later,
        "earlier": link.earlier,
        "words": joined(link.words),
        "methods": ordered(taken),
        "shared": ordered(link.shared),
        "earlier-start": earlier.get(START),
        "earlier-end": earlier.get(END),
        "later-start": later.get(START),
        "years": years_between(earlier, later),
        "order": Note(order_of(earlier, later)),
    }
    told = (item for method in ordered(taken) for item in taken[method])
    return Row(cells, (*link.evidence(), *told, *chains.told_dates(link.earlier, link.later)))


def _chain(number: int, members: Sequence[Node], chains: Chains) -> Row:
    starts = [date for project in members if (date := chains.dates[project].get(START)) is not None]
    ends = [date for project in members if (date := chains.dates[project].get(END)) is not None]
    cells: dict[str, Value] = {
        "chain": number,
        "generations": chains.generations[members[-1]],
        "projects": len(members),
        "first": min(starts, key=lambda date: (Moment.or_text(date).first, date.value), default=None),
        "last": max(ends, key=lambda date: (Moment.or_text(date).last, date.value), default=None),
        "undated": len(members) - len(starts),
    }
    return Row(cells, tuple(chains.told_dates(*members)))


def _generations(families: Sequence[Sequence[Node]], chains: Chains) -> Iterable[Row]:
    up, down = chains.hierarchy.up, chains.hierarchy.down
    for number, members in enumerate(families, 1):
        for project in members:
            earlier, dates = ordered(up.get(project, ())), chains.dates[project]
            cells: dict[str, Value] = {
                "chain": number,
                "generation": chains.generations[project],
                "project": project,
                "builds-on": earlier,
                "taken-up-by": ordered(down.get(project, ())),
                "start": dates.get(START),
                "end": dates.get(END),
            }
            told = (ox.Triple(project, BUILDS_ON, item) for item in earlier)
            yield Row(cells, (*told, *chains.told_dates(project)))


def _circles(chains: Chains) -> Iterable[Row]:
    for members in chains.hierarchy.circles():
        inside = set(members)
        told = (link.statement for link in chains.links if {link.earlier, link.later} <= inside)
        cells: dict[str, Value] = {"what": Note("circle"), "earlier": None, "later": None, "projects": members}
        yield Row(cells, tuple(told))


def _backwards(chains: Chains) -> Iterable[Row]:
    for link in chains.links:
        if order_of(chains.dates[link.earlier], chains.dates[link.later]) == "backwards":
            told = (link.statement, *chains.told_dates(link.earlier, link.later))
            yield Row({"what": Note("backwards"), "earlier": link.earlier, "later": link.later, "projects": ()}, told)


def _unheld(facts: Facts, wanted: Collection[Node] | None) -> Table:
    """Give the earlier work that is told of without a project that the registry holds."""
    name = "earlier-work-of-projects"
    rows = facts.rows(name) if wanted is None else facts.rows_for_many(name, "project", wanted)
    found: dict[Node, dict[Node, ox.Triple]] = defaultdict(dict)
    for row in rows:
        project, work = node(row, "project"), node(row, "work")
        found[project][work] = ox.Triple(project, node(row, "property"), work)
    legacies = {work for held in found.values() for work, said in held.items() if said.predicate == _REASON}
    topics: dict[Node, dict[Node, ox.Triple]] = defaultdict(dict)
    for row in facts.rows_for_many("topics-of-reasons", "reason", legacies):
        legacy, topic = node(row, "reason"), node(row, "topic")
        topics[legacy][topic] = ox.Triple(legacy, node(row, "property"), topic)
    return Table("unheld", tuple(_unheld_row(project, found[project], topics) for project in ordered(found)))


def _unheld_row(project: Node, work: Mapping[Node, ox.Triple], topics: Mapping[Node, Mapping[Node, ox.Triple]]) -> Row:
    legacies = ordered(item for item, said in work.items() if said.predicate == _REASON)
    about = {topic: said for legacy in legacies for topic, said in topics.get(legacy, {}).items()}
    named = {item for item in work if item not in legacies} | about.keys()
    of = {kind: ordered(item for item in named if item.value.startswith(SCHEME + kind)) for kind in _TOPICS.values()}
    cells: dict[str, Value] = {"project": project, "legacies": legacies}
    cells |= {name: of[kind] for name, kind in _TOPICS.items()}
    return Row(cells, (*(work[item] for item in ordered(work)), *(about[item] for item in ordered(about))))


def _notes(
    chains: Chains, families: Sequence[Sequence[Node]], wrong: Table, unheld: Table, methods: Methods
) -> tuple[Note, ...]:
    undated = sum(START not in dates for dates in chains.dates.values())
    longest = max(chains.generations.values(), default=0)
    counts = {"links": len(chains.links), "projects": len(chains.projects), "chains": len(families)}
    found = [Note("counted", {**counts, "generations": longest}) if chains.links else Note("no-legacy")]
    if undated:
        found.append(Note("undated", {"undated": undated, "projects": len(chains.projects)}))
    if wrong.rows:
        found.append(Note("contradictory", {"contradictions": len(wrong.rows)}))
    if unheld.rows:
        found.append(Note("unheld", {"unheld": len(unheld.rows)}))
    return (*found, *methods.notes())
