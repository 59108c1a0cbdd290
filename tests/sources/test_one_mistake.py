"""One mistake in the shipped tables is one problem, however many cells refer to what it hides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from medkg.errors import OntologyError, SourceError
from medkg.sources.catalogue import load_sources
from medkg.sources.metadata import FILE_NAME
from medkg.sources.problems import SourceErrors

ROOT = Path(__file__).parents[2]
PROJECTS = "sources/projects/projects.csv"
ORGANISATIONS = "sources/partners/organisations.csv"
#: Tables that others refer to: projects, organisations, clusters, programmes, places, countries, sources, statements.
REFERRED = (
    PROJECTS,
    ORGANISATIONS,
    "sources/clusters/clusters.csv",
    "sources/programmes/programmes.csv",
    "sources/priorities/priorities.csv",
    "sources/founding/statements.csv",
    "places/places.csv",
    "places/countries.csv",
    "sources.csv",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "data", tmp_path / "data")


def the_problem(data: Path) -> str:
    """Give the one problem of the tables."""
    with pytest.raises(SourceError) as raised:
        load_sources(data, ROOT / "ontology")
    assert not isinstance(raised.value, SourceErrors), str(raised.value)
    return str(raised.value)


def first_column(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition(",")[0]


def test_the_shipped_tables_have_no_problem(data: Path) -> None:
    assert load_sources(data, ROOT / "ontology").tables


@pytest.mark.parametrize("name", REFERRED)
def test_a_missing_file(data: Path, name: str) -> None:
    (data / name).unlink()
    assert f"{name}: there is no such file" in the_problem(data)


@pytest.mark.parametrize("name", REFERRED)
def test_an_empty_file(data: Path, name: str) -> None:
    (data / name).write_bytes(b"")
    assert f"{name}: the file is empty" in the_problem(data)


@pytest.mark.parametrize("name", REFERRED)
def test_a_byte_that_is_not_utf_8(data: Path, name: str) -> None:
    path = data / name
    path.write_bytes(path.read_bytes() + b"\xe9\n")
    assert "is not UTF-8: '0xe9'. Save the file as UTF-8." in the_problem(data)


@pytest.mark.parametrize("name", REFERRED)
def test_a_missing_column(data: Path, name: str) -> None:
    path = data / name
    lines = [line.partition(",")[2] for line in path.read_text(encoding="utf-8").splitlines()]
    column = first_column(path)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert f"{name}, line 1: the declared column is missing: {column!r}" in the_problem(data)


@pytest.mark.parametrize("name", REFERRED)
def test_a_row_without_its_last_cells(data: Path, name: str) -> None:
    path = data / name
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = ",".join(lines[1].split(",")[:2])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert f"{name}, line 2: the row has 2 cells" in the_problem(data)


def test_a_quotation_mark_that_nothing_closes(data: Path) -> None:
    path = data / PROJECTS
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = f'"{lines[3]}'
    path.write_text(
        "\n".join(line.replace('"', "") if at > 3 else line for at, line in enumerate(lines)), encoding="utf-8"
    )
    assert f"{PROJECTS}, line 4: not CSV: " in the_problem(data)


@pytest.mark.parametrize("folder", ["sources/projects", "sources/partners", "sources/founding", "places", "catalog"])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[tables]]", "[[tables]", "not a TOML file in UTF-8"),
        ('type = "text"', 'type = "txt"', "no such column type: 'txt'. Did you mean 'text'?"),
    ],
)
def test_a_broken_description(data: Path, folder: str, old: str, new: str, said: str) -> None:
    path = data / folder / FILE_NAME
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert said in the_problem(data)


def test_tables_without_a_description(data: Path) -> None:
    (data / "sources/projects" / FILE_NAME).unlink()
    assert "sources/projects: tables that nothing describes. Put a metadata.toml there" in the_problem(data)


def test_a_folder_without_tables(tmp_path: Path) -> None:
    assert f"{tmp_path}: there is no table" in the_problem(tmp_path)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("", "ontology: there is no ontology. Set MEDKG_ONTOLOGY"),
        ("vocab", "ontology/vocab: there is no such folder. The tables are checked against it"),
        ("modules", "ontology/modules: there is no such folder. The tables are checked against it"),
    ],
)
def test_a_missing_folder_of_the_ontology_is_named_once(data: Path, tmp_path: Path, missing: str, said: str) -> None:
    ontology = shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    shutil.rmtree(ontology / missing)
    with pytest.raises(OntologyError) as raised:
        load_sources(data, ontology)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_wrong_reference_is_still_named_beside_an_unreadable_table(data: Path) -> None:
    (data / PROJECTS).unlink()
    path = data / "sources/partners/partners.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(",national-technical-university-of-athens,", ",technical-university,", 1), encoding="utf-8"
    )
    with pytest.raises(SourceErrors) as raised:
        load_sources(data, ROOT / "ontology")
    texts = [str(problem) for problem in raised.value.problems]
    assert len(texts) == 2, texts
    assert "no table introduces this actor or structure: 'technical-university'" in texts[1]
