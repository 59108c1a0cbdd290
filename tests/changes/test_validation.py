"""Changes to a registry that has shapes: only what a change brings refuses it."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad

from medkg.changes.requests import Update
from medkg.errors import ValidationError
from medkg.settings import Settings
from medkg.store.generations import Generations
from medkg.store.writer import Writer
from tests.changes.conftest import apply_to


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
