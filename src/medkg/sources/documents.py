"""The tables with a fixed meaning: source documents, countries, and the concepts that free texts stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from medkg.errors import SourceError
from medkg.namespaces import Graphs
from medkg.sources.files import RawRow, RawTable, read_table
from medkg.sources.problems import Problems, at, nearest
from medkg.sources.vocabulary import Vocabulary
from medkg.terms import entity_iri, is_slug

SOURCES: Final = "sources.csv"
COUNTRIES: Final = "places/countries.csv"
CONCEPTS: Final = "mappings/concepts.csv"
#: kind → namespace of the graphs. A reference is a code list or gazetteer that facts are named after.
SOURCE_KINDS: Final = {"founding": Graphs.SOURCE, "external": Graphs.EXTERNAL, "reference": Graphs.EXTERNAL}
#: How a free text relates to a concept; a merely related concept is not stated.
RELATIONS: Final = ("exact", "broader", "related")


@dataclass(frozen=True, slots=True)
class Document:
    """A source document. ``order`` is its row in ``sources.csv``."""

    key: str
    kind: str
    order: int

    @property
    def iri(self) -> str:
        """Give the IRI of the document's description."""
        return entity_iri("source", self.key)

    @property
    def graph(self) -> str:
        """Give the IRI of the graph of its statements."""
        return SOURCE_KINDS[self.kind] + self.key


def read_documents(data: Path, problems: Problems) -> dict[str, Document]:
    """Give the source documents by key, in the order of ``sources.csv``."""
    table = _fixed_table(data / SOURCES, ("key", "kind"), problems)
    documents: dict[str, Document] = {}
    for row in table.rows if table else ():
        key, kind = row.cells["key"], row.cells["kind"]
        if not is_slug(key.replace("_", "-")):
            _refuse(data / SOURCES, row, "key", "not a key of lower-case letters, digits, - and _", problems)
        elif key in documents:
            _refuse(data / SOURCES, row, "key", "the key stands in an earlier row", problems)
        elif kind not in SOURCE_KINDS:
            _refuse(data / SOURCES, row, "kind", "no such kind of source", problems, SOURCE_KINDS)
        else:
            documents[key] = Document(key, kind, row.number)
    return documents


def read_countries(data: Path, problems: Problems) -> dict[str, str]:
    """Give the slugs of the countries by their ISO 3166-1 alpha-2 codes; none where there is no such table."""
    path = data / COUNTRIES
    table = _fixed_table(path, ("code", "slug"), problems) if path.is_file() else None
    countries: dict[str, str] = {}
    for row in table.rows if table else ():
        if row.cells["code"] in countries:
            _refuse(path, row, "code", "the code stands in an earlier row", problems)
        countries[row.cells["code"]] = row.cells["slug"]
    return countries


@dataclass(frozen=True, slots=True)
class ConceptTable:
    """Which concepts a free text stands for: folded text → (scheme, concept); empty where it stands for none."""

    entries: Mapping[str, frozenset[tuple[str, str]]]

    def find(self, text: str, schemes: Iterable[str]) -> list[tuple[str, str]] | None:
        """Give (scheme, concept) of these schemes for a text, sorted; None where the table does not settle it."""
        known = self.entries.get(_folded(text))
        if known is None:
            return None
        wanted = frozenset(schemes)
        fitting = sorted(entry for entry in known if entry[0] in wanted)
        return fitting if fitting or not known else None


def read_concepts(data: Path, vocabulary: Vocabulary, problems: Problems) -> ConceptTable:
    """Give the table of concepts; an empty one where there is no such file.

    A text with a row of blank concept is settled: it stands for none. One that is merely related to concepts is not.
    """
    path = data / CONCEPTS
    table = _fixed_table(path, ("text", "scheme", "concept"), problems) if path.is_file() else None
    entries: dict[str, set[tuple[str, str]]] = {}
    for row in table.rows if table else ():
        if not _concept_fits(path, row, vocabulary, problems):
            continue
        text, scheme, concept = (row.cells[name] for name in ("text", "scheme", "concept"))
        if not concept:
            entries.setdefault(_folded(text), set())
        elif row.cells.get("relation") != "related":
            entries.setdefault(_folded(text), set()).add((scheme, concept))
    return ConceptTable({text: frozenset(found) for text, found in entries.items()})


def _concept_fits(path: Path, row: RawRow, vocabulary: Vocabulary, problems: Problems) -> bool:
    scheme, concept, relation = row.cells["scheme"], row.cells["concept"], row.cells.get("relation", "exact")
    known = vocabulary.concepts.get(scheme, frozenset())
    if not concept:
        return True
    if relation not in RELATIONS:
        _refuse(path, row, "relation", "no such relation", problems, RELATIONS)
    elif scheme not in vocabulary.concepts:
        _refuse(path, row, "scheme", "no such scheme", problems, vocabulary.concepts)
    elif concept not in known:
        _refuse(path, row, "concept", f"scheme {scheme} has no such concept", problems, known)
    return relation in RELATIONS and concept in known


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _fixed_table(path: Path, columns: tuple[str, ...], problems: Problems) -> RawTable | None:
    table = read_table(path, problems)
    missing = [name for name in columns if table is not None and name not in table.header]
    for name in missing:
        remedy = nearest(name, table.header) if table else None
        problems.add(SourceError("the column is missing", place=at(path, 1), value=name, remedy=remedy))
    return None if missing else table


def _refuse(path: Path, row: RawRow, column: str, message: str, problems: Problems, known: Iterable[str] = ()) -> None:
    value = row.cells[column]
    place = at(path, row.line, column)
    problems.add(SourceError(message, place=place, value=value, remedy=nearest(value, known)))
