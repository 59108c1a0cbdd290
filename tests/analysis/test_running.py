"""Every analysis has one definition, which is complete; what is asked wrongly is refused with the way to ask."""

from __future__ import annotations

import json
from pathlib import Path
from string import Formatter

import pytest

from medkg.analysis.definition import definitions
from medkg.analysis.running import FUNCTIONS, analyse
from medkg.errors import BadParameter
from medkg.query.catalogue import load_catalogue
from medkg.settings import LANGUAGES
from tests.analysis.small_registry import QUERIES, registry
from tests.store.small_stores import medkg


def test_each_analysis_has_one_function_and_one_definition() -> None:
    assert set(FUNCTIONS) == set(definitions())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_queries_of_a_definition_exist(name: str) -> None:
    assert set(definitions()[name].queries) <= set(load_catalogue(QUERIES))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_same_values_stand_in_a_sentence_of_every_language(name: str) -> None:
    for note in definitions()[name].notes.values():
        places = {language: {field for _, field, _, _ in Formatter().parse(note[language])} for language in LANGUAGES}
        assert all(found == places["en"] for found in places.values()), note


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("no-such", {}, "there is no such analysis.*helix-balance"),
        ("helix-balance", {}, "entity: a value is required.*id:project/innomed-up"),
        ("helix-balance", {"entity": "  "}, "a value is required"),
        ("helix-balance", {"entity": "not an iri"}, "'not an iri' is not of type iri"),
        ("helix-balance", {"entity": "id:project/p", "depth": "3"}, "depth: no such parameter.*entity"),
    ],
)
def test_what_is_asked_wrongly_is_refused(name: str, given: dict[str, str], told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        analyse(registry([]), name, given)


def test_the_command_gives_the_report_in_every_format(shipped_home: Path) -> None:
    asked = ("analyse", "helix-balance", "--param", "entity=id:project/innomed-up")
    shown = medkg(shipped_home, *asked).stdout
    assert "All four helices are represented." in shown
    found = json.loads(medkg(shipped_home, *asked, "--format", "json", "--language", "it").stdout)
    assert found["notes"] == [{"id": "complete", "text": "Tutte e quattro le eliche sono rappresentate."}]
    # Counted by hand in the partners' list of the source.
    assert [row["count"] for row in found["tables"][1]["rows"]] == [3, 1, 2, 1, 0]
    assert all(item["origins"] for table in found["tables"] for row in table["rows"] for item in row["evidence"])
    table = medkg(shipped_home, *asked, "--format", "csv", "--table", "balance").stdout.splitlines()
    assert table[0] == "helix,helix_iri,count,share,bodies,bodies_iri"
    assert table[2].startswith("business,https://w3id.org/medkg/scheme/helix/business,1,0.143,")


def test_the_command_lists_analyses_and_refuses_a_table_that_is_none(shipped_home: Path) -> None:
    assert "entity=id:project/innomed-up" in medkg(shipped_home, "analyse").stdout
    wrong = medkg(shipped_home, "analyse", "helix-balance", "-p", "entity=id:project/innomed-up", "--format", "csv")
    assert wrong.returncode == 2
    assert "--table: measures, balance, candidates" in wrong.stderr
    unknown = medkg(shipped_home, "analyse", "helix-balance", "-p", "entity=id:project/none")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
