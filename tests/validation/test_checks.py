"""Each check has a data set it accepts, and a minimally wrong one on which it, and only it, speaks up."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.errors import OntologyError
from medkg.namespaces import SHAPE
from medkg.settings import load_settings
from medkg.validation.checks import load_checks, run_checks
from medkg.validation.report import Finding

ONTOLOGY = load_settings(environ={}).ontology
CHECKS = ONTOLOGY / "shapes" / "checks"
VALID = sorted((ONTOLOGY / "examples" / "valid").glob("*.trig"))
INVALID = sorted((ONTOLOGY / "examples" / "invalid").glob("*.trig"))


def findings(path: Path) -> list[Finding]:
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TRIG)
    return list(run_checks(store, CHECKS))


def broken_shape(path: Path) -> str:
    found = re.search(r"^# shape: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{path.name} does not say which check it breaks"
    return found[1]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_data_are_accepted(path: Path) -> None:
    assert findings(path) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_wrong_data_break_exactly_their_check(path: Path) -> None:
    assert path.stem.startswith(broken_shape(path) + "-")
    assert {finding.shape for finding in findings(path)} == {SHAPE + broken_shape(path)}


def test_every_check_has_valid_and_wrong_data() -> None:
    checks = {check.id for check in load_checks(CHECKS)}
    assert {path.stem for path in VALID} == checks
    assert {broken_shape(path) for path in INVALID} == checks


def test_unknown_severity_is_refused(tmp_path: Path) -> None:
    header = "#+ summary: S\n#+ severity: grave\n#+ message: M\n"
    (tmp_path / "wrong.rq").write_text(header + "SELECT ?focus WHERE { }\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"wrong\.rq: no such severity: 'grave'"):
        load_checks(tmp_path)


def test_check_that_is_no_select_is_refused(tmp_path: Path) -> None:
    header = "#+ summary: S\n#+ severity: info\n#+ message: M\n"
    (tmp_path / "wrong.rq").write_text(header + "ASK { }\n", encoding="utf-8")
    with pytest.raises(OntologyError, match="not a SELECT"):
        load_checks(tmp_path)
