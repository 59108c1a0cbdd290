"""Each shape has a model it accepts, and a minimally wrong one on which it, and only it, speaks up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SH

from medkg.namespaces import SHAPE
from medkg.settings import load_settings
from medkg.validation.report import Finding
from medkg.validation.shapes import load_shapes, shacl_findings
from medkg.validation.view import rdflib_view

ONTOLOGY = load_settings(environ={}).ontology
VALID = sorted((ONTOLOGY / "examples" / "valid").glob("*.ttl"))
INVALID = sorted((ONTOLOGY / "examples" / "invalid").glob("*.ttl"))


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return load_shapes(ONTOLOGY / "shapes")


def findings(path: Path, shapes: Graph) -> list[Finding]:
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    return list(shacl_findings(rdflib_view(store), shapes))


def header(path: Path, name: str) -> str:
    found = re.search(rf"^# {name}: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{path.name} does not say its {name}"
    return found[1]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_model_is_accepted(path: Path, shapes: Graph) -> None:
    assert findings(path, shapes) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_wrong_model_breaks_exactly_its_shape(path: Path, shapes: Graph) -> None:
    expected = (SHAPE + header(path, "shape"), header(path, "component") + "ConstraintComponent")
    assert {(finding.shape, finding.constraint) for finding in findings(path, shapes)} == {expected}


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_file_is_named_after_the_shape_it_breaks(path: Path) -> None:
    assert path.stem.startswith(header(path, "shape") + "-")


def speaking(shapes: Graph) -> Iterator[str]:
    """Give the shapes that can find something: all that carry a message."""
    for shape in shapes.subjects(SH.message):
        assert isinstance(shape, URIRef), "a shape with a message has an IRI"
        yield str(shape)


def test_every_shape_has_a_wrong_model(shapes: Graph) -> None:
    broken = {SHAPE + header(path, "shape") for path in INVALID}
    assert broken == set(speaking(shapes))


def test_every_target_has_a_valid_model(shapes: Graph) -> None:
    nodes = {
        str(node).removeprefix(SHAPE)
        for predicate in (SH.targetClass, SH.targetSubjectsOf)
        for node in shapes.subjects(predicate)
    }
    assert {path.stem for path in VALID} == nodes
