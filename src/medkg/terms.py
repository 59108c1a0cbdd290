"""Slugs, amounts, dates of stated precision and hashed identifiers. No I/O."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from anyascii import anyascii

from medkg.namespaces import ID, XSD

HASH_DIGITS: Final = 16
#: The type words of entity IRIs (docs/architecture.md, "IRIs").
KINDS: Final = frozenset(
    [
        "project",
        "programme",
        "actor",
        "structure",
        "place",
        "activity",
        "objective",
        "group",
        "engagement",
        "rationale",
        "method",
        "result",
        "indicator",
        "target",
        "figure",
        "participation",
        "membership",
        "search",
        "policy",
        "stream",
        "benefit",
        "gap",
        "valuechain",
        "source",
        "record",
        "relation",
        "claim",
        "rule",
        "pattern",
    ]
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Signs that stand inside a word; folded away so that "L'Aquila's" does not fall apart into single letters.
_INSIDE_WORD = re.compile(r"['’ʼ`´]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SCALES: Final = {"": Decimal(1), "k": Decimal(1_000), "M": Decimal(1_000_000)}
_FIGURE = re.compile(rf"(?P<number>{_NUMBER})(?: ?(?P<scale>[kM]))?")
_RANGE = re.compile(rf"(?P<low>{_NUMBER})(?: ?(?P<low_scale>[kM]))? ?[-–] ?(?P<high>{_NUMBER})(?: ?(?P<scale>[kM]))?")
_COMPARATORS: Final = {">=": "at-least", "<=": "at-most", ">": "more-than", "~": "approximately"}
#: From this many closing zeros on, a plain number is taken for a rounded one.
_ROUND_ZEROS: Final = 3

_DATE_FORMS: Final = (
    (re.compile(r"[0-9]{4}"), "gYear", "%Y"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "gYearMonth", "%Y-%m"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "date", "%Y-%m-%d"),
)


def slug(text: str) -> str:
    """Give the text as an ASCII slug; every script is folded to Latin letters.

    Raises:
        ValueError: the text has no letter or digit.
    """
    folded = _INSIDE_WORD.sub("", anyascii(_INSIDE_WORD.sub("", text))).lower()
    made = _NOT_SLUG.sub("-", folded).strip("-")
    if not made:
        raise ValueError("no letter or digit to make a slug of")
    return made


def is_slug(text: str) -> bool:
    """Tell whether the text is a slug: lower-case ASCII letters and digits in groups joined by single hyphens."""
    return _SLUG.fullmatch(text) is not None


def entity_iri(kind: str, name: str) -> str:
    """Give the IRI of an entity of a type word."""
    return f"{ID}{kind}/{name}"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as precise as its source states it.

    ``exact`` is given for a figure to the last unit; a rounded figure has ``nominal`` (what is printed) and the bounds
    it was rounded from; a range and a figure with a comparator have bounds only; an approximate one only ``nominal``.
    ``comparator`` is the last segment of a concept of scheme ``comparator``; None for a range.
    """

    text: str
    exact: Decimal | None = None
    nominal: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    comparator: str | None = "exactly"


def parse_amount(text: str) -> Amount:
    """Read an amount such as ``2369106.29``, ``3.12 M``, ``1.1-1.5 M``, ``>150``, ``<=5`` or ``~300``.

    Raises:
        ValueError: the text has none of these forms, or a range ends below its start.
    """
    if match := _RANGE.fullmatch(text):
        return _range(text, match)
    for sign, comparator in _COMPARATORS.items():
        if text.startswith(sign):
            return _compared(text, comparator, _figure(text[len(sign) :].lstrip(" "))[0])
    value, unit = _figure(text)
    if unit is None:
        return Amount(text, exact=value)
    return Amount(text, nominal=value, minimum=value - unit / 2, maximum=value + unit / 2)


def _figure(text: str) -> tuple[Decimal, Decimal | None]:
    """Give a figure's value and the unit of its last meaningful digit; None where the figure is exact."""
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise ValueError("not an amount")
    number, scale = Decimal(match["number"]), match["scale"]
    if scale:
        return number * _SCALES[scale], _SCALES[scale].scaleb(-_decimals(match["number"]))
    zeros = len(match["number"]) - len(match["number"].rstrip("0"))
    rounded = "." not in match["number"] and number != 0 and zeros >= _ROUND_ZEROS
    return number, Decimal(1).scaleb(zeros) if rounded else None


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _range(text: str, match: re.Match[str]) -> Amount:
    high_scale = match["scale"] or ""
    low = Decimal(match["low"]) * _SCALES[match["low_scale"] or high_scale]
    high = Decimal(match["high"]) * _SCALES[high_scale]
    if high < low:
        raise ValueError("a range that ends below its start")
    return Amount(text, minimum=low, maximum=high, comparator=None)


def _compared(text: str, comparator: str, value: Decimal) -> Amount:
    amount = Amount(text, comparator=comparator)
    if comparator == "approximately":
        return replace(amount, nominal=value)
    return replace(amount, maximum=value) if comparator == "at-most" else replace(amount, minimum=value)


def decimal_text(value: Decimal) -> str:
    """Give the canonical form of an xsd:decimal: no exponent, no closing zeros behind the point."""
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date in the precision it was stated in; ``datatype`` is the IRI of xsd:gYear, xsd:gYearMonth or xsd:date."""

    text: str
    datatype: str


def parse_date(text: str) -> StatedDate:
    """Read ``2019``, ``2019-09`` or ``2019-09-01``.

    Raises:
        ValueError: the text has none of these forms, or the calendar has no such day.
    """
    for form, datatype, layout in _DATE_FORMS:
        if form.fullmatch(text):
            try:
                datetime.datetime.strptime(text, layout)
            except ValueError as error:
                raise ValueError("no such day in the calendar") from error
            return StatedDate(text, XSD + datatype)
    raise ValueError("not a date")


def hash_terms(*terms: str) -> str:
    """Give 16 hex digits for a sequence of terms; ``("ab", "c")`` and ``("a", "bc")`` differ."""
    digest = hashlib.sha256()
    for term in terms:
        encoded = term.encode()
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()[:HASH_DIGITS]


def claim_iri(subject: str, predicate: str, obj: str, source: str) -> str:
    """Give the IRI of the claim that ``source`` makes the statement; the terms are given in N-Triples form."""
    return entity_iri("claim", hash_terms(subject, predicate, obj, source))
