"""A whole validation: findings with their rows, the decision, and what a refusal says."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.errors import OntologyError, ValidationError
from medkg.namespaces import ID, SHAPE
from medkg.settings import load_settings
from medkg.validation.gate import Decision, decide, require_accepted
from medkg.validation.report import Finding, Report, Severity
from medkg.validation.shapes import load_shapes, validate

SHAPES = load_settings(environ={}).ontology / "shapes"
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def report() -> Report:
    store = ox.Store()
    store.load(path=str(HERE / "cycle.trig"), format=ox.RdfFormat.TRIG)
    return validate(store, SHAPES)


def finding(severity: Severity, shape: str = "Example") -> Finding:
    return Finding(severity, SHAPE + shape, ID + "project/tide", "", "", "Do something.", "check")


def test_cycle_is_named_with_its_rows(report: Report) -> None:
    found = [item for item in report.findings if item.shape == SHAPE + "hierarchy-cycle"]
    assert [(item.focus, item.origins) for item in found] == [
        (ID + "programme/sea-1", ("data/sources/priorities/priorities.csv, line 7",)),
        (ID + "programme/sea-2", ("data/sources/priorities/priorities.csv, line 8",)),
    ]


def test_finding_without_a_path_names_all_rows_of_the_thing(report: Report) -> None:
    (found,) = [
        item for item in report.findings if item.focus == ID + "structure/lonely" and item.constraint.startswith("Or")
    ]
    assert found.origins == ("data/sources/clusters/clusters.csv, line 2", "data/sources/clusters/clusters.csv, line 3")


def test_refusal_names_thing_row_and_what_to_do(report: Report) -> None:
    with pytest.raises(ValidationError) as caught:
        require_accepted(report)
    assert caught.value.report is report
    assert "id:programme/sea-1 skos:broader = 'id:programme/sea-2'" in str(caught.value)
    assert "(data/sources/priorities/priorities.csv, line 7)" in str(caught.value)


def test_report_counts_every_severity() -> None:
    report = Report.of([finding(Severity.WARNING), finding(Severity.INFO), finding(Severity.INFO, "Other")])
    assert report.counts == {"violation": 0, "warning": 1, "info": 2}


def test_report_is_sorted_heaviest_first_and_without_repeats() -> None:
    items = [finding(Severity.INFO), finding(Severity.VIOLATION), finding(Severity.INFO)]
    assert Report.of(items).findings == (items[1], items[0])


@pytest.mark.parametrize(
    ("severities", "decision"),
    [
        ([], Decision.ACCEPT),
        ([Severity.INFO], Decision.ACCEPT),
        ([Severity.INFO, Severity.WARNING], Decision.ACCEPT_WITH_WARNINGS),
        ([Severity.WARNING, Severity.VIOLATION], Decision.REFUSE),
    ],
)
def test_decision(severities: list[Severity], decision: Decision) -> None:
    assert decide(Report.of(finding(severity) for severity in severities)) is decision


def test_refusal_counts_what_it_does_not_name() -> None:
    report = Report.of(finding(Severity.VIOLATION, f"Shape{number}") for number in range(13))
    with pytest.raises(ValidationError, match=r"(?s)in 13 place.* and 3 more"):
        require_accepted(report)


def test_broken_shape_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<https://example.org/x> a\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"broken\.ttl"):
        load_shapes(tmp_path)


def test_folder_without_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="no shape file"):
        load_shapes(tmp_path)


def test_import_statements_are_not_followed() -> None:
    """A fetch would fail on this address, and a warning would fail the test."""
    store = ox.Store()
    header = ox.NamedNode("https://example.invalid/ontology")
    imports = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
    store.add(ox.Quad(header, imports, ox.NamedNode("https://example.invalid/other"), ox.NamedNode(ID + "graph")))
    assert validate(store, SHAPES).findings == ()
