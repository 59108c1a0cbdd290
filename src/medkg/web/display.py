"""How a term is shown to a reader: names and texts in a language, numbers, dates and amounts through the locale."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyoxigraph as ox
from babel import Locale, dates, numbers

from medkg.namespaces import MK, XSD, compact
from medkg.web.i18n.catalogues import read_translations
from medkg.web.labels import Labels, Text, direction
from medkg.web.lexical import number_in
from medkg.web.links import page_path
from medkg.web.statements import Term

_DATE_SHAPES: Final = {"gYear": re.compile(r"^\d{4}$"), "gYearMonth": re.compile(r"^(\d{4})-(\d{2})$")}
_NUMBERS: Final = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger"))
#: Properties whose integers name a year: a reader expects 2007, not 2,007.
YEARS: Final = frozenset({MK + "periodStart", MK + "periodEnd"})
_WEB: Final = ("http://", "https://")
#: Characters of one text that a page shows; the data formats hold all of them.
LONGEST_SHOWN: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a term.

    ``language`` is set where it differs from the page's; ``machine`` is the exact value where the text is formatted
    for readers; ``outside`` says that the link leaves this server.
    """

    text: str
    href: str = ""
    language: str = ""
    direction: str = ""
    machine: str = ""
    outside: bool = False
    title: str = ""


class Display:
    """Terms as readers of one language see them."""

    def __init__(
        self,
        labels: Labels,
        language: str,
        outside_terms: Mapping[str, str] | None = None,
        after: Sequence[str] = (),
    ) -> None:
        """Take the names of a generation and those of other people's terms (short form → name).

        ``after`` are the languages in which names are sought that ``language`` lacks, before English.
        """
        self.labels = labels
        self.language = language
        self.order = (language, *after)
        self._outside = outside_terms or {}
        self.locale = Locale.parse(language)

    def term(self, term: Term) -> Shown:
        """Give any term."""
        if isinstance(term, ox.NamedNode):
            return self.thing(term.value)
        if isinstance(term, ox.Literal):
            return self.literal(term)
        return Shown(shortened(str(term)))

    def value(self, predicate: str, term: Term) -> Shown:
        """Give the value of a property; what its integers mean decides how they are written."""
        if predicate in YEARS and isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
            return Shown(shortened(term.value), machine=shortened(term.value))
        return self.term(term)

    def thing(self, iri: str) -> Shown:
        """Give a thing by its name, linked to its page; an IRI outside the registry links to where it lives."""
        name = self._name(iri)
        path = page_path(iri)
        if path is None and not iri.startswith(_WEB):
            return self.text(name, title=iri)
        return self.text(name, href=path or iri, outside=path is None, title=iri)

    def name_of(self, iri: str) -> str:
        """Give what a thing is put in order by: its name without regard to capitals."""
        return self._name(iri).text.casefold()

    def _name(self, iri: str) -> Text:
        if iri not in self.labels and (name := self._outside.get(compact(iri))):
            return Text(name, self.language)
        return self.labels.choose(iri, *self.order)

    def text(self, text: Text, href: str = "", outside: bool = False, title: str = "") -> Shown:
        """Give a text; its language is told where it is not the page's."""
        known = text.language and text.language != self.language
        language = text.language if known else ""
        way = direction(text.language) if known else ("" if text.language else "auto")
        return Shown(shortened(text.text), href, language, way, outside=outside, title=title)

    def literal(self, literal: ox.Literal) -> Shown:
        """Give a literal: formatted where its type is one that locales write differently, else as it stands."""
        kind = literal.datatype.value
        if literal.language:
            return self.text(Text(literal.value, literal.language))
        if kind in _NUMBERS:
            return self._number(literal.value)
        formatter = self._formatters().get(kind.removeprefix(XSD))
        if formatter is not None:
            return Shown(shortened(formatter(literal.value)), machine=shortened(literal.value))
        if literal.value.startswith(_WEB) and " " not in literal.value and len(literal.value) <= LONGEST_SHOWN:
            return Shown(literal.value, href=literal.value, outside=True, direction="ltr")
        return Shown(shortened(literal.value), direction="auto")

    def count(self, number: int) -> str:
        """Give a number of things."""
        return str(numbers.format_decimal(number, locale=self.locale))

    def day(self, day: datetime.date) -> str:
        """Give a day."""
        return str(dates.format_date(day, "long", locale=self.locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """Give an exact amount with its currency."""
        digits = amount != amount.to_integral_value()
        shape = None if digits else _without_cents(self.locale)
        return str(numbers.format_currency(amount, currency, shape, locale=self.locale, currency_digits=digits))

    def rounded(self, amount: Decimal) -> str:
        """Give a rounded amount as people write it: 3.12 million."""
        return str(numbers.format_compact_decimal(amount, format_type="long", locale=self.locale, fraction_digits=6))

    def _number(self, text: str) -> Shown:
        number = number_in(text)
        if number is None:
            return Shown(shortened(text), direction="ltr")
        return Shown(str(numbers.format_decimal(number, locale=self.locale)), machine=text)

    def _formatters(self) -> dict[str, Callable[[str], str]]:
        return {
            "boolean": self._truth,
            "date": self._date,
            "dateTime": self._moment,
            "gYear": str,
            "gYearMonth": self._month,
        }

    def _truth(self, text: str) -> str:
        texts = read_translations(self.language)
        return str(texts.gettext("value.true") if text in {"true", "1"} else texts.gettext("value.false"))

    def _date(self, text: str) -> str:
        try:
            return str(dates.format_date(datetime.date.fromisoformat(text), "long", locale=self.locale))
        except ValueError:
            return text

    def _moment(self, text: str) -> str:
        try:
            return str(dates.format_datetime(datetime.datetime.fromisoformat(text), "long", locale=self.locale))
        except (ValueError, OverflowError):  # years end at 9999, also after the time zone is reckoned in
            return text

    def _month(self, text: str) -> str:
        match = _DATE_SHAPES["gYearMonth"].match(text)
        if match is None or not 1 <= int(match[2]) <= 12 or not int(match[1]):
            return text
        first = datetime.date(int(match[1]), int(match[2]), 1)
        return str(dates.format_skeleton("yMMMM", first, locale=self.locale))


def shortened(text: str) -> str:
    """Give a text as a page can bear it: of an overlong one its beginning, and how much of how much that is."""
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[:LONGEST_SHOWN]}… [{LONGEST_SHOWN} / {len(text)}]"


def _without_cents(locale: Locale) -> str:
    return re.sub(r"([#0])\.0+", r"\1", locale.currency_formats["standard"].pattern)
