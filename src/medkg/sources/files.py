"""Reading a CSV file of ``data/`` strictly: encoding, header, every row as long as the header."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import SourceError
from medkg.sources.problems import Problems, at

#: Control characters have no place in a cell but the line end; XML results could not carry them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of a row as they stand. ``line`` counts lines of the file, ``number`` rows of a spreadsheet."""

    line: int
    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A CSV file as it stands."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[RawRow, ...]


def read_table(path: Path, problems: Problems) -> RawTable | None:
    """Give the table, or None where it cannot be read; what is wrong goes to ``problems``."""
    text = _text(path, problems)
    if text is None:
        return None
    records = _records(path, text, problems)
    first = next(records, None)
    if first is None:
        remedy = "Write the header row, or take its declaration out."
        problems.add(SourceError("the file is empty", place=at(path), remedy=remedy))
        return None
    header = tuple(first[1])
    if not _header_fits(path, header, problems):
        return None
    rows = (_row(path, header, number, *record, problems) for number, record in enumerate(records, start=2))
    return RawTable(path, header, tuple(row for row in rows if row is not None))


def _text(path: Path, problems: Problems) -> str | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = (
            "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        )
        problems.add(SourceError(message, place=at(path), remedy="Put it there, or take its declaration out."))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} is not UTF-8"
        remedy = "Save the file as UTF-8."
        value = content[error.start : error.start + 1].hex()
        problems.add(SourceError(message, place=at(path, line), value=f"0x{value}", remedy=remedy))
        return None


def _records(path: Path, text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line it starts on; a broken quotation ends the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            remedy = 'A cell with a comma, a quotation mark or a line end stands in "…"; a mark inside is doubled.'
            problems.add(SourceError(f"not CSV: {error}", place=at(path, line), remedy=remedy))
            return
        yield line, record


def _header_fits(path: Path, header: tuple[str, ...], problems: Problems) -> bool:
    twice = sorted({name for name in header if header.count(name) > 1})
    for name in twice:
        problems.add(SourceError("two columns have one name", place=at(path, 1), value=name))
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        problems.add(SourceError("the columns are not separated by commas", place=at(path, 1), value=header[0]))
        return False
    return not twice


def _row(
    path: Path, header: tuple[str, ...], number: int, line: int, record: list[str], problems: Problems
) -> RawRow | None:
    if len(record) != len(header):
        message = f"the row has {len(record)} cells, the header {len(header)}" if record else "a blank line"
        remedy = 'Look for a missing comma, or a comma in a cell without "…".' if record else "Take it out."
        problems.add(SourceError(message, place=at(path, line), remedy=remedy))
        return None
    for name, cell in zip(header, record, strict=True):
        if fault := _fault(cell):
            problems.add(SourceError(fault, place=at(path, line, name), value=cell))
    return RawRow(line, number, dict(zip(header, record, strict=True)))


def _fault(cell: str) -> str | None:
    """Tell what is wrong with the spelling of a cell, whatever its type."""
    if cell != cell.strip():
        return "a space stands at the start or end of the cell"
    if _CONTROL.search(cell):
        return "the cell holds a control character"
    if not unicodedata.is_normalized("NFC", cell):
        return "the cell is not in Unicode normal form C"
    return None
