"""What is said about a thing: statements with all places they come from. Plain values, no I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pyoxigraph as ox

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple


class Status(StrEnum):
    """How a statement got here."""

    STATED = "stated"
    DERIVED = "derived"
    EXTERNAL = "external"
    INFERRED = "inferred"
    CHOSEN = "chosen"
    REGISTRY = "registry"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Origin:
    """One place a statement comes from: a source with lines, a rule, the registry itself, or what was saved in it.

    ``graph`` is the graph's IRI; ``claim`` the node that holds this origin, where there is one; ``row`` the identifier
    of the curated row.
    """

    status: Status
    graph: str = ""
    source: str | None = None
    rule: str | None = None
    claim: str | None = None
    lines: tuple[tuple[int, int], ...] = ()
    row: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one thing, with every origin it has."""

    subject: str
    predicate: str
    value: Term
    origins: tuple[Origin, ...]
    preferred: bool = False

    @property
    def anchor(self) -> str:
        """Give a name for the place of this statement on a page; equal statements have equal names."""
        return anchor_of(self.subject, self.predicate, self.value)


@dataclass(frozen=True, slots=True)
class Thing:
    """Everything that is said about one thing, by property."""

    iri: str
    properties: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)

    def statements(self) -> tuple[Statement, ...]:
        """Give all statements."""
        return tuple(item for group in self.properties.values() for item in group)

    def values(self, predicate: str) -> tuple[Term, ...]:
        """Give the values of a property, the preferred one first."""
        return tuple(item.value for item in self.properties.get(predicate, ()))

    def iris(self, predicate: str) -> tuple[str, ...]:
        """Give the values of a property that are things."""
        return tuple(value.value for value in self.values(predicate) if isinstance(value, ox.NamedNode))


def anchor_of(subject: str, predicate: str, value: Term) -> str:
    """Give the anchor of a statement, whether or not it is here."""
    text = f"{subject}\x00{predicate}\x00{value}"
    return "s-" + hashlib.blake2b(text.encode("utf-8"), digest_size=6).hexdigest()
