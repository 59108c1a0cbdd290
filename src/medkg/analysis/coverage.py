"""Coverage and quality: what the registry holds against what sources say exists, and what sources contradict.

How much is missing can be told only where a source states how much there is; everywhere else the whole is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, in_order, mk, node, nodes
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.stated import EXACTLY, Bounds, agreed, total

Node = ox.NamedNode
#: What is counted → the property by which a source states how many there are.
STATED: Final[Mapping[Node, str]] = {
    mk("statedPartnerCount"): "partners",
    mk("statedAssociatedPartnerCount"): "associated",
    mk("statedCountryCount"): "countries",
    mk("countValue"): "members",
}
#: The property of a part that is held → what it is counted as.
_HELD: Final[Mapping[Node, str]] = {
    mk("hasPartner"): "partners",
    mk("involvesCountry"): "countries",
    mk("hasMember"): "members",
    mk("hasMemberCluster"): "members",
}
#: Class of the things of a group → how they are called, and which of their counts is summed over the group.
_KINDS: Final = {mk("Project"): ("projects", "partners"), mk("Cluster"): ("clusters", "members")}
_DIGITS: Final = Decimal("0.001")
Key = tuple[Node, str]


@dataclass(slots=True)
class Count:
    """What sources state of one count of a thing, and which parts the registry holds."""

    stated: list[Bounds] = field(default_factory=list)
    parts: set[Node] = field(default_factory=set)
    evidence: set[ox.Triple] = field(default_factory=set)

    @property
    def bounds(self) -> Bounds:
        """Give where the number lies that sources state."""
        return agreed(self.stated)

    @property
    def held(self) -> int:
        """Give the number of parts that are held."""
        return len(self.parts)

    def verdict(self) -> Note:
        """Tell whether the registry holds all there are."""
        bounds = self.bounds
        if self.held > bounds.high:
            return Note("more-held")
        if bounds.reaches(Decimal(self.held), strictly=True):
            return Note("some-missing")
        return Note("all-held" if bounds.low == bounds.high else "cannot-tell")


def report(facts: Facts, given: Given) -> Report:
    """Give what is held of what exists, for things and for groups of them, and what is wrong with the statements.

    Raises:
        BadParameter: nothing is known of the group.
    """
    group = asked_for(given, "group")
    if group is not None:
        facts.require(group, "group")
    members = _members(facts, group)
    within = None if group is None else {thing for things in members.values() for thing in things} | {group}
    counts = _counts(facts, within)
    groups, things = _groups(members, counts), _things(counts)
    conflicts = _conflicts(facts, within)
    sources = _sources(facts) if within is None else _sources_of(facts, within)
    return Report((groups, things, conflicts, sources), _notes(groups, conflicts, sources), bool(things.rows))


def _rows(facts: Facts, name: str, parameter: str, within: set[Node] | None) -> Iterable[ox.QuerySolution]:
    """Give the rows about some things, or about all."""
    return facts.rows(name) if within is None else facts.rows_for_many(name, parameter, within)


def _counts(facts: Facts, within: set[Node] | None) -> Mapping[Key, Count]:
    """Give the counts that a source states, with the parts held of each."""
    found: dict[Key, Count] = defaultdict(Count)
    for row in _rows(facts, "stated-counts", "thing", within):
        counted, comparator = nodes(row, "count", "comparator")
        value = cast(ox.Literal, row["value"])
        count = found[node(row, "thing"), STATED[node(row, "property")]]
        count.stated.append(Bounds.of(EXACTLY if counted is None else comparator, Decimal(value.value)))
        count.evidence.update(_stated_by(row, counted, comparator))
    for row in _rows(facts, "held-parts", "thing", within):
        key = (node(row, "thing"), _what(row))
        if key in found:
            found[key].parts.add(node(row, "part"))
            found[key].evidence.add(ox.Triple(key[0], node(row, "property"), node(row, "part")))
    return found


def _what(row: ox.QuerySolution) -> str:
    return "associated" if row["associated"] is not None else _HELD[node(row, "property")]


def _stated_by(row: ox.QuerySolution, counted: Node | None, comparator: Node | None) -> Iterable[ox.Triple]:
    thing = node(row, "thing")
    if counted is not None:
        yield ox.Triple(thing, mk("hasMemberCount"), counted)
    if counted is not None and comparator is not None:
        yield ox.Triple(counted, mk("comparator"), comparator)
    yield ox.Triple(counted or thing, node(row, "property"), row["value"])


def _members(facts: Facts, group: Node | None) -> Mapping[tuple[Node, Node], Mapping[Node, ox.Triple]]:
    """Give the things of each group and class, with the statement that makes them such."""
    found: dict[tuple[Node, Node], dict[Node, ox.Triple]] = defaultdict(dict)
    rows = facts.rows("things-of-groups", **({} if group is None else {"group": group}))
    for row in in_order(rows, "thing", "property"):
        thing, of = node(row, "thing"), node(row, "group")
        found[of, node(row, "class")].setdefault(thing, ox.Triple(thing, node(row, "property"), of))
    return found


def _groups(members: Mapping[tuple[Node, Node], Mapping[Node, ox.Triple]], counts: Mapping[Key, Count]) -> Table:
    ordered = sorted(members, key=lambda key: (key[0].value, key[1].value))
    return Table("groups", tuple(_group_row(key, members[key], counts) for key in ordered))


def _group_row(key: tuple[Node, Node], things: Mapping[Node, ox.Triple], counts: Mapping[Key, Count]) -> Row:
    name, what = _KINDS[key[1]]
    told = [counts[thing, what] for thing in things if (thing, what) in counts]
    cells: dict[str, Value] = {
        "group": key[0],
        "kind": Note(name),
        "held": len(things),
        "exist": Note("not-known"),
        "told": len(told),
        "parts": sum(count.held for count in told) if told else None,
        "stated": total(count.bounds for count in told).note() if told else None,
        "share": share_of(told),
    }
    return Row(cells, tuple(sorted(things.values(), key=str)))


def share_of(told: Sequence[Count]) -> Decimal | None:
    """Give the share that is held of what is stated; None unless all of it is exact.

    What is held beyond what is stated of one thing makes up for nothing that is missing of another.
    """
    bounds = [count.bounds for count in told]
    stated = sum((one.high for one in bounds), Decimal(0))
    if not stated or any(one.low != one.high for one in bounds):
        return None
    held = sum((min(Decimal(count.held), one.high) for count, one in zip(told, bounds, strict=True)), Decimal(0))
    return (held / stated).quantize(_DIGITS)


def _things(counts: Mapping[Key, Count]) -> Table:
    ordered = sorted(counts, key=lambda key: (key[0].value, key[1]))
    return Table("things", tuple(_thing_row(key, counts[key]) for key in ordered))


def _thing_row(key: Key, count: Count) -> Row:
    cells: dict[str, Value] = {
        "thing": key[0],
        "what": Note(key[1]),
        "held": count.held,
        "stated": count.bounds.note(),
        "share": share_of([count]),
        "verdict": count.verdict(),
    }
    return Row(cells, tuple(sorted(count.evidence, key=str)))


def _conflicts(facts: Facts, within: set[Node] | None) -> Table:
    """Give one row for each value that contradicts another source's."""
    rows = []
    for row in _rows(facts, "contradictions-of-sources", "subject", within):
        thing, prop, value = node(row, "subject"), node(row, "property"), row["value"]
        if isinstance(value, ox.NamedNode | ox.Literal):
            cells: dict[str, Value] = {"thing": thing, "property": prop, "value": value}
            rows.append(Row(cells, (ox.Triple(thing, prop, value),)))
    return Table("conflicts", tuple(rows))


def _sources(facts: Facts) -> Table:
    """Count the statements of all sources, and those among them that no claim leads back to their source."""
    counted = facts.rows("statements-of-sources")
    sizes = [int(cast(ox.Literal, row["statements"]).value) for row in counted]
    # Their graphs are named again, since to find them takes longer than all else.
    without = facts.rows_for_many("statements-without-source", "graph", {node(row, "graph") for row in counted})
    return _sources_table(len(sizes), sum(sizes), [_spoken(row) for row in without])


def _sources_of(facts: Facts, within: set[Node]) -> Table:
    """Count the same for the statements about some things."""
    key = cache(_key)
    claimed = {
        (_spoken(row), key(node(row, "source"))) for row in facts.rows_for_many("claims-of-things", "subject", within)
    }
    stated = [
        (_spoken(row), key(node(row, "graph")))
        for row in facts.rows_for_many("statements-of-things", "subject", within)
    ]
    without = [statement for statement, source in stated if (statement, source) not in claimed]
    return _sources_table(len({source for _, source in stated}), len(stated), sorted(without, key=str))


def _sources_table(sources: int, statements: int, without: Sequence[ox.Triple]) -> Table:
    cells: dict[str, Value] = {"sources": sources, "statements": statements, "without": len(without)}
    return Table("sources", (Row(cells, tuple(without)),))


def _spoken(row: ox.QuerySolution) -> ox.Triple:
    return ox.Triple(node(row, "subject"), node(row, "predicate"), row["object"])


def _key(named: Node) -> str:
    """Give the key of a source: its IRI and that of its graph end alike."""
    return named.value.rpartition("/")[2]


def _notes(groups: Table, conflicts: Table, sources: Table) -> tuple[Note, ...]:
    found = [Note("unknown-groups", {"groups": len(groups.rows)})] if groups.rows else [Note("no-groups")]
    if conflicts.rows:
        things = {(row.cells["thing"], row.cells["property"]) for row in conflicts.rows}
        found.append(Note("contradicted", {"contradicted": len(things)}))
    without = cast(int, sources.rows[0].cells["without"])
    return (*found, Note("unsourced", {"without": without}) if without else Note("all-sourced"))
