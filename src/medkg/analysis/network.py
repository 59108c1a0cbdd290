"""The co-operation network: how bodies that share projects hang together, and who joins countries and helices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from medkg.analysis.brokerage import ROLES, Groups, roles
from medkg.analysis.cooperation import Network
from medkg.analysis.facts import Facts, Given, asked_for, mk, node, nodes, ordered
from medkg.analysis.report import Note, Report, Row, Table, Value

#: Parameters that choose projects. Where several are given a project must be of each.
FILTERS: Final = ("programme", "country", "chain")
#: What groups bodies → the property that says so.
GROUPINGS: Final = {"country": mk("country"), "helix": mk("inHelix")}
#: Rows of a table; the rest is counted.
MOST_ROWS: Final = 50
#: Bodies of a community that are named.
FOREMOST: Final = 5
#: Fewer bodies than these are no network.
FEWEST_BODIES: Final = 3
_DIGITS: Final = Decimal("0.001")
_SHARE_DIGITS: Final = Decimal("0.00001")
Node = ox.NamedNode


@dataclass(slots=True)
class Parts:
    """What is known of participations: who takes part in what, and the groups of each body."""

    met: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))
    told: dict[tuple[Node, Node], set[Node]] = field(default_factory=lambda: defaultdict(set))
    groups: dict[str, dict[Node, set[Node]]] = field(
        default_factory=lambda: {name: defaultdict(set) for name in GROUPINGS}
    )

    def take(self, row: ox.QuerySolution) -> None:
        """Take in a participation; one whose body no source names is nobody's."""
        body, *found = nodes(row, "body", *GROUPINGS)
        if body is None:
            return
        project = node(row, "project")
        self.met[project].add(body)
        self.told[project, body].add(node(row, "participation"))
        for name, group in zip(GROUPINGS, found, strict=True):
            self.groups[name][body].update([group] if group is not None else ())

    def evidence(self, project: Node, bodies: Iterable[Node]) -> Iterator[ox.Triple]:
        """Give the statements by which bodies take part in a project."""
        for body in ordered(bodies):
            for participation in ordered(self.told[project, body]):
                yield ox.Triple(participation, mk("participationIn"), project)
                yield ox.Triple(participation, mk("participant"), body)

    def grouping(self, name: str, bodies: Iterable[Node]) -> Iterator[ox.Triple]:
        """Give the statements that put bodies into groups."""
        for body in bodies:
            yield from (ox.Triple(body, GROUPINGS[name], group) for group in ordered(self.groups[name][body]))


class Judged:
    """A network with what its tables are made of."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.network = Network.of(parts.met)
        self.communities = self.network.communities() if self.network.bodies else ()
        self.betweenness = self.network.betweenness() if self.network.bodies else {}
        self.neighbours = self.network.neighbours
        self.groups: Mapping[str, Sequence[Groups]] = {
            name: [frozenset(parts.groups[name][body]) for body in self.network.bodies] for name in GROUPINGS
        }
        self.projects: dict[int, list[Node]] = defaultdict(list)
        for project, together in self.network.projects.items():
            for place in together:
                self.projects[place].append(project)

    def bodies(self, places: Iterable[int]) -> tuple[Node, ...]:
        """Give the bodies at some places."""
        return tuple(self.network.bodies[place] for place in places)


def report(facts: Facts, given: Given) -> Report:
    """Give the measures of the network, its communities, and who brokers between countries and helices.

    Raises:
        BadParameter: nothing is known of what is to choose the projects.
    """
    judged = Judged(read_parts(facts, given))
    brokers = [_Brokers(judged, name) for name in GROUPINGS]
    named = [one for one in judged.communities if len(one) > 1]
    tables = (
        _measures(judged),
        Table("mixing", tuple(_mixing(judged, name) for name in GROUPINGS)),
        Table("communities", tuple(_community(judged, number, one) for number, one in enumerate(named[:MOST_ROWS], 1))),
        *(one.table() for one in brokers),
    )
    enough = len(judged.network.bodies) >= FEWEST_BODIES and bool(judged.network.graph.number_of_edges())
    return Report(tables, tuple(_notes(judged, enough, len(named), brokers)), enough)


def read_parts(facts: Facts, given: Given) -> Parts:
    """Read the participations in the projects that are asked for.

    Raises:
        BadParameter: nothing is known of what is to choose them.
    """
    chosen: set[Node] | None = None
    for name in FILTERS:
        if (group := asked_for(given, name)) is not None:
            facts.require(group, name)
            found = {node(row, "project") for row in facts.rows("projects-of-groups", group=group)}
            chosen = found if chosen is None else chosen & found
    parts = Parts()
    query = "groups-of-participations"
    for row in facts.rows(query) if chosen is None else facts.rows_for_many(query, "project", chosen):
        parts.take(row)
    return parts


def _measures(judged: Judged) -> Table:
    network = judged.network
    components = network.components if network.bodies else ()
    modularity = network.modularity(judged.communities)
    cells: dict[str, Value] = {
        "bodies": len(network.bodies),
        "projects": len(network.projects),
        "links": network.graph.number_of_edges(),
        "density": Decimal(network.density).quantize(_SHARE_DIGITS),
        "components": len(components),
        "largest": max(components, default=0),
        "alone": sum(size == 1 for size in components),
        "modularity": None if modularity is None else Decimal(modularity).quantize(_DIGITS),
    }
    return Table("measures", (Row(cells),))


def _mixing(judged: Judged, name: str) -> Row:
    """Count links within groups and between them, and give the E-I index of Krackhardt and Stern (1988)."""
    groups = judged.groups[name]
    found: Counter[str] = Counter()
    for one, other in judged.network.links:
        known = groups[one] and groups[other]
        found["unknown" if not known else "within" if groups[one] & groups[other] else "between"] += 1
    told = found["within"] + found["between"]
    index = (Decimal(found["between"] - found["within"]) / told).quantize(_DIGITS) if told else None
    counts = {kind: found[kind] for kind in ("within", "between", "unknown")}
    return Row({"by": Note(f"by-{name}"), **counts, "index": index})


def _community(judged: Judged, number: int, places: Sequence[int]) -> Row:
    inside = frozenset(places)
    linked = {place: len(judged.neighbours[place] & inside) for place in places}
    projects = {project for place in places for project in judged.projects[place]}
    foremost = sorted(places, key=lambda place: (-linked[place], place))[:FOREMOST]
    cells: dict[str, Value] = {
        "number": number,
        "bodies": len(places),
        "links": sum(linked.values()) // 2,
        "projects": len(projects),
        "countries": ordered(_together(judged.groups["country"], places)),
        "helices": ordered(_together(judged.groups["helix"], places)),
        "foremost": judged.bodies(foremost),
    }
    return Row(cells, tuple(_participations(judged, projects, inside)))


def _together(groups: Sequence[Groups], places: Iterable[int]) -> frozenset[Node]:
    return frozenset(group for place in places for group in groups[place])


def _participations(judged: Judged, projects: Iterable[Node], inside: Collection[int]) -> Iterator[ox.Triple]:
    for project in ordered(projects):
        together = [place for place in judged.network.projects[project] if place in inside]
        yield from judged.parts.evidence(project, judged.bodies(together))


class _Brokers:
    """The bodies that join different groups, those with most pairs first, then by betweenness and IRI."""

    def __init__(self, judged: Judged, name: str) -> None:
        self.name = name
        self._judged = judged
        self._roles = roles(judged.neighbours, judged.groups[name])
        self._betweenness = judged.betweenness
        joining = [place for place in self._roles if self._joined(place)]
        self.places = sorted(joining, key=lambda place: (-self._joined(place), -self._betweenness[place], place))

    def table(self) -> Table:
        """Give the foremost of them."""
        return Table(f"brokers-{self.name}", tuple(map(self._row, self.places[:MOST_ROWS])))

    def _joined(self, place: int) -> int:
        return self._roles[place]["gatekeeper"] + self._roles[place]["liaison"]

    def _row(self, place: int) -> Row:
        judged = self._judged
        counts = {name: self._roles[place][name] for name in ROLES}
        cells: dict[str, Value] = {
            "body": judged.network.bodies[place],
            "groups": ordered(judged.groups[self.name][place]),
            "joined": self._joined(place),
            **counts,
            "betweenness": self._betweenness[place],
        }
        around = judged.neighbours[place] | {place}
        bodies = judged.bodies(sorted(around))
        told = (*_participations(judged, judged.projects[place], around), *judged.parts.grouping(self.name, bodies))
        return Row(cells, told)


def _notes(judged: Judged, enough: bool, communities: int, brokers: Sequence[_Brokers]) -> Iterator[Note]:
    if not enough:
        yield Note("too-little", {"bodies": len(judged.network.bodies)})
    for name in GROUPINGS:
        silent = sum(not groups for groups in judged.groups[name])
        if silent:
            yield Note(f"unknown-{name}", {"silent": silent, "bodies": len(judged.network.bodies)})
    if enough and judged.network.drawn is not None:
        yield Note("estimated", {"drawn": judged.network.drawn, "bodies": len(judged.network.bodies)})
    if communities > MOST_ROWS:
        yield Note("more-communities", {"shown": MOST_ROWS, "more": communities - MOST_ROWS})
    for one in brokers:
        if len(one.places) > MOST_ROWS:
            yield Note(f"more-{one.name}", {"shown": MOST_ROWS, "more": len(one.places) - MOST_ROWS})
    if enough:
        yield Note("as-recorded")
