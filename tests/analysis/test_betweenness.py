"""Betweenness by blocks of like nodes is what the library finds node by node."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations

import networkx
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.analysis import cooperation
from medkg.analysis.betweenness import dependencies
from medkg.analysis.cooperation import SEED, Network
from medkg.namespaces import ID

Groups = list[set[int]]
#: Nodes that meet in groups, as bodies do in projects: many have the same neighbours.
MEETINGS = st.lists(st.sets(st.integers(0, 15), min_size=1, max_size=7), min_size=1, max_size=9)


def linked(groups: Iterable[set[int]]) -> networkx.Graph[int]:
    found: networkx.Graph[int] = networkx.Graph()
    for together in groups:
        found.add_nodes_from(sorted(together))
        found.add_edges_from(combinations(sorted(together), 2))
    return found


def neighbours(graph: networkx.Graph[int]) -> Mapping[int, frozenset[int]]:
    return {node: frozenset(others) for node, others in graph.adjacency()}


def network(groups: Groups) -> Network:
    bodies = {number: ox.NamedNode(f"{ID}actor/b{number:02}") for number in range(16)}
    met = {ox.NamedNode(f"{ID}project/p{number}"): [bodies[one] for one in held] for number, held in enumerate(groups)}
    return Network.of(met)


@given(MEETINGS)
def test_of_all_sources_it_is_twice_the_betweenness(groups: Groups) -> None:
    graph = linked(groups)
    wanted = networkx.betweenness_centrality(graph, normalized=False)
    found = dependencies(neighbours(graph), graph)
    assert found == pytest.approx({node: 2 * value for node, value in wanted.items()})


@given(MEETINGS, st.data())
def test_each_source_adds_what_it_gives_alone(groups: Groups, data: st.DataObject) -> None:
    around = neighbours(linked(groups))
    sources = data.draw(st.sets(st.sampled_from(sorted(around))))
    alone = [dependencies(around, [source]) for source in sources]
    assert dependencies(around, sources) == pytest.approx({node: sum(one[node] for one in alone) for node in around})


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_body_between_two_projects_is_on_all_ways_across(first: int, second: int) -> None:
    left, right = set(range(1, first + 1)), set(range(10, 10 + second))
    found = dependencies(neighbours(linked([{0, *left}, {0, *right}])), {0, *left, *right})
    assert found[0] == 2 * first * second
    assert not any(found[node] for node in left | right)


@given(MEETINGS)
def test_a_network_has_the_measure_of_the_library(groups: Groups) -> None:
    one = network(groups)
    wanted = networkx.betweenness_centrality(one.graph)
    assert {place: float(value) for place, value in one.betweenness().items()} == pytest.approx(wanted, abs=1e-5)


def test_an_estimate_is_of_the_same_lots_as_in_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)  # noqa: S311 - the same graph each time, no secret
    one = network([set(chance.sample(range(16), 4)) for _ in range(7)])
    monkeypatch.setattr(cooperation, "MOST_STEPS", 5 * one.graph.number_of_edges())
    assert one.drawn == 5
    wanted = networkx.betweenness_centrality(one.graph, k=5, seed=SEED)
    assert {place: float(value) for place, value in one.betweenness().items()} == pytest.approx(wanted, abs=1e-5)
    assert any(value > 0 for value in one.betweenness().values())


@pytest.mark.parametrize("bodies", [1, 2])
def test_a_network_of_one_or_two_bodies_has_nobody_between(bodies: int) -> None:
    assert set(network([set(range(bodies))]).betweenness().values()) == {Decimal(0)}
