"""The shipped registry behind three stores: a generation, a real Oxigraph server and a real Virtuoso."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from medkg.remote.reader import RemoteReader
from medkg.remote.store import RemoteStore
from medkg.store.reader import Reader, Snapshot
from tests.remote.servers import ISQL, VIRTUOSO, oxigraph, virtuoso

NO_VIRTUOSO = "Virtuoso is not installed: NOTHING about a Virtuoso behind the registry is tested (.ci/install-virtuoso)"


@dataclass(frozen=True)
class Behind:
    """A service with the shipped registry."""

    product: str
    address: str


@pytest.fixture(scope="session")
def shipped_quads(shipped_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "shipped.nq"
    subprocess.run([sys.executable, "-m", "medkg", "--home", shipped_home, "export", path], check=True)
    return path


@pytest.fixture(scope="session")
def oxigraph_address(shipped_quads: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph"), shipped_quads, "--timeout-s", "20") as address:
        yield address


@pytest.fixture(scope="session")
def virtuoso_address(shipped_quads: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (VIRTUOSO and ISQL):
        pytest.skip(NO_VIRTUOSO)
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), shipped_quads) as address:
        yield address


@pytest.fixture(scope="session")
def local(shipped_home: Path) -> Snapshot:
    return Reader(shipped_home).snapshot()


@pytest.fixture(scope="session", params=["Oxigraph", "Virtuoso"])
def behind(request: pytest.FixtureRequest) -> Behind:
    return Behind(request.param, request.getfixturevalue(f"{request.param.lower()}_address"))


@pytest.fixture(scope="session")
def remote(behind: Behind) -> RemoteStore:
    return RemoteReader(behind.address).snapshot()
