"""A build publishes a whole generation, twice the same; what is wrong refuses it and leaves what is served."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medkg.build import BuildSummary, run_build
from medkg.build.progress import Event
from medkg.errors import MappingError, OntologyError, SourceError, StoreBusy, StoreError, ValidationError
from medkg.namespaces import MK, Graphs
from medkg.store.generations import Generations
from medkg.store.writer import Writer
from tests.build.small_registry import TABLE, Registry

REFUSED_DATES = ("2019-09-01,2022-08-31", "2022-09-01,2019-08-31")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Registry, BuildSummary, list[Event]]:
    """Give a registry that was built, and what its build said. Tests do not change it."""
    registry = Registry(tmp_path_factory.mktemp("built"))
    events: list[Event] = []
    return registry, run_build(registry.settings, events.append, reason="first facts"), events


def test_the_summary_counts_what_is_served(built: tuple[Registry, BuildSummary, list[Event]]) -> None:
    registry, summary, _ = built
    served = registry.served()
    assert summary.generation == registry.generations.current() == 1
    assert summary.quads == summary.added == sum(summary.graphs.values()) == len(served)
    assert summary.classes[MK + "Project"] == 2
    assert summary.graphs[Graphs.SOURCE + "000_ab"] == 8
    assert summary.graphs[Graphs.EXTERNAL + "page-one"] == 7
    assert summary.claims == 15
    assert summary.inferred == summary.graphs[Graphs.INFERRED]
    assert summary.unmatched == 1, "basket weaving has no concept"
    assert summary.peak_mib > 1


def test_the_manifest_names_reason_versions_and_inputs(built: tuple[Registry, BuildSummary, list[Event]]) -> None:
    registry, _, _ = built
    manifest = registry.generations.manifest(1)
    assert manifest.reason == "first facts"
    assert set(manifest.versions) == {"medkg", "ontology"}
    assert {f"data/{TABLE}", "data/sources.csv", "data/catalog/sources.rq", "ontology/medkg.ttl"} <= set(
        manifest.inputs
    )
    assert not any(name.startswith("/") for name in manifest.inputs)


def test_every_statement_of_a_source_has_a_claim(built: tuple[Registry, BuildSummary, list[Event]]) -> None:
    registry, summary, _ = built
    stated = [line for line in registry.served() if f"<{Graphs.SOURCE}" in line or f"<{Graphs.EXTERNAL}" in line]
    in_graphs = [line for line in stated if line.endswith((f"<{Graphs.SOURCE}000_ab>", f"<{Graphs.EXTERNAL}page-one>"))]
    assert len(in_graphs) == summary.claims == summary.classes[MK + "Claim"] - _inference_claims(summary)


def _inference_claims(summary: BuildSummary) -> int:
    return summary.graphs[Graphs.INFERRED]


def test_the_report_lies_in_the_generation(built: tuple[Registry, BuildSummary, list[Event]]) -> None:
    _, summary, _ = built
    report = json.loads(Path(summary.report).read_text(encoding="utf-8"))
    assert report["validation"] == dict(summary.validation)
    assert [item["text"] for item in report["unmatched"]] == ["basket weaving"]
    assert report["unmatched"][0]["place"].endswith("small-projects.csv, line 3, column theme")
    assert sum(report["inferred"].values()) == summary.inferred


def test_a_build_is_whole_when_it_is_served(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[set[str]] = []
    serve = Generations.serve

    def watched(generations: Generations, number: int) -> None:
        found.append({entry.name for entry in generations.layout.generation(number).iterdir()})
        serve(generations, number)

    monkeypatch.setattr(Generations, "serve", watched)
    summary = run_build(registry.settings)
    assert found == [{"manifest.json", "report.json", "store"}]
    assert {entry.name for entry in Path(summary.report).parent.iterdir()} == found[0]
    assert summary.warnings == ()


def test_progress_names_the_steps_in_their_order(built: tuple[Registry, BuildSummary, list[Event]]) -> None:
    _, summary, events = built
    steps = list(dict.fromkeys(event.step for event in events))
    assert (
        steps == ["read tables", "map rows", "load ontology", "reason", "validate", "publish"] == list(summary.seconds)
    )
    mapped = [event.done for event in events if event.step == "map rows" and event.total]
    assert mapped == sorted(mapped)
    assert mapped[-1] == summary.rows


def test_equal_inputs_give_equal_statements_in_another_place_and_time(
    built: tuple[Registry, BuildSummary, list[Event]], registry: Registry
) -> None:
    run_build(registry.settings)
    assert registry.served() == built[0].served()
    again = run_build(registry.settings)
    assert (again.generation, again.added, again.deleted) == (2, 0, 0)


def test_a_violation_refuses_the_build_and_names_row_value_and_rule(registry: Registry) -> None:
    run_build(registry.settings)
    before = registry.served()
    registry.change(TABLE, *REFUSED_DATES)
    with pytest.raises(ValidationError) as raised:
        run_build(registry.settings)
    text = str(raised.value)
    assert "data/sources/small/small-projects.csv, line 2" in text
    assert "2019-08-31" in text
    assert "mksh:date-order" in text
    assert (registry.generations.current(), registry.generations.list()) == (1, (1,))
    assert registry.served() == before


def test_a_finding_about_a_description_names_its_row(registry: Registry) -> None:
    registry.change("sources.csv", "https://example.org/one", "")
    report = json.loads(Path(run_build(registry.settings).report).read_text(encoding="utf-8"))
    found = [finding["origins"] for finding in report["findings"] if finding["focus"].endswith("source/page-one")]
    assert found == [["data/sources.csv, line 3"]]


@pytest.mark.parametrize(
    ("name", "old", "new", "error", "said"),
    [
        (
            TABLE,
            ",ended,",
            ",endet,",
            SourceError,
            "line 2, column state: scheme project-status has no such concept: 'endet'",
        ),
        (
            "sources/small/projects.rq",
            "CONSTRUCT {",
            "CONSTRUCT",
            MappingError,
            "projects.rq, line 6, column 8: not SPARQL: expected WHERE",
        ),
        (
            "sources/small/projects.rq",
            "row:acronym ?acronym",
            "row:theme ?theme ; row:acronym ?acronym , 'x'",
            MappingError,
            "small-projects.csv, line 2: the row yields no statement",
        ),
    ],
)
def test_wrong_data_refuse_the_build(
    registry: Registry, name: str, old: str, new: str, error: type[Exception], said: str
) -> None:
    registry.change(name, old, new)
    with pytest.raises(error) as raised:
        run_build(registry.settings)
    assert said in str(raised.value)
    assert registry.generations.current() is None


def test_a_broken_ontology_file_is_named_with_its_line(registry: Registry, tmp_path: Path) -> None:
    ontology = tmp_path / "ontology"
    (ontology / "vocab").mkdir(parents=True)
    (ontology / "vocab" / "project-status.ttl").write_text("@prefix a: <http://a/> .\na:b a:c\n", encoding="utf-8")
    broken = registry.at(ontology)
    with pytest.raises(OntologyError, match=r"project-status.ttl, line [23]"):
        run_build(broken)


def test_a_missing_ontology_is_named(registry: Registry, tmp_path: Path) -> None:
    registry.change("sources/small/metadata.toml", 'type = "code", scheme = "project-status"', 'type = "text"')
    registry.change("mappings/concepts.csv", "circular economy,theme,circular-economy\n", "")
    with pytest.raises(OntologyError, match="there is no ontology"):
        run_build(registry.at(tmp_path))


def test_a_second_build_is_refused_at_once(registry: Registry) -> None:
    events: list[Event] = []
    with Writer(registry.settings.home), pytest.raises(StoreBusy, match="another process is writing"):
        run_build(registry.settings, events.append)
    assert events == [], "it is refused before any work"


def test_a_home_that_cannot_be_written_is_named(registry: Registry) -> None:
    registry.settings.home.write_text("a file", encoding="utf-8")
    with pytest.raises(StoreError, match=r"home"):
        run_build(registry.settings)
    assert registry.settings.home.read_text(encoding="utf-8") == "a file"
