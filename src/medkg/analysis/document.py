"""A report as JSON and as rows of a table file: every value with its name, every row with its evidence."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import pyoxigraph as ox

from medkg.analysis.definition import Definition, TableDefinition
from medkg.analysis.report import Amount, Note, Report, Row, Table, Value
from medkg.namespaces import compact
from medkg.query.asking import NamedQueries

#: A statement → where it comes from: the status of each claim, and its source or rule.
Origins = Mapping[ox.Triple, tuple[tuple[str, str], ...]]
#: What gives the name of a thing.
Name = Callable[[ox.NamedNode], str]
_THINGS = frozenset({"thing", "things"})
_AMOUNT: Final = ("low", "high", "nominal", "currency")


class Words:
    """The names of things and the sentences of a definition in one language; ``name`` gives the name of a thing."""

    def __init__(self, definition: Definition, language: str, name: Name) -> None:
        self._definition = definition
        self.language = language
        self.name = name

    def sentence(self, note: Note) -> str:
        """Give a note as a sentence."""
        values = {name: self.text(value) for name, value in note.values.items()}
        return self._definition.notes[note.id][self.language].format(**values)

    def text(self, value: Value) -> str:
        """Give a value as a text."""
        if value is None:
            return ""
        if isinstance(value, Note):
            return self.sentence(value)
        if isinstance(value, ox.NamedNode):
            return self.name(value)
        if isinstance(value, tuple):
            return ", ".join(map(self.name, value))
        if isinstance(value, Amount):
            return _span(value)
        return value.value if isinstance(value, ox.Literal) else str(value)


def things_in(report: Report) -> Iterator[ox.NamedNode]:
    """Give all things that a report names."""
    values: list[Value] = [value for table in report.tables for row in table.rows for value in row.cells.values()]
    notes = [*report.notes, *(value for value in values if isinstance(value, Note))]
    for value in (*values, *(value for note in notes for value in note.values.values())):
        if isinstance(value, ox.NamedNode):
            yield value
        elif isinstance(value, tuple):
            yield from value


def names_in(report: Report, asked: NamedQueries, language: str) -> Name:
    """Give what names the things of a report: in a language, else in English, else in any, else by the short IRI."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    things = sorted({thing.value for thing in things_in(report)})
    for row in asked.rows_for_many("names-of-things", "thing", things) if things else ():
        found[row["thing"].value][row["name"].language or ""] = row["name"].value

    def name(thing: ox.NamedNode) -> str:
        names = found.get(thing.value)
        return compact(thing.value) if not names else names.get(language) or names.get("en") or names[min(names)]

    return name


def evidence_of(report: Report) -> Iterator[ox.Triple]:
    """Give all statements that a report rests on."""
    return (item for table in report.tables for row in table.rows for item in row.evidence)


def origins(statements: Iterable[ox.Triple], asked: NamedQueries) -> Origins:
    """Give where statements come from, in one query."""
    wanted = set(statements)
    subjects = sorted({item.subject.value for item in wanted if isinstance(item.subject, ox.NamedNode)})
    found: dict[ox.Triple, list[tuple[str, str]]] = defaultdict(list)
    for row in asked.rows_for_many("origins-of-things", "subject", subjects) if subjects else ():
        statement = ox.Triple(row["subject"], row["predicate"], row["object"])
        if statement in wanted:
            found[statement].append((row["status"].value.rpartition("/")[2], row["origin"].value))
    return {statement: tuple(sorted(held, key=_by_origin)) for statement, held in found.items()}


def _by_origin(held: tuple[str, str]) -> tuple[str, str]:
    status, origin = held
    return origin, status


def as_json(definition: Definition, report: Report, words: Words, told: Origins) -> dict[str, Any]:
    """Give a report as a document for programs, titles and names in one language."""
    language = words.language
    return {
        "analysis": definition.id,
        "title": definition.title[language],
        "method": definition.method[language],
        "language": language,
        "enough": report.enough,
        "notes": [{"id": note.id, "text": words.sentence(note)} for note in report.notes],
        "tables": [_table(wanted, report.table(wanted.id), words, told) for wanted in definition.tables],
    }


def as_csv(wanted: TableDefinition, table: Table, words: Words) -> str:
    """Give one table as CSV: IRIs in columns of their own beside the names, several parted by spaces.

    An amount has four columns: its bounds, what is printed, and the currency.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for column in wanted.columns for name in _headings(column.id, column.kind)])
    for row in table.rows:
        cells = [(column.kind, row.cells[column.id]) for column in wanted.columns]
        writer.writerow([text for kind, value in cells for text in _texts(kind, value, words)])
    return out.getvalue()


def _headings(name: str, kind: str) -> tuple[str, ...]:
    if kind == "amount":
        return tuple(f"{name}_{part}" for part in _AMOUNT)
    return (name, f"{name}_iri") if kind in _THINGS else (name,)


def _texts(kind: str, value: Value, words: Words) -> tuple[str, ...]:
    if kind == "amount":
        told = _amount(value) if isinstance(value, Amount) else {}
        return tuple(told.get(part) or "" for part in _AMOUNT)
    if kind not in _THINGS:
        return (words.text(value),)
    things = value if isinstance(value, tuple) else (value,) if isinstance(value, ox.NamedNode) else ()
    return words.text(value), " ".join(thing.value for thing in things)


def _table(wanted: TableDefinition, table: Table, words: Words, told: Origins) -> dict[str, Any]:
    columns = [{"id": item.id, "kind": item.kind, "title": item.title[words.language]} for item in wanted.columns]
    rows = [_row(wanted, row, words, told) for row in table.rows]
    return {"id": wanted.id, "title": wanted.title[words.language], "columns": columns, "rows": rows}


def _row(wanted: TableDefinition, row: Row, words: Words, told: Origins) -> dict[str, Any]:
    cells = {column.id: _cell(row.cells[column.id], words) for column in wanted.columns}
    return {**cells, "evidence": [_statement(item, told.get(item, ())) for item in row.evidence]}


def _cell(value: Value, words: Words) -> Any:
    if isinstance(value, ox.NamedNode):
        return {"iri": value.value, "name": words.name(value)}
    if isinstance(value, tuple):
        return [_cell(item, words) for item in value]
    if isinstance(value, ox.Literal):
        return {"value": value.value, "language": value.language}
    if isinstance(value, Note):
        return {"id": value.id, "text": words.sentence(value)}
    if isinstance(value, Amount):
        return _amount(value)
    return float(value) if isinstance(value, Decimal) else value


def _amount(value: Amount) -> dict[str, str | None]:
    """Give an amount as decimal texts: a binary fraction would not hold each cent."""
    parts = (value.low, value.high, value.nominal)
    texts = (None if part is None else f"{part:f}" for part in parts)
    return dict(zip(_AMOUNT, (*texts, value.currency), strict=True))


def _span(value: Amount) -> str:
    if value.high is None:
        return f"≥ {value.low:,f} {value.currency}"
    least = "" if value.low == value.high else f"{value.low:,f} – "
    return f"{least}{value.high:,f} {value.currency}"


def _statement(statement: ox.Triple, held: Iterable[tuple[str, str]]) -> dict[str, Any]:
    parts = {"subject": statement.subject, "predicate": statement.predicate, "object": statement.object}
    told = {name: getattr(term, "value", str(term)) for name, term in parts.items()}
    return {**told, "origins": [{"status": status, "origin": origin} for status, origin in held]}
