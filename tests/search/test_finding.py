"""What is found, and what comes first: exact names, beginnings, all words, slips, consonants, texts."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.namespaces import DCTERMS, ID, MK, RDFS
from medkg.query.asking import NamedQueries
from medkg.search.asking import Found, Search
from medkg.search.index import BEGINS, BONES, EXACT, JOINED, TEXTS, TYPO, WORDS, SearchIndex
from medkg.search.matching import best_name, snippet_of
from medkg.store.reader import Reader
from tests.search.registries import QUERIES, asked_of, index_over, named, thing

INDEX = named(
    ("actor/birzeit", "Birzeit University"),
    ("actor/ntua", "National Technical University of Athens"),
    ("actor/ntua", "NTUA"),
    ("place/attiki", "Attikí"),
    ("project/water", "Water"),
    ("project/water-reuse", "Water reuse"),
    ("actor/blue-water", "Blue water agency"),
    ("participation/water", "Water in the project"),
    ("structure/blue", "Blue Economy Cluster"),
    ("structure/other", "Noble Economy"),
    ("project/medup", "MedUP"),
)


def found(text: str, index: SearchIndex = INDEX) -> list[tuple[str, int]]:
    told = Found(index, Search(text))
    return [(index.iri(number).removeprefix(ID), told.rank(number)) for number in told.numbers()]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Birzeit", ("actor/birzeit", BEGINS)),
        ("بيرزيت", ("actor/birzeit", BONES)),
        ("birzet", ("actor/birzeit", TYPO)),
        ("birzeit univeristy", ("actor/birzeit", TYPO)),
        ("NTUA", ("actor/ntua", EXACT)),
        ("Attikí", ("place/attiki", EXACT)),
        ("ATTIKI", ("place/attiki", EXACT)),
        ("athens national", ("actor/ntua", WORDS)),
        ("univ ath", ("actor/ntua", WORDS)),
        ("blueecon", ("structure/blue", JOINED)),
        ("med-up", ("project/medup", JOINED)),
    ],
)
def test_names_are_found_however_they_are_written(text: str, first: tuple[str, int]) -> None:
    assert found(text)[0] == first


def test_better_matches_and_then_listed_kinds_come_first() -> None:
    assert found("water") == [("project/water", EXACT), ("project/water-reuse", BEGINS), ("actor/blue-water", WORDS)]


def test_helpers_are_found_where_they_are_asked_for_or_alone() -> None:
    told = Found(INDEX, Search("water", {"kind": ["participation"]}))
    assert [INDEX.iri(number) for number in told.numbers()] == [ID + "participation/water"]
    assert found("in the project") == [("participation/water", WORDS)]


def test_words_run_together_begin_where_a_word_begins() -> None:
    assert [iri for iri, _ in found("blueecon")] == ["structure/blue"]
    assert "structure/other" in {iri for iri, _ in found("leecon")} or found("leecon") == []


def test_words_that_are_known_as_they_stand_are_not_mended() -> None:
    assert found("watch") == []
    assert [iri for iri, _ in found("watr")] == [iri for iri, _ in found("water")]
    assert INDEX.corrected("watr reus") == "water reus"
    assert INDEX.corrected("water reuse") == ""


def test_equal_matches_stand_in_the_order_of_their_iris() -> None:
    index = named(*((f"actor/n{number}", "Same Name") for number in (3, 1, 2)))
    assert [iri for iri, _ in found("same", index)] == ["actor/n1", "actor/n2", "actor/n3"]


def texts() -> NamedQueries:
    told = ox.Literal("Cities reuse treated waste water in gardens, and say how much of it there is.", language="en")
    facts: list[tuple[str, str, ox.NamedNode | ox.Literal]] = [
        (ID + "project/a", RDFS + "label", ox.Literal("Alpha")),
        (ID + "project/b", RDFS + "label", ox.Literal("Gardens")),
        (ID + "project/a", MK + "hasObjective", thing("objective/a")),
        (ID + "objective/a", RDFS + "label", ox.Literal("First objective")),
        (ID + "objective/a", DCTERMS + "description", told),
    ]
    return asked_of(facts)


def test_texts_are_searched_behind_names_and_those_of_parts_are_the_whole_s() -> None:
    index = index_over(texts())
    assert found("gardens", index) == [("project/b", EXACT), ("project/a", TEXTS), ("objective/a", TEXTS)]
    assert found("alpha gardens", index) == [("project/a", TEXTS)]
    told = snippet_of(index.texts(0), "waste GARDENS")
    assert told is not None
    assert [part for part, marked in told.parts if marked] == ["waste", "gardens"]
    assert told.language == "en"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.text(max_size=30))
def test_a_snippet_is_a_piece_of_its_text(text: str, asked: str) -> None:
    told = snippet_of([(text, "")], asked)
    if told is not None:
        parts = [part for part, _ in told.parts if part not in {"… ", " …"}]
        assert "".join(parts) in text
        assert any(marked for _, marked in told.parts)


def test_the_name_that_matched_is_told() -> None:
    names = [("National Technical University of Athens", "en"), ("NTUA", ""), ("Ethniko Metsovio", "el")]
    assert best_name(names, "ntua") == ("NTUA", "")
    assert best_name(names, "metsovyo") == ("Ethniko Metsovio", "el")
    assert best_name(names, "athens univ") == ("National Technical University of Athens", "en")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered_the_same_twice(text: str) -> None:
    assert found(text) == found(text)


def test_names_of_any_length_and_content_are_indexed() -> None:
    index = named(("actor/long", "x" * 10_000), ("actor/none", "\u202e!?"), ("actor/marks", "<b>= & \x07"))
    assert [iri for iri, _ in found("x" * 300, index)] == ["actor/long"]
    assert len(Found(index, Search("")).numbers()) == 3


def test_an_index_of_nothing_finds_nothing() -> None:
    index = index_over(asked_of([]))
    assert Found(index, Search("water")).numbers() == []
    assert Found(index, Search("", {"country": ["italy"]})).counts("kind") == {}


def test_orders_put_the_unknown_last(shipped_home: Path) -> None:
    index = index_over(NamedQueries(Reader(shipped_home).snapshot(), QUERIES))
    told = Found(index, Search("", {"kind": ["project"]}))
    stated = [index.columns["money"].of(number) != ["not-stated"] for number in told.numbers(order="budget")]
    assert stated == sorted(stated, reverse=True)
    assert told.numbers(0, 10, "newest") == told.numbers(order="newest")[:10]
    assert told.numbers(10, 10, "name-fr") == told.numbers(order="name-fr")[10:20]
