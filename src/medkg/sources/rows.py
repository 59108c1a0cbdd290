"""Rows as the mappings see them: parsed cells, the record they make, their source, status and lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from medkg.errors import Place, SourceError
from medkg.sources.cells import Context, Refused, Values, cell_values, check_status, integer, line_range
from medkg.sources.documents import Document
from medkg.sources.files import RawRow
from medkg.sources.metadata import Column, TableSpec
from medkg.sources.problems import Problems, at, nearest
from medkg.terms import entity_iri, hash_terms, slug

#: A value each row has besides its cells: 1 for the first row below the header.
ROW_ORDER: Final = "row-order"
#: A longer key is cut and told apart by a hash.
_LONGEST_KEY: Final = 96
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table, as provenance names it. ``table`` is its file, as ``data/sources/partners/partners.csv``."""

    iri: str
    identifier: str
    table: str
    line: int

    def __str__(self) -> str:
        return named_row(self.table, self.line)


def named_row(table: str, line: int | str) -> str:
    """Name a row as the messages about tables do."""
    return f"{table}, line {line}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its cells read. ``values``: column → what the cell gives; blank cells are absent."""

    path: Path
    line: int
    record: Record
    values: Mapping[str, Values]
    document: Document | None = None
    status: str | None = None
    lines: tuple[int, int] | None = None
    derived: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    joined: str | None = None

    @property
    def place(self) -> Place:
        """Give the place of the row."""
        return at(self.path, self.line)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A free text that ``mappings/concepts.csv`` does not settle."""

    text: str
    schemes: tuple[str, ...]
    place: Place


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one table; what is wrong goes to ``problems``, unsettled texts to ``unmatched``."""

    spec: TableSpec
    context: Context
    problems: Problems
    unmatched: list[Unmatched]
    _keys: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    _table: str = field(init=False)

    def __post_init__(self) -> None:
        # As the project calls the folder, so that the graph does not depend on where its copy lies.
        self._table = f"data/{Path(os.path.relpath(self.spec.path, self.context.data.resolve())).as_posix()}"

    def read(self, raw: RawRow) -> Row:
        """Give the row; cells that are refused are absent from it."""
        values: dict[str, Values] = {ROW_ORDER: [("", integer(raw.number - 1))]}
        for column in self.spec.columns.values():
            if found := self._cell(raw, column):
                values[column.name] = found
        notes = tuple(raw.cells[column.name] for column in self.spec.of_type("note") if raw.cells[column.name])
        row = Row(self.spec.path, raw.line, self._record(raw), values, status=self.spec.status, notes=notes)
        return self._specials(raw, row)

    def _cell(self, raw: RawRow, column: Column) -> Values:
        text = raw.cells[column.name]
        if not text:
            if column.required or column.type in ("source", "join"):
                self._refuse(raw, column.name, "the cell is blank, but the column needs a value")
            return []
        if column.type in ("status", "lines", "derived", "note", "join"):
            return []
        items = [text] if column.separator is None else [item.strip() for item in text.split(column.separator)]
        return [value for item in items for value in self._item(raw, column, item)]

    def _item(self, raw: RawRow, column: Column, item: str) -> Values:
        if not item:
            self._refuse(raw, column.name, "the list has a blank item", raw.cells[column.name])
            return []
        if column.type == "concept" and self.context.concepts.find(item, column.option("schemes")) is None:
            place = at(self.spec.path, raw.line, column.name)
            self.unmatched.append(Unmatched(item, tuple(column.option("schemes")), place))
        return self._tried(raw, column.name, item, partial(cell_values, item, column, raw.cells, self.context)) or []

    def _specials(self, raw: RawRow, row: Row) -> Row:
        """Fill in what the row says about itself: its source, status, lines, derived cells and joined row."""
        for column in self.spec.of_type("source", "status", "lines", "derived", "join"):
            if not (text := raw.cells[column.name]):
                continue
            match column.type:
                case "source":
                    row = replace(row, document=self.context.documents.get(text))
                case "status":
                    row = replace(row, status=self._tried(raw, column.name, text, partial(check_status, text)))
                case "lines":
                    row = replace(row, lines=self._tried(raw, column.name, text, partial(line_range, text)))
                case "derived":
                    row = replace(row, derived=self._derived(raw, column, text))
                case _:
                    row = replace(row, joined=text)
        return row

    def _derived(self, raw: RawRow, column: Column, text: str) -> frozenset[str]:
        names = [name.strip() for name in text.split(";")]
        for name in names:
            if name not in self.spec.columns:
                self._refuse(raw, column.name, "no such column", name, nearest(name, self.spec.columns))
        return frozenset(names)

    def _tried(self, raw: RawRow, column: str, text: str, read: Callable[[], _Value]) -> _Value | None:
        try:
            return read()
        except Refused as refusal:
            self._refuse(raw, column, str(refusal), text, refusal.remedy)
            return None

    def _record(self, raw: RawRow) -> Record:
        cells = tuple(raw.cells.get(name, "") for name in self.spec.key)
        name = _key_slug(cells)
        if not name:
            self._refuse(raw, "+".join(self.spec.key), "the key of the row is blank")
        known = self._keys.setdefault(name, (raw.line, cells))
        if known[0] != raw.line:
            what = "the key stands" if known[1] == cells else "a key that gives the same IRI stands"
            self._refuse(raw, "+".join(self.spec.key), f"{what} in line {known[0]} already", " ".join(cells))
        identifier = cells[0] if len(cells) == 1 else name
        iri = entity_iri("record", f"{slug(self.spec.path.stem)}/{name}")
        return Record(iri, identifier, self._table, raw.line)

    def _refuse(
        self, raw: RawRow, column: str, message: str, value: str | None = None, remedy: str | None = None
    ) -> None:
        place = at(self.spec.path, raw.line, column)
        self.problems.add(SourceError(message, place=place, value=value, remedy=remedy))


def _key_slug(cells: tuple[str, ...]) -> str:
    made = "-".join(slug(cell) for cell in cells if any(map(str.isalnum, cell)))
    if len(made) <= _LONGEST_KEY:
        return made
    return f"{made[:_LONGEST_KEY].rstrip('-')}-{hash_terms(*cells)}"


def join(row: Row, other: Row) -> Row:
    """Give the row with what the joined row adds; its own cells come first, the record is the other's."""
    return replace(
        row,
        record=other.record,
        values={**other.values, **row.values},
        document=row.document or other.document,
        status=row.status or other.status,
        lines=row.lines or other.lines,
        derived=row.derived | other.derived,
        notes=(*other.notes, *row.notes),
    )
