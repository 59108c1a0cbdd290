"""The union of all graphs, which has each statement once, whatever was written and by which way."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, parse

from medkg.changes.carrying import carry_out
from medkg.changes.requests import Update
from medkg.errors import BadQuery, StoreError
from medkg.exports.dumps import write_dump
from medkg.namespaces import GRAPH
from medkg.store.manifest import Manifest
from medkg.store.mirror import Repeats
from medkg.store.patch import BULK
from medkg.store.reader import Reader
from medkg.store.statements import lines
from medkg.store.writer import Writer
from tests.store.small_stores import check_whole, content, n_quads, quad

P = NamedNode("urn:p")
BUILT = GRAPH + "source/test"
GRAPHS = ("urn:g:1", "urn:g:2", "urn:g:3")


def stated(number: int, graph: str) -> Quad:
    return Quad(NamedNode(f"urn:s:{number % 2}"), P, NamedNode(f"urn:o:{number}"), NamedNode(graph))


def update(writer: Writer, text: str) -> Manifest:
    return writer.change(
        lambda draft: carry_out(draft, Update(text=text), union=True), lambda draft, change: {}, reason="test"
    )[0]


def counted(home: Path, default_graph: str = "union") -> int:
    answer = Reader(home, default_graph).query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert isinstance(answer, QuerySolutions)
    value = next(answer)["n"]
    assert isinstance(value, Literal)
    return int(value.value)


def load(writer: Writer, folder: Path, quads: Iterable[Quad]) -> Manifest:
    return writer.load([n_quads(folder / "load.nq", quads)])


statements = st.builds(stated, st.integers(0, 3), st.sampled_from(GRAPHS))
several = st.lists(statements, min_size=1, max_size=5)
UPDATES = (
    "DELETE WHERE { GRAPH <urn:g:1> { ?s ?p ?o } }",
    "DELETE { GRAPH <urn:g:2> { ?s ?p ?o } } WHERE { GRAPH <urn:g:1> { ?s ?p ?o } }",
    "INSERT { GRAPH <urn:g:3> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "DELETE { GRAPH ?g { ?s ?p <urn:o:1> } } WHERE { GRAPH ?g { ?s ?p <urn:o:1> } }",
    "CLEAR SILENT GRAPH <urn:g:2>",
    "DROP NAMED",
    "DROP ALL",
    "CLEAR DEFAULT",
    "COPY SILENT <urn:g:1> TO <urn:g:2>",
    "MOVE SILENT <urn:g:3> TO <urn:g:1>",
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DELETE { GRAPH <urn:g:1> { ?s ?p ?o } } WHERE { ?s ?p ?o } ;"
    "INSERT { GRAPH <urn:g:2> { ?s ?p 1 } } WHERE { ?s ?p ?o }",
    "DROP SILENT GRAPH <urn:g:1> ; INSERT { GRAPH <urn:g:2> { ?s ?p 2 } } WHERE { ?s ?p ?o }",
)
steps = st.one_of(
    st.tuples(st.just("load"), several),
    st.tuples(st.just("replace"), several),
    st.tuples(st.just("update"), st.sampled_from(UPDATES)),
)


@settings(max_examples=4, deadline=None)
@given(made=st.lists(steps, min_size=2, max_size=5))
def test_whatever_is_done_the_union_has_each_statement_once(made: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as folder, Writer(Path(folder) / "home", retention=20) as writer:
        home = Path(folder) / "home"
        load(writer, Path(folder), [stated(0, GRAPHS[0])])
        for kind, what in made:
            do(writer, Path(folder), kind, what)
            check_whole(home)
            assert counted(home) == len({quad.triple for quad in content(home)})


def do(writer: Writer, folder: Path, kind: str, what: object) -> None:
    if isinstance(what, str):
        update(writer, what)
    elif isinstance(what, list) and kind == "load":
        load(writer, folder, what)
    elif isinstance(what, list):
        built = [Quad(item.subject, item.predicate, item.object, NamedNode(BUILT)) for item in what]
        writer.replace(built, reason="test")


@pytest.mark.parametrize("text", UPDATES)
def test_an_update_sees_and_changes_the_same_with_the_mirror_and_without(tmp_path: Path, text: str) -> None:
    """The second registry holds one statement once more, in a graph that no update here names."""
    held = [*(stated(number, GRAPHS[0]) for number in range(4)), stated(8, "urn:x")]
    found = []
    for name, more in (("plain", []), ("mirrored", [stated(8, "urn:y")])):
        with Writer(tmp_path / name) as writer:
            assert bool(load(writer, tmp_path, [*held, *more]).mirrored) is (name == "mirrored")
            update(writer, text)
        found.append({item for item in content(tmp_path / name) if item.graph_name != NamedNode("urn:y")})
    assert found[0] == found[1]


@pytest.mark.parametrize("size", [6, BULK + 6], ids=["small", "bulk"])
def test_nothing_is_mirrored_until_a_statement_stands_twice(tmp_path: Path, size: int) -> None:
    home = tmp_path / "home"
    with Writer(home) as writer:
        one = load(writer, tmp_path, [quad(number, f"urn:g:{number % 3}") for number in range(size)])
        assert one.mirrored == 0
        again = load(writer, tmp_path, [quad(number, "urn:g:other") for number in range(1, size)])
        assert (again.mirrored, again.quads) == (size, 2 * size - 1)
        more = load(writer, tmp_path, [quad(number, "urn:g:more") for number in range(size - 1, 2 * size)])
        assert more.mirrored == 2 * size
    check_whole(home)
    assert counted(home) == 2 * size


def test_a_load_of_very_many_notices_that_a_statement_stands_twice(tmp_path: Path) -> None:
    quads = [quad(number, f"urn:g:{number % 3}") for number in range(BULK + 5)]
    blank = Quad(BlankNode("b"), P, BlankNode("b"), NamedNode("urn:g:1"))
    with Writer(tmp_path / "home") as writer:
        manifest = load(writer, tmp_path, [*quads, blank, quad(7, "urn:g:other")])
    assert manifest.mirrored == BULK + 6
    check_whole(tmp_path / "home")
    assert counted(tmp_path / "home") == BULK + 6


def test_repeats_are_found_and_little_else() -> None:
    repeats = Repeats()
    repeats.look(
        b"".join(line + b"\n" for line in lines(quad(number, f"urn:{number % 7}") for number in range(300_000)))
    )
    assert len(repeats.lines) < 600
    assert not repeats.many
    wanted = set(lines(quad(number, "urn:other") for number in range(50)))
    repeats.look(b"".join(line + b"\n" for line in wanted))
    assert wanted <= set(repeats.lines)


def test_what_was_there_before_anybody_looked_is_mirrored_at_the_next_change(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Writer(home, default_graph="own") as writer:
        assert load(writer, tmp_path, [stated(0, graph) for graph in GRAPHS]).mirrored is None
    assert counted(home) == 3
    with Writer(home) as writer:
        assert load(writer, tmp_path, [stated(1, GRAPHS[0])]).mirrored == 2
    assert counted(home) == 2


def test_a_graph_of_its_own_does_not_show_the_mirror_and_cannot_be_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Writer(home) as writer:
        load(writer, tmp_path, [stated(0, graph) for graph in GRAPHS])
    assert (counted(home, "union"), counted(home, "own")) == (1, 0)
    with pytest.raises(StoreError, match=r"is the union of its graphs.*Take back"), Writer(home, default_graph="own"):
        pass


def test_statements_outside_named_graphs_are_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    loose = Quad(P, P, P, DefaultGraph())
    with Writer(home, default_graph="own") as writer:
        load(writer, tmp_path, [loose, *(stated(0, graph) for graph in GRAPHS)])
    with Writer(home) as writer:
        assert load(writer, tmp_path, [stated(1, GRAPHS[0])]).mirrored == 0
    assert loose in content(home)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:s:0> <urn:p> <urn:o:0> }",
        "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "COPY DEFAULT TO <urn:g:1>",
        "ADD <urn:g:1> TO DEFAULT",
    ],
)
def test_nothing_can_be_written_into_the_mirror(tmp_path: Path, text: str) -> None:
    with Writer(tmp_path / "home") as writer:
        load(writer, tmp_path, [stated(0, graph) for graph in GRAPHS])
        with pytest.raises(BadQuery, match="names no graph"):
            update(writer, text)
    check_whole(tmp_path / "home")


@pytest.mark.parametrize("ending", ["nq", "trig", "jsonld"])
def test_the_mirror_stays_out_of_files(tmp_path: Path, ending: str) -> None:
    quads = {stated(number, graph) for number, graph in product(range(3), GRAPHS)}
    with Writer(tmp_path / "home") as writer:
        load(writer, tmp_path, quads)
    file = tmp_path / f"all.{ending}"
    write_dump(Reader(tmp_path / "home").snapshot(), str(file))
    assert set(parse(path=file, format=RdfFormat.from_extension(ending))) == quads


def test_a_query_that_names_its_graphs_is_answered_from_these(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        load(writer, tmp_path, [stated(0, GRAPHS[0]), stated(0, GRAPHS[1]), stated(1, GRAPHS[1])])
    reader = Reader(tmp_path)
    for text, rows in (
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", 3),
        ("SELECT * FROM <urn:g:1> { ?s ?p ?o }", 1),
        ("SELECT * FROM NAMED <urn:g:2> { GRAPH ?g { ?s ?p ?o } }", 2),
        ("SELECT * FROM NAMED <urn:g:2> { ?s ?p ?o }", 0),
    ):
        answer = reader.query(text)
        assert isinstance(answer, QuerySolutions)
        assert len(list(answer)) == rows, text
