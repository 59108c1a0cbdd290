"""What a writer publishes, and what it refuses without changing anything."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from medkg.errors import SourceError, StoreBusy, StoreError
from medkg.namespaces import GRAPH, RDF, XSD
from medkg.store.generations import Generations
from medkg.store.patch import BULK
from medkg.store.writer import Writer
from tests.store.small_stores import built, check_whole, content, medkg, n_quads, quad

SOURCE = GRAPH + "source/test"


def test_a_build_replaces_its_graphs_and_keeps_those_of_users(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1, 2), reason="first")
        writer.load([n_quads(tmp_path / "user.nq", [quad(7)])])
        manifest = writer.replace(built(2, 3), reason="second", inputs={"a.csv": "00"}, validation={"warning": 4})
    assert content(tmp_path) == {*built(2, 3), quad(7)}
    assert (manifest.generation, manifest.parent, manifest.reason) == (3, 2, "second")
    assert (manifest.quads, manifest.added, manifest.deleted) == (3, 1, 1)
    assert manifest.graphs == {SOURCE: 2, "urn:g:user": 1}
    assert (manifest.inputs, manifest.validation) == ({"a.csv": "00"}, {"warning": 4})
    assert json.loads((tmp_path / "generations/3/manifest.json").read_bytes()) == manifest.as_dict()
    assert check_whole(tmp_path) == 3


def test_a_graph_that_a_build_empties_is_gone(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace([*built(1), quad(2, GRAPH + "inferred")], reason="two graphs")
        manifest = writer.replace(built(1), reason="one graph")
        reader = writer.generations.layout.store(2)
    assert set(manifest.graphs) == {SOURCE}
    assert reader.is_dir()
    assert check_whole(tmp_path) == 2


def test_blank_nodes_of_a_build_are_the_same_in_each_build(tmp_path: Path) -> None:
    def shape() -> list[Quad]:
        node, other, graph = BlankNode(), BlankNode(), NamedNode(GRAPH + "shapes")
        link = NamedNode("urn:p:next")
        return [Quad(NamedNode("urn:s"), link, node, graph), Quad(node, link, other, graph)]

    with Writer(tmp_path) as writer:
        writer.replace(shape(), reason="first")
        manifest = writer.replace(shape(), reason="again")
    assert (manifest.added, manifest.deleted) == (0, 0)
    assert content(tmp_path, 1) == content(tmp_path, 2)


def test_the_journal_says_what_the_store_keeps_where_it_rewrites_a_literal(tmp_path: Path) -> None:
    graph = NamedNode("urn:g")
    sent = [Literal("007", datatype=NamedNode(XSD + "integer")), Literal("7", datatype=NamedNode(XSD + "int"))]
    file = n_quads(tmp_path / "numbers.nq", [Quad(graph, graph, literal, graph) for literal in sent])
    with Writer(tmp_path) as writer:
        assert writer.load([file]).quads == 1
    assert {str(item.object) for item in content(tmp_path)} == {f'"7"^^<{XSD}integer>'}
    assert check_whole(tmp_path) == 1


@pytest.mark.parametrize("size", [10, BULK + 10], ids=["small", "bulk"])
def test_statements_that_are_there_already_are_not_added_again(tmp_path: Path, size: int) -> None:
    first = n_quads(tmp_path / "first.nq", map(quad, range(size)))
    second = n_quads(tmp_path / "second.nq", map(quad, [*range(5, size + 5), *range(size)]))
    with Writer(tmp_path) as writer:
        writer.load([first])
        manifest = writer.load([second])
    assert (manifest.quads, manifest.added, manifest.graphs) == (size + 5, 5, {"urn:g:user": size + 5})
    assert check_whole(tmp_path) == 2


def test_a_large_build_is_its_journal_whatever_its_terms(tmp_path: Path) -> None:
    graph, link = NamedNode(SOURCE), NamedNode("urn:p:next")
    term = Triple(NamedNode("urn:a"), link, Literal("مرحبا _:x\n", language="ar"))
    special = [
        Quad(BlankNode("x"), link, Literal("_:y"), graph),
        Quad(graph, link, term, graph),
        Quad(graph, link, Literal("007", datatype=NamedNode(XSD + "integer")), graph),
        Quad(graph, NamedNode(RDF + "type"), NamedNode("urn:Project"), graph),
    ]
    with Writer(tmp_path) as writer:
        first = writer.replace([*built(*range(BULK + 10)), *special, *special], reason="first")
        assert (first.added, first.classes) == (BULK + 14, {"urn:Project": 1})
        assert check_whole(tmp_path) == 1
        second = writer.replace([*built(*range(BULK, 2 * BULK + 50)), *special[:3]], reason="second")
    assert (second.added, second.deleted, second.quads, second.classes) == (BULK + 40, BULK + 1, BULK + 53, {})
    assert check_whole(tmp_path) == 2


def test_blank_nodes_of_a_bulk_load_are_those_of_its_journal(tmp_path: Path) -> None:
    node, graph = BlankNode("x"), NamedNode("urn:g:user")
    blank = [Quad(node, graph, Literal(f"_:{number}"), graph) for number in range(50)]
    file = n_quads(tmp_path / "first.nq", [*map(quad, range(BULK)), *blank, Quad(graph, graph, Literal("_:x"), graph)])
    with Writer(tmp_path) as writer:
        assert writer.load([file]).added == BULK + 51
    assert check_whole(tmp_path) == 1
    assert len({item.subject for item in content(tmp_path) if isinstance(item.subject, BlankNode)}) == 1


def test_a_bulk_load_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    file = n_quads(tmp_path / "broken.nq", map(quad, range(BULK * 3)))
    with file.open("ab") as end:
        end.write(b"<urn:a> <urn:b> oops .\n")
    good = n_quads(tmp_path / "good.nq", map(quad, range(BULK + 1)))
    with Writer(tmp_path) as writer:
        with pytest.raises(SourceError, match=f"line {BULK * 3 + 1}"):
            writer.load([file])
        assert writer.load([good]).quads == BULK + 1
    assert check_whole(tmp_path) == 1


def test_instances_are_counted_once_however_many_graphs_name_their_class(tmp_path: Path) -> None:
    def typed(subject: str, kind: str, graph: str) -> Quad:
        return Quad(NamedNode(subject), NamedNode(RDF + "type"), NamedNode(kind), NamedNode(graph))

    one, two = GRAPH + "source/one", GRAPH + "source/two"
    first = [typed("urn:a", "urn:Cluster", one), typed("urn:a", "urn:Cluster", two), typed("urn:b", "urn:Cluster", two)]
    with Writer(tmp_path) as writer:
        assert writer.replace(first, reason="first").classes == {"urn:Cluster": 2}
        second = [first[0], typed("urn:b", "urn:Project", one)]
        assert writer.replace(second, reason="second").classes == {"urn:Cluster": 1, "urn:Project": 1}


def test_a_build_outside_its_graphs_is_refused(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="good")
        with pytest.raises(StoreError, match="a build may only write graphs under"):
            writer.replace([*built(2), quad(3)], reason="bad")
    assert content(tmp_path) == set(built(1))


def test_a_load_into_a_graph_of_the_build_is_refused(tmp_path: Path) -> None:
    file = n_quads(tmp_path / "mine.nq", [quad(1), *built(2)])
    with Writer(tmp_path) as writer, pytest.raises(StoreError, match="belongs to the build"):
        writer.load([file])
    assert Generations(tmp_path).current() is None


@pytest.mark.parametrize("size", [10, BULK + 10], ids=["small", "bulk"])
def test_a_change_that_fails_leaves_nothing_behind_and_the_writer_goes_on(tmp_path: Path, size: int) -> None:
    def broken() -> Iterator[Quad]:
        yield from built(*range(size))
        raise LookupError("the source broke off")

    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="good")
        with pytest.raises(LookupError):
            writer.replace(broken(), reason="bad")
        assert list((tmp_path / "staging").iterdir()) == []
        assert writer.replace(built(1, 2), reason="good again").added == 1
    assert content(tmp_path) == set(built(1, 2))
    assert check_whole(tmp_path) == 2


def test_a_second_writer_is_told_so_at_once(tmp_path: Path) -> None:
    file = n_quads(tmp_path / "mine.nq", [quad(1)])
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        with pytest.raises(StoreBusy), Writer(tmp_path):
            pass
        refused = medkg(tmp_path, "load", file)
        turned = medkg(tmp_path, "rollback", "1")
    for done in (refused, turned):
        assert done.returncode == 1
        assert "another process is writing" in done.stderr
    assert medkg(tmp_path, "load", file).returncode == 0


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="file/home: reading or writing failed"), Writer(tmp_path / "file" / "home"):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    with pytest.raises(StoreError, match="home: cannot be written"), Writer(home):
        pass
