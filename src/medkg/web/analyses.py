"""Analyses as a reader sees them: the form, the sentences, the tables, and the statements a row rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

import pyoxigraph as ox
from babel import numbers

from medkg.analysis.definition import Definition, TableDefinition, definitions
from medkg.analysis.document import Words, origins
from medkg.analysis.parameters import joined, names_in
from medkg.analysis.report import Amount, Note, Report, Row, Value
from medkg.query.parameters import to_term
from medkg.search.asking import Found, Search
from medkg.search.folding import fold
from medkg.web.components import (
    AnalysisItem,
    AnalysisRow,
    AnalysisTable,
    Crumb,
    EvidenceView,
    FieldView,
    FormatLink,
    ListRow,
)
from medkg.web.contexts import AnalysisPage, EvidencePage
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.lists import list_rows
from medkg.web.negotiation import media_type

#: Things that a text may mean and that are offered to choose from.
MOST_MEANT = 12
#: The end of the sliders of weights, which are known by the beginning of their names; more may be typed.
_MOST_WEIGHT = "10"
_WEIGHT = "weight-"
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words in a field that are no IRI: the reader is to say which thing they mean."""

    field: str
    words: str
    names: tuple[str, ...]

    @classmethod
    def first_of(cls, definition: Definition, given: Given) -> Unclear | None:
        """Give the first words among the parameters that need a thing and name none; None where all is clear."""
        for field, value in given.items():
            parameter = definition.parameters[field]
            if parameter.type != "iri" or parameter.scheme:
                continue
            names = names_in(value) if field in definition.several else (value,)
            for words in names:
                if ":" not in words:
                    return cls(field, words, names)
        return None

    def cleared(self, given: Given, iri: str) -> Given:
        """Give the parameters with a thing in the place of the words."""
        return {**given, self.field: joined([iri if name == self.words else name for name in self.names])}


class AnalysisPages:
    """Makes the pages of one analysis for one generation in one language."""

    def __init__(self, definition: Definition, generation: GenerationView, display: Display) -> None:
        self.definition = definition
        self.generation = generation
        self.display = display

    def report(self, given: Given, report: Report) -> AnalysisPage:
        """Give the page of a report."""
        tables = self.tables(given, report, [table.id for table in self.definition.tables])
        return self._page(given, notes=self.notes(report), tables=tables, enough=report.enough)

    def tables(self, given: Given, report: Report, wanted: Sequence[str]) -> tuple[AnalysisTable, ...]:
        """Give some tables of a report, by their names."""
        words = words_of(self.definition, self.display)
        defined = {table.id: table for table in self.definition.tables}
        return tuple(self._table(defined[name], report.table(name).rows, given, words) for name in wanted)

    def notes(self, report: Report) -> tuple[str, ...]:
        """Give the sentences of a report."""
        words = words_of(self.definition, self.display)
        return tuple(words.sentence(note) for note in report.notes)

    def fields(self, given: Given, names: Sequence[str]) -> tuple[FieldView, ...]:
        """Give some of the fields of the form."""
        return tuple(self._field(name, given) for name in names)

    def form(self, given: Given, meant: Sequence[ListRow] = (), unclear: Unclear | None = None) -> AnalysisPage:
        """Give the page that asks for the parameters; ``meant`` are things that what is unclear may mean."""
        choices = tuple((row, self._address(unclear.cleared(given, row.thing.title))) for row in meant if unclear)
        return self._page(given, choices=choices)

    def evidence(self, given: Given, report: Report, table: TableDefinition, number: int) -> EvidencePage:
        """Give the page of the statements behind one row."""
        words = words_of(self.definition, self.display)
        row = report.table(table.id).rows[number]
        told = origins(row.evidence, self.generation)
        statements = tuple(self._statement(item, told.get(item, ())) for item in row.evidence)
        crumbs = (*self._crumbs()[:-1], Crumb(self._own(self.definition.title), self._address(given)))
        columns = tuple(column.title[self.display.language] for column in table.columns)
        shown = self._row(table, row, words, "")
        return EvidencePage((*crumbs, Crumb(Shown("analysis.evidence"))), columns, shown, statements)

    def _page(
        self,
        given: Given,
        *,
        notes: tuple[str, ...] = (),
        tables: tuple[AnalysisTable, ...] = (),
        enough: bool = True,
        choices: tuple[tuple[ListRow, str], ...] = (),
    ) -> AnalysisPage:
        language = self.display.language
        return AnalysisPage(
            crumbs=self._crumbs(),
            name=self.definition.id,
            title=self.definition.title[language],
            summary=self.definition.summary[language],
            method=self.definition.method[language],
            fields=self.fields(given, tuple(self.definition.parameters)),
            notes=notes,
            enough=enough,
            tables=tables,
            choices=choices,
            formats=self._formats(given) if tables else (),
        )

    def _crumbs(self) -> tuple[Crumb, ...]:
        return Crumb(Shown("analyses.title"), "/analyses"), Crumb(self._own(self.definition.title))

    def _own(self, texts: Mapping[str, str]) -> Shown:
        """Give a text of the definition, which is no message of the catalogue."""
        return Shown(texts[self.display.language], title=self.definition.id)

    def _field(self, name: str, given: Given) -> FieldView:
        parameter = self.definition.parameters[name]
        value = given.get(name, "")
        several = name in self.definition.several
        parts = names_in(value) if several else (value,)
        chosen = tuple(self.display.term(to_term(parameter, part)) for part in parts if ":" in part)
        title = self.definition.parameter_titles[name][self.display.language]
        preset = name in self.definition.defaults
        most = _MOST_WEIGHT if preset and name.startswith(_WEIGHT) else ""
        return FieldView(name, title, value, parameter.example, parameter.required, several, chosen, preset, most)

    def _address(self, given: Given, **more: str) -> str:
        kept = {name: value for name, value in {**given, **more}.items() if value}
        return f"/analyses/{self.definition.id}?{urlencode(kept)}"

    def _formats(self, given: Given) -> tuple[FormatLink, ...]:
        return (FormatLink("json", f"/api{self._address(given)}", media_type("json")),)

    def _table(self, table: TableDefinition, rows: Sequence[Row], given: Given, words: Words) -> AnalysisTable:
        language = self.display.language
        shown = tuple(
            self._row(table, row, words, self._address(given, table=table.id, row=str(number)))
            for number, row in enumerate(rows)
        )
        address = f"/api/analyses/{self.definition.id}/{table.id}.csv?{urlencode(given)}"
        titles = tuple(column.title[language] for column in table.columns)
        kinds = tuple(column.kind for column in table.columns)
        return AnalysisTable(table.id, table.title[language], titles, kinds, shown, address)

    def _row(self, table: TableDefinition, row: Row, words: Words, href: str) -> AnalysisRow:
        cells = tuple(tuple(self._values(column.kind, row.cells[column.id], words)) for column in table.columns)
        return AnalysisRow(cells, len(row.evidence), href if row.evidence else "")

    def _values(self, kind: str, value: Value, words: Words) -> Iterable[Shown]:
        if isinstance(value, tuple):
            return sorted((self.display.term(item) for item in value), key=lambda item: item.text.casefold())
        if value is None:
            return ()
        if isinstance(value, Note):
            return (Shown(words.sentence(value)),)
        if isinstance(value, Amount):
            return self._amount(value)
        if isinstance(value, int | Decimal):
            return (self._number(kind, value),)
        return (self.display.term(value),)

    def _amount(self, value: Amount) -> Iterable[Shown]:
        """Give what is printed, then the bounds; of an exact amount just that."""
        least = self.display.money(value.low, value.currency)
        if value.low == value.high:
            return (Shown(least, machine=f"{value.low:f}"),)
        printed = () if value.nominal is None else (Shown(f"≈ {self.display.money(value.nominal, value.currency)}"),)
        most = "" if value.high is None else self.display.money(value.high, value.currency)
        return (*printed, Shown(f"{least} – {most}" if most else f"≥ {least}"))

    def _number(self, kind: str, value: int | Decimal) -> Shown:
        locale = self.display.locale
        if kind == "share":
            text = numbers.format_percent(value, locale=locale, decimal_quantization=False)
            return Shown(str(text), machine=str(value))
        return Shown(str(numbers.format_decimal(value, locale=locale)), machine=str(value))

    def _statement(self, statement: ox.Triple, told: Iterable[tuple[str, str]]) -> EvidenceView:
        held = tuple((status, self.display.thing(origin)) for status, origin in told)
        return EvidenceView(
            self._part(statement.subject), self._part(statement.predicate), self._part(statement.object), held
        )

    def _part(self, part: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Shown:
        return Shown(str(part)) if isinstance(part, ox.Triple) else self.display.term(part)


def words_of(definition: Definition, display: Display) -> Words:
    """Give the names and sentences of a definition as a reader sees them."""
    return Words(definition, display.language, lambda thing: display.thing(thing.value).text)


def analyses_of(iri: str, kind: str, language: str) -> tuple[AnalysisItem, ...]:
    """Give the analyses that can be asked about a thing, with their addresses for it."""
    return tuple(
        AnalysisItem(f"/analyses/{item.id}?{urlencode({name: iri})}", item.title[language], item.summary[language])
        for item in definitions().values()
        for name, kinds in item.kinds.items()
        if kind in kinds
    )


def meant_by(text: str, generation: GenerationView, display: Display, kinds: Sequence[str] = ()) -> tuple[ListRow, ...]:
    """Give the things of some kinds, or of all where none is named, that a text may mean, best first."""
    if not fold(text):
        return ()
    found = Found(generation.index, Search(text, {"kind": kinds}))
    hits = [generation.index.iri(number) for number in found.numbers(most=MOST_MEANT)]
    return list_rows(generation, display, hits)
