"""Each violation check matches nothing in the shipped ontology, and finds what it is there for in a broken file."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.errors import OntologyError
from medkg.namespaces import compact
from medkg.ontology.checks import check_files, load_ontology, run_check, run_checks
from medkg.settings import load_settings

FOLDER = load_settings(environ={}).ontology
BROKEN = Path(__file__).parent / "broken"
CHECKS = {path.name.removesuffix("-violation.rq"): path for path in check_files(FOLDER)}


@pytest.fixture(scope="module")
def shipped() -> ox.Store:
    return load_ontology(FOLDER)


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_the_shipped_ontology_breaks_no_rule(check: str, shipped: ox.Store) -> None:
    assert [str(found) for found in run_check(CHECKS[check], shipped)] == []


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_a_broken_file_is_found(check: str) -> None:
    path = BROKEN / f"{check}.ttl"
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# finds: ").split()
    found = run_check(CHECKS[check], load_ontology(FOLDER, [path]))
    assert {compact(violation.term) for violation in found} == {name.strip("<>") for name in expected}


def test_every_broken_file_belongs_to_a_check() -> None:
    assert {path.stem for path in BROKEN.glob("*.ttl")} == set(CHECKS)


def test_a_violation_names_the_term_the_rule_and_what_was_found() -> None:
    found = [v for v in run_checks(FOLDER, [BROKEN / "two-kinds.ttl"]) if v.check == "two-kinds"]
    assert [str(violation) for violation in found] == [
        "mk:Cluster: A term is a class or one kind of property, never two of them. "
        "Found: owl:ObjectProperty (two-kinds)"
    ]


def test_a_file_that_is_not_turtle_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("@prefix mk: <https://w3id.org/medkg/ontology/> .\n\nmk:A mk:b .\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"bad\.ttl, line 3: not valid Turtle"):
        load_ontology(FOLDER, [path])


def test_a_file_without_an_ontology_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "headless.ttl"
    path.write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    with pytest.raises(OntologyError, match="declares 0 ontologies"):
        load_ontology(FOLDER, [path])


@pytest.mark.parametrize(
    ("text", "message"),
    [("# a\nSELECT ?x WHERE {", "not a valid query"), ("# a\nSELECT ?term WHERE { ?term a ?found }", "selects")],
)
def test_a_check_that_cannot_be_used_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "odd-violation.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError, match=message):
        run_check(path, ox.Store())
