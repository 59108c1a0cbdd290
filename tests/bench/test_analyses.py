"""The analyses are measured as they are defined: all of them, on things they take, and what fails says so."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.analysis.definition import definitions
from medkg.bench.analyses import AnalysesMeasurement, Sized
from medkg.bench.cases import ONE_THING, TRIED, WHOLE, Case, Things, cases, examples
from medkg.bench.growth import analyses_table
from medkg.bench.judging import Judged, judge
from medkg.namespaces import ID, SCHEME
from medkg.settings import load_settings
from medkg.store.layout import Layout
from medkg.store.reader import Reader

QUERIES = load_settings(environ={}).queries
PROJECT = f"{ID}project/innomed-up"


@pytest.fixture(scope="module")
def engine(shipped_home: Path) -> ox.Store:
    return Reader(shipped_home).snapshot().engine


@pytest.fixture
def store(shipped_home: Path) -> Path:
    return Layout(shipped_home).store(Reader(shipped_home).generation)


def test_things_are_ordered_by_how_many_statements_lead_to_them(engine: ox.Store) -> None:
    things = Things(engine)
    countries = things.of("place")
    assert countries[0] == f"{ID}place/italy"
    assert things.of("valuechain")[0].startswith(f"{SCHEME}value-chain/")
    assert len(set(countries)) == len(countries)
    assert things.of("nothing") == []


@pytest.mark.parametrize("name", sorted(definitions()))
def test_each_analysis_has_questions_and_each_kind_two(name: str, engine: ox.Store) -> None:
    definition = definitions()[name]
    found = list(cases(definition, Things(engine)))
    asked = [case for case in found if case.wanted == ONE_THING]
    assert len(asked) == 2 * sum(map(len, definition.kinds.values()))
    assert found
    for case in found:
        for given in case.choices:
            assert given.keys() <= definition.parameters.keys()
            assert {name for name, item in definition.parameters.items() if item.required} <= given.keys()
        assert len(case.choices) <= TRIED


def test_examples_of_definitions_are_things_to_keep() -> None:
    assert PROJECT in examples(definitions())


def test_the_first_thing_that_is_taken_is_measured(store: Path) -> None:
    given = ({"entity": f"{ID}project/none"}, {"entity": PROJECT})
    found = judge(store, QUERIES, Case("helix-balance", "a project", given, ONE_THING), 60)
    assert (found.failed, found.given) == ("", given[1])
    assert found.rows >= 6
    assert 0 < found.seconds < found.whole_seconds
    assert 20 < found.peak_mib < 1000


def test_what_is_refused_and_what_is_too_slow_has_no_figures(store: Path) -> None:
    none = ({"entity": f"{ID}project/none"},)
    assert judge(store, QUERIES, Case("helix-balance", "none", none, ONE_THING), 60).failed.startswith("refused: ")
    assert judge(store, QUERIES, Case("helix-balance", "no kind", (), ONE_THING), 60).failed == "there is no such thing"
    late = judge(store, QUERIES, Case("coverage", "whole registry", ({},), WHOLE), 0.01)
    assert late.failed == "no answer within 0.01 s"
    assert late.slow


def test_the_table_gives_growth_and_counts_what_is_too_slow() -> None:
    quick = Judged("money", "whole registry", WHOLE, {}, 7, 0.5, 0.7, 60.0)
    slow = replace(quick, seconds=12.5)
    text = analyses_table(AnalysesMeasurement(1, (Sized(100, (quick,)), Sized(1000, (slow,)))))
    assert "0.500" in text
    assert "12.500 (slow)" in text
    assert "25.0" in text
    assert text.endswith("2 measurements, 1 of them slower than wanted or without an answer")


def test_the_command_measures_on_a_made_up_registry(shipped_home: Path, tmp_path: Path) -> None:
    output = tmp_path / "figures.json"
    command = [sys.executable, "-m", "medkg", "--home", str(shipped_home), "bench", "analyses", "--quads", "90000"]
    command += ["--only", "meta-cluster-proposals", "--folder", str(tmp_path), "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (size,) = json.loads(output.read_bytes())["sizes"]
    assert 90_000 * 0.8 < size["quads"] <= 90_000
    assert [one["what"] for one in size["judged"]] == [
        "whole registry",
        "chain: largest valuechain",
        "chain: middling valuechain",
    ]
    assert [one["failed"] for one in size["judged"]] == ["", "", ""]
    assert size["judged"][0]["rows"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]
