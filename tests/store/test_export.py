"""`medkg export`: the same data give the same bytes, and every format can be loaded again."""

from __future__ import annotations

import gzip
import random
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, parse

from medkg.errors import StoreError
from medkg.exports.dumps import write_dump
from medkg.namespaces import GRAPH, Graphs
from medkg.store.distinct import distinct
from medkg.store.generations import Generations
from medkg.store.reader import Snapshot, open_generation
from medkg.store.sorting import sorted_unique
from medkg.store.writer import Writer
from tests.store.small_stores import built, content, medkg, n_quads, quad

LINK = NamedNode("http://example.org/next")


def chain(length: int, graph: str) -> list[Quad]:
    """Give a chain of blank nodes that ends in a literal which looks like one."""
    nodes = [BlankNode() for _ in range(length)]
    links = [Quad(one, LINK, other, NamedNode(graph)) for one, other in pairwise(nodes)]
    return [*links, Quad(nodes[-1], LINK, Literal(f"_:end of {length}"), NamedNode(graph))]


def published(home: Path, *parts: list[Quad]) -> Snapshot:
    with Writer(home) as writer:
        for number, part in enumerate(parts):
            writer.load([n_quads(home / f"{number}.nq", part)])
    generations = Generations(home)
    return open_generation(generations, generations.served())


def test_two_stores_filled_in_another_order_export_the_same_bytes(tmp_path: Path) -> None:
    written = set()
    for turn in range(3):
        order = random.Random(turn)  # noqa: S311 - an order, not a secret
        parts = [chain(3, "urn:g:1"), [*chain(5, "urn:g:2"), *map(quad, range(200))], [quad(7, "urn:g:1")]]
        order.shuffle(parts)
        for part in parts:
            order.shuffle(part)
        snapshot = published(tmp_path / str(turn), *parts)
        write_dump(snapshot, str(tmp_path / "all.nq"))
        write_dump(snapshot, str(tmp_path / "all.nq.gz"))
        written.add(((tmp_path / "all.nq").read_bytes(), (tmp_path / "all.nq.gz").read_bytes()))
    ((plain, packed),) = written
    assert gzip.decompress(packed) == plain
    assert plain.count(b"\n") == 209


def test_canonical_n_quads_are_sorted_and_their_blank_nodes_named_by_rdfc(tmp_path: Path) -> None:
    quads = [*chain(4, "urn:g:1"), *map(quad, range(50)), quad(1, "urn:g:é"), quad(1, "urn:g:😀")]
    write_dump(published(tmp_path, quads), str(tmp_path / "all.nq"))
    lines = (tmp_path / "all.nq").read_text(encoding="utf-8").split("\n")[:-1]
    assert lines == sorted(set(lines))
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert set(lines) == {f"{item} ." for item in dataset}


@pytest.mark.parametrize("ending", ["nq", "trig", "jsonld"])
def test_formats_with_graphs_hold_everything(tmp_path: Path, ending: str) -> None:
    snapshot = published(tmp_path / "one", [*chain(3, "urn:g:1"), *map(quad, range(20)), quad(1, "urn:g:2")])
    for file in (tmp_path / f"all.{ending}", tmp_path / f"all.{ending}.gz"):
        write_dump(snapshot, str(file))
        again = published(tmp_path / f"again-{file.name}", list(parse_file(file)))
        assert canonical(content(tmp_path / f"again-{file.name}")) == canonical(content(tmp_path / "one"))
        assert again.graphs == snapshot.graphs


@pytest.mark.parametrize("ending", ["nt", "ttl", "rdf"])
def test_formats_without_graphs_hold_the_union_but_no_shapes_or_one_graph(tmp_path: Path, ending: str) -> None:
    def here(number: int, graph: str) -> Quad:
        return quad(number, graph, "http://example.org/value")

    with Writer(tmp_path) as writer:
        writer.replace(
            [here(1, GRAPH + "a"), here(1, GRAPH + "b"), here(2, GRAPH + "b"), here(3, Graphs.SHAPES)], reason="x"
        )
    snapshot = open_generation(Generations(tmp_path), 1)
    for graph, expected in ((None, {1, 2}), (GRAPH + "a", {1}), (Graphs.SHAPES, {3})):
        write_dump(snapshot, str(tmp_path / f"some.{ending}"), graph=graph)
        found = list(parse_file(tmp_path / f"some.{ending}"))
        assert {item.subject for item in found} == {NamedNode(f"urn:s:{number}") for number in expected}
        assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("predicate", "text"), [("http://example.org/1", "text"), ("urn:p:name#", "text"), ("urn:p:name", "form\x0cfeed")]
)
def test_what_xml_cannot_hold_is_refused_and_the_file_stays(tmp_path: Path, predicate: str, text: str) -> None:
    node = NamedNode("urn:s")
    snapshot = published(tmp_path, [Quad(node, NamedNode(predicate), Literal(text), node)])
    file = tmp_path / "out" / "all.rdf"
    file.parent.mkdir()
    file.write_text("what was there")
    with pytest.raises(StoreError, match="RDF/XML cannot hold"):
        write_dump(snapshot, str(file))
    assert file.read_text() == "what was there"
    assert list(file.parent.iterdir()) == [file]
    write_dump(snapshot, str(tmp_path / "all.ttl"))
    assert parse_file(tmp_path / "all.ttl") == [Quad(node, NamedNode(predicate), Literal(text))]


def test_the_command_line_exports(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        writer.replace(built(2), reason="second")
    line = f'<urn:s:2> <urn:p:value> "value 2" <{GRAPH}source/test> .\n'
    assert medkg(tmp_path, "export", tmp_path / "all.nq").returncode == 0
    assert (tmp_path / "all.nq").read_text() == line
    assert medkg(tmp_path, "export", "-", "--format", "nq").stdout == line
    assert medkg(tmp_path, "export", "-", "--format", "nq", "--generation", "1").stdout == line.replace("2", "1")
    assert "no format is called 'csv'" in medkg(tmp_path, "export", tmp_path / "all.csv").stderr
    assert "there is no such graph" in medkg(tmp_path, "export", "-", "--format", "nt", "--graph", "urn:no").stderr
    assert "cannot be written" in medkg(tmp_path, "export", tmp_path / "no" / "all.nq").stderr


@pytest.mark.parametrize("run_bytes", [1, 40, 1 << 20])
def test_lines_are_sorted_whatever_fits_in_memory(tmp_path: Path, run_bytes: int) -> None:
    lines = [f"line {number * 7919 % 101}".encode() for number in range(300)]
    assert list(sorted_unique(lines, tmp_path, run_bytes)) == sorted(set(lines))
    assert list(sorted_unique([], tmp_path, run_bytes)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("held", [0, 1000])
def test_each_distinct_line_comes_once(tmp_path: Path, held: int) -> None:
    lines = [f"line {number % 170}".encode() for number in range(300)]
    found = list(distinct(lambda: iter(lines), tmp_path, held))
    assert sorted(found) == sorted(set(lines))


def parse_file(path: Path) -> list[Quad]:
    ending = path.name.removesuffix(".gz").rpartition(".")[2]
    chosen = RdfFormat.from_extension(ending)
    assert chosen is not None
    packed = path.read_bytes()
    return list(parse(gzip.decompress(packed) if path.suffix == ".gz" else packed, format=chosen))


def canonical(quads: set[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
