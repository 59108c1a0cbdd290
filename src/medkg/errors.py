"""Every error medkg raises on purpose.

::

    MedkgError
    ├── SettingsError        a setting is missing, unknown or has a value that cannot be used
    ├── SourceError          a curated or downloaded source cannot be read as its metadata says
    │   └── SourceErrors     all the problems of one reading together (medkg.sources.problems)
    ├── MappingError         a mapping failed on a row
    ├── OntologyError        the ontology, a rule or a vocabulary is broken or contradictory
    ├── ValidationError      the data break a shape; carries the report
    ├── StoreError           the store or a generation cannot be opened, written or found
    │   └── StoreBusy        another process is writing
    ├── QueryError
    │   ├── BadQuery         the query is not valid SPARQL, or asks for what is refused
    │   ├── BadParameter     a parameter of a named query is missing or is not of its type
    │   ├── LimitExceeded    a limit was reached; names which, its value and when to come again
    │   └── Unavailable      the store cannot answer now
    └── AccessRefused        no token, or one that does not allow this

The command line and the web turn these into exit codes and HTTP answers, each through one table. An error says what
failed (``subject``), what was wrong with it (``message``) and, where there is one, what to do (``remedy``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class MedkgError(Exception):
    """The base of all deliberate errors. Raise one of its subclasses, never this class."""

    prefix = "medkg"

    def __init__(self, message: str, *, subject: str | None = None, remedy: str | None = None) -> None:
        if type(self) is MedkgError:
            raise TypeError("raise a subclass of MedkgError, so that the caller can tell what failed")
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.prefix}: {self.subject}: {self.message}" if self.subject else f"{self.prefix}: {self.message}"
        return f"{head}. {self.remedy}" if self.remedy else head


class SettingsError(MedkgError):
    """A setting is missing, unknown or has a value that cannot be used."""

    prefix = "settings"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: the path as the user knows it, the line counted from 1, and the column's name or number."""

    path: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line is not None else ""
        column = f", column {self.column}" if self.column is not None else ""
        return f"{self.path}{line}{column}"


class PlacedError(MedkgError):
    """An error at a known place of a file, about a known value."""

    def __init__(self, message: str, *, place: Place, value: str | None = None, remedy: str | None = None) -> None:
        if type(self) is PlacedError:
            raise TypeError("raise a subclass of PlacedError")
        shown = message if value is None else f"{message}: {value!r}"
        super().__init__(shown, subject=str(place), remedy=remedy)
        self.place = place
        self.value = value


class SourceError(PlacedError):
    """A curated or downloaded source cannot be read as its metadata says."""

    prefix = "source"


class MappingError(PlacedError):
    """A mapping failed on a row."""

    prefix = "mapping"


class OntologyError(PlacedError):
    """The ontology, a rule or a vocabulary is broken or contradictory."""

    prefix = "ontology"


class ValidationError(MedkgError):
    """The data break a shape. ``report`` is a :class:`medkg.validation.report.Report`."""

    prefix = "validation"

    def __init__(self, message: str, *, report: Any, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.report = report


class StoreError(MedkgError):
    """The store or a generation cannot be opened, written or found."""

    prefix = "store"


class StoreBusy(StoreError):  # noqa: N818 - a state of the store, named as its users say it
    """Another process is writing."""


class QueryError(MedkgError):
    """A query cannot be answered."""

    prefix = "query"


class BadQuery(QueryError):  # noqa: N818
    """The query is not valid SPARQL, or asks for what is refused."""


class BadParameter(QueryError):  # noqa: N818
    """A parameter of a named query is missing, unknown or not of its type."""


class LimitExceeded(QueryError):  # noqa: N818
    """A limit was reached. ``limit`` names it, ``value`` is its setting, ``unit`` what it is counted in.

    ``retry_after`` is the seconds after which the same request may pass; None where it never will.
    """

    def __init__(
        self,
        message: str,
        *,
        limit: str,
        value: float,
        unit: str = "",
        retry_after: float | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, subject=limit, remedy=remedy)
        self.limit = limit
        self.value = value
        self.unit = unit
        self.retry_after = retry_after


class Unavailable(QueryError):  # noqa: N818
    """The store cannot answer now."""


class AccessRefused(MedkgError):  # noqa: N818
    """The request bears no token, or one that does not allow what it asks for.

    ``known`` tells whether the token is good: 403 where it is, 401 where it is not. Why a token is no good, the log
    knows and the caller is not told.
    """

    prefix = "access"

    def __init__(self, message: str, *, known: bool, subject: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.known = known
