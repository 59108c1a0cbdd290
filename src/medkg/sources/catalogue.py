"""Everything under ``data/``: the source documents and the tables, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from medkg.errors import SourceError
from medkg.sources.cells import Context
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
from medkg.sources.metadata import FILE_NAME, TableSpec, read_metadata
from medkg.sources.problems import Problems, at, nearest
from medkg.sources.rows import Row, RowReader, Unmatched, join
from medkg.sources.vocabulary import load_vocabulary

#: The folder in which every table is one of facts; others hold working lists too.
FACTS: Final = "sources"


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


def load_sources(data: Path, ontology: Path) -> SourceCatalogue:
    """Read and check all tables below ``data``; codes are checked against the vocabularies of ``ontology``.

    Raises:
        SourceError: something is wrong; :class:`~medkg.sources.problems.SourceErrors` where several things are.
        OntologyError: a vocabulary cannot be read.
    """
    problems = Problems()
    specs = _specs(data, problems)
    raw = {spec.path: table for spec in specs if (table := read_table(spec.path, problems))}
    specs = [spec for spec in specs if spec.path in raw and _columns_fit(spec, raw[spec.path], problems)]
    context = _context(data, ontology, specs, raw, problems)
    unmatched: list[Unmatched] = []
    read = {}
    for spec in specs:
        reader = RowReader(spec, context, problems, unmatched)
        read[spec.path] = tuple(reader.read(row) for row in raw[spec.path].rows)
    tables = tuple(_joined(spec, read, specs, problems) for spec in specs)
    _check_sources(tables, problems)
    problems.refuse_if_any()
    return SourceCatalogue(data, context.documents, tables, tuple(unmatched), tuple(_files(data, specs)))


def _specs(data: Path, problems: Problems) -> list[TableSpec]:
    paths = sorted(data.rglob(FILE_NAME))
    if not paths:
        remedy = f"Each folder of tables has a {FILE_NAME}."
        problems.add(SourceError("there is no table", place=at(data), remedy=remedy))
    specs = [spec for path in paths for spec in read_metadata(path, problems)]
    _check_declared(data / FACTS, specs, problems)
    _check_names(specs, problems)
    return specs


def _check_declared(facts: Path, specs: Iterable[TableSpec], problems: Problems) -> None:
    """Refuse a table of facts that nobody declared: it would silently be left out."""
    declared = {spec.path for spec in specs}
    for path in sorted(table.resolve() for table in facts.rglob("*.csv")):
        if path not in declared:
            remedy = f"Declare it in the {FILE_NAME} beside it, or take it out of the folder."
            problems.add(SourceError("the table is not declared", place=at(path), remedy=remedy))


def _check_names(specs: Iterable[TableSpec], problems: Problems) -> None:
    seen: dict[str, Path] = {}
    for spec in specs:
        other = seen.setdefault(spec.path.name, spec.path)
        if other is not spec.path:
            message = f"another table has this file name: {at(other)}" if other != spec.path else "it is declared twice"
            remedy = "One file is one table, and its name, which is part of the IRIs of its records, is its own."
            problems.add(SourceError(message, place=at(spec.path), remedy=remedy))


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


def _context(
    data: Path, ontology: Path, specs: Iterable[TableSpec], raw: Mapping[Path, RawTable], problems: Problems
) -> Context:
    vocabulary = load_vocabulary(ontology)
    documents = read_documents(data, problems)
    countries = read_countries(data, problems)
    entities: dict[str, set[str]] = {"source": set(documents), "place": set(countries.values())}
    for spec in specs:
        for column in spec.of_type("id"):
            cells = (row.cells[column.name] for row in raw[spec.path].rows)
            entities.setdefault(str(column.option("kind")), set()).update(cell for cell in cells if cell)
    return Context(documents, countries, vocabulary, read_concepts(data, vocabulary, problems), entities)


def _joined(
    spec: TableSpec, read: Mapping[Path, tuple[Row, ...]], specs: Iterable[TableSpec], problems: Problems
) -> Table:
    """Give the table with the rows that its join column names merged in."""
    columns = spec.of_type("join")
    if not columns:
        return Table(spec, read[spec.path])
    path = (spec.path.parent / str(columns[0].option("table"))).resolve()
    other = next((candidate for candidate in specs if candidate.path == path), None)
    if other is None or list(other.key) != [columns[0].option("key")] or other.of_type("join"):
        message = "the joined table is not declared, joins another itself, or has another key"
        problems.add(SourceError(message, place=at(spec.path, 1, columns[0].name), value=path.name))
        return Table(spec, ())
    by_key = {row.record.identifier: row for row in read[path]}
    for row in read[spec.path]:
        if row.joined is not None and row.joined not in by_key:
            place = at(spec.path, row.line, columns[0].name)
            message, remedy = f"{path.name} has no such row", nearest(row.joined, by_key)
            problems.add(SourceError(message, place=place, value=row.joined, remedy=remedy))
    _check_all_joined(spec, read[spec.path], by_key, problems)
    rows = (join(row, by_key[row.joined]) for row in read[spec.path] if row.joined in by_key)
    return Table(spec, tuple(rows), other)


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
