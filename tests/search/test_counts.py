"""The counts of facets are what counting the answers of the queries one by one gives, whatever is chosen together."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.query.asking import NamedQueries
from medkg.search.asking import Found, Search
from medkg.search.facets import facets
from medkg.search.index import SearchIndex
from medkg.search.kinds import HELPER_KINDS, kind_of
from medkg.store.reader import Reader, Snapshot
from tests.search.registries import COUNTRIES, HELICES, QUERIES, THEMES, WORDS, index_over, registries

Values = Mapping[str, Mapping[str, set[str]]]
CHOICES = st.fixed_dictionaries(
    {
        "kind": st.lists(st.sampled_from(("project", "actor", "figure")), max_size=2),
        "country": st.lists(st.sampled_from(COUNTRIES), max_size=2),
        "helix": st.lists(st.sampled_from(HELICES), max_size=1),
        "theme": st.lists(st.sampled_from(THEMES), max_size=1),
        "period": st.lists(st.sampled_from(("2014", "2016")), max_size=2),
        "money": st.lists(st.sampled_from(("not-stated", "500k-1m", "1m-2m", "from-5m")), max_size=2),
    }
)


def values_by_query(asked: NamedQueries, names: Iterable[str]) -> Values:
    """Give facet → thing → values, from the answers of the queries alone."""
    things = {row["thing"].value for row in asked.rows("names")}
    found: dict[str, dict[str, set[str]]] = {facet.name: defaultdict(set) for facet in facets()}
    for facet in facets():
        for thing, value in facet.rows(asked):
            found[facet.name][thing].add(value)
    found["kind"] = defaultdict(set, {thing: {kind_of(thing)} for thing in things})
    return {name: found[name] for name in names}


def one_by_one(things: Iterable[str], values: Values, chosen: Mapping[str, list[str]], facet: str) -> dict[str, int]:
    """Count the values of a facet thing by thing: its own choices do not matter, one of each other facet must do."""
    matching = list(things)
    asked_by_kind = facet == "kind" or bool(chosen["kind"])
    usual = [thing for thing in matching if kind_of(thing) not in HELPER_KINDS] or matching
    counts: dict[str, int] = defaultdict(int)
    for thing in matching if asked_by_kind else usual:
        others = (values[name][thing] & set(wanted) for name, wanted in chosen.items() if name != facet and wanted)
        if all(others):
            for value in values[facet][thing]:
                counts[value] += 1
    return dict(counts)


def agrees(index: SearchIndex, values: Values, text: str, chosen: Mapping[str, list[str]]) -> None:
    everything = Found(index, Search(text, {"kind": list(index.columns["kind"].values)}))
    matching = [index.iri(number) for number in everything.numbers()]
    found = Found(index, Search(text, chosen))
    for facet in facets():
        assert found.counts(facet.name) == one_by_one(matching, values, chosen, facet.name), facet.name


@settings(max_examples=40, deadline=None)
@given(registries(), CHOICES, st.sampled_from(("", *WORDS, "watr", "energy water")))
def test_counts_are_those_of_the_queries(asked: NamedQueries, chosen: Mapping[str, list[str]], text: str) -> None:
    agrees(index_over(asked), values_by_query(asked, [facet.name for facet in facets()]), text, chosen)


@settings(max_examples=25, deadline=None)
@given(registries(), CHOICES)
def test_a_count_is_how_many_the_choice_gives(asked: NamedQueries, chosen: Mapping[str, list[str]]) -> None:
    index = index_over(asked)
    found = Found(index, Search("", chosen))
    for facet in facets():
        for value, count in found.counts(facet.name).items():
            alone = Found(index, Search("", {**chosen, facet.name: [value]}))
            assert alone.total == count, (facet.name, value)


@pytest.fixture(scope="module")
def snapshot(shipped_home: Path) -> Snapshot:
    return Reader(shipped_home).snapshot()


@pytest.fixture(scope="module")
def shipped(snapshot: Snapshot) -> NamedQueries:
    return NamedQueries(snapshot, QUERIES)


@pytest.fixture(scope="module")
def index(shipped: NamedQueries) -> SearchIndex:
    return index_over(shipped)


def test_counts_on_the_shipped_registry(index: SearchIndex, shipped: NamedQueries) -> None:
    values = values_by_query(shipped, [facet.name for facet in facets()])
    draw = random.Random(20)  # noqa: S311 - a choice, no secret
    for text in ("", "", "water", "university", "med"):
        chosen: dict[str, list[str]] = {"kind": []}
        for facet in draw.sample(facets(), 3):
            chosen[facet.name] = draw.sample(sorted(index.columns[facet.name].values), 2)
        agrees(index, values, text, chosen)


def test_projects_by_country_are_what_sparql_counts(index: SearchIndex, snapshot: Snapshot) -> None:
    counted = Found(index, Search("", {"kind": ["project"]})).counts("country")
    query = (Path(__file__).parent / "projects-by-country.rq").read_text(encoding="utf-8")
    rows = snapshot.query(query, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    assert counted == {row["country"].value.rpartition("/")[2]: int(row["projects"].value) for row in rows}
    assert counted["italy"] > counted["malta"] > 0
