"""The parts of the help and the tour: frozen classes, each what one template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medkg.web.display import Shown


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link of the guide: the message ``key``, then a name, then how many there are."""

    href: str
    key: str = ""
    name: Shown | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """A term or concept and what the ontology says it means."""

    term: Shown
    definition: Shown


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the help; its texts are ``help.<key>.title`` and ``.text``."""

    key: str
    meanings: Sequence[Meaning]
    pointers: Sequence[Pointer]
