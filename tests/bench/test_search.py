"""The measurement of the search: made-up things are as many as asked for, searches distinct, figures told."""

from __future__ import annotations

import random
from pathlib import Path

from medkg.bench.searching import measure_search, search_table
from medkg.search.things import Thing


def things() -> list[Thing]:
    words = ("Water Agency", "Blue Cluster", "University of Nowhere", "بيرزيت")
    return [
        Thing(
            f"https://w3id.org/medkg/id/actor/n{number}",
            [(name, "en")],
            [("About energy and cities", "en")],
            {"en": name},
            {"country": {random.Random(number).choice(("italy", "malta"))}},  # noqa: S311 - a choice, no secret
        )
        for number, name in enumerate(words)
    ]


def test_the_search_is_measured(tmp_path: Path) -> None:
    said: list[str] = []
    found = measure_search(things(), 300, 20, 1, tmp_path, said.append)
    assert found.things == 300
    assert [one.what for one in found.timed] == ["searches", "searches with filters", "filters alone", "suggestions"]
    assert [one.searches for one in found.timed[:3]] == [20] * 3
    assert all(0 < one.p50_ms <= one.p95_ms <= one.most_ms for one in found.timed)
    assert found.file_mib > 0
    assert "300 things: indexed in" in search_table([found])
    assert said[0] == "making 300 things"
