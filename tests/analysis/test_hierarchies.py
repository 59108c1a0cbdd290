"""What stands above what: everything is reached, circles are found and survived, generations follow the longest way."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.analysis.hierarchies import Hierarchy

Pairs = list[tuple[int, int]]
PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14)


def thing(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"urn:{number}")


def hierarchy(pairs: Pairs) -> Hierarchy:
    return Hierarchy((thing(below), thing(above)) for below, above in pairs)


def numbers(things: object) -> list[int]:
    return [int(item.value[-1]) for item in things]  # type: ignore[attr-defined]


def reached(pairs: Pairs) -> dict[int, set[int]]:
    """Give what is above each by Warshall's way, which has nothing in common with the one under test."""
    above = {number: {up for down, up in pairs if down == number} for number in range(8)}
    for middle in range(8):
        for number in range(8):
            if middle in above[number]:
                above[number] |= above[middle]
    return above


@given(pairs=PAIRS)
def test_everything_above_and_below_is_reached(pairs: Pairs) -> None:
    found, expected = hierarchy(pairs), reached(pairs)
    for number in range(8):
        assert set(numbers(found.above(thing(number)))) == expected[number]
        assert set(numbers(found.below(thing(number)))) == {one for one in range(8) if number in expected[one]}


@given(pairs=PAIRS)
def test_circles_are_what_reaches_itself_and_are_told_apart(pairs: Pairs) -> None:
    expected = reached(pairs)
    circles = [set(numbers(circle)) for circle in hierarchy(pairs).circles()]
    assert set().union(*circles) == {number for number in range(8) if number in expected[number]}
    for circle in circles:
        assert all(expected[one] & circle == circle for one in circle)
        assert not any(other & circle for other in circles if other is not circle)


@given(pairs=PAIRS)
def test_each_generation_is_one_more_than_the_highest_above(pairs: Pairs) -> None:
    found, expected = hierarchy(pairs), reached(pairs)
    generations = {number: found.generations()[thing(number)] for pair in pairs for number in pair}
    for number, generation in generations.items():
        circle = {number} | {one for one in expected[number] if number in expected[one]}
        above = {up for down, up in pairs if down in circle} - circle
        assert generation == 1 + max((generations[up] for up in above), default=0)


@given(pairs=PAIRS)
def test_families_are_parted_and_leave_no_link_between_them(pairs: Pairs) -> None:
    families = [set(numbers(family)) for family in hierarchy(pairs).families()]
    assert sorted(number for family in families for number in family) == sorted({one for pair in pairs for one in pair})
    assert all(any(set(pair) <= family for family in families) for pair in pairs)


@given(pairs=PAIRS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_changes_nothing(pairs: Pairs, order: object) -> None:
    shuffled = pairs[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = hierarchy(pairs), hierarchy(shuffled)
    assert one.circles() == two.circles()
    assert one.families() == two.families()
    assert one.generations() == two.generations()


@pytest.mark.parametrize(
    ("pairs", "generations"),
    [
        ([(2, 1), (3, 2), (3, 1)], {1: 1, 2: 2, 3: 3}),
        ([(1, 1)], {1: 1}),
        ([(2, 1), (1, 2), (3, 1)], {1: 1, 2: 1, 3: 2}),
    ],
)
def test_the_longest_way_counts_and_a_circle_is_one_generation(pairs: Pairs, generations: dict[int, int]) -> None:
    assert {int(item.value[-1]): number for item, number in hierarchy(pairs).generations().items()} == generations


def test_a_long_chain_is_no_matter() -> None:
    chain = Hierarchy((ox.NamedNode(f"urn:{n + 1}"), ox.NamedNode(f"urn:{n}")) for n in range(20_000))
    assert max(chain.generations().values()) == 20_001
    assert len(chain.families()) == 1
