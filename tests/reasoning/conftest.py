"""Stores for the tests of reasoning: the shipped ontology, with a small file of facts beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.namespaces import Graphs
from medkg.settings import load_settings

ONTOLOGY = load_settings(environ={}).ontology
HERE = Path(__file__).parent


@pytest.fixture
def rules() -> Path:
    return ONTOLOGY / "rules"


@pytest.fixture
def with_ontology() -> Callable[[str], ox.Store]:
    """Give a function that loads a file of this folder beside the shipped ontology."""

    def load(name: str) -> ox.Store:
        store = ox.Store()
        for path in [ONTOLOGY / "axioms.ttl", *sorted((ONTOLOGY / "modules").glob("*.ttl"))]:
            store.load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(Graphs.ONTOLOGY))
        store.load(path=str(HERE / name), format=ox.RdfFormat.TRIG)
        return store

    return load
