"""Money by group: a bar for each sum, the part that rounded figures leave open drawn unlike the certain one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.report import Amount, Note, Report, Row
from medkg.pictures.bars import Bar, scene_of
from medkg.pictures.scene import Scene
from medkg.pictures.wording import Wording

#: Bars that are drawn, those of the largest sums; the table has all.
MOST_BARS: Final = 24


def draw(report: Report, wording: Wording, options: Mapping[str, str]) -> Scene:
    """Give the picture of sums of money by group, of totals or of contributions of the EU."""
    column = options["show"]
    rows = [row for row in report.table("groups").rows if isinstance(row.cells[column], Amount)]
    currency = _commonest(rows, column)
    seen = [row for row in rows if _amount(row, column).currency == currency]
    shown = _largest(seen, column)
    bars = tuple(_bar(row, column, wording) for row in shown)
    left_out = _left_out(report, column, len(seen) - len(shown), len(rows) - len(seen), wording)
    return scene_of(bars, wording.word(f"title-{column}"), wording, left_out)


def _commonest(rows: Sequence[Row], column: str) -> str:
    """Give the currency of most sums: bars of different currencies have no common scale."""
    counts = Counter(_amount(row, column).currency for row in rows)
    return min(counts, key=lambda code: (-counts[code], code)) if counts else ""


def _largest(rows: Sequence[Row], column: str) -> list[Row]:
    """Give the rows of the largest sums, in the order of the table: years run on."""
    ranked = sorted(range(len(rows)), key=lambda place: (-_amount(rows[place], column).low, place))
    return [rows[place] for place in sorted(ranked[:MOST_BARS])]


def _left_out(report: Report, column: str, beyond: int, foreign: int, wording: Wording) -> list[str]:
    silent = sum(row.cells[column] is None for row in report.table("groups").rows)
    counts = {"beyond": beyond, "other-currency": foreign, "no-sum": silent}
    return [wording.word(key, number=wording.number(count)) for key, count in counts.items() if count]


def _bar(row: Row, column: str, wording: Wording) -> Bar:
    amount, group = _amount(row, column), row.cells["group"]
    silent, stated = cast(int, row.cells[f"{column}-silent"]), cast(int, row.cells[f"{column}-stated"])
    side = wording.word("silent", silent=wording.number(silent), all=wording.number(silent + stated)) if silent else ""
    name = wording.word("no-group") if isinstance(group, Note) else wording.text(group)
    high = None if amount.high is None else float(amount.high)
    href = wording.address(group) if isinstance(group, ox.NamedNode) else ""
    return Bar(name, "certain", float(amount.low), high, _told(amount, wording), side, href=href)


def _told(amount: Amount, wording: Wording) -> str:
    """Give a sum in words: its bounds where it has two, and that it is open where it has one."""
    least = wording.money(amount.low, amount.currency)
    if amount.high is None:
        return f"≥ {least}"
    most = wording.money(amount.high, amount.currency)
    return least if least == most else f"{least} – {most}"


def _amount(row: Row, column: str) -> Amount:
    return cast(Amount, row.cells[column])
