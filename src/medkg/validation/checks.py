"""Checks written as queries: a SELECT that must find nothing. They see all graphs, by name and as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from medkg.errors import OntologyError, Place
from medkg.namespaces import SHAPE
from medkg.reasoning.rulefile import checked_header, read_text, require_form
from medkg.validation.report import Finding, Severity

_KEYS = ("summary", "severity", "message")
_COLUMNS = ("focus", "path", "value")
CONSTRAINT = "check"
#: Within the folder of the shapes.
FOLDER = "checks"


@dataclass(frozen=True, slots=True)
class Check:
    """A query whose rows are breaches: ``?focus``, and where they say more ``?path`` and ``?value``."""

    id: str
    summary: str
    severity: Severity
    message: str
    text: str
    path: Path


def load_checks(folder: Path) -> tuple[Check, ...]:
    """Read every ``<id>.rq`` of a folder.

    Raises:
        OntologyError: a file is broken, or a severity unknown.
    """
    return tuple(_read(path) for path in sorted(folder.glob("*.rq")))


def _read(path: Path) -> Check:
    text = read_text(path)
    header = checked_header(path, text, required=_KEYS)
    require_form(path, text, ox.QuerySolutions, "SELECT")
    try:
        severity = Severity(header["severity"])
    except ValueError as error:
        remedy = f"Use one of {', '.join(Severity)}."
        raise OntologyError(
            "no such severity", place=Place(str(path)), value=header["severity"], remedy=remedy
        ) from error
    return Check(path.stem, header["summary"], severity, header["message"], text, path)


def run_checks(store: ox.Store, folder: Path) -> Iterator[Finding]:
    """Give what the checks of a folder find in a store.

    Raises:
        OntologyError: a check is broken, or cannot be run.
    """
    for check in load_checks(folder):
        yield from run_check(store, check)


def run_check(store: ox.Store, check: Check, *, mirrored: bool = False) -> Iterator[Finding]:
    """Give what one check finds in the union of a store's graphs, which its default graph may be already.

    Raises:
        OntologyError: the check cannot be run.
    """
    try:
        answer = store.query(check.text, use_default_graph_as_union=not mirrored)
        if not isinstance(answer, ox.QuerySolutions):
            raise OntologyError("not a SELECT query", place=Place(str(check.path)))
        for row in answer:
            yield _finding(check, [name.value for name in answer.variables], row)
    except RuntimeError as error:
        raise OntologyError(f"the check cannot be run: {error}", place=Place(str(check.path))) from error


def _finding(check: Check, columns: list[str], row: ox.QuerySolution) -> Finding:
    focus, path, value = (_text(row[name]) if name in columns else "" for name in _COLUMNS)
    return Finding(check.severity, SHAPE + check.id, focus, path, value, check.message, CONSTRAINT)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if term is None or isinstance(term, ox.BlankNode):
        return ""
    return str(term) if isinstance(term, ox.Triple) else term.value
