"""The balance of the quadruple helix: a bar for each of the four helices, and one for what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.helix import HELICES
from medkg.analysis.report import Note, Report, Row
from medkg.pictures.bars import Bar, scene_of
from medkg.pictures.scene import Scene
from medkg.pictures.wording import Wording

_KINDS: Final = {helix: helix.value.rpartition("/")[2] for helix in HELICES}


def draw(report: Report, wording: Wording, options: Mapping[str, str]) -> Scene:
    """Give the picture of a helix balance."""
    bars = tuple(_bar(row, wording) for row in report.table("balance").rows)
    return scene_of(bars, wording.word("title"), wording)


def _bar(row: Row, wording: Wording) -> Bar:
    helix, share = row.cells["helix"], row.cells["share"]
    count = cast(int, row.cells["count"])
    value = wording.number(count) if share is None else f"{wording.number(count)} ({wording.share(_decimal(share))})"
    name = wording.text(helix)
    bodies = row.cells["bodies"]
    listed = ", ".join(wording.text(body) for body in bodies[:12]) if isinstance(bodies, tuple) else ""
    if isinstance(helix, Note):
        return Bar(wording.word("unknown"), "unknown", count, count, value, tip=listed)
    node = cast(ox.NamedNode, helix)
    return Bar(name, _KINDS[node], count, count, value, tip=listed, href=wording.address(node))


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
