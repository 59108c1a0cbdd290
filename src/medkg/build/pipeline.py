"""The steps of a build, one function each, and what it says of itself in the end."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from medkg import __version__
from medkg.build.progress import Clock, Progress
from medkg.build.stage import Stage, input_hashes, make_stage, ontology_version
from medkg.progress import silent
from medkg.reasoning.rules import Inference, infer
from medkg.settings import Settings
from medkg.store.layout import Layout
from medkg.store.manifest import Manifest
from medkg.store.writer import Writer
from medkg.validation.gate import require_accepted
from medkg.validation.report import Report
from medkg.validation.shapes import validate

REPORT_FILE: Final = "report.json"
_KIB: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A stage after rules and shapes: ready to be published, or to be refused."""

    stage: Stage
    inference: Inference
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSummary:
    """A build that was published.

    ``unmatched`` counts free texts without a concept; ``warnings`` say what failed after publishing.
    """

    generation: int
    reason: str
    quads: int
    added: int
    deleted: int
    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    rows: int
    claims: int
    inferred: int
    preferred: int
    validation: Mapping[str, int]
    unmatched: int
    report: str
    warnings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    peak_mib: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Give the summary as plain values, for JSON."""
        return asdict(self)


def run_build(settings: Settings, progress: Progress = silent, *, reason: str = "build") -> BuildSummary:
    """Build a generation from ``data/`` and ``ontology/`` and publish it; a failure leaves what is served as it is.

    Raises:
        SourceError: a table is wrong.
        MappingError: a mapping is broken or fails on a row.
        OntologyError: the ontology, a rule or a shape is broken.
        ValidationError: the data break a shape; carries the report.
        StoreBusy: another process is writing.
        StoreError: the home cannot be written.
    """
    clock = Clock(progress)
    # The lock is taken first: whoever comes second should hear so at once, not after the work.
    with Writer(settings.home, retention=settings.retention) as writer:
        checked = check_data(settings, clock)
        require_accepted(checked.report)
        with clock.step("publish"):
            manifest = _publish(writer, checked, clock, reason)
        warnings = tuple(map(str, writer.warnings))
    return _summary(settings, checked, manifest, clock, warnings)


def check_data(settings: Settings, clock: Clock) -> Checked:
    """Read, map, infer and validate; publish nothing.

    Raises:
        MedkgError: as :func:`run_build`, but neither ValidationError nor StoreError.
    """
    stage, inference = infer_data(settings, clock)
    with clock.step("validate"):
        report = _with_described_rows(validate(stage.store, settings.ontology / "shapes"), stage)
    return Checked(stage=stage, inference=inference, report=report)


def _with_described_rows(report: Report, stage: Stage) -> Report:
    """Give the report with the rows of findings about descriptions: those have no claims to find them by."""
    rows = {str(quad.subject).strip("<>"): row.record for quad, row in stage.mapped.descriptions.items()}
    return Report.of(
        replace(finding, origins=(str(record),))
        if not finding.origins and (record := rows.get(finding.focus))
        else finding
        for finding in report.findings
    )


def infer_data(settings: Settings, clock: Clock) -> tuple[Stage, Inference]:
    """Read and map the tables and run the rules over them.

    Raises:
        MedkgError: as :func:`run_build`, but neither ValidationError nor StoreError.
    """
    stage = make_stage(settings, clock)
    with clock.step("reason"):
        inference = infer(stage.store, settings.ontology / "rules", clock.report)
    return stage, inference


def _publish(writer: Writer, checked: Checked, clock: Clock, reason: str) -> Manifest:
    stage = checked.stage
    total = len(stage.store)
    return writer.replace(
        iter(stage.store),
        reason=reason,
        inputs=input_hashes(stage),
        versions={"medkg": __version__, "ontology": ontology_version(stage.store)},
        validation=dict(checked.report.counts),
        files={REPORT_FILE: _as_json(report_content(checked))},
        progress=lambda done: clock.report("statements", done, total),
    )


def _summary(
    settings: Settings, checked: Checked, manifest: Manifest, clock: Clock, warnings: tuple[str, ...]
) -> BuildSummary:
    return BuildSummary(
        generation=manifest.generation,
        reason=manifest.reason,
        quads=manifest.quads,
        added=manifest.added,
        deleted=manifest.deleted,
        graphs=manifest.graphs,
        classes=manifest.classes,
        rows=sum(len(table.rows) for table in checked.stage.catalogue.tables),
        claims=len(checked.stage.mapped.claims),
        inferred=checked.inference.inferred,
        preferred=checked.inference.preferred,
        validation=dict(checked.report.counts),
        unmatched=len({item.text for item in checked.stage.mapped.unmatched}),
        report=str(Layout(settings.home).generation(manifest.generation) / REPORT_FILE),
        warnings=warnings,
        seconds={step: round(seconds, 3) for step, seconds in clock.seconds.items()},
        peak_mib=peak_mib(),
    )


def report_content(checked: Checked) -> dict[str, Any]:
    """Give the build report: findings, texts without a concept, and what each rule added."""
    return {
        "validation": dict(checked.report.counts),
        "findings": findings_content(checked.report),
        "unmatched": [
            {"text": item.text, "schemes": item.schemes, "place": str(item.place)}
            for item in checked.stage.mapped.unmatched
        ],
        "inferred": dict(checked.inference.by_rule),
    }


def findings_content(report: Report) -> list[dict[str, Any]]:
    """Give the findings as plain values."""
    return [asdict(finding) for finding in report.findings]


def _as_json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def peak_mib() -> float:
    """Give the most memory this process has held so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (_KIB if sys.platform != "darwin" else _KIB * _KIB), 1)
