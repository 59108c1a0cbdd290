"""`medkg load`: every format, packed or not, and clear refusals that change nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from medkg.errors import SourceError
from medkg.store.generations import Generations
from medkg.store.writer import Writer
from tests.store.small_stores import content, medkg

FORMATS = {
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
    "rdf": RdfFormat.RDF_XML,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
}
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="urn:a:">
{inside}<rdf:Description rdf:about="urn:s"><a:p>{text}</a:p></rdf:Description></rdf:RDF>"""
GRAPH = NamedNode("urn:g:user")
TRIPLE = Triple(NamedNode("urn:s"), NamedNode("urn:p#says"), Literal("مرحبا \u201cline\u201d\n2", language="ar"))
QUAD = Quad(TRIPLE.subject, TRIPLE.predicate, TRIPLE.object, GRAPH)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_read(tmp_path: Path, ending: str, packed: bool) -> None:
    chosen = FORMATS[ending]
    statements: list[Quad] | list[Triple] = [QUAD] if chosen.supports_datasets else [TRIPLE]
    written = serialize(statements, format=chosen)
    assert written is not None
    file = tmp_path / (f"data.{ending}.gz" if packed else f"data.{ending}")
    file.write_bytes(gzip.compress(written) if packed else written)
    with Writer(tmp_path / "home") as writer:
        writer.load([file], graph=None if chosen.supports_datasets else GRAPH.value)
    assert content(tmp_path / "home") == {QUAD}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("bad.nq", "<urn:a> <urn:b> <urn:c> <urn:g> .\n<urn:a> <urn:b> x .\n", "bad.nq, line 2, column 17"),
        ("bad.ttl", "@prefix a: <urn:a> .\n\na:x a:y <urn:z z> .\n", "bad.ttl, line 3, column 9"),
        ("bad.nt", '<urn:a> <urn:b> "\udcff" .\n', "bad.nt, line 1, column 18"),
        ("bad.jsonld", '{"@id": "urn:a",\n "urn:b": }', "bad.jsonld, line 2"),
        ("bad.rdf", "<a><b></a>", "bad.rdf, line 1, column 9: not well-formed XML: mismatched tag"),
        ("cut.rdf", XML.format(inside="", text="whole")[:-10], "cut.rdf, line 2, column"),
        ("far.jsonld", '{"@context": "https://example.org/c", "@id": "urn:a"}', "medkg fetches nothing"),
        (
            "bomb.rdf",
            '<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE r [<!ENTITY e "e">]>\n<r/>',
            "bomb.rdf, line 3: RDF/XML",
        ),
        ("late.rdf", "<!--" + "\n" * 70_000 + "--><!DOCTYPE r><r/>", "late.rdf, line 70001: RDF/XML with a DOCTYPE"),
        ("bad.nq.gz", "this is no gzip", "the compressed file is broken"),
        ("data.csv", "a,b", "the format is not known: 'csv'"),
        ("data", "a", "nothing says in which format it is"),
    ],
)
def test_what_cannot_be_read_is_named_and_changes_nothing(tmp_path: Path, name: str, text: str, said: str) -> None:
    good, bad = tmp_path / "good.nq", tmp_path / name
    good.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n")
    bad.write_text(text, errors="surrogateescape")
    with Writer(tmp_path / "home") as writer, pytest.raises(SourceError) as caught:
        writer.load([good, bad], graph="urn:g")
    assert said in str(caught.value)
    assert Generations(tmp_path / "home").current() is None


ENTITY = '<!doctype r [<!ENTITY e "expanded">]>'


@pytest.mark.parametrize("before", [0, 1, *range(65_520, 65_540), *range((1 << 20) - 12, (1 << 20) + 3)])
def test_entities_are_refused_wherever_the_reading_is_cut(tmp_path: Path, before: int) -> None:
    file = tmp_path / "spaces.rdf"
    file.write_text(" " * before + ENTITY + XML.format(inside="", text="&e;"))
    with Writer(tmp_path / "home") as writer, pytest.raises(SourceError, match="line 1: RDF/XML with a DOCTYPE"):
        writer.load([file], graph="urn:g")
    assert Generations(tmp_path / "home").current() is None


def test_entities_within_an_element_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "inside.rdf"
    file.write_text(XML.format(inside=ENTITY, text="&e;"))
    with Writer(tmp_path / "home") as writer, pytest.raises(SourceError, match="line 2: RDF/XML with a DOCTYPE"):
        writer.load([file], graph="urn:g")


def test_a_text_may_speak_of_a_doctype(tmp_path: Path) -> None:
    file = tmp_path / "text.rdf"
    file.write_text(XML.format(inside="<!-- no declaration -->", text="&lt;!DOCTYPE"))
    with Writer(tmp_path / "home") as writer:
        writer.load([file], graph="urn:g")
    assert {item.object for item in content(tmp_path / "home")} == {Literal("<!DOCTYPE")}


def test_a_cut_gzip_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cut.nt.gz"
    file.write_bytes(gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 1000)[:-20])
    with Writer(tmp_path) as writer, pytest.raises(SourceError, match="the compressed file is broken"):
        writer.load([file], graph="urn:g")


def test_a_statement_without_a_graph_needs_one(tmp_path: Path) -> None:
    file = tmp_path / "data.trig"
    file.write_text("<urn:a> <urn:b> <urn:c> . <urn:g:user> { <urn:a> <urn:b> <urn:d> }")
    refused = medkg(tmp_path, "load", file)
    assert refused.returncode == 1
    assert "a statement names no graph: '<urn:a> <urn:b>'. Say with --graph" in refused.stderr
    assert medkg(tmp_path, "load", file, "--graph", "urn:g:other").returncode == 0
    assert Generations(tmp_path).manifest(1).graphs == {"urn:g:other": 1, "urn:g:user": 1}
    assert "not an absolute IRI" in medkg(tmp_path, "load", file, "--graph", "other").stderr


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    for name in ("one.nt", "two.nt"):
        (tmp_path / name).write_text(f'_:x <urn:p> "{name}" .\n')
    with Writer(tmp_path) as writer:
        writer.load([tmp_path / "one.nt", tmp_path / "two.nt"], graph="urn:g")
    assert len({found.subject for found in content(tmp_path)}) == 2


def test_relative_iris_need_a_base(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.write_text("<a> <b> <c> .")
    assert medkg(tmp_path, "load", file, "--graph", "urn:g").returncode == 1
    assert medkg(tmp_path, "load", file, "--graph", "urn:g", "--base", "http://example.org/").returncode == 0
    assert {found.subject for found in content(tmp_path)} == {NamedNode("http://example.org/a")}


def test_standard_input_needs_a_format(tmp_path: Path) -> None:
    text = "<urn:a> <urn:b> <urn:c> .\n"
    assert "nothing says in which format it is" in medkg(tmp_path, "load", "-", "--graph", "urn:g", input=text).stderr
    done = medkg(tmp_path, "load", "-", "--graph", "urn:g", "--format", "nt", "--json", "--reason", "why", input=text)
    told = json.loads(done.stdout)
    assert (told["generation"], told["quads"], told["added"], told["reason"]) == (1, 1, 1, "why")
    assert set(told["inputs"]) == {"-"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = medkg(tmp_path, "load", tmp_path / "none.nq")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"source: {tmp_path / 'none.nq'}: there is no such file" in done.stderr


@pytest.mark.parametrize(("ending", "counts"), [("ttl", [8192, 16384, 24576]), ("nt", [17_846, 30_000])])
def test_progress_tells_how_many_statements_were_read(tmp_path: Path, ending: str, counts: list[int]) -> None:
    file = tmp_path / f"many.{ending}"
    file.write_text("".join(f"<urn:{n}> <urn:b> <urn:c> .\n" for n in range(30_000)))
    told: list[int] = []
    with Writer(tmp_path) as writer:
        writer.load([file], graph=GRAPH.value, progress=told.append)
    assert told == counts
