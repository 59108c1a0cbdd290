"""Broken rule files and rule sets that cannot end: each is refused by name, with its place."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.errors import OntologyError
from medkg.namespaces import Graphs
from medkg.reasoning.rulefile import load_rules
from medkg.reasoning.rules import infer
from medkg.settings import LANGUAGES, Settings

HEADER = "#+ id: {id}\n#+ summary: S\n#+ because: B\n#+ version: 1.0.0\n"
COPY = "PREFIX e: <https://example.org/>\nCONSTRUCT {{ ?s e:{to} ?o }} WHERE {{ ?s e:{of} ?o {more} }}\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rule(folder: Path, number: str, name: str, of: str, to: str, more: str = "", header: str = "") -> None:
    text = HEADER.format(id=name) + header + COPY.format(of=of, to=to, more=more)
    write(folder, f"{number}-{name}.rq", text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the one preference query that an inference needs."""
    rule(tmp_path / "preferred", "10", "name", of="a", to="b")
    return tmp_path


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    subject, predicate = ox.NamedNode("https://example.org/x"), ox.NamedNode("https://example.org/a")
    store.add(ox.Quad(subject, predicate, ox.Literal("1"), ox.NamedNode(Graphs.SOURCE + "s")))
    return store


def test_syntax_error_names_file_line_and_column(tmp_path: Path) -> None:
    path = write(tmp_path, "01-wrong.rq", HEADER.format(id="wrong") + "CONSTRUCT { ?s ?p }\nWHERE { }\n")
    with pytest.raises(OntologyError) as caught:
        load_rules(tmp_path)
    assert (caught.value.place.path, caught.value.place.line) == (str(path), 5)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("wrong.rq", HEADER.format(id="wrong"), "two-digit number"),
        ("01-wrong.rq", "CONSTRUCT { } WHERE { }", "no header"),
        ("01-wrong.rq", "#+ id: wrong\nCONSTRUCT { } WHERE { }", "lacks the key: 'because'"),
        ("01-wrong.rq", HEADER.format(id="wrong") + "#+ author: x\n", "unknown key: 'author'"),
        ("01-wrong.rq", "#+ id: [\n", "not YAML"),
        ("01-wrong.rq", HEADER.format(id="Wrong") + "CONSTRUCT { } WHERE { }", "lower-case words"),
        ("01-wrong.rq", HEADER.format(id="wrong") + "SELECT * WHERE { }", "not a CONSTRUCT"),
        ("01-wrong.rq", HEADER.format(id="wrong") + "#+ reads: nowhere:x\nCONSTRUCT { } WHERE { }", "unknown prefix"),
    ],
)
def test_broken_rule_file_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    write(tmp_path, name, text)
    with pytest.raises(OntologyError, match=message):
        load_rules(tmp_path)


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("01-one.rq", "02-other.rq"):
        write(tmp_path, name, HEADER.format(id="same") + "CONSTRUCT { } WHERE { }")
    with pytest.raises(OntologyError, match=r"01-one\.rq has this id too"):
        load_rules(tmp_path)


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="no rule file"):
        load_rules(tmp_path)


def test_rule_that_feeds_on_its_own_results_is_named(folder: Path, store: ox.Store) -> None:
    longer = 'BIND(CONCAT(?o, "1") AS ?more)'
    text = f"PREFIX e: <https://example.org/>\nCONSTRUCT {{ ?s e:a ?more }} WHERE {{ ?s e:a ?o {longer} }}\n"
    write(folder, "01-endless.rq", HEADER.format(id="endless") + text)
    with pytest.raises(OntologyError, match=r"01-endless\.rq: the rules run away"):
        infer(store, folder)


def test_rule_that_waits_for_an_absence_in_too_low_a_stratum_is_named(folder: Path, store: ox.Store) -> None:
    rule(folder, "01", "early", of="a", to="b", more=". FILTER NOT EXISTS { ?s e:c ?any }")
    rule(folder, "02", "filler", of="a", to="c")
    with pytest.raises(OntologyError, match=r"01-early\.rq: the rule no longer gives"):
        infer(store, folder)


def test_rule_of_a_higher_stratum_may_wait_for_an_absence(folder: Path, store: ox.Store) -> None:
    rule(folder, "11", "late", of="a", to="b", more=". FILTER NOT EXISTS { ?s e:c ?any }")
    rule(folder, "02", "filler", of="a", to="c")
    assert infer(store, folder).by_rule == {"filler": 1, "late": 0}


def test_rule_is_asked_again_when_what_it_reads_grows(folder: Path, store: ox.Store) -> None:
    rule(folder, "01", "second", of="b", to="c", header="#+ reads: https://example.org/b\n")
    rule(folder, "02", "first", of="a", to="b")
    assert infer(store, folder).by_rule == {"second": 1, "first": 1}


def test_data_beside_the_rules_must_be_turtle(folder: Path, store: ox.Store) -> None:
    rule(folder, "01", "copy", of="a", to="b")
    write(folder, "expected.ttl", "<https://example.org/x> a\n")
    with pytest.raises(OntologyError, match=r"expected\.ttl"):
        infer(store, folder)


def test_every_shipped_rule_is_named_in_the_page_languages() -> None:
    for rule in load_rules(Settings().ontology / "rules"):
        assert set(rule.title) == set(LANGUAGES), f"{rule.file} lacks a title"
