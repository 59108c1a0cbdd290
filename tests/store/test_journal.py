"""The journal of a generation turns its parent into it, whatever is built and loaded in whatever order."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from medkg.errors import StoreError
from medkg.namespaces import GRAPH, RDF, XSD
from medkg.store.counts import count_classes
from medkg.store.patch import apply_patch, patch_lines
from medkg.store.statements import stored_form
from medkg.store.writer import Writer
from tests.store.small_stores import built, content, n_quads, quad

nodes = st.sampled_from([NamedNode(f"urn:n:{n}") for n in range(4)])
blanks = st.sampled_from([BlankNode(f"b{n}") for n in range(3)])
predicates = st.sampled_from([NamedNode("urn:p"), NamedNode(RDF + "type")])
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["en", "ar", "FR-be"])),
    st.builds(
        lambda number, kind: Literal(number, datatype=NamedNode(XSD + kind)),
        st.one_of(
            st.sampled_from(["1", "01", "1.50", "x"]), st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{0,9})?", fullmatch=True)
        ),
        st.sampled_from(["integer", "int", "decimal", "double", "gYear", "string", "boolean"]),
    ),
)
triples = st.builds(Triple, nodes, predicates, st.one_of(nodes, literals))
objects = st.one_of(nodes, blanks, literals, triples)


def quads(prefix: str) -> st.SearchStrategy[list[Quad]]:
    graphs = st.sampled_from([NamedNode(f"{prefix}{n}") for n in range(2)])
    return st.lists(st.builds(Quad, st.one_of(nodes, blanks), predicates, objects, graphs), max_size=12)


@settings(max_examples=60, deadline=None)
@given(literals | triples | st.dates().map(lambda day: Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))))
def test_a_quad_is_recorded_as_the_store_gives_it_back(term: Literal | Triple) -> None:
    node = NamedNode("urn:n")
    sent = Quad(node, node, term, node)
    store = Store()
    store.add(sent)
    assert stored_form()(sent) == next(iter(store))


changes = st.one_of(
    st.tuples(st.just("replace"), quads(GRAPH + "source/")), st.tuples(st.just("load"), quads("urn:g:"))
)


@settings(max_examples=8, deadline=None)
@given(st.lists(changes, min_size=1, max_size=4))
def test_each_generation_is_its_parent_changed_by_its_journal(steps: list[tuple[str, list[Quad]]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Writer(Path(folder)) as writer:
        replayed = Store()
        for kind, step in steps:
            if kind == "replace":
                manifest = writer.replace(step, reason="step")
            else:
                served = writer.generations.current()
                if served is None and not step:
                    continue
                manifest = writer.load([n_quads(Path(folder) / "step.nq", step)])
                if manifest.generation == served:
                    assert set(step) <= set(replayed)
                    continue
            before = len(replayed)
            journal = writer.generations.layout.journal(manifest.generation)
            apply_patch(replayed, journal)
            assert set(replayed) == content(Path(folder))
            assert set(map(str, replayed.named_graphs())) == {f"<{graph}>" for graph in manifest.graphs}
            assert manifest.quads == len(replayed) == before + manifest.added - manifest.deleted
            assert sum(1 for _ in patch_lines(journal)) == manifest.added + manifest.deleted
            assert manifest.classes == count_classes(replayed)


def test_a_journal_is_rdf_patch(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.replace(built(1), reason="first")
        writer.replace(built(2), reason="second")
    text = zstandard.open(tmp_path / "journal" / "2.rdfp.zst", "rt").read()
    graph = f"<{GRAPH}source/test>"
    assert text.splitlines() == [
        'H generation "2" .',
        'H parent "1" .',
        "TX .",
        f'D <urn:s:1> <urn:p:value> "value 1" {graph} .',
        f'A <urn:s:2> <urn:p:value> "value 2" {graph} .',
        "TC .",
    ]


def test_a_cut_journal_is_refused(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.load([n_quads(tmp_path / "many.nq", map(quad, range(5000)))])
    path = tmp_path / "journal" / "1.rdfp.zst"
    packed = path.read_bytes()
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(StoreError, match=r"1\.rdfp\.zst"):
        apply_patch(Store(), path)
    lines = zstandard.decompress(packed, max_output_size=1 << 24).splitlines(keepends=True)
    path.write_bytes(zstandard.compress(b"".join(lines[:-1])))
    with pytest.raises(StoreError, match="no TC at its end"):
        apply_patch(Store(), path)
