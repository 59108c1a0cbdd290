"""The tables of sources, registry facts and identity, as the tests of this folder read them."""

from __future__ import annotations

import csv
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from anyascii import anyascii

DATA: Final = Path(__file__).parents[2] / "data"
FACTS: Final = ("programmes", "priorities", "projects", "partners", "clusters", "indicators")
#: What a row's record starts with -> how many facts were collected of that kind, and the tables that hold them.
COLLECTED: Final = {
    "programme": (31, ("programmes/programmes",)),
    "priority": (95, ("priorities/priorities", "priorities/covered-priorities")),
    "project": (139, ("projects/projects", "projects/covered-projects")),
    "partner": (387, ("partners/partners", "partners/covered-partners")),
    "cluster": (178, ("clusters/clusters",)),
    "indicator": (
        157,
        (
            "indicators/indicators",
            "indicators/project-counts",
            "indicators/project-funds",
            "indicators/covered-indicators",
        ),
    ),
}
RECORD: Final = re.compile(r"(?P<kind>[a-z]+)-(?P<number>[0-9]{3})(?:-[b-z])?")

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    """Give the rows of a table under data/; ``projects/projects`` is looked up in data/sources/."""
    folder = DATA if name.startswith(("identity/", "places/", "mappings/")) or "/" not in name else DATA / "sources"
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def fact_tables() -> tuple[str, ...]:
    """Give the names of all tables of registry facts."""
    found = (path for name in FACTS for path in (DATA / "sources" / name).glob("*.csv"))
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in found))


def metadata(folder: str) -> dict[str, Any]:
    """Give the description of a folder of tables."""
    with (DATA / "sources" / folder / "metadata.toml").open("rb") as file:
        return tomllib.load(file)


def normalised(name: str) -> str:
    """Give a name without case, accents and punctuation, so that spellings can be compared."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(name).lower()))


def pairs(name: str) -> set[frozenset[str]]:
    """Give the pairs of entities of identity/undecided.csv or identity/refused.csv."""
    return {frozenset((row["one"], row["other"])) for row in table(f"identity/{name}")}
