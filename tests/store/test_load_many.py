"""Loads large enough for the bulk route, where the engine reads the files beside Python."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from medkg.errors import SourceError
from medkg.store.generations import Generations
from medkg.store.line_files import LineFiles
from medkg.store.patch import BULK
from medkg.store.verbatim import Verbatim
from medkg.store.writer import Writer
from tests.store.small_stores import check_whole, content

MANY = BULK + 5_000
#: Lines that are not as the store writes them, and how many distinct quads they are.
ODD = (
    b"# a comment with _:x in it",
    b'<urn:a><urn:b>"01"^^<http://www.w3.org/2001/XMLSchema#integer><urn:g:odd>.',
    b'\t<urn:a>  <urn:b> "\\u0041_:no node" <urn:g:odd> . # twice',
    b'<urn:a> <urn:b> "A_:no node" <urn:g:odd> .',
    b"_:x <urn:b> _:y <urn:g:odd> .",
    b'_:x <urn:c> <<( _:y <urn:p> "2" )>> <urn:g:odd> .',
    b"",
)
ODD_QUADS = 4


def many(first: int = 0, graph: str = " <urn:g:many>") -> list[bytes]:
    """Give lines of plain quads."""
    return [f'<urn:s:{number}> <urn:p> "value {number}"{graph} .'.encode() for number in range(first, first + MANY)]


def test_lines_that_stay_as_they_are_are_told_from_others() -> None:
    kept = b"".join(line + b"\n" for line in many())
    typed = b'<urn:a> <urn:b> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g:odd> .\n'
    others = b"".join(line + b"\n" for line in ODD)
    left = others.replace(ODD[3] + b"\n", b"")
    counts = {b"<urn:g:many>": MANY, b"<urn:g:odd>": 2}
    verbatim = Verbatim(LineFiles([], None, RdfFormat.N_QUADS))
    assert verbatim.split(kept + others + typed) == (
        kept + ODD[3] + b"\n" + typed,
        counts,
        left,
    )


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_odd_lines_among_many_are_read_as_they_mean(tmp_path: Path, packed: bool, end: bytes) -> None:
    lines = many()
    text = end.join([*lines[:100], *ODD, *lines[100:]])
    file = tmp_path / ("data.nq.gz" if packed else "data.nq")
    file.write_bytes(gzip.compress(text, 1) if packed else text)
    with Writer(tmp_path / "home") as writer:
        manifest = writer.load([file])
    assert manifest.graphs == {"urn:g:many": MANY, "urn:g:odd": ODD_QUADS}
    check_whole(tmp_path / "home")
    odd = [quad for quad in content(tmp_path / "home") if quad.graph_name == NamedNode("urn:g:odd")]
    values = {quad.object.value for quad in odd if isinstance(quad.object, Literal)}
    assert values == {"1", "A_:no node"}
    assert len({quad.subject for quad in odd if isinstance(quad.subject, BlankNode)}) == 1


def test_many_triples_go_to_the_graph_that_is_named(tmp_path: Path) -> None:
    one, two = tmp_path / "one.nt", tmp_path / "two.nt"
    one.write_bytes(b"\n".join(many(graph="")))
    two.write_bytes(b"\n".join(many(MANY - 10, graph="")))
    with Writer(tmp_path / "home") as writer:
        manifest = writer.load([one, two], graph="urn:g:user")
        again = writer.load([two, one], graph="urn:g:user")
    assert manifest.graphs == again.graphs == {"urn:g:user": 2 * MANY - 10}
    assert again == manifest
    check_whole(tmp_path / "home")


def test_an_error_behind_many_lines_is_named_and_nothing_published(tmp_path: Path) -> None:
    file = tmp_path / "data.nq"
    file.write_bytes(b"\n".join([*many(), b"<urn:a> <urn:b> x <urn:g> .", *many()]))
    with Writer(tmp_path / "home") as writer:
        with pytest.raises(SourceError, match=f"data.nq, line {MANY + 1}, column 17"):
            writer.load([file])
        assert Generations(tmp_path / "home").current() is None
        file.write_bytes(b"\n".join(many()))
        assert writer.load([file]).quads == MANY


@pytest.mark.parametrize("again", [None, many()], ids=["gone", "mended"])
def test_a_wrong_file_that_is_changed_before_it_is_explained(tmp_path: Path, again: list[bytes] | None) -> None:
    file = tmp_path / "data.nq"
    file.write_bytes(b"\n".join([*many(), b"<urn:a> <urn:b> x <urn:g> .", b""]))

    def meddle(_: int) -> None:
        file.unlink(missing_ok=True)
        if again:
            file.write_bytes(b"\n".join(again))

    said = r"data\.nq: the file changed while it was read" if again else r"data\.nq: cannot be opened"
    with Writer(tmp_path / "home") as writer, pytest.raises(SourceError, match=said):
        writer.load([file], progress=meddle)
    assert Generations(tmp_path / "home").current() is None
