"""Reading one cell as its column's type says: text → RDF terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import MK, PREFIXES, SCHEME, XSD, expand
from medkg.sources.documents import ConceptTable, Document
from medkg.sources.metadata import STATUSES, Column
from medkg.sources.problems import nearest
from medkg.sources.vocabulary import Vocabulary
from medkg.terms import Amount, decimal_text, entity_iri, is_slug, parse_amount, parse_date

Term = ox.NamedNode | ox.Literal
#: What a cell gives: ("" or a suffix such as "-min", term).
Values = list[tuple[str, Term]]

COMPARATORS: Final = SCHEME + "comparator/"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_INTEGER = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_LINES = re.compile(r"L([1-9][0-9]*)(?:-L?([1-9][0-9]*))?")


class Refused(ValueError):  # noqa: N818 - a cell's verdict; becomes a SourceError with its place
    """The cell is not of its type."""

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Context:
    """What cells of the tables below ``data`` may refer to. ``entities``: type word → slugs that tables introduce.

    ``incomplete`` are the type words that a table which could not be read in full introduces: what seems to lack of
    them may stand there, so it is not refused.
    """

    data: Path
    documents: Mapping[str, Document]
    countries: Mapping[str, str]
    vocabulary: Vocabulary
    concepts: ConceptTable
    entities: Mapping[str, set[str]]
    incomplete: frozenset[str] = frozenset()


def cell_values(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    """Give the terms of one cell, or of one item of a list.

    Raises:
        Refused: the cell is not of its column's type, or refers to what there is not.
    """
    return _READERS[column.type](text, column, row, context)


def line_range(text: str) -> tuple[int, int]:
    """Give the first and the last line that ``L5``, ``L5, L7`` or ``L37-L46`` names.

    Raises:
        Refused: the text has none of these forms, or a range ends before it starts.
    """
    found: list[int] = []
    for part in text.split(","):
        match = _LINES.fullmatch(part.strip())
        if match is None:
            raise Refused("not a line of a source", "Write L5, or L5, L7, or L37-L46.")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise Refused("a range of lines that ends before it starts")
        found += [first, last]
    return min(found), max(found)


def integer(number: int) -> ox.Literal:
    """Give a number as an xsd:integer."""
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def check_status(text: str) -> str:
    """Give the status of a row's claims.

    Raises:
        Refused: there is no such status.
    """
    return _one_of(text, STATUSES, "no such status")


def _one_of(text: str, known: Iterable[str], message: str) -> str:
    if text not in (choices := list(known)):
        raise Refused(message, nearest(text, choices))
    return text


def _text(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    language = column.option("language")
    if (named := column.option("language_column")) is not None:
        language = row.get(named)
    return [("", _tagged(text, language) if language else ox.Literal(text))]


def _tagged(text: str, language: str) -> ox.Literal:
    if not _LANGUAGE.fullmatch(language):
        raise Refused(f"{language!r} is not a language tag", "Write a tag such as en, fr or ar.")
    return ox.Literal(text, language=language)


def _id(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    if not is_slug(text):
        raise Refused("not a slug", "Use lower-case ASCII letters and digits, in groups joined by single hyphens.")
    return _iri(entity_iri(column.option("kind"), text))


def _iri(iri: str) -> Values:
    return [("", ox.NamedNode(iri))]


def _reference(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    kinds = str(column.option("to")).split("|")
    named, slash, slug = text.rpartition("/")
    if slash:
        _one_of(named, kinds, "a reference to a type that the column does not allow")
        kinds = [named]
    found = [kind for kind in kinds if slug in context.entities.get(kind, ())]
    if not found and context.incomplete.intersection(kinds):
        return []
    if not found:
        known = {name for kind in kinds for name in context.entities.get(kind, ())}
        raise Refused(f"no table introduces this {' or '.join(kinds)}", nearest(slug, known))
    if len(found) > 1:
        raise Refused(f"several types have this slug: {', '.join(found)}", f"Write {found[0]}/{slug}.")
    return _iri(entity_iri(found[0], slug))


def _source(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    if text not in context.documents and "source" in context.incomplete:
        return []
    return _iri(context.documents[_one_of(text, context.documents, "no such source in sources.csv")].iri)


def _country(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    if text not in context.countries and "place" in context.incomplete:
        return []
    if text not in context.countries:
        raise Refused("no such country", "Use the ISO 3166-1 alpha-2 code of a row of places/countries.csv.")
    return _iri(entity_iri("place", context.countries[text]))


def _code(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    scheme = str(column.option("scheme"))
    _one_of(scheme, context.vocabulary.concepts, f"the ontology has no scheme {scheme!r}")
    _one_of(text, context.vocabulary.concepts[scheme], f"scheme {scheme} has no such concept")
    return _iri(f"{SCHEME}{scheme}/{text}")


def _concept(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    found = context.concepts.find(text, column.option("schemes")) or []
    concepts: Values = [("", ox.NamedNode(f"{SCHEME}{scheme}/{concept}")) for scheme, concept in found]
    return [*concepts, ("-text", ox.Literal(text))]


def _term(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    try:
        iri = expand(text)
    except KeyError as error:
        raise Refused("an unknown prefix", f"The prefixes are: {', '.join(PREFIXES)}.") from error
    terms, concepts = context.vocabulary.terms, context.vocabulary.concepts
    if iri.startswith(MK) and terms:
        _one_of(iri[len(MK) :], terms, "the ontology has no such term")
    if iri.startswith(SCHEME):
        scheme, _, concept = iri[len(SCHEME) :].partition("/")
        _one_of(concept, concepts.get(scheme, ()), f"scheme {scheme} has no such concept")
    return _iri(_absolute(iri, text))


def _absolute(iri: str, text: str) -> str:
    if not _IRI.fullmatch(iri):
        raise Refused("not an absolute http IRI", None if iri == text else f"It stands for {iri}.")
    return iri


def _object(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    kind = row.get(str(column.option("kind_column")), "")
    if kind == "term":
        return _term(text, column, row, context)
    if kind == "string":
        return [("", ox.Literal(text))]
    if kind.startswith("xsd:"):
        return [("", _typed(text, kind[4:]))]
    return [("", _tagged(text, kind))]


def _typed(text: str, datatype: str) -> ox.Literal:
    """Give a typed literal; the types that cells know are checked as those cells are."""
    if datatype in ("date", "gYear", "gYearMonth"):
        if _stated_date(text).datatype.value != XSD + datatype:
            raise Refused(f"not a value of xsd:{datatype}")
    elif datatype in _FORMS and not _FORMS[datatype].fullmatch(text):
        raise Refused(f"not a value of xsd:{datatype}")
    elif datatype not in (*_FORMS, "anyURI", "string"):
        raise Refused(f"xsd:{datatype} is not a datatype tables use")
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def _stated_date(text: str) -> ox.Literal:
    try:
        stated = parse_date(text)
    except ValueError as error:
        raise Refused("not a date", "Write 2019, 2019-09 or 2019-09-01.") from error
    return ox.Literal(stated.text, datatype=ox.NamedNode(stated.datatype))


_FORMS: Final = {"integer": _INTEGER, "decimal": _DECIMAL, "boolean": re.compile("true|false")}


def _plain(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    return [("", _typed(text, column.type))]


def _amount(text: str, column: Column, row: Mapping[str, str], context: Context) -> Values:
    try:
        amount = parse_amount(text)
    except ValueError as error:
        remedy = "Write 2369106.29, 3.12 M, 72 k, 1.1-1.5 M, >150, >=20, <=5 or ~300; the point is decimal."
        raise Refused(str(error), remedy) from error
    return [("", ox.Literal(text)), *_bounds(amount)]


def _bounds(amount: Amount) -> Values:
    numbers = {"-nominal": amount.nominal, "-min": amount.minimum, "-max": amount.maximum, "-exact": amount.exact}
    decimal = ox.NamedNode(XSD + "decimal")
    values: Values = [
        (suffix, ox.Literal(decimal_text(number), datatype=decimal))
        for suffix, number in numbers.items()
        if number is not None
    ]
    if amount.comparator:
        values.append(("-comparator", ox.NamedNode(COMPARATORS + amount.comparator)))
    return values


_READERS: Final[Mapping[str, Callable[[str, Column, Mapping[str, str], Context], Values]]] = {
    "text": _text,
    "id": _id,
    "reference": _reference,
    "source": _source,
    "country": _country,
    "code": _code,
    "concept": _concept,
    "term": _term,
    "object": _object,
    "iri": lambda text, column, row, context: _iri(_absolute(text, text)),
    "date": lambda text, column, row, context: [("", _stated_date(text))],
    "integer": _plain,
    "decimal": _plain,
    "boolean": _plain,
    "amount": _amount,
}
#: Suffixes a column's values may carry in a mapping.
SUFFIXES: Final = {
    "amount": ("", "-nominal", "-min", "-max", "-exact", "-comparator"),
    "concept": ("", "-text"),
}
