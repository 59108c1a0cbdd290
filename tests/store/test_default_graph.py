"""Registries that keep statements outside named graphs, and those that refuse them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Triple

from medkg.errors import SourceError
from medkg.namespaces import RDF
from medkg.settings import load_settings
from medkg.store.generations import Generations
from medkg.store.patch import BULK
from medkg.store.reader import Reader
from medkg.store.statements import graph_of, lines
from medkg.store.writer import Writer
from tests.store.small_stores import check_whole, content, medkg, n_quads, quad

A, G = NamedNode("urn:a"), NamedNode("urn:g")
TERMS = [A, Literal("a"), Literal("say <urn:g>"), Literal("x _:b"), Literal("x", language="en"), Literal(7)]
TERMS = [*TERMS, Literal("<urn:g> .\n<urn:a>"), Triple(A, A, Literal("b <urn:g>")), Triple(A, A, G)]


def loose(number: int) -> Quad:
    return Quad(NamedNode(f"urn:s:{number}"), A, Literal(f"value {number}"), DefaultGraph())


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_the_graph_of_a_line_is_told_from_its_object(term: NamedNode | Literal | Triple) -> None:
    written = lines([Quad(A, A, term, DefaultGraph()), Quad(A, A, term, G)])
    assert sorted(map(graph_of, written)) == [b"", b"<urn:g>"]


@pytest.mark.parametrize("size", [8, BULK + 8], ids=["small", "bulk"])
@pytest.mark.parametrize("ending", ["nq", "nt"])
def test_statements_without_a_graph_are_kept_counted_and_written(tmp_path: Path, size: int, ending: str) -> None:
    home = tmp_path / "home"
    named = [quad(1), quad(2)] if ending == "nq" else []
    first = n_quads(tmp_path / f"first.{ending}", [*map(loose, range(size)), *named])
    second = n_quads(tmp_path / f"second.{ending}", [*map(loose, range(5, size + 5)), *named])
    with Writer(home, default_graph="own") as writer:
        writer.load([first])
        manifest = writer.load([second])
        assert writer.load([first, second]) == manifest
    counts = {"default": size + 5} | ({"urn:g:user": 2} if named else {})
    assert (dict(manifest.graphs), manifest.added) == (counts, 5)
    assert check_whole(home) == 2


def test_classes_are_counted_in_the_default_graph_too(tmp_path: Path) -> None:
    typed = Quad(A, NamedNode(RDF + "type"), NamedNode("urn:Class"), DefaultGraph())
    with Writer(tmp_path, default_graph="own") as writer:
        assert writer.load([n_quads(tmp_path / "typed.nq", [typed])]).classes == {"urn:Class": 1}


def test_a_query_sees_what_the_registry_says(tmp_path: Path) -> None:
    with Writer(tmp_path, default_graph="own") as writer:
        writer.load([n_quads(tmp_path / "both.nq", [loose(1), quad(1), quad(2)])])
    for kind, seen in (("own", 1), ("union", 3)):
        rows = Reader(tmp_path, kind).query("SELECT * { ?s ?p ?o }")
        assert isinstance(rows, QuerySolutions)
        assert len(list(rows)) == seen


def test_init_makes_an_empty_registry_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert medkg(home, "init").returncode == 0
    assert load_settings({"home": home}, {}).default_graph == "own"
    assert (Generations(home).current(), content(home)) == (1, set())
    again = medkg(home, "init")
    assert (again.returncode, "there is a registry already" in again.stderr) == (1, True)
    file = n_quads(tmp_path / "mine.nt", [loose(1)])
    loaded, twice = medkg(home, "load", file), medkg(home, "load", file)
    assert "generation 2: 1 quads added" in loaded.stdout
    assert "nothing to add: generation 2" in twice.stdout
    exported = medkg(home, "export", "-", "--format", "nq")
    assert exported.stdout == file.read_text()
    assert medkg(home, "rollback", "1").returncode == 0
    assert content(home) == set()


def test_a_union_registry_refuses_statements_without_a_graph(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert medkg(home, "init", "--default-graph", "union").returncode == 0
    file = n_quads(tmp_path / "mine.nt", [loose(1)])
    refused = medkg(home, "load", file)
    assert (refused.returncode, "names no graph" in refused.stderr) == (1, True)
    with Writer(tmp_path / "other") as writer, pytest.raises(SourceError, match="names no graph"):
        writer.load([file])
    assert Generations(home).list() == (1,)
