"""Texts in pictures: nothing that XML forbids, nothing that turns other texts, never wider than their room."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring, tostring

from hypothesis import given
from hypothesis import strategies as st

from medkg.pictures.lettering import LONGEST, cleaned, first_direction, fitted, isolated, width

HOSTILE = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["<script>alert(1)</script>", "a\u202eb", "\x00\x0b]]>", "&lt;", "W" * 10_000, "\ud800", "مصر \u2067x", "\ufffe"]
)


@given(HOSTILE)
def test_whatever_a_name_holds_xml_can_hold_it(name: str) -> None:
    element = Element("text")
    element.text = cleaned(name)
    assert (fromstring(tostring(element)).text or "") == cleaned(name)  # noqa: S314 - our own text


@given(HOSTILE)
def test_a_cleaned_text_turns_no_other(name: str) -> None:
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c") & set(cleaned(name))
    assert len(cleaned(name)) <= LONGEST


@given(HOSTILE, st.floats(20, 400))
def test_a_fitted_text_is_never_wider_than_its_room(name: str, room: float) -> None:
    assert width(fitted(cleaned(name), 14, room), 14) <= room + 14


def test_a_cut_text_says_that_it_is_cut() -> None:
    assert fitted("National Technical University of Athens", 14, 120).endswith("…")
    assert fitted("NTUA", 14, 120) == "NTUA"


def test_a_name_of_the_other_direction_is_isolated() -> None:
    assert first_direction("… جامعة بيرزيت") == "rtl"
    assert isolated("جامعة", "rtl") == "جامعة"
    assert isolated("INNOMED-UP", "rtl") == "\u2068INNOMED-UP\u2069"
    assert isolated("42", "rtl") == "42"
