"""The lookup tables of data/ as rows of text, and a copy of some of its folders that the build can read."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pyoxigraph as ox

from medkg.mapping.construct import map_tables
from medkg.settings import Settings
from medkg.sources.catalogue import load_sources

DATA = Settings().data
ONTOLOGY = Settings().ontology


def rows(path: Path) -> list[dict[str, str]]:
    """Give the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mapped(folder: Path, *parts: str) -> list[ox.Quad]:
    """Copy the source list and some parts of ``data/`` to a folder, and give what the build makes of them."""
    shutil.copy(DATA / "sources.csv", folder / "sources.csv")
    for part in parts:
        shutil.copytree(DATA / part, folder / part)
    return list(map_tables(load_sources(folder, ONTOLOGY)).quads())
