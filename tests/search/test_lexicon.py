"""The dictionary gives what looking through all keys one by one gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.search.columns import Column, Documents, column_arrays
from medkg.search.lexicon import Lexicon, LexiconDraft, slips

KEYS = st.text("abc1 ", min_size=1, max_size=9)
DOCUMENTS = st.lists(st.sets(KEYS, max_size=4), max_size=12)


def lexicon_of(documents: list[set[str]]) -> Lexicon:
    draft = LexiconDraft()
    for number, keys in enumerate(documents):
        draft.add(number, sorted(keys))
    return Lexicon(draft.arrays())


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, KEYS)
def test_keys_and_beginnings(documents: list[set[str]], text: str) -> None:
    lexicon = lexicon_of(documents)
    every = sorted({key for keys in documents for key in keys})
    assert [lexicon.key(number) for number in range(len(lexicon))] == every
    assert lexicon.exactly(text).tolist() == [number for number, keys in enumerate(documents) if text in keys]
    begin = {number for number, keys in enumerate(documents) if any(key.startswith(text) for key in keys)}
    assert set(lexicon.beginning(text).tolist()) == begin
    assert [lexicon.key(number) for number in lexicon.completions(text)] == [k for k in every if k.startswith(text)]
    assert [lexicon.key(number) for number in lexicon.holding(text, 99)] == [k for k in every if text in k]


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, st.text("abc", min_size=4, max_size=9))
def test_near_words_are_all_that_are_a_slip_or_two_away(documents: list[set[str]], word: str) -> None:
    lexicon = lexicon_of(documents)
    most = 2 if len(word) >= 8 else 1
    near = [lexicon.key(number) for number in lexicon.near(word)]
    every = {key for keys in documents for key in keys}
    assert set(near) == {key for key in every if 0 < slips(word, key) <= most}
    assert [slips(word, key) for key in near] == sorted(slips(word, key) for key in near)


def test_a_slip_is_a_letter_more_less_other_or_two_exchanged() -> None:
    pairs = {("birzet", "birzeit"): 1, ("birziet", "birzeit"): 1, ("birzeitt", "birzeit"): 1, ("burzeit", "birzeit"): 1}
    assert {pair: slips(*pair) for pair in pairs} == pairs
    assert slips("kitten", "sitting") == 3
    assert slips("same", "same") == 0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=3), min_size=1, max_size=200), st.randoms())
def test_columns_count_frequent_and_rare_values_alike(values: list[set[str]], chance: object) -> None:
    # With few documents all values are frequent: those that stand in one of many documents make the others.
    values = [*values, *(set() for _ in range(300)), {"rare"}]
    among = np.array([number % 3 != 0 for number in range(len(values))])
    counted = Column(column_arrays(values), len(values)).counts(Documents(among))
    assert counted == one_by_one(values, among.tolist())
    few = np.array([number in {0, 7} for number in range(len(values))])
    assert Column(column_arrays(values), len(values)).counts(Documents(few)) == one_by_one(values, few.tolist())


def one_by_one(values: list[set[str]], among: list[bool]) -> Mapping[str, int]:
    told = [value for own, asked in zip(values, among, strict=True) if asked for value in own]
    return {value: told.count(value) for value in set(told)}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sets(st.sampled_from(("x", "y", "ζ")), max_size=3), max_size=20))
def test_columns_give_the_values_of_a_document(values: list[set[str]]) -> None:
    column = Column(column_arrays(values), len(values))
    assert [column.of(number) for number in range(len(values))] == [sorted(own) for own in values]
