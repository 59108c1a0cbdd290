"""Indicators: what was promised against what is reported, and sums over projects that count nothing twice.

A target is reached where one report at least proves it. What cannot be proved either way is said to be so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, node
from medkg.analysis.promises import Evidence, Said, Wholes, stated
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.stated import AT_LEAST, EXACTLY, MORE_THAN, Bounds, agreed, plain, total
from medkg.namespaces import SCHEME

Node = ox.NamedNode
#: What can be said of a target or report, in the order of the summary; ``cannot-tell`` has a reason behind it.
VERDICTS: Final = ("reached", "not-reached", "cannot-tell", "never-reported", "no-target")
#: Of several reports the one that says most for the target decides.
_RANK: Final = {"reached": 0, "cannot-tell": 1, "not-reached": 2}
_PARTS_OF_WHOLES: Final = frozenset(ox.NamedNode(f"{SCHEME}indicator-unit/{name}") for name in ("percent", "share"))
_NOTHING: Final[Mapping[str, Value]] = {"achieved_comparator": None, "achieved": None, "on": None}
Key = tuple[Node, Node | None]


def report(facts: Facts, given: Given) -> Report:
    """Give each target with its verdict, and the sums for each indicator and unit.

    Raises:
        BadParameter: nothing is known of the project or programme.
    """
    asked = {name: thing for name in ("project", "programme") if (thing := asked_for(given, name)) is not None}
    for name, thing in asked.items():
        facts.require(thing, name)
    within = tuple(asked.values())
    wholes = Wholes.of(facts)
    targets, reports = (_chosen(found, wholes, within) for found in stated(facts, wholes))
    named = [row for row in facts.rows("indicators-without-values") if _in(node(row, "holder"), wholes, within)]
    rows = (*_target_rows(targets, reports, wholes), *_report_rows(targets, reports))
    counts = Counter(_verdict_of(row) for row in rows)
    tables = (_verdicts(counts), Table("targets", rows), _sums(targets, reports, wholes))
    judged = counts["reached"] + counts["not-reached"]
    return Report(tables, _notes(counts, targets, reports, len(named)), bool(judged))


def _in(holder: Node, wholes: Wholes, within: Collection[Node]) -> bool:
    return all(wholes.within(wholes.owner(holder), thing) for thing in within)


def _chosen(found: Evidence, wholes: Wholes, within: Collection[Node]) -> Evidence:
    return {said: evidence for said, evidence in found.items() if _in(said.owner, wholes, within)}


def judge(target: Said, reports: Collection[Said]) -> tuple[Note, Said | None]:
    """Give the verdict on a target, and the report that decides.

    An exact target is reached by more than it, too. Nothing is told of a target of "about" or "at most": how near is
    not said, and a later count could still go above it.
    """
    if not reports:
        return Note("never-reported"), None
    judged = [(_compared(target, one), one) for one in reports]
    return min(judged, key=lambda pair: (_RANK[_kind(pair[0])], -pair[1].bounds.low, pair[1].order))


def _compared(target: Said, found: Said) -> Note:
    if target.unit is None or found.unit is None:
        return Note("cannot-tell-no-unit")
    if target.unit != found.unit:
        return Note("cannot-tell-unit", {"value": plain(found.value), "unit": found.unit})
    if target.comparator not in (EXACTLY, AT_LEAST, MORE_THAN):
        return Note("cannot-tell-target")
    outcome = found.bounds.reaches(target.value, target.comparator == MORE_THAN)
    if outcome is None:
        return Note("cannot-tell-report")
    return Note("reached" if outcome else "not-reached")


def _kind(verdict: Note) -> str:
    return next(name for name in VERDICTS if verdict.id.startswith(name))


def _verdict_of(row: Row) -> str:
    verdict = row.cells["verdict"]
    return _kind(verdict) if isinstance(verdict, Note) else ""


def _verdicts(counts: Mapping[str, int]) -> Table:
    return Table("verdicts", tuple(Row({"verdict": Note(name), "count": counts.get(name, 0)}) for name in VERDICTS))


def _target_rows(targets: Evidence, reports: Evidence, wholes: Wholes) -> Sequence[Row]:
    """Give one row for each target that is stated, however many sources state it."""
    told: dict[tuple[Node, Node], list[Said]] = defaultdict(list)
    for said in reports:
        told[said.owner, said.indicator].append(said)
    holders = _by_key(targets)
    rows = []
    for target, evidence in targets.items():
        same = told[target.owner, target.indicator]
        verdict, decides = judge(target, same)
        shown = None if decides is None or decides.unit != target.unit else decides
        cells = {
            **_target_cells(target),
            **(_NOTHING if shown is None else _report_cells(shown)),
            "verdict": verdict,
            "counts": wholes.counted_with(target.owner, {said.owner for said in holders[_key(target)]}),
        }
        rows.append(Row(cells, (*evidence, *(item for said in same for item in reports[said]))))
    return rows


def _report_rows(targets: Evidence, reports: Evidence) -> Sequence[Row]:
    """Give one row for each report about something that its project or programme has no target for."""
    promised = {(said.owner, said.indicator) for said in targets}
    blank: dict[str, Value] = {"comparator": None, "target": None, "counts": None}
    return [
        Row({**blank, **_shared_cells(said), **_report_cells(said), "verdict": Note("no-target")}, evidence)
        for said, evidence in reports.items()
        if (said.owner, said.indicator) not in promised
    ]


def _shared_cells(said: Said) -> dict[str, Value]:
    return {"holder": said.owner, "indicator": said.indicator, "unit": said.unit}


def _target_cells(said: Said) -> dict[str, Value]:
    return {**_shared_cells(said), "comparator": said.comparator, "target": plain(said.value)}


def _report_cells(said: Said) -> dict[str, Value]:
    return {"achieved_comparator": said.comparator, "achieved": plain(said.value), "on": said.on}


def _key(said: Said) -> Key:
    return said.indicator, said.unit


def _by_key(found: Evidence) -> dict[Key, list[Said]]:
    keyed: dict[Key, list[Said]] = defaultdict(list)
    for said in found:
        keyed[_key(said)].append(said)
    return keyed


def _sums(targets: Evidence, reports: Evidence, wholes: Wholes) -> Table:
    """Give the sums for each indicator and unit, those over most projects first."""
    promised, reached = _by_key(targets), _by_key(reports)
    rows = []
    for key in {**promised, **reached}:
        both = (promised.get(key, []), reached.get(key, []))
        owners = {said.owner for found in both for said in found}
        cells: dict[str, Value] = {
            "indicator": key[0],
            "unit": key[1],
            "holders": len(owners),
            "promised": summed(both[0], wholes),
            "achieved": summed(both[1], wholes),
        }
        evidence = [
            item for found, held in zip(both, (targets, reports), strict=True) for s in found for item in held[s]
        ]
        rows.append((-len(owners), key[0].value, key[1].value if key[1] else "", Row(cells, tuple(evidence))))
    return Table("sums", tuple(row for *_, row in sorted(rows, key=lambda item: item[:3])))


def summed(found: Sequence[Said], wholes: Wholes) -> Note | None:
    """Give the sum of what is said of one indicator in one unit; None where nothing is.

    Per cent, shares and numbers without a unit are not added over several holders.
    """
    if not found:
        return None
    counted = counted_bounds(found, wholes)
    if len(counted) > 1 and (found[0].unit is None or found[0].unit in _PARTS_OF_WHOLES):
        return Note("not-added")
    return total(counted).note()


def counted_bounds(found: Sequence[Said], wholes: Wholes) -> Sequence[Bounds]:
    """Give the bounds that are added, each holder once.

    What several sources say of one holder is brought together first. A part does not count beside its whole: what a
    programme promises takes in what its projects promise.
    """
    by_owner: dict[Node, list[Bounds]] = defaultdict(list)
    for said in found:
        by_owner[said.owner].append(said.bounds)
    return [agreed(bounds) for owner, bounds in by_owner.items() if wholes.counted_with(owner, by_owner) == owner]


def _contradicted(found: Evidence) -> int:
    """Count the holders and indicators of which sources give numbers that cannot all be true."""
    same: dict[tuple[Node, Key], list[Bounds]] = defaultdict(list)
    for said in found:
        same[said.owner, _key(said)].append(said.bounds)
    return sum(any((one & other).empty for one in bounds for other in bounds) for bounds in same.values())


def _notes(counts: Mapping[str, int], targets: Evidence, reports: Evidence, named: int) -> tuple[Note, ...]:
    found = [] if targets or reports else [Note("nothing")]
    if counts.get("never-reported"):
        found.append(Note("unreported", {"unreported": counts["never-reported"], "targets": len(targets)}))
    if contradicted := _contradicted(targets):
        found.append(Note("contradicted", {"contradicted": contradicted}))
    if named:
        found.append(Note("named", {"named": named}))
    return tuple(found)
