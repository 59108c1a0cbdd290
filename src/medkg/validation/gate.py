"""The decision after a validation: accept, accept with warnings, or refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from medkg.errors import ValidationError
from medkg.validation.report import Report, Severity

#: Findings named in the message of a refusal; the report carries all of them.
_NAMED = 10


class Decision(StrEnum):
    """What becomes of the data."""

    ACCEPT = "accept"
    ACCEPT_WITH_WARNINGS = "accept with warnings"
    REFUSE = "refuse"


def decide(report: Report) -> Decision:
    """Give the decision: one violation refuses, one warning is worth a mention, information is neither."""
    if report.counts[Severity.VIOLATION]:
        return Decision.REFUSE
    return Decision.ACCEPT_WITH_WARNINGS if report.counts[Severity.WARNING] else Decision.ACCEPT


def require_accepted(report: Report) -> Decision:
    """Give the decision if it is not a refusal.

    Raises:
        ValidationError: there is a violation; the first ones are named, the report carries all.
    """
    decision = decide(report)
    if decision is Decision.REFUSE:
        raise ValidationError(_refusal(report), report=report, remedy="Correct the rows named, then build again.")
    return decision


def require_nothing_new(before: Callable[[], Report], after: Report) -> None:
    """Refuse a change that brings violations which were not there; ``before`` is asked only where there are any.

    Raises:
        ValidationError: it does; the report carries those alone.
    """
    found = after.by_severity(Severity.VIOLATION)
    known = {replace(finding, origins=()) for finding in before().findings} if found else set()
    new = Report.of(finding for finding in found if replace(finding, origins=()) not in known)
    if new.findings:
        raise ValidationError(_refusal(new), report=new, remedy="Correct the statements named; nothing was changed.")


def _refusal(report: Report) -> str:
    violations = report.by_severity(Severity.VIOLATION)
    named = "".join(f"\n  {finding}" for finding in violations[:_NAMED])
    more = len(violations) - _NAMED
    rest = f"\n  and {more} more" if more > 0 else ""
    return f"the data break the shapes in {len(violations)} place(s):{named}{rest}"
