"""Slugs, amounts, dates and hashes, by examples and by properties."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.namespaces import XSD
from medkg.terms import Amount, claim_iri, decimal_text, hash_terms, is_slug, parse_amount, parse_date, slug

NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2).filter(lambda number: number.is_finite())


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("INNOMED-UP", "innomed-up"),
        ("Pôle Mer Méditerranée", "pole-mer-mediterranee"),
        ("Provence-Alpes-Côte d'Azur", "provence-alpes-cote-dazur"),
        ("Αττική", "attiki"),
        ("جامعة بيرزيت", "jmh-byrzyt"),
        ("  A.1.2 / B  ", "a-1-2-b"),
    ],
)
def test_a_name_becomes_an_ascii_slug(text: str, made: str) -> None:
    assert slug(text) == made


@given(st.text())
def test_what_slug_makes_is_a_slug_and_stays_one(text: str) -> None:
    try:
        made = slug(text)
    except ValueError:
        return
    assert is_slug(made)
    assert slug(made) == made


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "a_b", "é"])
def test_other_texts_are_no_slugs(text: str) -> None:
    assert not is_slug(text)


def test_a_text_without_letters_has_no_slug() -> None:
    with pytest.raises(ValueError, match="no letter or digit"):
        slug(" … ")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2369106.29", Amount("", exact=Decimal("2369106.29"))),
        ("150", Amount("", exact=Decimal(150))),
        ("2500", Amount("", exact=Decimal(2500))),
        ("0", Amount("", exact=Decimal(0))),
        ("3.12 M", Amount("", nominal=Decimal(3120000), minimum=Decimal(3115000), maximum=Decimal(3125000))),
        ("3.12M", Amount("", nominal=Decimal(3120000), minimum=Decimal(3115000), maximum=Decimal(3125000))),
        ("72 k", Amount("", nominal=Decimal(72000), minimum=Decimal(71500), maximum=Decimal(72500))),
        ("2400000", Amount("", nominal=Decimal(2400000), minimum=Decimal(2350000), maximum=Decimal(2450000))),
        ("1.1-1.5 M", Amount("", minimum=Decimal(1100000), maximum=Decimal(1500000), comparator=None)),
        ("900 k-1.1 M", Amount("", minimum=Decimal(900000), maximum=Decimal(1100000), comparator=None)),
        (">150", Amount("", minimum=Decimal(150), comparator="more-than")),
        (">=20", Amount("", minimum=Decimal(20), comparator="at-least")),
        ("<=5", Amount("", maximum=Decimal(5), comparator="at-most")),
        ("~300", Amount("", nominal=Decimal(300), comparator="approximately")),
        (">1.5 M", Amount("", minimum=Decimal(1500000), comparator="more-than")),
    ],
)
def test_an_amount_is_as_precise_as_it_is_written(text: str, amount: Amount) -> None:
    read = parse_amount(text)
    assert read.text == text
    expected = (amount.exact, amount.nominal, amount.minimum, amount.maximum, amount.comparator)
    assert (read.exact, read.nominal, read.minimum, read.maximum, read.comparator) == expected


@pytest.mark.parametrize(
    "text", ["", "1,1", "about 3", "3.12 m", "-5", "1.5-1.1 M", "<5", "1 000", "3.", ".5", "1e6", "٣"]
)
def test_other_texts_are_no_amounts(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|range"):
        parse_amount(text)


@given(NUMBERS, st.sampled_from(["", " k", " M"]))
def test_a_figure_lies_within_its_bounds(number: Decimal, scale: str) -> None:
    amount = parse_amount(f"{number}{scale}")
    if amount.exact is not None:
        assert (amount.nominal, amount.minimum, amount.maximum) == (None, None, None)
        return
    assert amount.nominal is not None
    assert amount.minimum is not None
    assert amount.maximum is not None
    assert amount.maximum - amount.nominal == amount.nominal - amount.minimum > 0


@given(NUMBERS, NUMBERS)
def test_a_range_keeps_both_ends(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    amount = parse_amount(f"{low}-{high}")
    assert (amount.minimum, amount.maximum, amount.exact, amount.nominal) == (low, high, None, None)


@given(NUMBERS)
def test_the_text_of_a_decimal_has_its_value_and_no_exponent(number: Decimal) -> None:
    text = decimal_text(number)
    assert Decimal(text) == number
    assert re.fullmatch(r"[0-9]+(\.[0-9]*[1-9])?", text)


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_a_date_keeps_its_precision(day: datetime.date) -> None:
    text = day.isoformat()
    for length, kind in ((4, "gYear"), (7, "gYearMonth"), (10, "date")):
        stated = parse_date(text[:length])
        assert (stated.text, stated.datatype) == (text[:length], XSD + kind)


@pytest.mark.parametrize(
    "text", ["", "19", "2019-13", "2019-02-30", "01/09/2019", "2019-9", "0000", "2019-09-01T00:00"]
)
def test_other_texts_are_no_dates(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|no such day"):
        parse_date(text)


def test_an_identifier_depends_on_where_one_term_ends() -> None:
    assert hash_terms("ab", "c") != hash_terms("a", "bc")
    assert claim_iri("<s>", "<p>", "<o>", "<g>") == claim_iri("<s>", "<p>", "<o>", "<g>")
    assert claim_iri("<s>", "<p>", "<o>", "<g>") != claim_iri("<s>", "<p>", '"o"', "<g>")
    assert re.fullmatch(r"https://w3id\.org/medkg/id/claim/[0-9a-f]{16}", claim_iri("a", "b", "c", "d"))
