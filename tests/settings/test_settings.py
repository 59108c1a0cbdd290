"""Where a setting comes from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.errors import MedkgError, Place, PlacedError, SettingsError
from medkg.namespaces import MK, compact, expand
from medkg.settings import Settings, load_settings


def test_explicit_before_variable_before_file_before_default(tmp_path: Path) -> None:
    file = tmp_path / "medkg.toml"
    file.write_text('port = 1\nhost = "file"\nlanguage = "ar"\n', encoding="utf-8")
    environment = {"MEDKG_SETTINGS": str(file), "MEDKG_PORT": "2", "MEDKG_HOST": "variable"}
    settings = load_settings({"port": 3, "home": None}, environment)
    assert (settings.port, settings.host, settings.language, settings.workers) == (
        3,
        "variable",
        "ar",
        Settings().workers,
    )


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"MEDKG_PORT": "many"}, "'many' cannot be read as int"),
        ({"MEDKG_WORKERS": "0"}, "0 is below 1"),
        ({"MEDKG_PORT": "99999"}, "99999 is above 65535"),
        ({"MEDKG_LANGUAGE": "de"}, "'de' is no page language"),
        ({"MEDKG_DEFAULT_GRAPH": "all"}, "default_graph: 'all' is no choice"),
        ({"MEDKG_CHILDREN": "0"}, "children: 0 is below 1"),
        ({"MEDKG_SETTINGS": "/nowhere/medkg.toml"}, "there is no such file"),
    ],
)
def test_a_value_that_cannot_work_is_refused(environment: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        load_settings({}, environment)


def test_an_unknown_name_in_the_file_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    file = tmp_path / "medkg.toml"
    file.write_text("prot = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"prot.*The settings are: home"):
        load_settings({}, {"MEDKG_SETTINGS": str(file)})


def test_a_table_of_limits_in_the_file_is_what_json_says_in_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "medkg.toml"
    file.write_text("[limits.anonymous]\nseconds = 5\n", encoding="utf-8")
    limits = '{"anonymous": {"seconds": 5}}'
    assert load_settings({}, {"MEDKG_SETTINGS": str(file)}) == load_settings({}, {"MEDKG_LIMITS": limits})


def test_a_registry_says_what_its_default_graph_is_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "registry.toml"
    file.write_text('default_graph = "own"\n', encoding="utf-8")
    assert load_settings({"home": tmp_path}, {}).default_graph == "own"
    assert load_settings({"home": tmp_path}, {"MEDKG_DEFAULT_GRAPH": "union"}).default_graph == "union"
    file.write_text("port = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"registry\.toml: port: no setting of a registry"):
        load_settings({"home": tmp_path}, {})


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "medkg.toml"
    file.write_text("port 1", encoding="utf-8")
    with pytest.raises(SettingsError, match="not a TOML file"):
        load_settings({}, {"MEDKG_SETTINGS": str(file)})


def test_the_shipped_folders_are_found() -> None:
    settings = Settings()
    assert (settings.ontology / "vocab").is_dir()
    assert (settings.queries / "README.md").is_file()


def test_a_base_error_cannot_be_raised_by_itself() -> None:
    with pytest.raises(TypeError, match="subclass"):
        MedkgError("anything")
    with pytest.raises(TypeError, match="subclass"):
        PlacedError("anything", place=Place("file.csv"))


def test_short_forms_and_iris_are_two_ways_to_say_one_thing() -> None:
    assert compact(MK + "Project") == "mk:Project"
    assert compact("https://w3id.org/medkg/id/project/x") == "id:project/x"
    assert compact("urn:nothing") == "urn:nothing"
    assert expand("mk:Project") == MK + "Project"
    assert expand("https://example.org/a") == "https://example.org/a"
    with pytest.raises(KeyError):
        expand("nowhere:x")
