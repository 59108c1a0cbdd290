"""What a validation found: frozen records, sorted, counted by severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from medkg.namespaces import compact


class Severity(StrEnum):
    """How much a finding weighs: a violation refuses the data, a warning asks for a look, an info is for statistics."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


#: The heaviest first.
ORDER = (Severity.VIOLATION, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one shape. ``path`` and ``value`` are empty where the shape is about the thing as a whole.

    ``constraint`` is the SHACL component that failed, or ``check`` for a check written as a query. ``origins`` names
    the rows the statement came from (``data/sources/partners/partners.csv, line 12``), as messages about tables do; it
    is empty for what no table says.
    """

    severity: Severity
    shape: str
    focus: str
    path: str
    value: str
    message: str
    constraint: str
    origins: tuple[str, ...] = ()

    def __str__(self) -> str:
        about = " ".join(compact(part) for part in (self.focus, self.path) if part)
        value = f" = {compact(self.value)!r}" if self.value else ""
        where = f" ({'; '.join(self.origins)})" if self.origins else ""
        return f"{self.severity}: {about}{value}: {self.message} [{compact(self.shape)}]{where}"


def _place(finding: Finding) -> tuple[int, str, str, str, str, str]:
    return (
        ORDER.index(finding.severity),
        finding.shape,
        finding.focus,
        finding.path,
        finding.value,
        finding.constraint,
    )


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, heaviest first; the same data give the same report."""

    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """Give the report of findings, each one once, in their stable order."""
        return cls(tuple(sorted(set(findings), key=_place)))

    @property
    def counts(self) -> Mapping[str, int]:
        """Give the number of findings of each severity, zero included."""
        counted = Counter(finding.severity for finding in self.findings)
        return MappingProxyType({severity.value: counted[severity] for severity in ORDER})

    def by_severity(self, severity: Severity) -> tuple[Finding, ...]:
        """Give the findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity is severity)
