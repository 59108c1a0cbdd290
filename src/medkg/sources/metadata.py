"""The description of a folder of tables: reading and checking ``metadata.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from medkg.errors import SourceError
from medkg.sources.problems import Problems, at, nearest
from medkg.terms import KINDS

FILE_NAME: Final = "metadata.toml"
STATUSES: Final = ("stated", "derived", "external")
#: Graphs a table without a source column may go to.
DESCRIPTION_GRAPHS: Final = ("catalog",)

#: column type -> (options it must have, options it may have besides)
COLUMN_TYPES: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    name: (frozenset(must.split()), frozenset(may.split()))
    for name, must, may in (
        ("text", "", "language language_column"),
        ("id", "kind", ""),
        ("reference", "to", ""),
        ("source", "", ""),
        ("country", "", ""),
        ("code", "scheme", ""),
        ("concept", "schemes", ""),
        ("term", "", ""),
        ("object", "kind_column", ""),
        ("iri", "", ""),
        ("date", "", ""),
        ("integer", "", ""),
        ("decimal", "", ""),
        ("boolean", "", ""),
        ("amount", "", ""),
        ("lines", "", ""),
        ("status", "", ""),
        ("derived", "", ""),
        ("note", "", ""),
        ("join", "table key", ""),
    )
}
_COMMON_OPTIONS: Final = frozenset({"type", "required", "separator"})
_TABLE_KEYS: Final = frozenset({"file", "mapping", "key", "status", "graph", "columns", "title", "description"})
#: What keys of the file, of a table and of a column hold where it is not a text.
_FILE_VALUES: Final[Mapping[str, type]] = {"tables": list}
_TABLE_VALUES: Final[Mapping[str, type]] = {"key": list, "columns": dict}
_COLUMN_VALUES: Final[Mapping[str, type]] = {"schemes": list, "required": bool}
_NAMES_OF_KINDS: Final = {list: "a list", dict: "a table", bool: "true or false", str: "a text"}
_FILE_KEYS: Final = frozenset({"title", "description", "tables"})


@dataclass(frozen=True, slots=True)
class Column:
    """A declared column: its type and the options of that type."""

    name: str
    type: str
    required: bool
    separator: str | None
    options: Mapping[str, Any]

    def option(self, name: str) -> Any:
        """Give an option of the type; None where it was not given."""
        return self.options.get(name)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A declared table. ``mapping`` is None for one that others join; ``graph`` for one whose rows name a source."""

    path: Path
    mapping: Path | None
    key: tuple[str, ...]
    status: str | None
    graph: str | None
    columns: Mapping[str, Column]

    def of_type(self, *types: str) -> list[Column]:
        """Give the columns of these types."""
        return [column for column in self.columns.values() if column.type in types]


def read_metadata(path: Path, problems: Problems) -> list[TableSpec]:
    """Give the tables a ``metadata.toml`` declares; what is wrong with it goes to ``problems``."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(SourceError(f"not a TOML file in UTF-8: {error}", place=at(path)))
        return []
    _unknown(content, _FILE_KEYS, path, "no such key", problems)
    tables = content.get("tables")
    if not _values_fit(content, _FILE_VALUES, "the file", path, problems) or not tables:
        problems.add(SourceError("declares no table", place=at(path), remedy="Add a [[tables]] entry."))
        return []
    return [spec for entry in tables if (spec := _table(entry, path, problems)) is not None]


def _values_fit(
    given: Mapping[str, Any], kinds: Mapping[str, type], subject: str, path: Path, problems: Problems
) -> bool:
    """Check that each key holds a value of the kind it should; what does not would be misread later."""
    fits = True
    for name, value in given.items():
        kind = kinds.get(name, str)
        blank = kind is not bool and not value
        if blank or not isinstance(value, kind):
            message = f"{subject}: {name} is {'blank' if blank else f'not {_NAMES_OF_KINDS[kind]}'}"
            problems.add(SourceError(message, place=at(path), value=str(value)))
            fits = False
    return fits


def _unknown(given: Mapping[str, Any], known: frozenset[str], path: Path, what: str, problems: Problems) -> None:
    for name in sorted(set(given) - known):
        remedy = nearest(name, known) or f"The keys are: {', '.join(sorted(known))}."
        problems.add(SourceError(what, place=at(path), value=name, remedy=remedy))


def _table(entry: Mapping[str, Any], path: Path, problems: Problems) -> TableSpec | None:
    _unknown(entry, _TABLE_KEYS, path, f"table {entry.get('file')!r} has an unknown key", problems)
    if not _values_fit(entry, _TABLE_VALUES, f"table {entry.get('file')!r}", path, problems):
        return None
    missing = [name for name in ("file", "key", "columns") if not entry.get(name)]
    if missing:
        problems.add(SourceError(f"table {entry.get('file')!r} lacks {', '.join(missing)}", place=at(path)))
        return None
    columns = [_column(name, given, path, problems) for name, given in entry["columns"].items()]
    if None in columns:
        return None
    mapping = path.parent / entry["mapping"] if entry.get("mapping") else None
    spec = TableSpec(
        path=(path.parent / entry["file"]).resolve(),
        mapping=mapping,
        key=tuple(entry["key"]),
        status=entry.get("status"),
        graph=entry.get("graph"),
        columns={column.name: column for column in columns if column is not None},
    )
    _check_table(spec, path, problems)
    return spec


def _column(name: str, given: Any, path: Path, problems: Problems) -> Column | None:
    place = at(path, column=name)
    kind = str(given.get("type")) if isinstance(given, dict) else str(given)
    if kind not in COLUMN_TYPES:
        remedy = nearest(kind, COLUMN_TYPES) or f"The types are: {', '.join(COLUMN_TYPES)}."
        problems.add(SourceError("no such column type", place=place, value=kind, remedy=remedy))
        return None
    must, may = COLUMN_TYPES[kind]
    for option in sorted(must - set(given)):
        problems.add(SourceError(f"type {kind} needs the option {option}", place=place))
    for option in sorted(set(given) - must - may - _COMMON_OPTIONS):
        near = nearest(option, must | may | _COMMON_OPTIONS)
        problems.add(SourceError(f"type {kind} has no such option", place=place, value=option, remedy=near))
    if not _values_fit(given, _COLUMN_VALUES, f"column {name}", path, problems):
        return None
    options = {option: value for option, value in given.items() if option not in _COMMON_OPTIONS}
    column = Column(name, kind, bool(given.get("required", False)), given.get("separator"), options)
    _check_kinds(column, path, problems)
    return column


def _check_kinds(column: Column, path: Path, problems: Problems) -> None:
    named = str(column.option("kind") or column.option("to") or "")
    for kind in named.split("|") if named else ():
        if kind not in KINDS:
            remedy = nearest(kind, KINDS) or f"The type words are: {', '.join(sorted(KINDS))}."
            problems.add(
                SourceError("no such type word", place=at(path, column=column.name), value=kind, remedy=remedy)
            )


def _check_table(spec: TableSpec, path: Path, problems: Problems) -> None:
    """Check what the options of a table say of one another."""
    subject = f"table {spec.path.name!r}"
    named = [(name, "its key") for name in spec.key]
    for column in spec.columns.values():
        named += [(str(column.option(o)), o) for o in ("language_column", "kind_column") if column.option(o)]
    for name, where in named:
        if name not in spec.columns:
            problem = SourceError(f"{subject} names in {where} an undeclared column", place=at(path), value=name)
            problems.add(problem)
    if spec.status is not None and spec.status not in STATUSES:
        remedy = f"The statuses are: {', '.join(STATUSES)}."
        problems.add(SourceError(f"{subject}: no such status", place=at(path), value=spec.status, remedy=remedy))
    if spec.graph is not None and spec.graph not in DESCRIPTION_GRAPHS:
        remedy = f"A table may go to: {', '.join(DESCRIPTION_GRAPHS)}; facts have a source column instead."
        problems.add(SourceError(f"{subject}: no such graph", place=at(path), value=spec.graph, remedy=remedy))
    for kind in ("source", "status", "lines", "join"):
        if len(spec.of_type(kind)) > 1:
            problems.add(SourceError(f"{subject} has more than one column of type {kind}", place=at(path)))
