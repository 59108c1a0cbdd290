"""``medkg ontology``: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from medkg.cli import cli
from medkg.errors import OntologyError
from medkg.settings import load_settings

FOLDER = load_settings(environ={}).ontology
MODELS = Path(__file__).parent / "models"


#: So that a contradiction is explained in seconds.
FEW_AXIOMS = """
@prefix mk: <https://w3id.org/medkg/ontology/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .

<https://w3id.org/medkg/module/axioms> a owl:Ontology .

mk:City owl:disjointWith mk:Country .
"""


def run(*arguments: str, ontology: Path = FOLDER) -> Result:
    return CliRunner().invoke(cli, ["ontology", *arguments], env={"MEDKG_ONTOLOGY": str(ontology)})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "ontology")


def add(copy: Path, line: str) -> None:
    path = copy / "modules" / "places.ttl"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")


@pytest.mark.reasoner
def test_check_passes_the_shipped_ontology() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "self-check shapes: 0 violations" in result.output
    assert "HermiT: consistent, 0 unsatisfiable classes" in result.output


def test_check_names_each_violation_and_ends_with_1(copy: Path) -> None:
    add(copy, "mk:Harbour a owl:Class .")
    result = run("check", "--no-reasoner", ontology=copy)
    assert result.exit_code == 1
    assert "violation: mk:Harbour: A term has a label in each page language. Found: ar (missing-label)" in result.output
    assert "HermiT left out" in result.output


@pytest.mark.reasoner
def test_check_as_json_names_a_class_without_members_and_why(copy: Path) -> None:
    for module in set(copy.glob("modules/*.ttl")) - {copy / "modules" / "places.ttl"}:
        module.unlink()
    (copy / "axioms.ttl").write_text(FEW_AXIOMS, encoding="utf-8")
    add(copy, "mk:CityState a owl:Class ; rdfs:subClassOf mk:City, mk:Country .")
    result = run("check", "--json", ontology=copy)
    found = json.loads(result.output)
    assert result.exit_code == 1
    assert not found["passed"]
    assert found["reasoner"]["unsatisfiable"] == ["https://w3id.org/medkg/ontology/CityState"]
    assert found["contradiction"] == [
        "mk:City owl:disjointWith mk:Country (disjointness of places)",
        "urn:medkg:probe rdf:type mk:CityState (facts of the data)",
        "mk:CityState rdfs:subClassOf mk:City (subclasses of the data)",
        "mk:CityState rdfs:subClassOf mk:Country (subclasses of the data)",
    ]


def test_check_refuses_a_broken_file_with_its_line(copy: Path) -> None:
    add(copy, "mk:Harbour a ;")
    result = run("check", "--no-reasoner", ontology=copy)
    assert isinstance(result.exception, OntologyError)
    assert "places.ttl, line " in str(result.exception)


def test_explain_says_what_a_term_means_and_takes_part_in() -> None:
    lines = run("explain", "mk:hasMember", "--language", "fr").output.splitlines()
    assert lines[:3] == [
        "membre (object property)",
        "  https://w3id.org/medkg/ontology/hasMember",
        "  Links a structure to an actor that is a member of it.",
    ]
    assert {
        "  follows from: mk:hasMembership o mk:member",
        "  helps to infer: mk:memberCountry",
        "  inverse of: mk:memberOf",
        "  superproperty of: mk:hasMemberCluster",
        "  subproperty of: org:hasMember",
    } <= set(lines)


def test_explain_writes_definitions_in_manchester_syntax() -> None:
    lines = run("explain", "CircularEconomyCluster").output.splitlines()
    assert "  is the same as: mk:Cluster and (mk:hasTheme value mks:theme/circular-economy)" in lines


def test_explain_as_json() -> None:
    found = json.loads(run("explain", "https://w3id.org/medkg/ontology/startDate", "--json").output)
    assert found["labels"]["ar"] == "تاريخ البداية"
    assert ["is", "single-valued"] in found["axioms"]


def test_explain_names_what_comes_near_an_unknown_term() -> None:
    result = run("explain", "mk:Clustre")
    assert isinstance(result.exception, OntologyError)
    assert "no such term: 'mk:Clustre'. Near it: Cluster" in str(result.exception)


def test_format_changes_what_differs_and_nothing_else(copy: Path) -> None:
    run("format", ontology=copy)
    path = copy / "modules" / "places.ttl"
    before = {file: file.read_bytes() for file in copy.rglob("*") if file.is_file()}
    path.write_text(path.read_text(encoding="utf-8").replace("mk:City a owl:Class", "mk:City   a   owl:Class"))
    checked = run("format", "--check", ontology=copy)
    assert checked.exit_code == 1
    assert f"would change: {path}" in checked.output
    assert run("format", ontology=copy).exit_code == 0
    assert {file: file.read_bytes() for file in copy.rglob("*") if file.is_file()} == before
    assert run("format", "--check", ontology=copy).exit_code == 0


def test_format_leaves_a_broken_file_as_it_is(copy: Path) -> None:
    add(copy, "mk:Harbour a ;")
    before = (copy / "modules" / "places.ttl").read_bytes()
    assert isinstance(run("format", ontology=copy).exception, OntologyError)
    assert (copy / "modules" / "places.ttl").read_bytes() == before


@pytest.mark.parametrize("arguments", [["explain"], ["explain", "Cluster", "--language", "de"], ["frobnicate"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
