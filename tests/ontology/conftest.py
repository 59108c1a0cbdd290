"""The shipped ontology, read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from medkg.ontology.files import merge, ontology_files, turtle_files
from medkg.settings import load_settings

FOLDER = load_settings(environ={}).ontology


@pytest.fixture(scope="session")
def folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """Give header, modules and axioms as one graph; do not change it."""
    return merge(ontology_files(FOLDER))


@pytest.fixture(scope="session")
def vocabularies() -> Graph:
    """Give the concept schemes as one graph; do not change it."""
    return merge(turtle_files(FOLDER / "vocab"))
