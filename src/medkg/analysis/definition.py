"""The definitions of the analyses: one TOML file each, from which all faces take titles, parameters and columns."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final

from medkg.errors import Place, SourceError
from medkg.query.catalogue import PARAMETER_TYPES, Parameter
from medkg.settings import LANGUAGES

#: What a column holds: things, texts, whole numbers, shares between 0 and 1, scores, amounts of money with bounds.
KINDS: Final = ("thing", "things", "text", "count", "share", "score", "amount")
Texts = Mapping[str, str]
#: What a definition writes for the day on which a report is asked for.
TODAY: Final = "today"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    id: str
    kind: str
    title: Texts


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A table of an analysis; its columns in their order."""

    id: str
    title: Texts
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """What all faces of an analysis know of it."""

    id: str
    title: Texts
    summary: Texts
    method: Texts
    queries: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    parameter_titles: Mapping[str, Texts]
    #: Parameter → the kinds of things it is asked about; their pages lead here.
    kinds: Mapping[str, tuple[str, ...]]
    #: Parameter → what it is where it is left out.
    defaults: Mapping[str, str]
    tables: tuple[TableDefinition, ...]
    notes: Mapping[str, Texts]
    #: The parameters that take several things.
    several: frozenset[str] = frozenset()

    def default(self, name: str) -> str:
        """Give what a parameter is where it is left out; blank for nothing. The day is that of Greenwich."""
        found = self.defaults.get(name, "")
        return datetime.datetime.now(datetime.UTC).date().isoformat() if found == TODAY else found

    def filled(self, given: Mapping[str, str]) -> dict[str, str]:
        """Give the parameters with what they are by default where they are left out or blank."""
        usual = {name: self.default(name) for name in self.defaults if not given.get(name, "").strip()}
        return {**given, **usual}


@cache
def definitions() -> Mapping[str, Definition]:
    """Give all definitions by their ids, in the order of these.

    Raises:
        SourceError: a file is not as it should be; names it and what is wrong.
    """
    found = sorted((files(__package__) / "definitions").iterdir(), key=lambda file: file.name)
    read = [_Reader(file).definition() for file in found if file.name.endswith(".toml")]
    return MappingProxyType({definition.id: definition for definition in read})


class _Reader:
    """Reads one file, and names it where it is wrong."""

    def __init__(self, file: Traversable) -> None:
        self._name = file.name
        try:
            self._table = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise self._wrong(str(error)) from error

    def definition(self) -> Definition:
        given = self._list("parameters")
        return Definition(
            id=self._name.removesuffix(".toml"),
            title=self._texts(self._table, "title"),
            summary=self._texts(self._table, "summary"),
            method=self._texts(self._table, "method"),
            queries=tuple(self._table["queries"]),
            parameters=MappingProxyType({item["name"]: self._parameter(item) for item in given}),
            parameter_titles=MappingProxyType({item["name"]: self._texts(item, "title") for item in given}),
            kinds=MappingProxyType({item["name"]: tuple(item.get("kinds", ())) for item in given}),
            defaults=MappingProxyType({item["name"]: item["default"] for item in given if "default" in item}),
            tables=tuple(map(self._table_of, self._list("tables"))),
            notes=MappingProxyType({name: self._texts(self._table["notes"], name) for name in self._table["notes"]}),
            several=frozenset(item["name"] for item in given if self._several(item)),
        )

    def _list(self, name: str) -> Sequence[Mapping[str, Any]]:
        found = self._table.get(name, [])
        if not isinstance(found, list):
            raise self._wrong(f"{name} is no array of tables")
        return found

    def _parameter(self, item: Mapping[str, Any]) -> Parameter:
        if item.get("type") not in PARAMETER_TYPES:
            raise self._wrong(f"the type of parameter {item.get('name')} is none of {', '.join(PARAMETER_TYPES)}")
        known = {name: item[name] for name in ("name", "type", "required", "example", "scheme") if name in item}
        return Parameter(**known, help=item["title"]["en"])

    def _several(self, item: Mapping[str, Any]) -> bool:
        if item.get("several") and item.get("type") != "iri":
            raise self._wrong(f"parameter {item.get('name')} takes several values, so its type must be iri")
        return bool(item.get("several"))

    def _table_of(self, item: Mapping[str, Any]) -> TableDefinition:
        columns = tuple(
            Column(column["id"], self._kind(column), self._texts(column, "title")) for column in item["columns"]
        )
        return TableDefinition(item["id"], self._texts(item, "title"), columns)

    def _kind(self, column: Mapping[str, Any]) -> str:
        if column.get("kind") not in KINDS:
            raise self._wrong(f"the kind of column {column.get('id')} is none of {', '.join(KINDS)}")
        return str(column["kind"])

    def _texts(self, table: Mapping[str, Any], name: str) -> Texts:
        texts = table.get(name, {})
        missing = [language for language in LANGUAGES if not texts.get(language)]
        if missing:
            raise self._wrong(f"{name} lacks a text in {', '.join(missing)}")
        return MappingProxyType(dict(texts))

    def _wrong(self, message: str) -> SourceError:
        return SourceError(message, place=Place(f"analysis/definitions/{self._name}"))
