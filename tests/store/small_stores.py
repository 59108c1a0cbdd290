"""Small stores, and gestures the tests of the store repeat."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from medkg.namespaces import GRAPH
from medkg.store.generations import Generations
from medkg.store.patch import apply_patch
from medkg.store.reader import open_generation
from medkg.store.statements import lines


def quad(number: int, graph: str = "urn:g:user", predicate: str = "urn:p:value") -> Quad:
    """Give one of many different quads."""
    return Quad(NamedNode(f"urn:s:{number}"), NamedNode(predicate), Literal(f"value {number}"), NamedNode(graph))


def built(*numbers: int) -> list[Quad]:
    """Give quads of a graph that a build owns."""
    return [quad(number, GRAPH + "source/test") for number in numbers]


def n_quads(path: Path, quads: Iterable[Quad]) -> Path:
    """Write quads to a file."""
    path.write_bytes(b"".join(line + b"\n" for line in lines(quads)))
    return path


def content(home: Path, number: int | None = None) -> set[Quad]:
    """Give the quads of a generation, of the one served by default."""
    generations = Generations(home)
    return set(open_generation(generations, generations.served() if number is None else number).quads())


def check_whole(home: Path) -> int:
    """Check that what is served is complete and as its manifest and journal say; give its number."""
    generations = Generations(home)
    manifest = generations.manifest(generations.served())
    found = content(home)
    assert len(found) == manifest.quads == sum(manifest.graphs.values())
    check_mirror(home)
    replayed = Store()
    replayed.extend(content(home, manifest.parent) if manifest.parent else [])
    apply_patch(replayed, generations.layout.journal(manifest.generation))
    assert set(replayed) == found
    return manifest.generation


def check_mirror(home: Path) -> None:
    """Check that the default graph of the generation served has each statement of the others, or need not."""
    generations = Generations(home)
    served = open_generation(generations, generations.served())
    statements = [quad.triple for quad in served.quads()]
    if served.manifest.mirrored is not None and "default" not in served.graphs:
        mirrored = list(served.engine.quads_for_pattern(None, None, None, DefaultGraph()))
        assert len(mirrored) == served.manifest.mirrored
        assert {quad.triple for quad in mirrored} == (set(statements) if mirrored else set())
        assert mirrored or len(set(statements)) == len(statements)


def medkg(
    home: Path, *arguments: str | Path, environ: Mapping[str, str] = {}, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "medkg", "--home", str(home), *map(str, arguments)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MEDKG_")} | dict(environ)
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **options)
