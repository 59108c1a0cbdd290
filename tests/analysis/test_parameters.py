"""A parameter that takes several things keeps their order, and refuses what is named twice, nothing, or too much."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.analysis.definition import Definition, definitions
from medkg.analysis.parameters import MOST_THINGS, given_terms, joined, names_in
from medkg.errors import BadParameter
from medkg.web.analyses import Unclear
from tests.analysis.small_registry import thing

WORDS = st.text("abcü-", min_size=1, max_size=5)
NAMES = st.one_of(
    WORDS.map(lambda word: f"id:actor/{word}"),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda words: " ".join(words)),
)


def consortium() -> Definition:
    """Give a definition whose one parameter takes several things."""
    return replace(definitions()["helix-balance"], several=frozenset({"entity"}))


@pytest.mark.parametrize(
    "text", ["id:actor/b id:actor/a", "id:actor/b,id:actor/a", " id:actor/b ,\n id:actor/a, ", "id:actor/b، id:actor/a"]
)
def test_things_stand_apart_by_spaces_or_commas_and_keep_their_order(text: str) -> None:
    assert given_terms(consortium(), {"entity": text}) == {"entity": (thing("actor/b"), thing("actor/a"))}


def test_one_thing_is_a_tuple_too_and_a_parameter_for_one_takes_no_second() -> None:
    assert given_terms(consortium(), {"entity": "id:actor/b"}) == {"entity": (thing("actor/b"),)}
    with pytest.raises(BadParameter, match="is not of type iri"):
        given_terms(definitions()["helix-balance"], {"entity": "id:actor/b id:actor/a"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id:actor/a https://w3id.org/medkg/id/actor/a", "entity: https://w3id.org/medkg/id/actor/a is named twice"),
        (", ,", "entity: nothing is named.*id:project/innomed-up"),
        ("", "a value is required"),
        ("id:actor/a nobody", "'nobody' is not of type iri"),
        (" ".join(f"id:actor/a{number}" for number in range(MOST_THINGS + 1)), "201 things are named"),
    ],
)
def test_what_lists_nothing_or_too_much_is_refused(text: str, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        given_terms(consortium(), {"entity": text})


@given(names=st.lists(NAMES, max_size=6))
def test_names_that_were_joined_are_read_again(names: list[str]) -> None:
    assert names_in(joined(names)) == tuple(names)


def test_words_between_iris_are_one_name_and_a_choice_takes_their_place() -> None:
    told = {"entity": "id:actor/a Birzeit University id:actor/b, EPEM"}
    assert names_in(told["entity"]) == ("id:actor/a", "Birzeit University", "id:actor/b", "EPEM")
    unclear = Unclear.first_of(consortium(), told)
    assert unclear is not None
    assert unclear.words == "Birzeit University"
    cleared = unclear.cleared(told, "id:actor/birzeit")
    assert cleared == {"entity": "id:actor/a, id:actor/birzeit, id:actor/b, EPEM"}
    last = Unclear.first_of(consortium(), cleared)
    assert last is not None
    found = given_terms(consortium(), last.cleared(cleared, "id:actor/epem"))["entity"]
    assert found == tuple(ox.NamedNode(thing(f"actor/{name}").value) for name in ("a", "birzeit", "b", "epem"))
