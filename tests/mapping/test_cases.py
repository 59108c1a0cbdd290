"""Each folder beside this file is a case: tables, their mapping, and the quads they give (compared as sets)."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.mapping.construct import map_tables
from medkg.sources.catalogue import load_sources

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/expected.nq"))


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """Give an ontology without terms and concepts: none is asked for."""
    for name in ("vocab", "modules"):
        (tmp_path / name).mkdir()
    return tmp_path


def lines(quads: list[ox.Quad]) -> list[str]:
    return [f"{quad} ." for quad in quads]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_tables_give_the_expected_quads(case: Path, ontology: Path) -> None:
    mapped = map_tables(load_sources(case, ontology))
    given = lines(list(mapped.quads()))
    assert sorted(given) == sorted((case / "expected.nq").read_text(encoding="utf-8").splitlines())
    assert len(given) == len(set(given)), "each quad is given once"


def test_every_folder_with_a_mapping_is_a_case() -> None:
    assert sorted(path.parent for path in HERE.glob("*/mapping.rq")) == CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_order_depends_on_the_tables_alone(case: Path, ontology: Path) -> None:
    first, second = (lines(list(map_tables(load_sources(case, ontology)).quads())) for _ in range(2))
    assert first == second
