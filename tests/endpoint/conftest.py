"""An empty registry that takes any RDF, its tokens, and the service over it: in process, and on a real socket."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from medkg.access.roles import Role
from medkg.access.tokens import Tokens
from medkg.cli.init import make_registry
from medkg.settings import Settings, load_settings
from medkg.store.writer import Writer
from medkg.web import create_app
from medkg.web.bridge import Bridge

EX = "http://example.org/"
PATIENCE = 60.0


@dataclass(frozen=True)
class Registry:
    """A home and the secret of a token of each role that was made for it."""

    home: Path
    secrets: dict[Role, str]

    def bearer(self, role: Role = Role.ADMIN) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[role]}"}


def make(home: Path, quads: list[ox.Quad]) -> Registry:
    make_registry(home, "own")
    if quads:
        file = home.parent / "quads.nq"
        ox.serialize(quads, str(file), format=ox.RdfFormat.N_QUADS)
        with Writer(home, default_graph="own") as writer:
            writer.load([file])
    tokens = Tokens(home)
    roles = (Role.READER, Role.CONTRIBUTOR, Role.CURATOR, Role.ADMIN)
    scopes = {Role.CONTRIBUTOR: (EX + "g/",), Role.CURATOR: (EX + "g/",)}
    return Registry(home, {role: tokens.create(role.word, role, scopes.get(role, ()))[1] for role in roles})


def some_quads(number: int) -> list[ox.Quad]:
    """Give statements: one in the default graph, the others in graph g/many."""
    one = ox.Quad(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "p"), ox.Literal("x"))
    graph = ox.NamedNode(EX + "g/many")
    many = (
        ox.Quad(ox.NamedNode(f"{EX}s/{n}"), ox.NamedNode(EX + "value"), ox.Literal(f"value {n}"), graph)
        for n in range(number)
    )
    return [one, *many]


def settings_of(home: Path, limits: dict[str, float] | None = None, **more: object) -> Settings:
    words = [role.word for role in Role]
    generous = {"concurrent": 50, "queue": 500, "engine_seconds_per_minute": 60_000, **(limits or {})}
    text = json.dumps(dict.fromkeys(words, generous))
    return load_settings({"home": home, "limits": text, "children": 1, **more}, {})


@contextmanager
def app_over(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    bridge = app.wsgi_app
    assert isinstance(bridge, Bridge)
    try:
        yield app
    finally:
        bridge.close()


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return make(tmp_path / "home", some_quads(3))


@pytest.fixture
def client(registry: Registry) -> Iterator[FlaskClient]:
    with app_over(settings_of(registry.home)) as app:
        yield app.test_client()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Give a registry with some thousand statements, which no test changes."""
    return make(tmp_path_factory.mktemp("filled") / "home", some_quads(60_000))


@pytest.fixture(scope="session")
def reading(filled: Registry) -> Iterator[FlaskClient]:
    with app_over(settings_of(filled.home)) as app:
        yield app.test_client(use_cookies=False)


@contextmanager
def served(home: Path, **settings: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the real server on a free port and give its process and its address."""
    limits = settings.pop("limits", {})
    made = settings_of(home, limits, **settings)  # type: ignore[arg-type]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "MEDKG_LIMITS": made.limits}
    environment["MEDKG_CHILDREN"] = str(made.children)
    command = [sys.executable, "-m", "medkg", "--home", str(home), "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            address = found[0].rstrip("/")
            _wait_for(address)
            yield process, address
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)


def _wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(f"{address}/ready").status_code == 200:
                return
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
        time.sleep(0.1)
