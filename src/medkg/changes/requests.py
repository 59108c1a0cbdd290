"""What may be asked of :class:`medkg.changes.service.Changes`, and what comes of it. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from medkg.namespaces import DEFAULT_GRAPH

#: The target that has no name; also the key under which a manifest counts it.
DEFAULT: Final = DEFAULT_GRAPH
#: The target that is all graphs together.
ALL: Final = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A SPARQL Update request.

    ``using_graphs`` and ``using_named_graphs`` are the data set that the request names beside the text
    (``using-graph-uri``); None for each where it names none, and a text with USING or WITH is refused where it does.
    ``base`` is what relative IRIs are relative to.
    """

    text: str
    using_graphs: tuple[str, ...] | None = None
    using_named_graphs: tuple[str, ...] | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of RDF that was sent. ``format`` is a key of ``medkg.store.intake.FORMATS``; ``name`` stands in errors."""

    file: Path
    format: str
    base: str | None = None
    name: str = "the body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Put the statements of the uploads in place of those of a graph (its IRI), of ``DEFAULT``, or of ``ALL``."""

    target: str
    uploads: tuple[Upload, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Add the statements of the uploads to a graph (its IRI), to ``DEFAULT``, or each to its own (``ALL``)."""

    target: str
    uploads: tuple[Upload, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Delete the statements of a graph (its IRI), of ``DEFAULT``, or of ``ALL``."""

    target: str


Change = Update | Put | Post | Delete


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change that was carried out.

    ``generation`` is the one it published, or where it changed nothing the one served. ``existed`` and ``created``
    speak of the target of Put, Post and Delete: whether it held statements before (a DELETE of a graph that did not is
    a 404), and whether it holds the first ones now (201).
    """

    generation: int
    added: int
    deleted: int
    existed: bool = True
    created: bool = False

    @property
    def changed(self) -> bool:
        """Whether it published a generation."""
        return bool(self.added or self.deleted)
