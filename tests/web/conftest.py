"""A registry small enough to know by heart, and the application over it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from medkg.errors import StoreError
from medkg.namespaces import MK, PROV, RDF, SCHEME, Graphs
from medkg.settings import Settings, load_settings
from medkg.store.manifest import Manifest
from medkg.store.reader import Snapshot
from medkg.store.writer import Writer
from medkg.web import create_app
from medkg.web.bridge import Bridge

#: The generation that the fixture is published as.
GENERATION = 7
FIXTURE = Path(__file__).parent / "fixture.trig"


class MemoryReader:
    """A reader over a real store in memory; a test may put another generation in its place."""

    problem: StoreError | None = None

    def __init__(self, snapshot: Snapshot) -> None:
        self.current = snapshot

    def snapshot(self) -> Snapshot:
        return self.current


def fixture_store() -> ox.Store:
    """Give the fixture with one claim for each statement of a source that has none yet."""
    store = ox.Store()
    store.load(FIXTURE.read_bytes(), format=ox.RdfFormat.TRIG)
    claims = ox.NamedNode(Graphs.CLAIMS)
    known = {
        (quad.subject, store_value(store, quad.subject, "predicate"), store_value(store, quad.subject, "object"))
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "subject"), None, claims)
    }
    claimed = {key[1:] for key in known}
    for number, quad in enumerate(sorted(store, key=str)):
        graph = getattr(quad.graph_name, "value", "")
        if graph.startswith((Graphs.SOURCE, Graphs.EXTERNAL)) and (quad.predicate, quad.object) not in claimed:
            store.extend(claim_of(quad, graph, number))
    return store


def store_value(store: ox.Store, claim: ox.NamedNode | ox.BlankNode | ox.Triple, name: str) -> object:
    quads = store.quads_for_pattern(claim, ox.NamedNode(RDF + name), None, ox.NamedNode(Graphs.CLAIMS))
    return next(quads).object


def claim_of(quad: ox.Quad, graph: str, number: int) -> list[ox.Quad]:
    """Give the claim the architecture asks for, about one statement of a source."""
    founding = graph.startswith(Graphs.SOURCE)
    node = ox.NamedNode(f"https://w3id.org/medkg/id/claim/{number:016x}")
    source = f"https://w3id.org/medkg/id/source/{graph.rpartition('/')[2]}"
    status = "stated" if founding else "external"
    line = ox.Literal(number % 40 + 1)
    pairs: list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]] = [
        (RDF + "type", ox.NamedNode(MK + "Claim")),
        (RDF + "subject", quad.subject),
        (RDF + "predicate", quad.predicate),
        (RDF + "object", quad.object),
        (PROV + "wasDerivedFrom", ox.NamedNode(source)),
        (MK + "claimStatus", ox.NamedNode(f"{SCHEME}claim-status/{status}")),
    ]
    pairs += [(MK + "sourceLineStart", line), (MK + "sourceLineEnd", line)] if founding else []
    return [ox.Quad(node, ox.NamedNode(name), value, ox.NamedNode(Graphs.CLAIMS)) for name, value in pairs]


def snapshot_of(store: ox.Store, number: int = 7, created: str = "2026-11-21T22:00:00+00:00") -> Snapshot:
    sizes = Counter(getattr(quad.graph_name, "value", "") for quad in store)
    manifest = Manifest(
        generation=number,
        created=created,
        parent=None,
        reason="fixture",
        quads=len(store),
        added=len(store),
        deleted=0,
        graphs=dict(sizes),
    )
    return Snapshot(manifest, store)


@pytest.fixture(scope="session")
def store() -> ox.Store:
    return fixture_store()


def publish(home: Path, quads: Iterable[ox.Quad], reason: str = "fixture") -> None:
    """Publish statements as the next generation of a home."""
    with Writer(home) as writer:
        writer.replace(list(quads), reason=reason)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, store: ox.Store) -> Path:
    """Give a home that serves the fixture as its generation 7: children open it by its number."""
    folder = tmp_path_factory.mktemp("home")
    for _ in range(GENERATION - 1):
        publish(folder, [])
    publish(folder, store)
    return folder


def settings_of(home: Path, **more: object) -> Settings:
    """Give settings of a small server that lets a test ask as often as it likes."""
    generous = {"concurrent": 50, "queue": 500, "engine_seconds_per_minute": 60_000}
    limits = json.dumps(dict.fromkeys(("anonymous", "contributor", "curator", "admin"), generous))
    return load_settings({"home": home, "limits": limits, "children": 1, "page_size": 3, **more}, {})


@pytest.fixture(scope="session")
def app(home: Path) -> Iterator[Flask]:
    app = create_app(settings_of(home))
    yield app
    close(app)


def close(app: Flask) -> None:
    """End the children of an application."""
    bridge = app.wsgi_app
    assert isinstance(bridge, Bridge)
    bridge.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def app_client(app: Flask) -> FlaskClient:
    """Give a client for tests that ask many times; it keeps no cookies."""
    return app.test_client(use_cookies=False)
