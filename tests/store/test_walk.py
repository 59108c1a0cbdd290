"""Going through two copies of a store in step finds exactly what set differences find."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from medkg.store.patch import Graph
from medkg.store.statements import from_lines
from medkg.store.walk import differences

G = NamedNode("urn:g")
NODES = st.one_of(
    st.integers(0, 60).map(lambda n: NamedNode(f"urn:n:{n}")), st.integers(0, 9).map(lambda n: BlankNode(f"b{n}"))
)
LITERALS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=300).map(Literal),
    st.integers(-99, 99).map(Literal),
    st.sampled_from([Literal("x", language="en"), Literal('a "b" <urn:g> .\n_:c')]),
)
LINKS = st.integers(0, 3).map(lambda n: NamedNode(f"urn:p:{n}"))
OBJECTS = st.one_of(NODES, LITERALS, st.builds(Triple, NODES, LINKS, st.one_of(NODES, LITERALS)))
GRAPHS: st.SearchStrategy[Graph] = st.sampled_from([G, DefaultGraph(), NamedNode("urn:h"), BlankNode("g")])
QUADS = st.lists(st.builds(Quad, NODES, LINKS, OBJECTS, GRAPHS), max_size=120)


@settings(max_examples=25, deadline=None)
@given(QUADS, st.sets(st.integers(0, 119)), QUADS)
def test_differences_are_those_of_sets(first: list[Quad], taken: set[int], more: list[Quad]) -> None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        old = Store(f"{folder}/old")
        old.extend(first)
        old.flush()
        old.backup(f"{folder}/new")
        new = Store(f"{folder}/new")
        for place in taken & set(range(len(first))):
            new.remove(first[place])
        new.extend(more)
        for graph in (G, DefaultGraph(), NamedNode("urn:h"), BlankNode("g"), NamedNode("urn:nowhere")):
            before, after = (set(store.quads_for_pattern(None, None, None, graph)) for store in (old, new))
            found = list(differences(old, new, graph))
            assert len(found) == len(set(found))
            deleted, added = ({next(from_lines(line)) for kind, line in found if kind == mark} for mark in "DA")
            assert (deleted, added) == (before - after, after - before)


@pytest.mark.parametrize("where", ["start", "middle", "end", "all"])
def test_differences_far_apart_in_a_large_graph_are_found(tmp_path: Path, where: str) -> None:
    old = Store(str(tmp_path / "old"))
    quads = [Quad(NamedNode(f"urn:s:{n}"), G, Literal("x" * (n % 700)), G) for n in range(30_000)]
    old.bulk_extend(quads)
    old.backup(str(tmp_path / "new"))
    new = Store(str(tmp_path / "new"))
    order = list(old)
    gone = {"start": order[:3], "middle": order[9_000:9_100:7], "end": order[-2:], "all": order}[where]
    for quad in gone:
        new.remove(quad)
    extra = Quad(NamedNode("urn:extra"), G, Literal("new"), G)
    new.add(extra)
    found = list(differences(old, new, G))
    assert {next(from_lines(line)) for kind, line in found if kind == "D"} == set(gone)
    assert [next(from_lines(line)) for kind, line in found if kind == "A"] == [extra]


def test_copies_without_a_difference_give_nothing(tmp_path: Path) -> None:
    old = Store(str(tmp_path / "old"))
    old.extend([Quad(G, G, Literal(n), G) for n in range(9)])
    old.flush()
    old.backup(str(tmp_path / "new"))
    assert list(differences(old, Store(str(tmp_path / "new")), G)) == []
