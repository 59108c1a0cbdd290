"""Changes, results and errors as JSON, between the server process and the process that carries a change out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

from medkg.access.caller import Caller
from medkg.access.roles import Role
from medkg.changes.requests import Change, Delete, Done, Post, Put, Update, Upload
from medkg.errors import (
    AccessRefused,
    BadQuery,
    LimitExceeded,
    MedkgError,
    OntologyError,
    Place,
    SourceError,
    StoreBusy,
    StoreError,
    Unavailable,
    ValidationError,
)
from medkg.settings import Settings
from medkg.validation.report import Finding, Report, Severity

_CHANGES: Final[Mapping[str, type[Change]]] = {"update": Update, "put": Put, "post": Post, "delete": Delete}
#: Errors that travel with nothing but their texts.
_PLAIN: Final[Mapping[str, type[MedkgError]]] = {
    kind.__name__: kind for kind in (BadQuery, StoreError, StoreBusy, Unavailable)
}
_PLACED: Final[Mapping[str, type[SourceError | OntologyError]]] = {
    kind.__name__: kind for kind in (SourceError, OntologyError)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a child is told: the change, who asked for it, where, and how much memory and waiting it may take."""

    change: Change
    caller: Caller
    home: Path
    ontology: Path
    retention: int
    default_graph: str
    memory_mib: int
    wait: float

    @classmethod
    def of(cls, change: Change, caller: Caller, settings: Settings, memory_mib: int, wait: float) -> Order:
        """Give the order for a change under some settings."""
        return cls(
            change=change,
            caller=caller,
            home=settings.home,
            ontology=settings.ontology,
            retention=settings.retention,
            default_graph=settings.default_graph,
            memory_mib=memory_mib,
            wait=wait,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a child did, and which graphs that changed; None is the default graph."""

    done: Done
    graphs: tuple[str | None, ...]


def kind_of(change: Change) -> str:
    """Give the word for the kind of a change."""
    return next(word for word, kind in _CHANGES.items() if isinstance(change, kind))


def pack_order(order: Order) -> bytes:
    """Give an order as one line of JSON."""
    content = asdict(order) | {"kind": kind_of(order.change)}
    return json.dumps(content, default=_plain).encode() + b"\n"


def unpack_order(line: bytes) -> Order:
    """Read what :func:`pack_order` wrote."""
    content = json.loads(line)
    change = _change(content.pop("kind"), content.pop("change"))
    caller = content.pop("caller")
    graphs = None if caller["graphs"] is None else tuple(caller["graphs"])
    known = Caller(**caller | {"role": Role(caller["role"]), "graphs": graphs})
    paths: dict[str, Any] = {name: Path(content[name]) for name in ("home", "ontology")}
    return Order(change=change, caller=known, **content | paths)


def pack_outcome(outcome: Outcome) -> dict[str, Any]:
    """Give an outcome as plain values."""
    return asdict(outcome)


def unpack_outcome(content: Mapping[str, Any]) -> Outcome:
    """Read what :func:`pack_outcome` wrote."""
    return Outcome(done=Done(**content["done"]), graphs=tuple(content["graphs"]))


def pack_error(error: MedkgError) -> dict[str, Any]:
    """Give a deliberate error as plain values."""
    texts = {"kind": type(error).__name__, "message": error.message, "subject": error.subject, "remedy": error.remedy}
    if isinstance(error, SourceError | OntologyError):
        return texts | {"place": asdict(error.place)}
    if isinstance(error, ValidationError):
        return texts | {"findings": [asdict(finding) for finding in error.report.findings]}
    if isinstance(error, AccessRefused):
        return texts | {"known": error.known}
    if isinstance(error, LimitExceeded):
        return texts | {"limit": error.limit, "value": error.value, "unit": error.unit}
    return texts


def unpack_error(content: Mapping[str, Any]) -> MedkgError:
    """Give the error that :func:`pack_error` was given."""
    kind, message, subject, remedy = (content[name] for name in ("kind", "message", "subject", "remedy"))
    if kind in _PLACED:
        return _PLACED[kind](message, place=Place(**content["place"]), remedy=remedy)
    if kind == "ValidationError":
        return ValidationError(message, report=Report.of(map(_finding, content["findings"])), remedy=remedy)
    if kind == "AccessRefused":
        return AccessRefused(message, known=content["known"], subject=subject, remedy=remedy)
    if kind == "LimitExceeded":
        limit = {name: content[name] for name in ("limit", "value", "unit")}
        return LimitExceeded(message, **limit, remedy=remedy)
    return _PLAIN.get(kind, Unavailable)(message, subject=subject, remedy=remedy)


def _change(kind: str, content: dict[str, Any]) -> Change:
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    if "uploads" in values:
        values["uploads"] = tuple(Upload(**item | {"file": Path(item["file"])}) for item in values["uploads"])
    made: Change = cast("Any", _CHANGES[kind])(**values)
    return made


def _finding(content: dict[str, Any]) -> Finding:
    changed = {"severity": Severity(content["severity"]), "origins": tuple(content["origins"])}
    return Finding(**content | changed)


def _plain(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{value!r} does not travel")
