"""Everything under ``data/``: the source documents and the tables, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from medkg.errors import SourceError
from medkg.sources.cells import Context
from medkg.sources.declarations import Declarations, read_declarations
from medkg.sources.documents import (
    CONCEPTS,
    COUNTRIES,
    SOURCES,
    Document,
    read_concepts,
    read_countries,
    read_documents,
)
from medkg.sources.files import RawTable, read_table
from medkg.sources.metadata import FILE_NAME, TableSpec
from medkg.sources.problems import Problems, at, nearest
from medkg.sources.rows import Row, RowReader, Unmatched, join
from medkg.sources.vocabulary import Vocabulary, load_vocabulary
from medkg.terms import KINDS

_Entry = TypeVar("_Entry", str, Document)


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table with its rows read."""

    spec: TableSpec
    rows: tuple[Row, ...]
    #: Columns of the table it joins, if it joins one.
    joined: TableSpec | None = None


@dataclass(frozen=True, slots=True)
class SourceCatalogue:
    """The curated data: ``documents`` by key, ``tables`` in the order of their files, texts without a concept."""

    data: Path
    documents: Mapping[str, Document]
    tables: tuple[Table, ...]
    unmatched: tuple[Unmatched, ...]
    files: tuple[Path, ...]


@dataclass(slots=True)
class _Reading:
    """One reading of all tables. ``unsound``: tables with something wrong, so that rows may be missing from them."""

    data: Path
    problems: Problems
    declared: Declarations
    raw: dict[Path, RawTable] = field(default_factory=dict)
    unsound: set[Path] = field(default_factory=set)

    @property
    def specs(self) -> list[TableSpec]:
        """Give the tables that could be read."""
        return [spec for spec in self.declared.specs if spec.path in self.raw]


def load_sources(data: Path, ontology: Path) -> SourceCatalogue:
    """Read and check all tables below ``data``; codes are checked against the vocabularies of ``ontology``.

    What a table that could not be read in full may introduce is not missed elsewhere: one mistake is one problem.

    Raises:
        SourceError: something is wrong; :class:`~medkg.sources.problems.SourceErrors` where several things are.
        OntologyError: a vocabulary cannot be read.
    """
    vocabulary = load_vocabulary(ontology)
    problems = Problems()
    reading = _Reading(data, problems, read_declarations(data, problems))
    _read_raw(reading)
    context = _context(reading, vocabulary)
    unmatched: list[Unmatched] = []
    read = {}
    for spec in reading.specs:
        reader = RowReader(spec, context, problems, unmatched)
        read[spec.path] = tuple(reader.read(row) for row in reading.raw[spec.path].rows)
    joined = (_joined(spec, read, reading) for spec in reading.specs)
    tables = tuple(table for table in joined if table is not None)
    _check_sources(tables, problems)
    problems.refuse_if_any()
    return SourceCatalogue(data, context.documents, tables, tuple(unmatched), tuple(_files(data, reading.specs)))


def _read_raw(reading: _Reading) -> None:
    for spec in reading.declared.specs:
        before = len(reading.problems)
        table = read_table(spec.path, reading.problems)
        if table is not None and _columns_fit(spec, table, reading.problems):
            reading.raw[spec.path] = table
        if len(reading.problems) > before:
            reading.unsound.add(spec.path)


def _columns_fit(spec: TableSpec, table: RawTable, problems: Problems) -> bool:
    missing = [name for name in spec.columns if name not in table.header]
    undeclared = [name for name in table.header if name not in spec.columns]
    for name in missing:
        remedy = nearest(name, undeclared) or f"The file has: {', '.join(table.header)}."
        problems.add(SourceError("the declared column is missing", place=at(spec.path, 1), value=name, remedy=remedy))
    for name in undeclared:
        remedy = nearest(name, missing) or f"Declare it in {FILE_NAME}, as a note if it is in no statement."
        problems.add(SourceError("the column is not declared", place=at(spec.path, 1), value=name, remedy=remedy))
    return not missing and not undeclared


def _context(reading: _Reading, vocabulary: Vocabulary) -> Context:
    documents, all_documents = _fixed(reading, SOURCES, read_documents)
    countries, all_countries = _fixed(reading, COUNTRIES, read_countries)
    entities: dict[str, set[str]] = {"source": set(documents), "place": set(countries.values())}
    incomplete = set(() if reading.declared.complete else KINDS)
    incomplete |= {kind for kind, whole in (("source", all_documents), ("place", all_countries)) if not whole}
    for spec in reading.declared.specs:
        for column in spec.of_type("id"):
            kind = str(column.option("kind"))
            rows = reading.raw[spec.path].rows if spec.path in reading.raw else ()
            entities.setdefault(kind, set()).update(cell for row in rows if (cell := row.cells[column.name]))
            incomplete |= {kind} if spec.path in reading.unsound else set()
    concepts = read_concepts(reading.data, vocabulary, reading.problems)
    return Context(reading.data, documents, countries, vocabulary, concepts, entities, frozenset(incomplete))


def _fixed(
    reading: _Reading, name: str, read: Callable[[Path, Problems], dict[str, _Entry]]
) -> tuple[dict[str, _Entry], bool]:
    """Give the entries of a table with a fixed meaning, and whether these are all it should have."""
    if (reading.data / name).resolve() in reading.unsound:
        return {}, False
    before = len(reading.problems)
    return read(reading.data, reading.problems), len(reading.problems) == before


def _joined(spec: TableSpec, read: Mapping[Path, tuple[Row, ...]], reading: _Reading) -> Table | None:
    """Give the table with the rows that its join column names merged in; None where these could not all be read."""
    columns = spec.of_type("join")
    if not columns:
        return Table(spec, read[spec.path])
    path = (spec.path.parent / str(columns[0].option("table"))).resolve()
    other = next((candidate for candidate in reading.specs if candidate.path == path), None)
    if path in reading.unsound or (other is None and not reading.declared.complete):
        return None
    if other is None or list(other.key) != [columns[0].option("key")] or other.of_type("join"):
        message = "the joined table is not declared, joins another itself, or has another key"
        place = at(spec.path, 1, columns[0].name)
        reading.problems.add(SourceError(message, place=place, value=path.name))
        return None
    by_key = {row.record.identifier: row for row in read[path]}
    _check_joins(columns[0].name, read[spec.path], path, by_key, reading.problems)
    if spec.path not in reading.unsound:
        _check_all_joined(spec, read[spec.path], by_key, reading.problems)
    rows = (join(row, by_key[row.joined]) for row in read[spec.path] if row.joined in by_key)
    return Table(spec, tuple(rows), other)


def _check_joins(column: str, rows: Iterable[Row], path: Path, by_key: Mapping[str, Row], problems: Problems) -> None:
    for row in rows:
        if row.joined is not None and row.joined not in by_key:
            place = at(row.path, row.line, column)
            message, remedy = f"{path.name} has no such row", nearest(row.joined, by_key)
            problems.add(SourceError(message, place=place, value=row.joined, remedy=remedy))


def _check_all_joined(spec: TableSpec, rows: Iterable[Row], by_key: Mapping[str, Row], problems: Problems) -> None:
    """Refuse a row of a joined table that no row joins: it would be in the table and not in the graph."""
    joined = {row.joined for row in rows}
    for key, row in by_key.items():
        if key not in joined:
            remedy = f"Say in {spec.path.name} what it means, or take it out."
            problems.add(SourceError("no row joins this one", place=row.place, value=key, remedy=remedy))


def _check_sources(tables: Iterable[Table], problems: Problems) -> None:
    """Refuse a mapped table whose statements would have no source, or no status."""
    for table in tables:
        spec, joined = table.spec, table.joined
        if spec.mapping is None:
            continue
        if not spec.mapping.is_file():
            problems.add(SourceError("there is no such mapping", place=at(spec.mapping)))
        sourced = bool(spec.of_type("source") or (joined and joined.of_type("source")))
        if sourced == (spec.graph is not None):
            remedy = 'Declare one column of type source; or, for descriptions, graph = "catalog".'
            problems.add(SourceError("the table needs a source column or a graph", place=at(spec.path), remedy=remedy))
        for row in table.rows:
            if sourced and row.status is None:
                remedy = "Fill the status column, or give the table a status in its metadata."
                problems.add(SourceError("the row has no status", place=row.place, remedy=remedy))


def _files(data: Path, specs: Iterable[TableSpec]) -> list[Path]:
    """Give all files the catalogue depends on, each once, sorted."""
    fixed = (path for name in (SOURCES, COUNTRIES, CONCEPTS) if (path := data / name).is_file())
    mappings = (spec.mapping for spec in specs if spec.mapping is not None)
    tables = (spec.path for spec in specs)
    paths = [*fixed, *data.rglob(FILE_NAME), *mappings, *tables]
    return sorted({path.resolve() for path in paths})
