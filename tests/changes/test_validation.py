"""Changes to a registry that has shapes: only what a change brings refuses it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from medkg.changes.requests import Update
from medkg.errors import ValidationError
from medkg.namespaces import Graphs
from medkg.settings import Settings, load_settings
from medkg.store.generations import Generations
from medkg.store.writer import Writer
from tests.changes.conftest import apply_to

SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetSubjectsOf <urn:age> ;
    sh:property [ sh:path <urn:age> ; sh:maxCount 1 ; sh:message "One age at most." ] .
"""


@pytest.fixture
def shaped(tmp_path: Path) -> Settings:
    """Give a registry with one shape, which one thing breaks already."""
    shapes = tmp_path / "ontology" / "shapes"
    (shapes / "checks").mkdir(parents=True)
    (shapes / "age.ttl").write_text(SHAPE)
    graph = NamedNode(Graphs.SHAPES)
    old = [Quad(NamedNode("urn:old"), NamedNode("urn:age"), Literal(age), NamedNode("urn:g")) for age in (1, 2)]
    with Writer(tmp_path / "home") as writer:
        writer.replace([Quad(graph, graph, graph, graph)], reason="build")
        writer.replace(old, reason="older than the shape", owned="urn:g", validation={"violation": 1})
    return replace(load_settings({"home": tmp_path / "home"}, {}), ontology=tmp_path / "ontology")


def test_a_violation_that_a_change_brings_refuses_it_and_is_told(shaped: Settings) -> None:
    with pytest.raises(ValidationError, match="One age at most") as refused:
        apply_to(shaped, Update(text="INSERT DATA { GRAPH <urn:g> { <urn:new> <urn:age> 1, 2 } }"))
    assert [finding.focus for finding in refused.value.report.findings] == ["urn:new"]
    assert Generations(shaped.home).served() == 2


def test_a_violation_that_was_there_hinders_nobody(shaped: Settings) -> None:
    done = apply_to(shaped, Update(text="INSERT DATA { GRAPH <urn:g> { <urn:new> <urn:age> 1 } }"))
    manifest = Generations(shaped.home).manifest(done.generation)
    assert dict(manifest.validation) == {"violation": 1, "warning": 0, "info": 0}
    mended = apply_to(shaped, Update(text="DELETE DATA { GRAPH <urn:g> { <urn:old> <urn:age> 2 } }"))
    assert Generations(shaped.home).manifest(mended.generation).validation["violation"] == 0


def test_counts_that_nobody_took_stay_unknown(shaped: Settings) -> None:
    with Writer(shaped.home) as writer:
        graph = NamedNode("urn:loaded")
        writer.replace([Quad(graph, graph, graph, graph)], reason="without validation", owned="urn:loaded")
    done = apply_to(shaped, Update(text="INSERT DATA { GRAPH <urn:g> { <urn:new> <urn:age> 1 } }"))
    assert dict(Generations(shaped.home).manifest(done.generation).validation) == {}
