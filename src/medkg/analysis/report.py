"""What an analysis gives: tables whose rows name their evidence, and sentences about what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of one currency, never negative, somewhere between two bounds.

    ``high`` is None where nothing bounds it above. ``nominal`` is the amount as printed, of a sum the sum of those;
    None where no source prints one. An exact amount has all three equal.
    """

    low: Decimal
    high: Decimal | None
    nominal: Decimal | None
    currency: str


#: A thing, a text with its language, a number, an amount, several things, or nothing.
Plain = ox.NamedNode | ox.Literal | int | Decimal | Amount | tuple[ox.NamedNode, ...] | None


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the definition's, with the values that stand in it."""

    id: str
    values: Mapping[str, Plain] = field(default_factory=dict)


#: What stands in a cell: a plain value, or a sentence or word of the definition's.
Value = Plain | Note


@dataclass(frozen=True, slots=True)
class Row:
    """One row: column → value, and the statements it rests on."""

    cells: Mapping[str, Value]
    evidence: tuple[ox.Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a name of the definition's."""

    id: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome. ``enough`` says whether enough is known to judge; the notes say what would be needed."""

    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()
    enough: bool = True

    def table(self, name: str) -> Table:
        """Give a table by its name."""
        return next(table for table in self.tables if table.id == name)
