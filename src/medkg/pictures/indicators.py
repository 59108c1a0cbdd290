"""Indicators: how many targets were reached, and by how much what was reached is more or less than the target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from medkg.analysis.report import Note, Report, Row, Value
from medkg.namespaces import SCHEME
from medkg.pictures.bars import Bar, scene_of
from medkg.pictures.scene import Scene
from medkg.pictures.wording import Wording

#: Bars that are drawn, the first of the table; that has all.
MOST_BARS: Final = 24
_EXACTLY: Final = ox.NamedNode(f"{SCHEME}comparator/exactly")
_KINDS: Final = {"reached": "civil-society", "not-reached": "business"}


def draw(report: Report, wording: Wording, options: Mapping[str, str]) -> Scene:
    """Give the picture of verdicts on targets, or of what was reached measured against them."""
    if options["show"] == "verdicts":
        verdicts = [_verdict(row, wording) for row in report.table("verdicts").rows]
        return scene_of(verdicts, wording.word("title-verdicts"), wording)
    rows = report.table("targets").rows
    told = list(_told(rows))
    bars = [_measured(row, target, reached, wording) for row, target, reached in told[:MOST_BARS]]
    counts = {"beyond": len(told) - len(bars), "without-both": len(rows) - len(told)}
    left_out = [wording.word(key, number=wording.number(count)) for key, count in counts.items() if count]
    return scene_of(bars, wording.word("title-reached"), wording, left_out)


def _verdict(row: Row, wording: Wording) -> Bar:
    verdict, count = row.cells["verdict"], _number(row.cells["count"]) or Decimal(0)
    kind = _KINDS.get(verdict.id, "unknown") if isinstance(verdict, Note) else "unknown"
    return Bar(wording.text(verdict), kind, float(count), float(count), wording.number(count))


def _told(rows: Sequence[Row]) -> Iterator[tuple[Row, Decimal, Decimal]]:
    """Give the rows of which both the target, above zero, and what was reached are numbers."""
    for row in rows:
        target, reached = _number(row.cells["target"]), _number(row.cells["achieved"])
        if target is not None and reached is not None and target > 0 and reached >= 0:
            yield row, target, reached


def _measured(row: Row, target: Decimal, reached: Decimal, wording: Wording) -> Bar:
    """Give what was reached as a part of its target, which is the mark at 1."""
    verdict, holder = row.cells["verdict"], row.cells["holder"]
    kind = _KINDS.get(verdict.id, "unknown") if isinstance(verdict, Note) else "unknown"
    texts = {
        "reached": _qualified(row.cells["achieved_comparator"], reached, wording),
        "target": _qualified(row.cells["comparator"], target, wording),
    }
    part = float(reached / target)
    name = f"{wording.text(holder)}: {wording.text(row.cells['indicator'])}"
    href = wording.address(holder) if isinstance(holder, ox.NamedNode) else ""
    return Bar(name, kind, part, part, wording.word("of", **texts), href=href, mark=1.0)


def _qualified(comparator: Value, number: Decimal, wording: Wording) -> str:
    """Give a number with what qualifies it: at least 300."""
    plain = not isinstance(comparator, ox.NamedNode) or comparator == _EXACTLY
    return wording.number(number) if plain else f"{wording.text(comparator)} {wording.number(number)}"


def _number(value: Value) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None
