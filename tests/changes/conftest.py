"""Registries to change, callers who change them, and a way to do it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from medkg.access.caller import Caller
from medkg.access.limits import Limits
from medkg.access.roles import Role
from medkg.changes.requests import Change, Done
from medkg.changes.service import Changes
from medkg.cli.init import make_registry
from medkg.namespaces import Graphs
from medkg.settings import Settings, load_settings
from medkg.store.writer import Writer

LIMITS = Limits(
    seconds=60.0,
    memory_mib=2_048,
    result_mib=64,
    concurrent=2,
    queue=16,
    engine_seconds_per_minute=60.0,
    upload_mib=64,
)
ADMIN = Caller("t-admin", Role.ADMIN, None, "token t-admin", "admin")

SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetSubjectsOf <urn:age> ;
    sh:property [ sh:path <urn:age> ; sh:maxCount 1 ; sh:message "One age at most." ] .
"""

Apply = Callable[..., Done]


def caller(role: Role, *graphs: str) -> Caller:
    """Give a caller whose token names some graphs."""
    return Caller(f"t-{role.word}", role, graphs, f"token t-{role.word}", role.word)


@asynccontextmanager
async def serving(settings: Settings, **options: Any) -> AsyncIterator[Changes]:
    """Give the changes of a server process, which ends with the block."""
    changes = Changes(settings, **options)
    try:
        yield changes
    finally:
        await changes.close()


def apply_to(settings: Settings, change: Change, who: Caller = ADMIN, **limits: Any) -> Done:
    """Carry out one change in a server process of one request."""

    async def once() -> Done:
        async with serving(settings, wait=5.0) as changes:
            return await changes.apply(change, who, replace(LIMITS, **limits))

    return asyncio.run(once())


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Give an empty registry with a default graph of its own."""
    make_registry(tmp_path / "own", "own")
    return load_settings({"home": tmp_path / "own"}, {})


@pytest.fixture
def union(tmp_path: Path) -> Settings:
    """Give an empty registry whose default graph is the union of its graphs."""
    make_registry(tmp_path / "union", "union")
    return load_settings({"home": tmp_path / "union"}, {})


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
