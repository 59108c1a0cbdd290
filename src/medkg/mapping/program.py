"""One mapping: a CONSTRUCT read from its file, checked against the columns of its table, run on single rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from medkg.errors import MappingError
from medkg.mapping.functions import FUNCTIONS
from medkg.namespaces import ROW
from medkg.sources.cells import SUFFIXES, Values
from medkg.sources.metadata import Column, TableSpec
from medkg.sources.problems import at, nearest
from medkg.sources.rows import ROW_ORDER, Row
from medkg.syntax import syntax_problem

#: The node that stands for the row while its mapping runs; it may not appear in what is constructed.
THIS_ROW: Final = ox.NamedNode(ROW + "this")
#: What a mapping may leave unread: it is handled before, or is no part of a statement.
_HANDLED: Final = frozenset({"status", "lines", "derived", "note", "join", "source"})
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_READ_COLUMN = re.compile(r"(?<![\w:])row:([A-Za-z][\w-]*)")


class Program:
    """A mapping ready to run."""

    def __init__(self, path: Path, own: TableSpec, joined: TableSpec | None = None) -> None:
        """Read the mapping and check it.

        Raises:
            MappingError: it is not a SPARQL CONSTRUCT, reads a column that is not there, or leaves one unread.
        """
        self.path = path
        try:
            self._text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise MappingError(f"byte {error.start} is not UTF-8", place=at(path)) from error
        self._store = ox.Store()
        self._check_form()
        self._check_columns(own, joined)

    def run(self, row: Row, leave_out: Collection[str] = ()) -> list[ox.Triple]:
        """Give the triples that the mapping constructs from a row, without repetitions, in a stable order.

        The columns in ``leave_out`` are taken for blank.

        Raises:
            MappingError: a blank node or the row itself stands in what is constructed, or a function failed.
        """
        self._store.clear()
        self._store.extend(_row_quads(row.values, leave_out))
        try:
            triples = sorted(set(self._construct()), key=str)
        except (OSError, RuntimeError, ValueError) as error:
            raise MappingError(f"{at(self.path)} failed on the row: {error}", place=row.place) from error
        for triple in triples:
            _check_triple(triple, self.path, row)
        return triples

    def _construct(self) -> Iterable[ox.Triple]:
        answer = self._store.query(self._text, custom_functions=FUNCTIONS)
        if not isinstance(answer, ox.QueryTriples):
            raise MappingError("the mapping is not a CONSTRUCT", place=at(self.path))
        return answer

    def _check_form(self) -> None:
        try:
            list(self._construct())
        except SyntaxError as error:
            problem = syntax_problem(error)
            place = at(self.path, problem.line, None if problem.column is None else str(problem.column))
            raise MappingError(f"not SPARQL: {problem.reason}", place=place) from error
        except RuntimeError as error:
            remedy = f"The functions besides those of SPARQL are: {', '.join(iri.value for iri in FUNCTIONS)}."
            raise MappingError(f"cannot be run: {error}", place=at(self.path), remedy=remedy) from error

    def _check_columns(self, own: TableSpec, joined: TableSpec | None) -> None:
        text = _COMMENT.sub("", self._text)
        read = set(_READ_COLUMN.findall(text))
        columns = {**(joined.columns if joined else {}), **own.columns}
        given = {name: column.name for column in columns.values() for name in _names(column)} | {ROW_ORDER: ROW_ORDER}
        for name in sorted(read - set(given)):
            remedy = nearest(name, given) or f"The table gives: {', '.join(sorted(given))}."
            place = at(self.path, _line_of(self._text, name))
            raise MappingError("the mapping reads a column the table has not", place=place, value=name, remedy=remedy)
        for column in _left_over(own, {given[name] for name in read}):
            remedy = "Read it as row:…, or declare it as a note."
            raise MappingError("the mapping never reads the column", place=at(self.path), value=column, remedy=remedy)


def _names(column: Column) -> list[str]:
    """Give the names under which a column's values appear in a mapping."""
    return [column.name + suffix for suffix in SUFFIXES.get(column.type, ("",))]


def _left_over(spec: TableSpec, read: set[str]) -> list[str]:
    helping = {column.option(name) for column in spec.columns.values() for name in ("language_column", "kind_column")}
    return [
        column.name
        for column in spec.columns.values()
        if column.name not in read
        and column.name not in helping
        and column.name not in spec.key
        and column.type not in _HANDLED
    ]


def _line_of(text: str, column: str) -> int:
    position = text.find(f"row:{column}")
    return text.count("\n", 0, position) + 1


def _row_quads(values: Mapping[str, Values], leave_out: Collection[str]) -> Iterable[ox.Quad]:
    for column, found in values.items():
        for suffix, term in () if column in leave_out else found:
            yield ox.Quad(THIS_ROW, ox.NamedNode(f"{ROW}{column}{suffix}"), term)


def _check_triple(triple: ox.Triple, path: Path, row: Row) -> None:
    for term in triple:
        if isinstance(term, ox.BlankNode):
            raise MappingError(f"{at(path)} constructs a blank node", place=row.place, remedy="Mint an IRI for it.")
        if isinstance(term, ox.NamedNode) and term.value.startswith(ROW):
            remedy = "Only what the cells hold may be constructed."
            raise MappingError(f"{at(path)} constructs {term.value}", place=row.place, remedy=remedy)
